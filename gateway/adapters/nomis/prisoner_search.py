"""Prisoner Search: people, and their latest bookings, by prison number."""

from collections.abc import Collection, Sequence
from typing import Final

from gateway.adapters.batches import in_chunks
from gateway.adapters.calls import UpstreamCaller, json_ask
from gateway.adapters.decoding import Rows, rows_reader
from gateway.adapters.nomis.payloads_people import BOOKING_FIELDS, RESPONSE_FIELDS, BookingPayload, PersonPayload
from gateway.adapters.wire import wire_rows
from gateway.domain.errors import UpstreamMalformed
from gateway.domain.ids import BookingId, PrisonNumber
from gateway.domain.people import Person
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.times import Clock

_PATH: Final = "/prisoner-search/prisoner-numbers"
_PARAMS: Final = {"responseFields": RESPONSE_FIELDS}
_BOOKING_PARAMS: Final = {"responseFields": BOOKING_FIELDS}
_read: Final = wire_rows(PersonPayload, key="prisonerNumber")
_read_bookings: Final = rows_reader(BookingPayload, key="prisonerNumber")


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
            for row in answer.rows:
                number = row.number
                if number in wanted:
                    found[number] = row.to_domain(number, provenance)
            found.update(self._caller.spoilt("people", answer, wanted))
        return found

    async def bookings(
        self, numbers: Collection[PrisonNumber]
    ) -> dict[PrisonNumber, BookingId | UpstreamMalformed | None]:
        """Find people's latest bookings: None for somebody who was never booked in; absent is whom NOMIS does not know.

        Raises:
            UpstreamError: Search could not be asked.

        """

        async def chunk(part: Sequence[PrisonNumber]) -> Rows[BookingPayload]:
            ask = json_ask(_PATH, "bookings", {"prisonerNumbers": part}, params=_BOOKING_PARAMS)
            return await self._caller.ask_rows(ask, _read_bookings)

        wanted = set(numbers)
        found: dict[PrisonNumber, BookingId | UpstreamMalformed | None] = {}
        for answer in await in_chunks(numbers, chunk):
            found.update((row.number, row.booking) for row in answer.rows if row.number in wanted)
            found.update(self._caller.spoilt("bookings", answer, wanted))
        return found

    async def _chunk(self, numbers: Sequence[PrisonNumber]) -> Rows[PersonPayload]:
        ask = json_ask(_PATH, "people", {"prisonerNumbers": numbers}, params=_PARAMS)
        return await self._caller.ask_rows(ask, _read)
