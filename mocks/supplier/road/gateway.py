"""The gateway as a supplier's system sees it: its graph, with a token of sign-in, and its door for webhooks."""

import hmac
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import httpx
import orjson

_AGAIN: Final = frozenset({"UPSTREAM_UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL_SERVER_ERROR"})

_MOVE: Final = """
  id reference status date lodgings {id}
  fromLocation {id agencyId} toLocation {id agencyId}
  journeys {id number state fromLocation {agencyId} toLocation {agencyId}}
"""
_MOVES: Final = f"""
query Day($day: Date!, $after: String) {{
  moves(first: 100, after: $after,
        filter: {{dateFrom: $day, dateTo: $day, statuses: [REQUESTED, BOOKED, IN_TRANSIT]}}) {{
    nodes {{ {_MOVE} }}
    pageInfo {{hasNextPage endCursor}}
  }}
}}
"""
_ONE: Final = f"query One($id: ID!) {{ move(id: $id) {{ {_MOVE} }} }}"
_RECORD: Final = """
mutation Record($input: RecordEventsInput!) {
  recordEvents(input: $input) { results { event {id} problems {code message field} } }
}
"""
_CREATE: Final = """
mutation Create($input: CreateJourneyInput!) {
  createJourney(input: $input) { journey {id} problems {code message field} }
}
"""


class Unreachable(Exception):
    """The gateway did not answer, or asks to be asked again."""


class NotTaken(Exception):
    """The gateway answers and will not have this, now or later."""


@dataclass(frozen=True, slots=True)
class JourneySeen:
    id: str
    state: str
    from_agency: str
    to_agency: str


@dataclass(frozen=True, slots=True)
class MoveSeen:
    """A move as the supplier reads it; `to_agency` is None where it has no destination yet."""

    id: str
    reference: str
    status: str
    date: date | None
    from_id: str
    from_agency: str
    to_id: str | None
    to_agency: str | None
    lodges: bool
    journeys: tuple[JourneySeen, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the gateway did not take an event: the codes and words of its problems, or of an error."""

    codes: tuple[str, ...]
    message: str
    fields: tuple[tuple[str, ...], ...] = ()

    @property
    def told_before(self) -> bool:
        """Whether its key was used, with other words, before a restart: it is there."""
        return self.codes == ("CONFLICT",) and all(field[-1:] == ("idempotencyKey",) for field in self.fields)


class GatewayClient:
    """Speaks to the gateway with a supplier's own account. Without a secret it reports no positions."""

    def __init__(
        self,
        *,
        gateway_url: str,
        token_url: str,
        account: tuple[str, str],
        supplier: str,
        report_secret: str = "",
        clock: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._gateway_url = gateway_url.rstrip("/")
        self._token_url = token_url
        self._account = account
        self._supplier = supplier
        self._key = b64decode(report_secret.removeprefix("whsec_")) if report_secret else b""
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=15, trust_env=False, transport=transport)
        self._token = ""

    async def aclose(self) -> None:
        await self._client.aclose()

    async def moves(self, day: date) -> list[MoveSeen]:
        """Give the open moves of a day."""
        found: list[MoveSeen] = []
        after: str | None = None
        while True:
            page = (await self._ask(_MOVES, {"day": day.isoformat(), "after": after}))["moves"]
            found.extend(map(_move_seen, page["nodes"]))
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return found

    async def move(self, move_id: str) -> MoveSeen | None:
        """Give a move; None where it is not the supplier's."""
        found = (await self._ask(_ONE, {"id": move_id}))["move"]
        return None if found is None else _move_seen(found)

    async def record(self, events: Sequence[Mapping[str, object]]) -> list[Refusal | None]:
        """Record events; give for each why it was not, or None where it was."""
        results = (await self._ask(_RECORD, {"input": {"events": list(events)}}))["recordEvents"]["results"]
        return [_refusal_of(one) for one in results]

    async def create_journey(self, asked: Mapping[str, object]) -> str | Refusal:
        """Report a journey; give its id, or why it was not taken."""
        payload = (await self._ask(_CREATE, {"input": dict(asked)}))["createJourney"]
        return str(payload["journey"]["id"]) if payload["journey"] else _refused(payload["problems"])

    async def report_positions(self, message_id: str, positions: Sequence[Mapping[str, object]]) -> None:
        """Report positions by webhook, signed; one that is not taken is old news."""
        if not self._key or not positions:
            return
        body = orjson.dumps({"type": "supplier.report", "data": {"positions": list(positions)}})
        stamp = str(int(self._clock().timestamp()))
        signed = f"{message_id}.{stamp}.".encode() + body
        answer = await self._post(
            f"{self._gateway_url}/webhooks/suppliers/{self._supplier}",
            content=body,
            headers={
                "content-type": "application/json",
                "webhook-id": message_id,
                "webhook-timestamp": stamp,
                "webhook-signature": "v1," + b64encode(hmac.digest(self._key, signed, "sha256")).decode(),
            },
        )
        if not answer.is_success:
            raise NotTaken(f"positions: {answer.status_code}")

    async def _ask(self, query: str, variables: Mapping[str, object]) -> dict[str, Any]:
        for _ in range(2):
            answer = await self._post(
                f"{self._gateway_url}/graphql",
                json={"query": query, "variables": variables},
                headers={"authorization": f"Bearer {self._token or await self._sign_in()}"},
            )
            try:
                body = answer.json()
            except ValueError:
                raise Unreachable from None
            codes = {error["extensions"]["code"] for error in body.get("errors", ())}
            if "UNAUTHENTICATED" in codes:
                self._token = ""
                continue
            if codes & _AGAIN:
                raise Unreachable
            if not body.get("data"):
                raise NotTaken(", ".join(sorted(codes)))
            data: dict[str, Any] = body["data"]
            return data
        raise Unreachable

    async def _sign_in(self) -> str:
        answer = await self._post(self._token_url, data={"grant_type": "client_credentials"}, auth=self._account)
        if not answer.is_success:
            raise NotTaken(f"sign-in: {answer.status_code}")
        self._token = str(answer.json()["access_token"])
        return self._token

    async def _post(self, url: str, **given: Any) -> httpx.Response:
        try:
            answer = await self._client.post(url, **given)
        except httpx.TransportError:
            raise Unreachable from None
        if answer.status_code in {HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)}:
            raise Unreachable
        return answer


def journey_uuid(global_id: str) -> UUID:
    """Give the supplier's own number of a journey, as the stand-in tells journeys under the numbers they have here.

    Ids are opaque to any real client.
    """
    text = urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode()
    return UUID(text.rpartition(":")[2])


def _move_seen(row: Mapping[str, Any]) -> MoveSeen:
    end = row["toLocation"]
    return MoveSeen(
        id=row["id"],
        reference=row["reference"],
        status=row["status"],
        date=None if row["date"] is None else date.fromisoformat(row["date"]),
        from_id=row["fromLocation"]["id"],
        from_agency=row["fromLocation"]["agencyId"],
        to_id=None if end is None else end["id"],
        to_agency=None if end is None else end["agencyId"],
        lodges=bool(row["lodgings"]),
        journeys=tuple(
            JourneySeen(one["id"], one["state"], one["fromLocation"]["agencyId"], one["toLocation"]["agencyId"])
            for one in row["journeys"] or ()
        ),
    )


def _refusal_of(result: Mapping[str, Any]) -> Refusal | None:
    if result["event"] is not None:
        return None
    return _refused(result["problems"]) if result["problems"] else Refusal(("REFUSED",), "an error in its place")


def _refused(problems: Sequence[Mapping[str, Any]]) -> Refusal:
    return Refusal(
        tuple(one["code"] for one in problems),
        " ".join(one["message"] for one in problems),
        tuple(tuple(one["field"] or ()) for one in problems),
    )
