"""The floor: the same answer written by hand, with the gateway's own adapters and store, and no GraphQL at all."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a file, this folder is on the path

import orjson
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.adapters import nomis as nomis_adapter
from gateway.adapters import supplier as supplier_adapter
from gateway.adapters.http import UpstreamConfig
from gateway.adapters.nomis import NomisConfig
from gateway.adapters.supplier import SupplierConfig
from gateway.adapters.tokens import Credentials
from gateway.domain.ids import AgencyId, SupplierKey
from gateway.domain.moves import MoveFilter, MoveOrder
from gateway.domain.pages import PageRequest
from gateway.domain.scope import Scope
from gateway.domain.times import utc_now
from gateway.resolvers.global_ids import NodeType, encode
from gateway.store import escort_records, move_pages
from gateway.store.engine import Database
from gateway.store.tables import locations
from gateway.transport.authentication import TokenVerifier
from gateway.transport.memory import settle_memory
from gateway.transport.server import server_config

GIVEN: Final[dict[str, Any]] = json.loads(os.environ["BENCH_SOURCES"])
ACCOUNT: Final = Credentials("gateway", "gateway-secret")
NOMIS: Final = UpstreamConfig(base_url=GIVEN["nomis"])

database: Final = Database(GIVEN["database"])
nomis: Final = nomis_adapter.connect(
    NomisConfig(
        sign_in=NOMIS, prison_api=NOMIS, prisoner_search=NOMIS, alerts=NOMIS, manage_users=NOMIS, account=ACCOUNT
    )
)
supplier: Final = supplier_adapter.connect(
    SupplierConfig(
        key=SupplierKey("geoamey"),
        name="GEOAmey",
        service=UpstreamConfig(base_url=GIVEN["supplier"]),
        account=ACCOUNT,
    )
)
verifier: Final = TokenVerifier(nomis.sign_in.jwks, issuer=GIVEN["issuer"], audience=None, clock=utc_now)
titles: dict[str, str] = {}
within: Final = Scope(frozenset(map(AgencyId, GIVEN["caseload"])), None, national=False)


def known(found: Any) -> Any:
    if isinstance(found, Exception):
        raise found
    return found


async def answer(request: Request) -> Response:
    await verifier.verify(request.headers.get("authorization"))
    asked = orjson.loads(await request.body())["variables"]
    day = date.fromisoformat(asked["day"])
    page = await move_pages.page(
        database,
        PageRequest(asked["first"]),
        matching=MoveFilter(date_from=day, date_to=day),
        order=MoveOrder(),
        within=within,
    )
    moves = [edge.node for edge in page.edges]
    records = await escort_records.by_moves(database, [move.id for move in moves], within=within)
    numbers = [move.prison_number for move in moves if move.prison_number is not None]
    people, alerts, legs = await asyncio.gather(
        nomis.prisoner_search.people(numbers),
        nomis.alerts.alerts(numbers, include_inactive=False),
        supplier.legs([move.reference for move in moves]),
    )
    nodes: list[dict[str, object]] = []
    for move in moves:
        assert move.prison_number is not None  # noqa: S101 - all of the bench's moves have one
        assert move.to_agency is not None  # noqa: S101
        person, record = known(people[move.prison_number]), records[move.id]
        nodes.append(
            {
                "id": encode(NodeType.MOVE, move.id),
                "reference": move.reference,
                "status": move.status.name,
                "date": move.date,
                "fromLocation": {"agencyId": move.from_agency, "title": titles[move.from_agency]},
                "toLocation": {"agencyId": move.to_agency, "title": titles[move.to_agency]},
                "person": {
                    "prisonNumber": person.prison_number,
                    "firstNames": person.first_names,
                    "lastName": person.last_name,
                    "dateOfBirth": person.date_of_birth,
                    "alerts": [
                        {
                            "code": {"code": alert.code.code, "description": alert.code.description},
                            "comment": alert.comment,
                            "activeFrom": alert.active_from,
                        }
                        for alert in known(alerts[move.prison_number])
                    ],
                },
                "journeys": [
                    {
                        "number": leg.number,
                        "state": leg.state.name,
                        "date": leg.date,
                        "fromLocation": {"title": titles[leg.from_agency]},
                        "toLocation": {"title": titles[leg.to_agency]},
                        "vehicle": None if leg.vehicle is None else {"registration": leg.vehicle.registration},
                    }
                    for leg in known(legs[move.reference])
                ],
                "personEscortRecord": {
                    "status": record.status.name,
                    "sections": [
                        {
                            "key": section.key.name,
                            "status": section.status.name,
                            "answered": section.answered,
                            "outstanding": section.outstanding,
                        }
                        for section in record.sections
                    ],
                },
            }
        )
    return Response(orjson.dumps({"data": {"moves": {"nodes": nodes}}}), media_type="application/json")


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    async with database.read() as connection:
        rows = await connection.execute(sa.select(locations.c.agency_id, locations.c.title))
        titles.update({row.agency_id: row.title for row in rows})
    await verifier.prepare()
    settle_memory()
    yield
    await database.aclose()


if __name__ == "__main__":
    app = Starlette(routes=[Route("/graphql", answer, methods=["POST"])], lifespan=lifespan)
    uvicorn.Server(server_config(app, port=int(os.environ["BENCH_PORT"]), log_level="warning")).run()
