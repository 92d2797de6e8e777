"""Manage Users: names, groups, e-mail addresses, roles and caseloads of accounts of every source."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Account, Caseload
from mocks.nomis.access import Gate
from mocks.nomis.bodies import flag
from mocks.nomis.errors import NotFound
from mocks.nomis.wire import JsonObject, JsonResponse
from mocks.nomis.world import World, in_nomis

_OTHERS_ROLES = ("USER_PERMISSIONS__RO", "MAINTAIN_ACCESS_ROLES_ADMIN", "MAINTAIN_ACCESS_ROLES", "INTEL_ADMIN")


@dataclass(frozen=True, slots=True)
class ManageUsers:
    """The routes under /users."""

    world: World
    gate: Gate

    def routes(self) -> list[Route]:
        return [
            Route("/users/me", self.me, methods=["GET"]),
            Route("/users/me/groups", self.groups, methods=["GET"]),
            Route("/users/me/roles", self.my_roles, methods=["GET"]),
            Route("/users/me/caseloads", self.caseloads, methods=["GET"]),
            Route("/users/{username}", self.user, methods=["GET"]),
            Route("/users/{username}/email", self.email, methods=["GET"]),
            Route("/users/{username}/roles", self.roles, methods=["GET"]),
        ]

    def _account(self, username: str) -> Account:
        account = self.world.account(username)
        if account is None:
            raise NotFound(f"Account for username {username} not found")
        return account

    async def me(self, request: Request) -> Response:
        return JsonResponse(_user(self._account(self.gate.admit(request).principal)))

    async def user(self, request: Request) -> Response:
        self.gate.admit(request)
        return JsonResponse(_user(self._account(request.path_params["username"])))

    async def groups(self, request: Request) -> Response:
        """List groups; only accounts of the sign-in service itself have any, prison staff get an empty list."""
        account = self.world.account(self.gate.admit(request).principal)
        held = () if account is None or in_nomis(account) else account.groups
        return JsonResponse([{"groupCode": code, "groupName": self.world.group_name(code)} for code in held])

    async def my_roles(self, request: Request) -> Response:
        """List the token's roles, so that they are as old as the token; no ROLE_ before them."""
        return JsonResponse([{"roleCode": role} for role in sorted(self.gate.admit(request).roles)])

    async def roles(self, request: Request) -> Response:
        self.gate.admit(request, *_OTHERS_ROLES)
        account = self._account(request.path_params["username"])
        return JsonResponse([{"roleCode": role.removeprefix("ROLE_")} for role in sorted(account.roles)])

    async def email(self, request: Request) -> Response:
        """Give an address; one that is missing or unverified is no content, unless unverified ones will do."""
        self.gate.admit(request)
        account = self._account(request.path_params["username"])
        unverified_too = flag(request, "unverified", default=False)
        verified = self.world.has_verified_email(account)
        if account.email is None or not (verified or unverified_too):
            return Response(status_code=204)
        return JsonResponse({"username": account.username, "email": account.email, "verified": verified})

    async def caseloads(self, request: Request) -> Response:
        """Give prison staff their caseloads; nobody else is known here."""
        username = self.gate.admit(request).principal
        account = self._account(username)
        if not in_nomis(account):
            raise NotFound(f"Account for username {username} not found")
        held = self.world.caseloads_of(account)
        active = next((entry for entry in held if entry.caseload_id == account.active_caseload), None)
        return JsonResponse(
            {
                "username": account.username,
                "active": account.enabled,
                "accountType": "GENERAL",
                "activeCaseload": None if active is None else _caseload(active),
                "caseloads": [_caseload(entry) for entry in held],
            }
        )


def _caseload(caseload: Caseload) -> JsonObject:
    return {"id": caseload.caseload_id, "name": caseload.description, "function": caseload.function}


def _user(account: Account) -> JsonObject:
    """Show an account; staff id and active caseload only for prison staff."""
    of_staff: JsonObject = {}
    if in_nomis(account):
        of_staff = {"staffId": account.staff_id, "activeCaseLoadId": account.active_caseload}
    return {
        "username": account.username,
        "active": account.enabled,
        "name": account.name,
        "authSource": account.auth_source,
        **of_staff,
        "userId": account.user_id,
        "uuid": None if in_nomis(account) else account.user_id,
    }
