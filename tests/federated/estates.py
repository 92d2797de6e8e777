"""A day at Leeds of any size: moves with people, alerts, dPERs, events, and legs at both suppliers."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from estate.model import AgencyType
from gateway.domain.allocations import Allocation, AllocationStatus
from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.events import Event, EventClassification, EventDetail
from gateway.domain.ids import (
    AgencyId,
    AllocationId,
    EventId,
    JourneyId,
    MoveId,
    MoveReference,
    PrisonNumber,
    SupplierKey,
)
from gateway.domain.moves import Move, MoveStatus, MoveType
from mocks.supplier.records import LegRecord, LegState, PositionRecord, VehicleRecord
from tests.store.worlds import make_move, make_record
from tests.support.estate_builders import a_person, an_account, an_agency, an_alert
from tests.support.stores import empty_store_url
from tests.support.worlds import NOW, TODAY, Gateway, NomisSource, Stored, SupplierSource, running_gateway, token_for

OFFICER = token_for("LEEDS_OFFICER", "PECS_PRISON", "PECS_OCA")

FEDERATED = """
query Federated($first: Int!, $day: Date!) {
  moves(first: $first, filter: {dateFrom: $day, dateTo: $day}) {
    nodes {
      id reference status type date
      fromLocation { agencyId title }
      toLocation { agencyId title }
      person { prisonNumber firstNames lastName alerts { code { code description } type { code } activeFrom } }
      journeys { number state fromLocation { title } toLocation { title } vehicle { registration } }
      personEscortRecord { status sections { key status answered outstanding } }
    }
  }
}
"""


@dataclass
class Day:
    """A running gateway and what its world holds."""

    gateway: Gateway
    numbers: list[str]
    moves: list[Move]
    allocation: Allocation
    suppliers: dict[str, SupplierSource]
    nomis: NomisSource
    stranger: str = token_for("MOORLAND_OFFICER", "PECS_PRISON")
    """A token of someone who has not asked anything yet."""


def reference(number: int) -> MoveReference:
    letters = "ACEFHJKMNPRTUVWXY"
    digits = "".join(str(1 + number // 9**place % 9) for place in range(4))
    return MoveReference(f"{letters[number % 17]}{letters[number // 17 % 17]}X{digits}A")


@asynccontextmanager
async def a_day_at_leeds(
    size: int, *, time_limit: float = 4.0, backend: str = "sqlite", **options: float
) -> AsyncIterator[Day]:
    """Run a gateway over so many moves of today, each of another person, alternating between the suppliers.

    Some go from one supplier's places to the other's, so that both are asked of them.
    """
    numbers = [f"A{n:04}AA" for n in range(size)]
    allocation = Allocation(
        id=AllocationId(uuid.UUID(int=7)),
        status=AllocationStatus.FILLED,
        date=TODAY,
        from_agency=AgencyId("LEI"),
        to_agency=AgencyId("MDI"),
        supplier=SupplierKey("geoamey"),
        moves_count=size,
        filled_count=size,
        prisoner_category=None,
        sentence_length=None,
        estate=None,
        complex_cases=(),
        other_criteria=None,
        requested_by=None,
        cancellation=None,
        version=1,
    )
    moves = [
        make_move(
            n,
            reference=reference(n),
            type=MoveType.PRISON_TRANSFER,
            status=MoveStatus.IN_TRANSIT,
            date=TODAY,
            prison_number=PrisonNumber(numbers[n]),
            supplier=SupplierKey(("geoamey", "serco")[n % 2]),
            receiving_supplier=SupplierKey("geoamey") if n % 4 == 3 else None,
            allocation_id=allocation.id,
        )
        for n in range(size)
    ]
    suppliers = {"geoamey": SupplierSource(), "serco": SupplierSource()}
    for move in moves:
        source = suppliers[str(move.supplier)]
        source.legs_by_reference[move.reference] = tuple(
            LegRecord(
                uuid.uuid5(move.id, f"leg {number}"),
                number,
                LegState.IN_PROGRESS,
                *places,
                billable=True,
                updated_at=NOW,
                date=TODAY,
                vehicle=VehicleRecord("v1", "AB12 CDE"),
            )
            for number, places in ((1, ("LEI", "LEEDCC")), (2, ("LEEDCC", "MDI")))
        )
        source.positions_by_reference[move.reference] = PositionRecord(53.8, -1.5, NOW, NOW + timedelta(hours=1))
    nomis = NomisSource(
        agency_list=(
            an_agency("LEI", "Leeds (HMP)"),
            an_agency("MDI", "Moorland (HMP & YOI)"),
            an_agency("LEEDCC", "Leeds Crown Court", AgencyType.CRT),
        ),
        account_list=(
            an_account("LEEDS_OFFICER", "PECS_PRISON", "PECS_OCA", caseloads=("LEI",)),
            an_account("LEEDS_COLLEAGUE", "PECS_PRISON", "PECS_OCA", caseloads=("LEI",)),
            an_account("MOORLAND_OFFICER", "PECS_PRISON", caseloads=("MDI",)),
            an_account("HULL_OFFICER", "PECS_PRISON", caseloads=("HLI",)),
        ),
        people_by_number={
            number: a_person(
                number, alerts=(an_alert("XEL", number=number), an_alert("HA", number=number, type_code="H"))
            )
            for number in numbers
        },
    )
    stored = Stored(
        moves=[(move, ()) for move in moves],
        allocations=[allocation],
        records=[
            replace(make_record(move, EscortRecordStatus.COMPLETED), prison_number=move.prison_number) for move in moves
        ],
        events=[_event(move, n) for move in moves for n in range(2)],
    )
    async with (
        empty_store_url(backend) as url,
        running_gateway(
            url,
            nomis=nomis,
            stored=stored,
            suppliers=suppliers,
            time_limit=time_limit,
            options=options,
        ) as gateway,
    ):
        # What establishes the viewer and the reference data are cached: they are not part of any count.
        await gateway.ask("{ viewer { username } alertTypes { code } }", OFFICER)
        await _forget_counts(gateway)
        yield Day(gateway, numbers, moves, allocation, suppliers, nomis)


async def all_counts(gateway: Gateway) -> dict[str, dict[str, int]]:
    """Give the requests at every door since the last look."""
    return {
        "nomis": await gateway.counts(gateway.nomis),
        **{key: await gateway.counts(door) for key, door in gateway.suppliers.items()},
    }


async def _forget_counts(gateway: Gateway) -> None:
    await all_counts(gateway)


def _event(move: Move, number: int) -> Event:
    return Event(
        id=EventId(uuid.uuid5(move.id, f"event {number}")),
        position=0,
        move_id=MoveId(move.id),
        journey_id=JourneyId(uuid.uuid5(move.id, "leg 1")),
        type="JourneyStart",
        classification=EventClassification.DEFAULT,
        occurred_at=NOW,
        recorded_at=NOW,
        supplier=move.supplier,
        notes=None,
        details=(EventDetail("vehicle_reg", "AB12 CDE"),),
    )
