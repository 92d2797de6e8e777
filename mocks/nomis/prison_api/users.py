"""Prison API: who the user is, and which caseloads they hold."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Account, Caseload
from mocks.nomis.access import Gate
from mocks.nomis.bodies import flag, json_object
from mocks.nomis.errors import Forbidden, Invalid, NotFound
from mocks.nomis.wire import JsonObject, JsonResponse, without_nulls
from mocks.nomis.world import World, in_nomis

_DUMMY_CASELOAD: JsonObject = {
    "caseLoadId": "___",
    "description": "-------",
    "type": "DUMMY",
    "caseloadFunction": "GENERAL",
}
_ROLE_CASELOAD = "NWEB"


@dataclass(frozen=True, slots=True)
class Users:
    """The routes under /api/users; any token may call them."""

    world: World
    gate: Gate

    def routes(self) -> list[Route]:
        return [
            Route("/api/users/me", self.me, methods=["GET"]),
            Route("/api/users/me/caseLoads", self.caseloads, methods=["GET"]),
            Route("/api/users/me/activeCaseLoad", self.activate, methods=["PUT"]),
            Route("/api/users/me/roles", self.roles, methods=["GET"]),
            Route("/api/users/{username}", self.user, methods=["GET"]),
        ]

    def _account(self, username: str) -> Account:
        """Find an account that NOMIS knows; people who sign in from elsewhere have none here."""
        account = self.world.account(username)
        if account is None or not in_nomis(account):
            raise NotFound(f"Resource with id [{username.upper()}] not found.")
        return account

    async def me(self, request: Request) -> Response:
        return JsonResponse(_user(self._account(self.gate.admit(request).principal)))

    async def user(self, request: Request) -> Response:
        self.gate.admit(request)
        return JsonResponse(_user(self._account(request.path_params["username"])))

    async def caseloads(self, request: Request) -> Response:
        """List caseloads of type INST, administrators' ones too; a dummy stands where there are none."""
        account = self.world.account(self.gate.admit(request).principal)
        every = flag(request, "allCaseloads", default=False)
        held = [entry for entry in self.world.caseloads_of(account) if every or entry.caseload_type == "INST"]
        if account is None or not held:
            return JsonResponse([_DUMMY_CASELOAD])
        return JsonResponse([_caseload(entry, account) for entry in held])

    async def activate(self, request: Request) -> Response:
        """Make a caseload the active one, everywhere the person works; the id's case does not matter."""
        caller = self.gate.admit(request)
        wanted = (await json_object(request)).get("caseLoadId")
        if not isinstance(wanted, str):
            raise Invalid("Field: caseLoadId - must not be null")
        account = self._account(caller.principal)
        for held in self.world.caseloads_of(account):
            if held.caseload_id.upper() == wanted.upper():
                self.world.activate_caseload(account, held.caseload_id)
                return Response(status_code=200)
        raise Forbidden(f"The user does not have access to the caseLoadId = {wanted}")

    async def roles(self, request: Request) -> Response:
        account = self._account(self.gate.admit(request).principal)
        return JsonResponse(
            [
                {
                    "roleId": number,
                    "roleCode": role,
                    "roleName": role.replace("_", " ").title(),
                    "caseloadId": _ROLE_CASELOAD,
                }
                for number, role in enumerate(sorted(account.roles), start=1)
            ]
        )


def _user(account: Account) -> JsonObject:
    return without_nulls(
        {
            "staffId": account.staff_id,
            "username": account.username,
            "firstName": account.first_name.capitalize(),
            "lastName": account.last_name.capitalize(),
            "activeCaseLoadId": account.active_caseload,
            "accountStatus": "ACTIVE" if account.enabled else "INACT",
            "lockedFlag": False,
            "expiredFlag": False,
            "active": account.enabled,
        }
    )


def _caseload(caseload: Caseload, account: Account) -> JsonObject:
    return {
        "caseLoadId": caseload.caseload_id,
        "description": caseload.description,
        "type": caseload.caseload_type,
        "caseloadFunction": caseload.function,
        "currentlyActive": caseload.caseload_id == account.active_caseload,
    }
