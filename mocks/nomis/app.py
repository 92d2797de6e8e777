"""The five services as one application."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.nomis import health
from mocks.nomis.access import Clock, Gate
from mocks.nomis.alerts import Alerts
from mocks.nomis.controls import Controls
from mocks.nomis.errors import MethodNotAllowed, NotFound, Refusal, Unauthorised, render
from mocks.nomis.firewall import Firewall, SecurityHeaders
from mocks.nomis.keys import KeyRing
from mocks.nomis.manage_users import ManageUsers
from mocks.nomis.prison_api.agencies import Agencies
from mocks.nomis.prison_api.assessments import Assessments
from mocks.nomis.prison_api.bookings import Bookings
from mocks.nomis.prison_api.care_needs import CareNeeds
from mocks.nomis.prison_api.contacts import Contacts
from mocks.nomis.prison_api.movements import Movements
from mocks.nomis.prison_api.reference import Reference
from mocks.nomis.prison_api.users import Users
from mocks.nomis.prisoner_search import PrisonerSearch
from mocks.nomis.services import Service, service_of
from mocks.nomis.sign_in import Lockouts, SignIn
from mocks.nomis.tokens import Issuer
from mocks.nomis.world import Source, World
from mocks.switches import FaultRule, Switches

AGENCY_CACHE_SECONDS = 3600.0


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    source: Source,
    *,
    today: date,
    keys: KeyRing | None = None,
    issuer: str | None = None,
    clock: Clock = _now,
    agency_cache_seconds: float = AGENCY_CACHE_SECONDS,
) -> Starlette:
    """Serve a world.

    `today` decides which alerts are active; `clock` decides when tokens end. `issuer` fixes the issuer of tokens,
    which otherwise follows the address that was called. `keys` spares tests the making of a key.
    """
    keys = keys or KeyRing()
    world = World(source, today)
    gate = Gate(keys, world, clock, agency_cache_seconds=agency_cache_seconds)
    tokens = Issuer(keys, clock)
    lockouts = Lockouts()
    sign_in = SignIn(world=world, keys=keys, issuer=tokens, lockouts=lockouts, clock=clock, issuer_url=issuer)
    routes: list[Route] = [
        *sign_in.routes(),
        *Users(world, gate).routes(),
        *Agencies(world, gate).routes(),
        *CareNeeds(world, gate).routes(),
        *Bookings(world, gate).routes(),
        *Assessments(world, gate).routes(),
        *Contacts(world, gate).routes(),
        *Movements(world, gate).routes(),
        *Reference(gate).routes(),
        *PrisonerSearch(world, gate).routes(),
        *Alerts(world, gate).routes(),
        *ManageUsers(world, gate).routes(),
        *Controls(
            world=world, keys=keys, issuer=tokens, sign_in=sign_in, lockouts=lockouts, gate=gate, clock=clock
        ).routes(),
        *health.routes(),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(SecurityHeaders), Middleware(Firewall)],
        exception_handlers={Refusal: _refuse, HTTPException: _NoRoute(gate)},
    )


def behind_switches(services: Starlette, *, rules: Iterable[FaultRule] = ()) -> Switches:
    """Put the fault switches and the count of requests in front of the services."""
    return Switches(
        services, service_of=service_of, services=[each.value for each in Service], routes=services.routes, rules=rules
    )


async def _refuse(request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        raise refusal
    return render(request, refusal)


class _NoRoute:
    """Answers an unknown path, or a wrong method on a known one, in the dialect of the service.

    Who has no token is refused first, as security stands before the routes; not so at sign-in, where tokens come from,
    nor at our own switches.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def __call__(self, request: Request, error: Exception) -> Response:
        if service_of(request.url.path) is not Service.SIGN_IN and not request.url.path.startswith("/__"):
            try:
                self._gate.admit(request)
            except Unauthorised as refusal:
                return render(request, refusal)
        if isinstance(error, HTTPException) and error.status_code == MethodNotAllowed.status:
            return render(request, MethodNotAllowed(f"Request method '{request.method}' is not supported"))
        return render(request, NotFound(f"No static resource {request.url.path.lstrip('/')}."))
