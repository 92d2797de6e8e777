"""Prisoner Search: people by number and by booking, as the index has them."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Person
from mocks.nomis.access import Gate
from mocks.nomis.bodies import json_object, listed
from mocks.nomis.errors import Invalid, NotFound
from mocks.nomis.prisoner_search_payload import search_payload, shuffled
from mocks.nomis.wire import JsonObject, JsonResponse
from mocks.nomis.world import World

MOST_KEYS = 1000
_READ_ROLES = ("VIEW_PRISONER_DATA", "PRISONER_SEARCH", "PRISONER_SEARCH__PRISONER__RO")
_BULK_ROLES = ("GLOBAL_SEARCH", "PRISONER_SEARCH", "PRISONER_SEARCH__PRISONER__RO")


class PrisonerSearch:
    """The routes of the search service; a role opens the whole estate, caseloads play no part."""

    def __init__(self, world: World, gate: Gate) -> None:
        self._world = world
        self._gate = gate
        self._indexed: dict[str, tuple[Person, JsonObject]] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/prisoner/{number}", self.one, methods=["GET"]),
            Route("/prisoner-search/prisoner-numbers", self.by_numbers, methods=["POST"]),
            Route("/prisoner-search/booking-ids", self.by_bookings, methods=["POST"]),
        ]

    def _payload(self, person: Person) -> JsonObject:
        """Project once per state of a person: benchmarks ask for the same hundred again and again."""
        kept = self._indexed.get(person.prison_number)
        if kept is None or kept[0] is not person:
            kept = (person, search_payload(self._world, person))
            self._indexed[person.prison_number] = kept
        return kept[1]

    async def one(self, request: Request) -> Response:
        """Find one person by number, in any case."""
        self._gate.admit(request, *_READ_ROLES)
        asked = request.path_params["number"]
        person = self._world.indexed_person(asked.upper())
        if person is None:
            raise NotFound(f"{asked} not found")
        return JsonResponse(self._pruned([person], request)[0])

    async def by_numbers(self, request: Request) -> Response:
        """Find many: in the index's order, each once, the unknown left out."""
        self._gate.admit(request, *_BULK_ROLES)
        keys = _keys(await json_object(request), "prisonerNumbers", str)
        people = (self._world.indexed_person(str(number)) for number in set(keys))
        return self._unordered((person for person in people if person is not None), request)

    async def by_bookings(self, request: Request) -> Response:
        self._gate.admit(request, *_BULK_ROLES)
        ids = (int(key) for key in _keys(await json_object(request), "bookingIds", int))
        people = (self._world.person_of_booking(booking_id) for booking_id in set(ids))
        indexed = (self._world.indexed_person(person.prison_number) for person in people if person is not None)
        return self._unordered((person for person in indexed if person is not None), request)

    def _unordered(self, people: Iterable[Person], request: Request) -> Response:
        return JsonResponse(self._pruned(sorted(people, key=lambda each: shuffled(each.prison_number)), request))

    def _pruned(self, people: list[Person], request: Request) -> list[JsonObject]:
        fields = listed(request, "responseFields")
        payloads = [self._payload(person) for person in people]
        if not fields:
            return payloads
        if payloads and (unknown := sorted(set(fields).difference(payloads[0]))):
            raise Invalid(f"Invalid response fields requested: [{', '.join(unknown)}]")
        return [{name: payload[name] for name in fields} for payload in payloads]


def _keys(body: dict[str, object], name: str, kind: type[int] | type[str]) -> list[int | str]:
    """Read 1 to 1,000 keys of one type. Digits pass for a number, as the booking ids of our own answers are text."""
    keys = body.get(name)
    if not isinstance(keys, list) or not all(type(key) is kind or _digits(key, kind) for key in keys):
        raise Invalid(f"{name} must be a list")
    if not 1 <= len(keys) <= MOST_KEYS:
        raise Invalid(f"{name} must contain between 1 and {MOST_KEYS} entries")
    return keys


def _digits(key: object, kind: type[int] | type[str]) -> bool:
    return kind is int and isinstance(key, str) and key.isascii() and key.isdigit()
