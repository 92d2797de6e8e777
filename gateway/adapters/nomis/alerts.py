"""The Alerts API: alerts by prison number, and the catalogue of their types and codes."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from typing import Final

from gateway.adapters.batches import in_chunks
from gateway.adapters.calls import Ask, UpstreamCaller, json_ask
from gateway.adapters.decoding import reader
from gateway.adapters.nomis.payloads_alerts import AlertPayload, AlertsPayload, AlertTypePayload
from gateway.domain.alerts import Alert, AlertCode, AlertType
from gateway.domain.errors import UpstreamError
from gateway.domain.ids import PrisonNumber
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.times import Clock

MARKS_FRESH_FOR_S: Final = 3600.0
MARKS_RETRY_AFTER_S: Final = 30.0

_read_alerts: Final = reader(AlertsPayload)
_read_types: Final = reader(tuple[AlertTypePayload, ...])


class Alerts:
    """The whole estate is open to the gateway's account here: who may see whom is for the caller to decide.

    An answer holds in full or not at all: an alert that went missing unnoticed could put somebody in danger.
    """

    def __init__(
        self, caller: UpstreamCaller, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._caller = caller
        self._clock = clock
        self._monotonic = monotonic
        self._inactive_codes: frozenset[str] = frozenset()
        self._marks_due_at: float | None = None
        self._marking: asyncio.Task[None] | None = None

    async def alerts(
        self, numbers: Collection[PrisonNumber], *, include_inactive: bool
    ) -> dict[PrisonNumber, tuple[Alert, ...]]:
        """Give the alerts of people, newest first; of each one that is asked for, also where there are none.

        Raises:
            UpstreamError: the Alerts API could not be asked.

        """
        if not numbers:
            return {}

        async def chunk(part: Sequence[PrisonNumber]) -> AlertsPayload:
            params = {"includeInactive": "true" if include_inactive else "false"}
            ask = json_ask("/search/alerts/prison-numbers", "alerts", part, params=params)
            return await self._caller.ask(ask, _read_alerts)

        marking = self._marking_codes()
        answers = await in_chunks(numbers, chunk)
        if marking is not None:
            # Shielded: a caller that gives up must not end it for the others.
            await asyncio.shield(marking)
        provenance = Provenance(SourceSystem.NOMIS, self._clock(), stale=False)
        found: dict[PrisonNumber, list[Alert]] = {number: [] for number in numbers}
        for answer in answers:
            for row in answer.content:
                if row.number in found and (row.is_active or include_inactive):
                    found[row.number].append(self._alert(row, provenance))
        return {number: tuple(alerts) for number, alerts in found.items()}

    async def alert_types(self) -> tuple[AlertType, ...]:
        """Give every alert type with its codes, those no longer in use among them.

        Raises:
            UpstreamError: the Alerts API could not be asked.

        """
        ask = Ask(method="GET", path="/alert-types", resource="alert types", params={"includeInactive": "true"})
        types = tuple(row.to_domain() for row in await self._caller.ask(ask, _read_types))
        self._inactive_codes = frozenset(code.code for each in types for code in each.codes if not code.active)
        self._marks_due_at = self._monotonic() + MARKS_FRESH_FOR_S
        return types

    async def aclose(self) -> None:
        if self._marking is not None:
            self._marking.cancel()
            await asyncio.gather(self._marking, return_exceptions=True)

    def _marking_codes(self) -> asyncio.Task[None] | None:
        """See to it that it is known which codes are no longer in use, which an alert does not say of its own.

        Returns what is to be waited for, which is nothing once there are marks: the last ones serve while newer ones
        are fetched behind the calls, once an hour.
        """
        due_at = self._marks_due_at
        if due_at is not None and self._monotonic() < due_at:
            return None
        if self._marking is None:
            self._marking = asyncio.create_task(self._mark_codes())
        return self._marking if due_at is None else None

    async def _mark_codes(self) -> None:
        """Fetch the marks, or see when to try again: an alert is worth more than the mark on its code.

        Codes never heard of count as in use.
        """
        try:
            await self.alert_types()
        except UpstreamError:
            self._marks_due_at = self._monotonic() + MARKS_RETRY_AFTER_S
        finally:
            self._marking = None

    def _alert(self, row: AlertPayload, provenance: Provenance) -> Alert:
        code = row.alert_code.code
        described = AlertCode(code, row.alert_code.description or code, code not in self._inactive_codes)
        return row.to_domain(described, provenance)
