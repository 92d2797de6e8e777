"""Prison API: personal care needs and reasonable adjustments."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Adjustment, CareNeed, Person
from mocks.nomis.access import Gate
from mocks.nomis.bodies import number_in_path, required, text_list
from mocks.nomis.wire import JsonObject, JsonResponse, without_nulls
from mocks.nomis.world import World

_ROLES = ("GLOBAL_SEARCH", "VIEW_PRISONER_DATA")
_ADJUSTMENT_ROLES = (*_ROLES, "PRISON_API__HMPPS_INTEGRATION_API")


@dataclass(frozen=True, slots=True)
class CareNeeds:
    """Needs come in bulk by number, adjustments only one booking at a time."""

    world: World
    gate: Gate

    def routes(self) -> list[Route]:
        return [
            Route("/api/bookings/offenderNo/personal-care-needs", self.in_bulk, methods=["POST"]),
            Route("/api/bookings/{booking_id}/personal-care-needs", self.of_booking, methods=["GET"]),
            Route("/api/bookings/{booking_id}/personal-care-needs/all", self.all_of_booking, methods=["GET"]),
            Route("/api/bookings/{booking_id}/reasonable-adjustments", self.adjustments, methods=["GET"]),
            Route("/api/bookings/{booking_id}/reasonable-adjustments/all", self.all_adjustments, methods=["GET"]),
        ]

    async def in_bulk(self, request: Request) -> Response:
        """Give the needs of many people in the order of their numbers; who has none is absent."""
        self.gate.admit(request, *_ROLES)
        types = required(request, "type")
        people = sorted(self.world.people(await text_list(request)), key=lambda person: person.prison_number)
        answers = ((person, _needs(person, types)) for person in people if person.booking_id is not None)
        return JsonResponse(
            [{"offenderNo": person.prison_number, "personalCareNeeds": needs} for person, needs in answers if needs]
        )

    async def of_booking(self, request: Request) -> Response:
        person = self._booking(request, _ROLES)
        return JsonResponse({"personalCareNeeds": _needs(person, required(request, "type"))})

    async def all_of_booking(self, request: Request) -> Response:
        person = self._booking(request, _ROLES)
        return JsonResponse({"personalCareNeeds": [need_payload(need) for need in person.care_needs]})

    async def adjustments(self, request: Request) -> Response:
        person = self._booking(request, _ADJUSTMENT_ROLES)
        codes = required(request, "type")
        wanted = [each for each in person.adjustments if each.treatment_code in codes]
        return JsonResponse({"reasonableAdjustments": [self._adjustment(each) for each in wanted]})

    async def all_adjustments(self, request: Request) -> Response:
        person = self._booking(request, _ADJUSTMENT_ROLES)
        return JsonResponse({"reasonableAdjustments": [self._adjustment(each) for each in person.adjustments]})

    def _booking(self, request: Request, overrides: tuple[str, ...]) -> Person:
        return self.gate.booking(self.gate.admit(request), number_in_path(request, "booking_id"), *overrides)

    def _adjustment(self, adjustment: Adjustment) -> JsonObject:
        return without_nulls(
            {
                "treatmentCode": adjustment.treatment_code,
                "treatmentDescription": adjustment.treatment_description,
                "commentText": adjustment.comment,
                "startDate": adjustment.start_date.isoformat(),
                "endDate": None if adjustment.end_date is None else adjustment.end_date.isoformat(),
                "agencyId": adjustment.agency_id,
                "agencyDescription": self.world.agency_name(adjustment.agency_id),
                "personalCareNeedId": adjustment.need_id,
            }
        )


def need_payload(need: CareNeed) -> JsonObject:
    return without_nulls(
        {
            "personalCareNeedId": need.need_id,
            "problemType": need.problem_type,
            "problemCode": need.problem_code,
            "problemStatus": need.status,
            "problemDescription": need.problem_description,
            "commentText": need.comment,
            "startDate": need.start_date.isoformat(),
            "endDate": None if need.end_date is None else need.end_date.isoformat(),
        }
    )


def _needs(person: Person, types: list[str]) -> list[JsonObject]:
    """Pick needs by type (`DISAB`) or by type and code (`DISAB+RM`, whose plus must arrive encoded)."""
    return [
        need_payload(need)
        for need in person.care_needs
        if need.problem_type in types or f"{need.problem_type}+{need.problem_code}" in types
    ]
