"""Prison API: next of kin and other contacts of a booking."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Contact
from mocks.nomis.access import Gate
from mocks.nomis.bodies import number_in_path
from mocks.nomis.errors import NotFound
from mocks.nomis.wire import JsonObject, JsonResponse, london, without_nulls
from mocks.nomis.world import World

_ROLES = ("GLOBAL_SEARCH", "VIEW_PRISONER_DATA")
_KINDS = {"S": "Social/Family", "O": "Official"}


@dataclass(frozen=True, slots=True)
class Contacts:
    """One booking at a time; a role opens the whole estate. Those made inactive come along."""

    world: World
    gate: Gate

    def routes(self) -> list[Route]:
        return [Route("/api/bookings/{booking_id}/contacts", self.of_booking, methods=["GET"])]

    async def of_booking(self, request: Request) -> Response:
        self.gate.admit(request, *_ROLES)
        booking_id = number_in_path(request, "booking_id")
        person = self.world.person_of_booking(booking_id)
        if person is None:
            raise NotFound(f"Offender booking with id {booking_id} not found.")
        kin, others = (
            [_payload(booking_id, each) for each in person.contacts if each.next_of_kin is wanted]
            for wanted in (True, False)
        )
        return JsonResponse({"bookingId": booking_id, "nextOfKin": kin, "otherContacts": others})


def _payload(booking_id: int, contact: Contact) -> JsonObject:
    return without_nulls(
        {
            "lastName": contact.last_name.upper(),
            "firstName": contact.first_name.upper(),
            "contactType": contact.kind,
            "contactTypeDescription": _KINDS.get(contact.kind, contact.kind),
            "relationship": contact.relationship,
            "relationshipDescription": contact.relationship_description,
            "commentText": contact.comment,
            "emergencyContact": contact.emergency,
            "nextOfKin": contact.next_of_kin,
            "relationshipId": contact.contact_id,
            "personId": contact.contact_id,
            "activeFlag": contact.ended_on is None,
            "expiryDate": None if contact.ended_on is None else contact.ended_on.isoformat(),
            "approvedVisitorFlag": False,
            "canBeContactedFlag": contact.ended_on is None,
            "awareOfChargesFlag": False,
            "bookingId": booking_id,
            "createDateTime": london(datetime.combine(contact.since, time(12), UTC)),
        }
    )
