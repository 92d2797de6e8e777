"""Switches for tests and demonstrations, never behind a token: keys, odd tokens, lag, accounts and people."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from estate.model import Client
from mocks.nomis.access import Clock, Gate
from mocks.nomis.bodies import json_object, texts
from mocks.nomis.errors import Conflict, Invalid, NotFound
from mocks.nomis.keys import Claims, KeyInUseError, KeyRing
from mocks.nomis.sign_in import Lockouts, SignIn
from mocks.nomis.tokens import Issuer
from mocks.nomis.wire import JsonResponse
from mocks.nomis.world import World

_STRAY_CLIENT = Client("odd-token-maker", "", (), (), ("read",), "Asks for no tokens itself")


@dataclass(frozen=True, slots=True)
class Controls:
    """The routes that begin with two underscores."""

    world: World
    keys: KeyRing
    issuer: Issuer
    sign_in: SignIn
    lockouts: Lockouts
    gate: Gate
    clock: Clock

    def routes(self) -> list[Route]:
        return [
            Route("/__keys", self.show_keys, methods=["GET"]),
            Route("/__keys/rotate", self.rotate, methods=["PUT"]),
            Route("/__keys/{key_id}", self.drop_key, methods=["DELETE"]),
            Route("/__tokens", self.token, methods=["POST"]),
            Route("/__lag", self.lag, methods=["PUT"]),
            Route("/__accounts/{username}", self.account, methods=["PUT"]),
            Route("/__people/{number}", self.person, methods=["PUT"]),
        ]

    def _keys_now(self) -> Response:
        return JsonResponse({"signing": self.keys.signing_key_id, "published": self.keys.published_ids()})

    async def show_keys(self, _request: Request) -> Response:
        return self._keys_now()

    async def rotate(self, request: Request) -> Response:
        """Publish a new key and sign with it; with `publishOnly` it waits, published, for the next call."""
        body = await json_object(request) if await request.body() else {}
        if body.get("publishOnly") is True:
            self.keys.publish()
        else:
            self.keys.rotate()
        return self._keys_now()

    async def drop_key(self, request: Request) -> Response:
        key_id = request.path_params["key_id"]
        try:
            self.keys.drop(key_id)
        except KeyError:
            raise NotFound(f"Key {key_id} is not published") from None
        except KeyInUseError:
            raise Conflict(f"Key {key_id} signs; rotate first") from None
        return self._keys_now()

    async def token(self, request: Request) -> Response:
        """Make a token that the sign-in service would not: claims replaced, left out, run out, or forged.

        Begins as the token of `clientId` or, where `username` is given, of that person signed in through it.
        """
        body = await json_object(request)
        claims = self._begin(body, self.sign_in.issuer_url(request))
        seconds = body.get("expiresIn")
        if isinstance(seconds, int):
            claims["exp"] = int(self.clock().timestamp()) + seconds
        claims.update(_claims(body.get("claims", {})))
        for name in texts(body.get("without", []), "without", least=0):
            claims.pop(name, None)
        token = self.keys.forge(claims) if body.get("forged") is True else self.keys.sign(claims)
        return JsonResponse({"access_token": token, "token_type": "bearer", "claims": claims})

    def _begin(self, body: dict[str, object], issuer_url: str) -> Claims:
        client = self.world.client(str(body["clientId"])) if "clientId" in body else _STRAY_CLIENT
        if client is None:
            raise NotFound("clientId is unknown")
        if "username" not in body:
            return self.issuer.client_claims(client, issuer_url)
        account = self.world.account(str(body["username"]))
        if account is None:
            raise NotFound("username is unknown")
        return self.issuer.user_claims(client, account, "authorization_code", issuer_url)

    async def lag(self, request: Request) -> Response:
        """Let Search say that some people are elsewhere than Prison API says; an empty list ends it."""
        body = await json_object(request)
        numbers = texts(body.get("prisonNumbers"), "prisonNumbers", least=0)
        self.world.lag(numbers, str(body.get("prisonId", "")))
        return JsonResponse({"prisonNumbers": numbers})

    async def account(self, request: Request) -> Response:
        """Replace an account's caseloads, roles or groups, or unverify its address; what is not named stays.

        The account is unlocked besides. Prison API goes on with the agencies that it remembers for the user, unless
        told to forget them.
        """
        body = await json_object(request)
        wanted = {name: texts(body[name], name, least=0) for name in ("caseloads", "roles", "groups") if name in body}
        for caseload_id in wanted.get("caseloads", []):
            if self.world.caseload(caseload_id) is None:
                raise Invalid(f"caseloads: {caseload_id} is unknown")
        changed = self.world.change_account(request.path_params["username"], **wanted)
        if changed is None:
            raise NotFound("username is unknown")
        self.lockouts.unlock(changed.username)
        if isinstance(verified := body.get("emailVerified"), bool):
            self.world.verify_email(changed, verified=verified)
        if body.get("forgetAgencies") is True:
            self.gate.forget(changed.username)
        return JsonResponse(
            {
                "username": changed.username,
                "caseloads": changed.caseloads,
                "roles": changed.roles,
                "groups": changed.groups,
            }
        )

    async def person(self, request: Request) -> Response:
        """Put a person at another agency: a prison, OUT or TRN."""
        agency_id = (await json_object(request)).get("agencyId")
        number = request.path_params["number"]
        if not isinstance(agency_id, str) or self.world.agency(agency_id) is None:
            raise Invalid("agencyId must be a known agency")
        if not self.world.move(number, agency_id):
            raise NotFound("prison number is unknown")
        return JsonResponse({"prisonNumber": number, "agencyId": agency_id})


def _claims(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid("claims must be an object")
    return value
