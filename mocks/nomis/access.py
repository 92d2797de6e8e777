"""Who calls, and what they may see: tokens, roles, and Prison API's caseload rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from starlette.requests import Request

from estate.model import Person
from mocks.nomis.errors import Forbidden, Invalid, NotFound, Unauthorised
from mocks.nomis.keys import Claims, KeyRing
from mocks.nomis.world import IN_TRANSIT, OUTSIDE, World

Clock = Callable[[], datetime]

_CLOCK_SKEW = timedelta(seconds=60)
_KNOWN_SOURCES = frozenset({"none", "nomis", "delius", "auth"})


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified token. `username` is absent for a client that speaks for itself; roles stand without ROLE_."""

    username: str | None
    client_id: str
    roles: frozenset[str]
    scopes: frozenset[str]
    auth_source: str

    @property
    def principal(self) -> str:
        return self.username or self.client_id

    def holds(self, roles: Iterable[str]) -> bool:
        return not self.roles.isdisjoint(roles)


def _texts(value: object) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else []


def _caller(claims: Claims) -> Caller:
    client_id = claims.get("client_id")
    if not isinstance(client_id, str):
        raise Unauthorised("Jwt lacks a client")
    username = claims.get("user_name")
    source = str(claims.get("auth_source", "none"))
    return Caller(
        username=username if isinstance(username, str) else None,
        client_id=client_id,
        roles=frozenset(role.removeprefix("ROLE_") for role in _texts(claims.get("authorities"))),
        scopes=frozenset(_texts(claims.get("scope"))),
        auth_source=source if source in _KNOWN_SOURCES else "none",
    )


class Gate:
    """Lets callers in and answers what they may see.

    The agencies of a user are remembered for an hour, as upstream does: a caseload granted or taken away shows in the
    caseload list at once, and in what Prison API lets the user see only later.
    """

    def __init__(self, keys: KeyRing, world: World, clock: Clock, *, agency_cache_seconds: float) -> None:
        self._keys = keys
        self._world = world
        self._clock = clock
        self._keep = timedelta(seconds=agency_cache_seconds)
        self._agencies: dict[str, tuple[datetime, frozenset[str]]] = {}

    def admit(self, request: Request, *roles: str) -> Caller:
        """Verify the token, and that it holds one of the roles when any are named; 401 or 403 otherwise.

        Issuer and audience are not looked at, as upstream looks at neither.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorised
        try:
            claims = self._keys.verify(token.strip())
        except jwt.InvalidTokenError:
            reason = "An error occurred while attempting to decode the Jwt: Signed JWT rejected: Invalid signature"
            raise Unauthorised(reason) from None
        expires = claims.get("exp")
        if isinstance(expires, int | float) and self._clock().timestamp() > expires + _CLOCK_SKEW.total_seconds():
            raise Unauthorised("An error occurred while attempting to decode the Jwt: Jwt expired")
        begins = claims.get("nbf")
        if isinstance(begins, int | float) and self._clock().timestamp() < begins - _CLOCK_SKEW.total_seconds():
            raise Unauthorised("An error occurred while attempting to decode the Jwt: Jwt used before its time")
        caller = _caller(claims)
        if roles and not caller.holds(roles):
            raise Forbidden
        return caller

    def agencies_of(self, caller: Caller) -> frozenset[str]:
        """Return the active agencies of all the caller's INST/GENERAL caseloads.

        Outside and in-transit people belong to no caseload; the role INACTIVE_BOOKINGS adds them.
        """
        extra = {OUTSIDE, IN_TRANSIT} if "INACTIVE_BOOKINGS" in caller.roles else set()
        if caller.username is None:
            return frozenset(extra)
        now = self._clock()
        kept = self._agencies.get(caller.username)
        if kept is None or now - kept[0] >= self._keep:
            kept = (now, self._agencies_from_caseloads(caller.username))
            self._agencies[caller.username] = kept
        return kept[1] | extra

    def forget(self, username: str) -> None:
        """Drop what is remembered about a user's agencies."""
        self._agencies.pop(username.upper(), None)

    def _agencies_from_caseloads(self, username: str) -> frozenset[str]:
        caseloads = self._world.caseloads_of(self._world.account(username))
        ids = {
            agency_id
            for caseload in caseloads
            if caseload.caseload_type == "INST" and caseload.function == "GENERAL"
            for agency_id in caseload.agency_ids
        }
        agencies = (self._world.agency(agency_id) for agency_id in ids - {OUTSIDE, IN_TRANSIT})
        return frozenset(agency.agency_id for agency in agencies if agency is not None and agency.active)

    def offender(self, caller: Caller, number: str, *overrides: str) -> Person:
        """Find a person by number: 404 when unknown, 403 when outside the caller's agencies.

        A person without a booking is shown to anybody: upstream skips the check for them.
        """
        person = self._world.person(number)
        if person is None:
            raise NotFound(f"Resource with id [{number}] not found.")
        if person.booking_id is not None:
            self._check(caller, person, overrides)
        return person

    def booking(self, caller: Caller, booking_id: int, *overrides: str) -> Person:
        """Find a person by booking: 404 when unknown, 403 when outside the caller's agencies."""
        person = self._world.person_of_booking(booking_id)
        if person is None:
            raise NotFound(f"Offender booking with id {booking_id} not found.")
        self._check(caller, person, overrides)
        return person

    def _check(self, caller: Caller, person: Person, overrides: Iterable[str]) -> None:
        if not caller.holds(overrides) and person.agency_id not in self.agencies_of(caller):
            raise Forbidden(f"Unauthorised access to booking with id {person.booking_id}.")

    def visible(self, caller: Caller, numbers: Iterable[str], *overrides: str) -> list[Person]:
        """Find people with bookings by number; those outside the caller's agencies are dropped without a word."""
        people = [person for person in self._world.people(numbers) if person.booking_id is not None]
        if caller.holds(overrides):
            return people
        agencies = self.agencies_of(caller)
        if not agencies:
            raise Invalid("User has no active caseloads.")
        return [person for person in people if person.agency_id in agencies]
