"""The peer in Python: stock Strawberry over Starlette, which asks what sources.mjs asks and answers the same.

It is what its documentation leads to: the ASGI integration, parser and validation caches, a dataloader for each
relation, asyncpg, httpx, uvicorn with uvloop and httptools. Nothing in it is the gateway's.
"""

import json
import os
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Final
from uuid import UUID

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import httpx
import jwt
import strawberry
import uvicorn
from aiodataloader import DataLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

GIVEN: Final[dict[str, Any]] = json.loads(os.environ["BENCH_SOURCES"])
REMEMBERED: Final = 10_000
KEY: Final = jwt.PyJWK(GIVEN["key"])
SECTIONS: Final[dict[str, int]] = {key: number for number, key in enumerate(GIVEN["sections"])}
MOVES: Final = """SELECT id, reference, status, date, prison_number, from_agency, to_agency FROM moves
    WHERE from_agency = ANY($1::text[]) AND day BETWEEN $2 AND $3 ORDER BY day, id LIMIT $4"""
RECORDS: Final = """SELECT r.move_id, r.status, s.key, s.status AS section_status, s.answered, s.outstanding
    FROM person_escort_records r JOIN per_sections s ON s.record_id = r.id WHERE r.move_id = ANY($1::uuid[])"""


class Context:
    """What the resolvers of one request need."""

    def __init__(self, sources: "Sources") -> None:
        self.sources = sources
        self.people: DataLoader[str, Person | None] = DataLoader(sources.people)
        self.alerts: DataLoader[str, list[Alert]] = DataLoader(sources.alerts)
        self.journeys: DataLoader[str, list[Journey]] = DataLoader(sources.journeys)
        self.records: DataLoader[UUID, PersonEscortRecord | None] = DataLoader(sources.records)


Info = strawberry.Info[Context, None]


@strawberry.enum
class MoveStatus(Enum):
    PROPOSED = "proposed"
    REQUESTED = "requested"
    BOOKED = "booked"
    IN_TRANSIT = "in_transit"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@strawberry.enum
class JourneyState(Enum):
    PROPOSED = "proposed"
    REJECTED = "rejected"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@strawberry.enum
class PerStatus(Enum):
    UNSTARTED = "unstarted"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"


@strawberry.enum
class SectionStatus(Enum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


@strawberry.type
class Location:
    agency_id: str
    title: str


@strawberry.type
class AlertCode:
    code: str
    description: str


@strawberry.type
class Alert:
    code: AlertCode
    comment: str | None
    active_from: date | None


@strawberry.type
class Vehicle:
    registration: str | None


@strawberry.type
class Journey:
    number: int
    state: JourneyState
    date: date | None
    from_location: Location
    to_location: Location
    vehicle: Vehicle | None


@strawberry.type
class PerSection:
    key: str
    status: SectionStatus
    answered: int
    outstanding: int


@strawberry.type
class PersonEscortRecord:
    status: PerStatus
    sections: list[PerSection]


@strawberry.type
class Person:
    prison_number: str
    first_names: str
    last_name: str
    date_of_birth: date | None

    @strawberry.field
    async def alerts(self, info: Info) -> list[Alert] | None:
        return await info.context.alerts.load(self.prison_number)


@strawberry.type
class Move:
    key: strawberry.Private[UUID]
    prison_number: strawberry.Private[str]
    id: strawberry.ID
    reference: str
    status: MoveStatus
    date: date | None
    from_location: Location
    to_location: Location | None

    @strawberry.field
    async def person(self, info: Info) -> Person | None:
        return await info.context.people.load(self.prison_number)

    @strawberry.field
    async def journeys(self, info: Info) -> list[Journey] | None:
        return await info.context.journeys.load(self.reference)

    @strawberry.field
    async def person_escort_record(self, info: Info) -> PersonEscortRecord | None:
        return await info.context.records.load(self.key)


@strawberry.type
class MoveConnection:
    nodes: list[Move]


@strawberry.input
class MoveFilter:
    date_from: date
    date_to: date


@dataclass
class Sources:
    """What the process holds on to: its connections and the places."""

    database: Any
    nomis: httpx.AsyncClient
    supplier: httpx.AsyncClient
    places: dict[str, Location]

    async def people(self, numbers: Sequence[str]) -> list[Person | None]:
        rows = await post(self.nomis, GIVEN["peoplePath"], {"prisonerNumbers": numbers})
        found = {row["prisonerNumber"]: a_person(row) for row in rows}
        return [found.get(number) for number in numbers]

    async def alerts(self, numbers: Sequence[str]) -> list[list[Alert]]:
        answer = await post(self.nomis, "/search/alerts/prison-numbers?includeInactive=false", numbers)
        found: dict[str, list[Alert]] = {number: [] for number in numbers}
        for row in answer["content"]:
            if row["prisonNumber"] in found:
                found[row["prisonNumber"]].append(an_alert(row))
        return list(found.values())

    async def journeys(self, references: Sequence[str]) -> list[list[Journey]]:
        answer = await post(self.supplier, "/journeys/search", {"moveReferences": references})
        found = {row["moveReference"]: [self._journey(one) for one in row["journeys"]] for row in answer["content"]}
        return [found.get(reference, []) for reference in references]

    async def records(self, move_ids: Sequence[UUID]) -> list[PersonEscortRecord | None]:
        found: dict[UUID, PersonEscortRecord] = {}
        for row in await self.database.fetch(RECORDS, move_ids):
            record = found.get(row["move_id"])
            if record is None:
                record = found[row["move_id"]] = PersonEscortRecord(status=PerStatus(row["status"]), sections=[])
            record.sections.append(
                PerSection(
                    key=row["key"].upper(),
                    status=SectionStatus(row["section_status"]),
                    answered=row["answered"],
                    outstanding=row["outstanding"],
                )
            )
        for record in found.values():
            record.sections.sort(key=lambda section: SECTIONS[section.key])
        return [found.get(move_id) for move_id in move_ids]

    async def moves(self, first: int, matching: MoveFilter) -> list[Move]:
        rows = await self.database.fetch(MOVES, GIVEN["caseload"], matching.date_from, matching.date_to, first)
        return [
            Move(
                key=row["id"],
                prison_number=row["prison_number"],
                id=strawberry.ID(urlsafe_b64encode(f"Move:{row['id']}".encode()).rstrip(b"=").decode()),
                reference=row["reference"],
                status=MoveStatus(row["status"]),
                date=row["date"],
                from_location=self.places[row["from_agency"]],
                to_location=None if row["to_agency"] is None else self.places[row["to_agency"]],
            )
            for row in rows
        ]

    def _journey(self, row: dict[str, Any]) -> Journey:
        vehicle = row.get("vehicle")
        return Journey(
            number=row["number"],
            state=JourneyState(row["state"]),
            date=a_date(row.get("date")),
            from_location=self.places[row["fromAgency"]],
            to_location=self.places[row["toAgency"]],
            vehicle=Vehicle(registration=vehicle.get("registration")) if vehicle else None,
        )


async def post(client: httpx.AsyncClient, path: str, body: object) -> Any:
    answer = await client.post(path, json=body)
    return answer.raise_for_status().json()


def readable(name: str) -> str:
    return name.strip().title()


def a_date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def a_person(row: dict[str, Any]) -> Person:
    return Person(
        prison_number=row["prisonerNumber"],
        first_names=readable(f"{row['firstName']} {row.get('middleNames') or ''}"),
        last_name=readable(row["lastName"]),
        date_of_birth=a_date(row.get("dateOfBirth")),
    )


def an_alert(row: dict[str, Any]) -> Alert:
    code = row["alertCode"]
    return Alert(
        code=AlertCode(code=code["code"], description=code.get("description") or code["code"]),
        comment=row.get("description"),
        active_from=a_date(row.get("activeFrom")),
    )


@strawberry.type
class Query:
    @strawberry.field
    async def moves(
        self, info: Info, first: int, matching: Annotated[MoveFilter, strawberry.argument(name="filter")]
    ) -> MoveConnection:
        return MoveConnection(nodes=await info.context.sources.moves(first, matching))


verified: Final[dict[str, float]] = {}


def verify(header: str) -> None:
    """Check a token. Verified ones are remembered, as the gateway and the other peers remember them."""
    token = header.removeprefix("Bearer ")
    if verified.get(token, 0) > time.time():
        return
    payload = jwt.decode(token, KEY, algorithms=["RS256"], issuer=GIVEN["issuer"], options={"verify_aud": False})
    if len(verified) < REMEMBERED:
        verified[token] = payload["exp"]


class Peer(GraphQL[Context, None]):
    """The endpoint, which makes a context for each request."""

    sources: Sources

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002 - as the base has it
        verify(request.headers["authorization"])
        return Context(self.sources)


schema: Final = strawberry.Schema(query=Query, extensions=[ParserCache, ValidationCache])
endpoint: Final = Peer(schema, graphql_ide=None)


def client(url: str, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url,
        headers={"authorization": f"Bearer {token}"},
        limits=httpx.Limits(max_connections=40, max_keepalive_connections=40),
        trust_env=False,
    )


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    async with (
        asyncpg.create_pool(GIVEN["database"], max_size=10) as database,
        client(GIVEN["nomis"], GIVEN["nomisToken"]) as nomis,
        client(GIVEN["supplier"], GIVEN["supplierToken"]) as supplier,
    ):
        rows = await database.fetch("SELECT agency_id, title FROM locations")
        places = {row["agency_id"]: Location(agency_id=row["agency_id"], title=row["title"]) for row in rows}
        endpoint.sources = Sources(database, nomis, supplier, places)
        yield


if __name__ == "__main__":
    app = Starlette(routes=[Route("/graphql", endpoint)], lifespan=lifespan)
    uvicorn.run(app, port=int(os.environ["BENCH_PORT"]), loop="uvloop", http="httptools", log_level="warning")
