"""Alerts of people who may be seen."""

from collections.abc import Mapping, Sequence

from gateway.domain.alerts import Alert, AlertType
from gateway.domain.errors import GatewayError
from gateway.domain.ids import PrisonNumber
from gateway.services.loaders import asks_upstream
from gateway.services.platform import Platform


class Alerts:
    """Keyed by the numbers of people who came out of `people.by_numbers`: NOMIS itself does not ask who is looking."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    @asks_upstream
    async def active_by_numbers(
        self, numbers: Sequence[PrisonNumber]
    ) -> Mapping[PrisonNumber, tuple[Alert, ...] | GatewayError]:
        """Give the alerts in force, or the error where those of one person cannot be read.

        Raises:
            UpstreamError: NOMIS could not be asked.

        """
        return await self._platform.asking.active_alerts.find(numbers)

    @asks_upstream
    async def all_by_numbers(
        self, numbers: Sequence[PrisonNumber]
    ) -> Mapping[PrisonNumber, tuple[Alert, ...] | GatewayError]:
        """Give all alerts that ever were, likewise.

        Raises:
            UpstreamError: NOMIS could not be asked.

        """
        return await self._platform.asking.all_alerts.find(numbers)

    async def catalogue(self) -> tuple[AlertType, ...]:
        """Give every alert type with its codes.

        Raises:
            UpstreamError: NOMIS could not be asked, and never answered before.

        """
        return await self._platform.alert_catalogue.current()
