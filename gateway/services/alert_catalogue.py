"""The catalogue of alert types and their codes, which NOMIS keeps and every viewer may read."""

from datetime import timedelta

from gateway.adapters.nomis import Nomis
from gateway.domain.alerts import AlertType
from gateway.domain.times import Clock
from gateway.services.freshness import Refreshed


class AlertCatalogue(Refreshed[tuple[AlertType, ...]]):
    """Asked for every ten minutes; the last answer serves while NOMIS cannot be reached."""

    def __init__(self, nomis: Nomis, clock: Clock) -> None:
        super().__init__(
            nomis.alerts.alert_types, clock, fresh_for=timedelta(minutes=10), retry_after=timedelta(seconds=30)
        )
