"""Prison API: caseloads of users, what is noted about people and their bookings, and agencies."""

from collections.abc import Collection, Sequence
from typing import Final

from gateway.adapters.batches import in_chunks, one_by_one, side_by_side
from gateway.adapters.calls import Ask, UpstreamCaller, json_ask
from gateway.adapters.decoding import Rows, reader, rows_reader
from gateway.adapters.nomis.payloads_bookings import AdjustmentsPayload, AssessmentPayload, ContactsPayload
from gateway.adapters.nomis.payloads_prison_api import AgencyPayload, CareNeedsPayload, CaseloadPayload
from gateway.domain.caseloads import Caseload
from gateway.domain.errors import UpstreamError, UpstreamMalformed
from gateway.domain.ids import BookingId, PrisonNumber
from gateway.domain.locations import NOMIS_AGENCY_TYPES, Agency
from gateway.domain.people import CareNeed, CellSharingAssessment, Contact, ReasonableAdjustment

_CARE_NEED_TYPES: Final = {"type": "MATSTAT,PHY,DISAB,SC,PSYCH"}
_read_caseloads: Final = rows_reader(CaseloadPayload)
_read_care_needs: Final = rows_reader(CareNeedsPayload, key="offenderNo", keyless=False)
_read_agencies: Final = rows_reader(AgencyPayload)
_read_assessments: Final = rows_reader(AssessmentPayload, key="offenderNo", keyless=False)
_read_adjustments: Final = reader(AdjustmentsPayload)
_read_contacts: Final = reader(ContactsPayload)


class PrisonApi:
    """Its paths begin with /api, save for its health."""

    def __init__(self, caller: UpstreamCaller) -> None:
        self._caller = caller

    async def caseloads(self, user_token: str) -> tuple[Caseload, ...]:
        """Give the establishments that a user's caseloads name; none where NOMIS does not know the user.

        Administrators' caseloads, those that are no establishment's, and the dummy of a user without any are left out.

        Raises:
            Unauthenticated: NOMIS does not accept the token.
            UpstreamError: NOMIS could not be asked.

        """
        ask = Ask(method="GET", path="/api/users/me/caseLoads", resource="caseloads", user_token=user_token)
        found = await self._caller.find_rows(ask, _read_caseloads)
        return tuple(row.to_domain() for row in found.rows if row.is_establishment)

    async def care_needs(
        self, numbers: Collection[PrisonNumber]
    ) -> dict[PrisonNumber, tuple[CareNeed, ...] | UpstreamMalformed]:
        """Give the needs of people that are ongoing; of each one that is asked for, also where there are none.

        A person's needs hold in full or not at all, as one that went missing unnoticed could put somebody in danger:
        where one cannot be read there is an error in their place.

        Raises:
            UpstreamError: NOMIS could not be asked.

        """
        answers = await in_chunks(numbers, self._care_needs_of)
        found: dict[PrisonNumber, list[CareNeed]] = {number: [] for number in numbers}
        for answer in answers:
            for row in answer.rows:
                if row.number in found:
                    found[row.number].extend(row.to_domain())
        told: dict[PrisonNumber, tuple[CareNeed, ...] | UpstreamMalformed] = {
            number: tuple(needs) for number, needs in found.items()
        }
        for answer in answers:
            told.update(self._caller.spoilt("care needs", answer, found))
        return told

    async def _care_needs_of(self, numbers: Sequence[PrisonNumber]) -> Rows[CareNeedsPayload]:
        ask = json_ask("/api/bookings/offenderNo/personal-care-needs", "care needs", numbers, params=_CARE_NEED_TYPES)
        return await self._caller.ask_rows(ask, _read_care_needs)

    async def cell_sharing_assessments(
        self, numbers: Collection[PrisonNumber]
    ) -> dict[PrisonNumber, tuple[CellSharingAssessment, ...] | UpstreamMalformed]:
        """Give the latest cell-sharing risk assessment of people, of each one that is asked for; most have one.

        One whose assessment cannot be read has an error in its place.

        Raises:
            UpstreamError: NOMIS could not be asked.

        """

        async def chunk(part: Sequence[PrisonNumber]) -> Rows[AssessmentPayload]:
            ask = json_ask("/api/offender-assessments/csra/list", "assessments", part)
            return await self._caller.ask_rows(ask, _read_assessments)

        answers = await in_chunks(numbers, chunk)
        told: dict[PrisonNumber, tuple[CellSharingAssessment, ...] | UpstreamMalformed] = dict.fromkeys(numbers, ())
        for answer in answers:
            told.update((row.number, (row.to_domain(),)) for row in answer.rows if row.number in told)
            told.update(self._caller.spoilt("assessments", answer, told))
        return told

    async def reasonable_adjustments(
        self, bookings: Collection[BookingId]
    ) -> dict[BookingId, tuple[ReasonableAdjustment, ...] | UpstreamError]:
        """Give the adjustments of bookings, those that ended among them; an error for each that could not be had.

        NOMIS tells them one booking at a time, and all or none: one that went missing unnoticed could harm somebody.
        """

        async def one(booking: BookingId) -> tuple[ReasonableAdjustment, ...]:
            path = f"/api/bookings/{booking}/reasonable-adjustments/all"
            answer = await self._caller.ask(
                Ask(method="GET", path=path, resource="reasonable adjustments"), _read_adjustments
            )
            return answer.to_domain()

        return await one_by_one(bookings, one)

    async def contacts(self, bookings: Collection[BookingId]) -> dict[BookingId, tuple[Contact, ...] | UpstreamError]:
        """Give the contacts of bookings, inactive ones among them; likewise."""

        async def one(booking: BookingId) -> tuple[Contact, ...]:
            ask = Ask(method="GET", path=f"/api/bookings/{booking}/contacts", resource="contacts")
            return (await self._caller.ask(ask, _read_contacts)).to_domain()

        return await one_by_one(bookings, one)

    async def agencies(self) -> tuple[Agency, ...]:
        """Give every place of the types that moves start, stop and end at, closed ones among them.

        Asked type by type: only that list is whole, not paged, and has closed ones and titles as people write them.

        Raises:
            UpstreamError: NOMIS could not be asked.

        """
        answers = await side_by_side(self._agencies_of, list(NOMIS_AGENCY_TYPES))
        places = (row.to_domain() for answer in answers for row in answer.rows)
        return tuple({place.agency_id: place for place in places if place is not None}.values())

    async def _agencies_of(self, agency_type: str) -> Rows[AgencyPayload]:
        ask = Ask(
            method="GET",
            path=f"/api/agencies/type/{agency_type}",
            resource="agencies",
            params={"activeOnly": "false"},
        )
        return await self._caller.ask_rows(ask, _read_agencies)
