"""Prison API: people by number and by booking, one and many."""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Person
from mocks.nomis.access import Gate
from mocks.nomis.bodies import flag, json_object, number_in_path, text_list, texts
from mocks.nomis.errors import Invalid, NotFound
from mocks.nomis.paging import HeaderPaging
from mocks.nomis.prison_api.inmate import basic, detail, full, summary, with_extra
from mocks.nomis.wire import JsonObject, JsonResponse
from mocks.nomis.world import World

_OFFENDER_NUMBER = re.compile(r"[A-Z]\d{4}[A-Z]{2}")
_OVERRIDES = ("GLOBAL_SEARCH", "VIEW_PRISONER_DATA")


@dataclass(frozen=True, slots=True)
class Bookings:
    """The routes that show people; caseloads count unless a role overrides them."""

    world: World
    gate: Gate

    def routes(self) -> list[Route]:
        return [
            Route("/api/offenders/{number}", self.offender, methods=["GET"]),
            Route("/api/prisoners", self.prisoners, methods=["POST"]),
            Route("/api/prisoners/{number}", self.prisoner, methods=["GET"]),
            Route("/api/bookings/offenders", self.bookings, methods=["POST"]),
            Route("/api/bookings/offenderNo/{number}", self.booking_of, methods=["GET"]),
            Route("/api/bookings/{booking_id}", self.booking, methods=["GET"]),
        ]

    async def offender(self, request: Request) -> Response:
        """Show all about one person; the number must be in capitals here."""
        caller = self.gate.admit(request)
        number = request.path_params["number"]
        if not _OFFENDER_NUMBER.fullmatch(number):
            raise Invalid("Offender Number format incorrect")
        person = self.gate.offender(caller, number, *_OVERRIDES, "PRISON_API__HMPPS_INTEGRATION_API")
        return JsonResponse(with_extra(self.world, person))

    async def booking_of(self, request: Request) -> Response:
        caller = self.gate.admit(request)
        number = request.path_params["number"]
        person = self.gate.offender(caller, number, *_OVERRIDES)
        if person.booking_id is None:
            raise NotFound(f"Resource with id [{number}] not found.")
        return JsonResponse(self._shown(person, request, in_full=flag(request, "fullInfo", default=False)))

    async def booking(self, request: Request) -> Response:
        caller = self.gate.admit(request)
        person = self.gate.booking(caller, number_in_path(request, "booking_id"), *_OVERRIDES)
        return JsonResponse(self._shown(person, request, in_full=not flag(request, "basicInfo", default=False)))

    def _shown(self, person: Person, request: Request, *, in_full: bool) -> JsonObject:
        if flag(request, "extraInfo", default=False):
            return with_extra(self.world, person)
        return full(self.world, person) if in_full else basic(self.world, person)

    async def bookings(self, request: Request) -> Response:
        """Show many bookings, or none; inactive people are left out unless the query says otherwise."""
        caller = self.gate.admit(request)
        active_only = flag(request, "activeOnly", default=True)
        people = self.gate.visible(caller, await text_list(request, least=0), *_OVERRIDES)
        return JsonResponse([summary(self.world, person) for person in people if person.active or not active_only])

    async def prisoners(self, request: Request) -> Response:
        """Find people by number, by pages of ten unless a header says otherwise; only numbers can be asked for."""
        self.gate.admit(request, "GLOBAL_SEARCH")
        paging = HeaderPaging.of(request)
        numbers = texts((await json_object(request)).get("offenderNos"), "offenderNos")
        people = self.world.people(numbers)
        people.sort(key=lambda each: (each.last_name, each.first_name, each.prison_number))
        return paging.answer([detail(self.world, person) for person in people])

    async def prisoner(self, request: Request) -> Response:
        """Find one person by number; the answer is a list all the same."""
        caller = self.gate.admit(request)
        person = self.gate.offender(caller, request.path_params["number"], "VIEW_PRISONER_DATA")
        return JsonResponse([detail(self.world, person)])
