"""Executes the query of the federated bench over values in memory: in_memory.py plans|strawberry MOVES.

`plans` runs the gateway's engine, `strawberry` stock Strawberry with its caches, over the same schema, resolvers and
loaders. It is told what to do line by line; bench/execution.py does that.
"""

import asyncio
import gc
import json
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, cast

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path and not the one above

import uvloop  # noqa: E402
from asyncpg.pgproto import pgproto  # type: ignore[import-untyped]  # noqa: E402
from strawberry.extensions import ParserCache, ValidationCache  # noqa: E402
from strawberry.types import ExecutionResult  # noqa: E402

from gateway.context import Context  # noqa: E402
from gateway.domain.alerts import Alert, AlertCode  # noqa: E402
from gateway.domain.escort_records import EscortRecord, EscortRecordStatus  # noqa: E402
from gateway.domain.ids import AgencyId, JourneyId, MoveId, MoveReference, PrisonNumber, SupplierKey  # noqa: E402
from gateway.domain.journeys import Carriage, Journey, JourneyState, Vehicle  # noqa: E402
from gateway.domain.locations import Location, LocationType  # noqa: E402
from gateway.domain.moves import Move, MoveFilter, MoveOrder, MoveStatus  # noqa: E402
from gateway.domain.pages import DEFAULT_PAGE_SIZE, Edge, Page, PageRequest  # noqa: E402
from gateway.domain.people import Person  # noqa: E402
from gateway.domain.provenance import Provenance, SourceSystem  # noqa: E402
from gateway.execution.engine import Engine  # noqa: E402
from gateway.execution.plans import Plans  # noqa: E402
from gateway.resolvers.moves import carriage  # noqa: E402
from gateway.schema.build import build_schema  # noqa: E402
from gateway.services import Services  # noqa: E402
from gateway.services.listings import Listing  # noqa: E402
from gateway.services.loaders import asks_upstream  # noqa: E402
from gateway.services.locations import Locations  # noqa: E402
from gateway.store.reference import ReferenceData  # noqa: E402
from gateway.transport.documents import Documents, core_schema  # noqa: E402
from gateway.transport.limits import Limits  # noqa: E402
from gateway.transport.memory import settle_memory  # noqa: E402
from tests.store.worlds import make_move, make_record  # noqa: E402

DAY: Final = date(2026, 11, 24)
AT: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
QUERY: Final = (ROOT / "bench" / "federated" / "federated.graphql").read_text()
SUPPLIER: Final = SupplierKey("geoamey")
LEEDS, COURT, MOORLAND = AgencyId("LEI"), AgencyId("LEEDCC"), AgencyId("MDI")
PLACES: Final = {
    LEEDS: Location(LEEDS, "Leeds (HMP)", LocationType.PRISON, active=True),
    COURT: Location(COURT, "Leeds Crown Court", LocationType.COURT, active=True),
    MOORLAND: Location(MOORLAND, "Moorland (HMP & YOI)", LocationType.PRISON, active=True),
}
ALERTS: Final = ("XEL", "HA", "XA", "XCU", "PEEP")
NOMIS: Final = Provenance(SourceSystem.NOMIS, AT, stale=False)
TOLD: Final = Provenance(SourceSystem.SUPPLIER, AT, stale=False)

Answer = Callable[[], Awaitable[ExecutionResult]]


def a_person(number: PrisonNumber) -> Person:
    return Person(
        prison_number=number,
        first_names="John Paul",
        last_name="Smith",
        date_of_birth=date(1980, 1, 31),
        gender=None,
        ethnicity=None,
        nationality=None,
        pnc_number=None,
        cro_number=None,
        category=None,
        agency_id=LEEDS,
        provenance=NOMIS,
    )


def an_alert(number: PrisonNumber, code: str) -> Alert:
    return Alert(
        prison_number=number,
        type_code=code[0],
        type_description=f"Type {code[0]}",
        code=AlertCode(code, f"Description of {code}", active=None),
        comment="As reported on arrival",
        active_from=date(2026, 1, 31),
        expires_on=None,
        active=True,
        provenance=NOMIS,
    )


def a_journey(move: Move, number: int, start: AgencyId, end: AgencyId) -> Journey:
    return Journey(
        id=JourneyId(uuid.uuid5(move.id, f"leg {number}")),
        move_id=move.id,
        supplier=SUPPLIER,
        number=number,
        state=JourneyState.IN_PROGRESS,
        date=DAY,
        from_agency=start,
        to_agency=end,
        billable=True,
        vehicle=Vehicle("v1", "AB12 CDE"),
        provenance=TOLD,
    )


def a_move(number: int) -> Move:
    return make_move(
        number,
        # As PostgreSQL's driver gives it.
        id=MoveId(pgproto.UUID(uuid.uuid5(uuid.NAMESPACE_OID, str(number)).hex)),
        reference=MoveReference(f"BEN{number:04}A"),
        status=MoveStatus.IN_TRANSIT,
        date=DAY,
        prison_number=PrisonNumber(f"A{number:04}AA"),
        from_agency=LEEDS,
        to_agency=MOORLAND,
        supplier=SUPPLIER,
    )


class InMemory:
    """What stands in for the services: it has the parts that the query uses, and each knows its values already.

    Those that ask other systems are marked as the real ones are, so that loaders wait for each other as they would.
    """

    def __init__(self, size: int) -> None:
        self.all = tuple(a_move(number) for number in range(size))
        numbers = [cast("PrisonNumber", move.prison_number) for move in self.all]
        self.persons = {number: a_person(number) for number in numbers}
        self.alerts_of = {number: tuple(an_alert(number, code) for code in ALERTS) for number in numbers}
        self.journeys_of = {
            cast("Carriage", carriage(move)): (a_journey(move, 1, LEEDS, COURT), a_journey(move, 2, COURT, MOORLAND))
            for move in self.all
        }
        self.records_of = {move.id: make_record(move, EscortRecordStatus.COMPLETED) for move in self.all}
        self.edges = tuple(Edge(str(move.id), move) for move in self.all)
        self.locations = Locations(ReferenceData(PLACES, {}, {}))
        # One object is all of them: the names of their methods differ.
        self.people = self.alerts = self.moves = self.journeys = self.escort_records = self

    @asks_upstream
    async def by_numbers(self, numbers: Sequence[PrisonNumber]) -> Mapping[PrisonNumber, Person]:
        return {number: self.persons[number] for number in numbers}

    @asks_upstream
    async def active_by_numbers(self, numbers: Sequence[PrisonNumber]) -> Mapping[PrisonNumber, tuple[Alert, ...]]:
        return {number: self.alerts_of[number] for number in numbers}

    @asks_upstream
    async def by_carriages(self, keys: Sequence[Carriage]) -> Mapping[Carriage, tuple[Journey, ...]]:
        return {key: self.journeys_of[key] for key in keys}

    async def by_moves(self, ids: Sequence[MoveId]) -> Mapping[MoveId, EscortRecord]:
        return {move_id: self.records_of[move_id] for move_id in ids}

    async def page(self, request: PageRequest, *, matching: MoveFilter, order: MoveOrder) -> Listing[Move]:  # noqa: ARG002 - as the service has it
        edges = self.edges[: request.size]

        async def total() -> int:
            return len(self.all)

        return Listing(Page(edges, has_next=False, has_previous=False), total)

    def for_others(self) -> dict[str, object]:
        """Return the same values for an executor that is not in Python."""
        return {
            "query": QUERY,
            "day": DAY.isoformat(),
            "places": {key: {"agencyId": key, "title": place.title} for key, place in PLACES.items()},
            "moves": [
                {
                    "key": str(move.id),
                    "reference": move.reference,
                    "status": move.status.name,
                    "date": move.date,
                    "prisonNumber": move.prison_number,
                    "fromAgency": move.from_agency,
                    "toAgency": move.to_agency,
                }
                for move in self.all
            ],
            "people": {
                number: {
                    "prisonNumber": number,
                    "firstNames": one.first_names,
                    "lastName": one.last_name,
                    "dateOfBirth": one.date_of_birth,
                }
                for number, one in self.persons.items()
            },
            "alerts": {
                number: [
                    {
                        "code": {"code": one.code.code, "description": one.code.description},
                        "comment": one.comment,
                        "activeFrom": one.active_from,
                    }
                    for one in found
                ]
                for number, found in self.alerts_of.items()
            },
            "journeys": {key.reference: [_journey(one) for one in found] for key, found in self.journeys_of.items()},
            "records": {str(move_id): _record(one) for move_id, one in self.records_of.items()},
        }


def _journey(one: Journey) -> dict[str, object]:
    return {
        "number": one.number,
        "state": one.state.name,
        "date": one.date,
        "fromAgency": one.from_agency,
        "toAgency": one.to_agency,
        "vehicle": None if one.vehicle is None else {"registration": one.vehicle.registration},
    }


def _record(one: EscortRecord) -> dict[str, object]:
    return {
        "status": one.status.name,
        "sections": [
            {
                "key": section.key.name,
                "status": section.status.name,
                "answered": section.answered,
                "outstanding": section.outstanding,
            }
            for section in one.sections
        ],
    }


def a_context(values: InMemory) -> Context:
    # The query reads neither the viewer nor how viewers are made.
    nobody: Any = None
    return Context(nobody, cast("Services", values), nobody, "bench")


def by_plans(values: InMemory, variables: Mapping[str, object]) -> Answer:
    """Answer as the endpoint does, from the text to the data."""
    schema = build_schema()
    documents = Documents(Limits(default_page_size=DEFAULT_PAGE_SIZE, objects=100_000))
    engine, core = Engine(Plans(schema, at_use=1)), core_schema(schema)

    async def otherwise() -> ExecutionResult:
        message = "the plan was left"
        raise RuntimeError(message)

    async def answer() -> ExecutionResult:
        one = documents.prepare(core, QUERY, None, variables)
        return await engine.answer(
            one.document_key, one.document, one.definition, one.variables, a_context(values), otherwise
        )

    return answer


def by_strawberry(values: InMemory, variables: dict[str, Any]) -> Answer:
    schema = build_schema(extensions=[ParserCache, ValidationCache])

    async def answer() -> ExecutionResult:
        return await schema.execute(QUERY, variable_values=variables, context_value=a_context(values))

    return answer


KINDS: Final[Mapping[str, Callable[[InMemory, dict[str, Any]], Answer]]] = {
    "plans": by_plans,
    "strawberry": by_strawberry,
}


@dataclass
class Executor:
    """Does what it is told to, and says what came of it."""

    values: InMemory
    answer: Answer

    async def data(self) -> object:
        result = await self.answer()
        if result.errors:
            raise result.errors[0]
        return result.data

    async def run(self, seconds: float) -> object:
        """Answer again and again for so long; return how often, and the CPU that it took."""
        gc.collect()
        operations, ends, before = 0, time.perf_counter() + seconds, time.process_time()
        while time.perf_counter() < ends:
            await self.answer()
            operations += 1
        return {"operations": operations, "cpu_seconds": time.process_time() - before}

    async def told(self, order: Mapping[str, Any]) -> object:
        match order["do"]:
            case "values":
                return self.values.for_others()
            case "answer":
                return await self.data()
            case _:
                return await self.run(order["seconds"])


def main(kind: str, size: int) -> None:
    values = InMemory(size)
    executor = Executor(values, KINDS[kind](values, {"first": size, "day": DAY.isoformat()}))
    # As the gateway does; both kinds have the good of it.
    settle_memory()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for line in sys.stdin:
            print(json.dumps(runner.run(executor.told(json.loads(line))), default=str), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
