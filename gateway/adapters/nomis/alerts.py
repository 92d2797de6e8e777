"""The Alerts API: alerts by prison number, and the catalogue of their types and codes."""

from collections.abc import Collection, Sequence
from typing import Final

from gateway.adapters.batches import in_chunks
from gateway.adapters.calls import Ask, UpstreamCaller, json_ask
from gateway.adapters.decoding import Rows, rows_reader
from gateway.adapters.nomis.payloads_alerts import AlertPayload, AlertTypePayload
from gateway.adapters.wire import wire_rows
from gateway.domain.alerts import Alert, AlertType
from gateway.domain.errors import UpstreamMalformed
from gateway.domain.ids import PrisonNumber
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.times import Clock

_read_alerts: Final = wire_rows(AlertPayload, inside="content", key="prisonNumber", keyless=False)
_read_types: Final = rows_reader(AlertTypePayload)


class Alerts:
    """The whole estate is open to the gateway's account here: who may see whom is for the caller to decide.

    A person's alerts hold in full or not at all: one that went missing unnoticed could put somebody in danger.
    """

    def __init__(self, caller: UpstreamCaller, clock: Clock) -> None:
        self._caller = caller
        self._clock = clock

    async def alerts(
        self, numbers: Collection[PrisonNumber], *, include_inactive: bool
    ) -> dict[PrisonNumber, tuple[Alert, ...] | UpstreamMalformed]:
        """Give the alerts of people, newest first; of each one that is asked for, also where there are none.

        Somebody of whom one alert cannot be read has an error in their place.

        Raises:
            UpstreamError: the Alerts API could not be asked.

        """
        if not numbers:
            return {}

        async def chunk(part: Sequence[PrisonNumber]) -> Rows[AlertPayload]:
            params = {"includeInactive": "true" if include_inactive else "false"}
            ask = json_ask("/search/alerts/prison-numbers", "alerts", part, params=params)
            return await self._caller.ask_rows(ask, _read_alerts)

        answers = await in_chunks(numbers, chunk)
        provenance = Provenance(SourceSystem.NOMIS, self._clock(), stale=False)
        found: dict[PrisonNumber, list[Alert]] = {number: [] for number in numbers}
        for answer in answers:
            for row in answer.rows:
                number = row.number
                if number in found and (row.is_active or include_inactive):
                    found[number].append(row.to_domain(number, provenance))
        told: dict[PrisonNumber, tuple[Alert, ...] | UpstreamMalformed] = {
            number: tuple(alerts) for number, alerts in found.items()
        }
        for answer in answers:
            told.update(self._caller.spoilt("alerts", answer, found))
        return told

    async def alert_types(self) -> tuple[AlertType, ...]:
        """Give every alert type with its codes, those no longer in use among them.

        Raises:
            UpstreamError: the Alerts API could not be asked.

        """
        ask = Ask(method="GET", path="/alert-types", resource="alert types", params={"includeInactive": "true"})
        return tuple(row.to_domain() for row in (await self._caller.ask_rows(ask, _read_types)).rows)
