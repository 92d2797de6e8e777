"""Prisoner Search: people by prison number."""

from collections.abc import Collection, Sequence
from typing import Final

from gateway.adapters.batches import in_chunks
from gateway.adapters.calls import UpstreamCaller, json_ask
from gateway.adapters.decoding import Rows, rows_reader
from gateway.adapters.nomis.payloads_people import RESPONSE_FIELDS, PersonPayload
from gateway.domain.errors import UpstreamMalformed
from gateway.domain.ids import PrisonNumber
from gateway.domain.people import Person
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.times import Clock

_PARAMS: Final = {"responseFields": RESPONSE_FIELDS}
_read: Final = rows_reader(PersonPayload, key="prisonerNumber")


class PrisonerSearch:
    """The whole estate is open to the gateway's account here: who may see whom is for the caller to decide."""

    def __init__(self, caller: UpstreamCaller, clock: Clock) -> None:
        self._caller = caller
        self._clock = clock

    async def people(self, numbers: Collection[PrisonNumber]) -> dict[PrisonNumber, Person | UpstreamMalformed]:
        """Find people. One whom NOMIS does not know is absent; one whose row cannot be read is an error.

        Raises:
            UpstreamError: Search could not be asked.

        """
        answers = await in_chunks(numbers, self._chunk)
        provenance = Provenance(SourceSystem.NOMIS, self._clock(), stale=False)
        wanted = set(numbers)
        found: dict[PrisonNumber, Person | UpstreamMalformed] = {}
        for answer in answers:
            found.update((row.number, row.to_domain(provenance)) for row in answer.rows if row.number in wanted)
            found.update(self._caller.spoilt("people", answer, wanted))
        return found

    async def _chunk(self, numbers: Sequence[PrisonNumber]) -> Rows[PersonPayload]:
        ask = json_ask("/prisoner-search/prisoner-numbers", "people", {"prisonerNumbers": numbers}, params=_PARAMS)
        return await self._caller.ask_rows(ask, _read)
