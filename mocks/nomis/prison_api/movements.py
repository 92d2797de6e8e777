"""Prison API: movements of many people."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Movement, Person
from mocks.nomis.access import Gate
from mocks.nomis.bodies import flag, listed, text_list
from mocks.nomis.wire import JsonObject, JsonResponse, london
from mocks.nomis.world import World

_ROLES = ("GLOBAL_SEARCH", "VIEW_PRISONER_DATA")
_KINDS = {
    "ADM": "Admission",
    "CRT": "Court",
    "REL": "Release",
    "TAP": "Temporary Absence",
    "TRN": "Transfers",
}


@dataclass(frozen=True, slots=True)
class Movements:
    """The bulk read of movements; a role opens the whole estate."""

    world: World
    gate: Gate

    def routes(self) -> list[Route]:
        return [Route("/api/movements/offenders", self.of_people, methods=["POST"])]

    async def of_people(self, request: Request) -> Response:
        """Show each person's latest movement, or all of them; whoever never moved is absent."""
        self.gate.admit(request, *_ROLES)
        latest_only = flag(request, "latestOnly", default=True)
        kinds = set(listed(request, "movementTypes"))
        rows: list[JsonObject] = []
        for person in self.world.people(await text_list(request)):
            newest_first = sorted(person.movements, key=lambda each: each.moved_at, reverse=True)
            wanted = [each for each in newest_first if not kinds or each.kind in kinds]
            rows += [self._payload(person, each) for each in wanted[: 1 if latest_only else None]]
        return JsonResponse(rows)

    def _payload(self, person: Person, movement: Movement) -> JsonObject:
        local = london(movement.moved_at)
        day, _, hour = local.partition("T")
        return {
            "offenderNo": person.prison_number,
            "createDateTime": local,
            "fromAgency": movement.from_agency,
            "fromAgencyDescription": self.world.agency_name(movement.from_agency),
            "toAgency": movement.to_agency,
            "toAgencyDescription": self.world.agency_name(movement.to_agency),
            "fromCity": "",
            "toCity": "",
            "movementType": movement.kind,
            "movementTypeDescription": _KINDS.get(movement.kind, movement.kind),
            "directionCode": movement.direction,
            "movementDate": day,
            "movementTime": hour,
            "movementReason": movement.reason,
            "movementReasonCode": movement.reason,
        }
