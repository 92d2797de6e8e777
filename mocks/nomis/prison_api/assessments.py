"""Prison API: categories and cell-sharing risk, in bulk."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Person
from mocks.nomis.access import Gate
from mocks.nomis.bodies import number_in_path, text_list
from mocks.nomis.reference_domains import description_of
from mocks.nomis.wire import JsonObject, JsonResponse, without_nulls
from mocks.nomis.world import World

_OVERRIDES = ("VIEW_ASSESSMENTS", "VIEW_PRISONER_DATA")
_CATEGORY = "CATEGORY"
_CSRA_KINDS = {
    "CSR": "CSR Rating",
    "CSR1": "CSR Reception",
    "CSRDO": "CSR Locate",
    "CSRF": "CSR Full",
    "CSRREV": "CSR Review",
    "CSRH": "CSR Health",
}


@dataclass(frozen=True, slots=True)
class Assessments:
    """One assessment a person, the latest; people outside the caller's caseloads are left out."""

    world: World
    gate: Gate

    def routes(self) -> list[Route]:
        return [
            Route("/api/offender-assessments/csra/list", self.csra, methods=["POST"]),
            Route("/api/offender-assessments/{code}", self.of_code, methods=["POST"]),
            Route("/api/bookings/{booking_id}/assessments", self.of_booking, methods=["GET"]),
        ]

    async def of_code(self, request: Request) -> Response:
        """Show one kind of assessment; whoever was never assessed is absent."""
        caller = self.gate.admit(request)
        code = request.path_params["code"]
        people = self.gate.visible(caller, await text_list(request), *_OVERRIDES)
        rows = [row for person in people for row in (_category(person), _csra(person)) if row is not None]
        return JsonResponse([row for row in rows if row["assessmentCode"] == code])

    async def of_booking(self, request: Request) -> Response:
        """Show all of one booking's; the one role that overrides caseloads here is that of assessments."""
        caller = self.gate.admit(request)
        person = self.gate.booking(caller, number_in_path(request, "booking_id"), "VIEW_ASSESSMENTS")
        return JsonResponse([row for row in (_category(person), _csra(person)) if row is not None])

    async def csra(self, request: Request) -> Response:
        """Show cell-sharing risk, of each person the latest whatever its code; pending ratings are left out."""
        caller = self.gate.admit(request)
        people = self.gate.visible(caller, await text_list(request), *_OVERRIDES)
        rows = (_csra(person) for person in people if person.csra != "PEND")
        return JsonResponse([row for row in rows if row is not None])


def _category(person: Person) -> JsonObject | None:
    return None if person.category is None else _payload(person, person.category, _CATEGORY, "Categorisation")


def _csra(person: Person) -> JsonObject | None:
    if person.csra is None:
        return None
    row = _payload(person, person.csra, person.csra_code, _CSRA_KINDS[person.csra_code])
    told = {
        "nextReviewDate": None if person.csra_review_on is None else person.csra_review_on.isoformat(),
        "assessmentComment": person.csra_comment,
    }
    return {**row, **without_nulls(told)}


def _payload(person: Person, classification: str, code: str, description: str) -> JsonObject:
    assessed = None if person.assessed_on is None else person.assessed_on.isoformat()
    return without_nulls(
        {
            "bookingId": person.booking_id,
            "offenderNo": person.prison_number,
            "classificationCode": classification,
            "classification": description_of("SUP_LVL_TYPE", classification),
            "assessmentCode": code,
            "assessmentDescription": description,
            "cellSharingAlertFlag": code in _CSRA_KINDS,
            "assessmentDate": assessed,
            "approvalDate": assessed,
            "assessmentAgencyId": person.last_prison_id or person.agency_id,
            "assessmentStatus": "P" if classification == "PEND" else "A",
            "assessmentSeq": 1,
        }
    )
