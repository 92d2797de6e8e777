"""Small worlds of moves, and the rules about them said again, plainly and without a database."""

import string
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar

from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.escort_records import (
    ESCORT_RECORD_SECTIONS,
    EscortRecord,
    EscortRecordFlag,
    EscortRecordSection,
    EscortRecordStatus,
    FlagSeverity,
    SectionStatus,
)
from gateway.domain.ids import (
    AgencyId,
    EscortRecordId,
    LodgingId,
    MoveId,
    MoveReference,
    PrisonNumber,
    SupplierKey,
)
from gateway.domain.locations import Agency, LocationType
from gateway.domain.moves import (
    Lodging,
    LodgingStatus,
    Move,
    MoveCount,
    MoveDirection,
    MoveFilter,
    MoveOrder,
    MoveOrderField,
    MoveStatus,
    MoveType,
    OrderDirection,
    VehicleKind,
    VehicleNeeds,
)
from gateway.domain.scope import Scope
from gateway.domain.suppliers import Supplier
from gateway.store import moves_writer, reference

T = TypeVar("T")

NEW_YEAR: Final = date(2026, 1, 1)
NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
AGENCIES: Final = tuple(map(AgencyId, ("LEI", "MDI", "WWI", "LEEDCC", "MPS34")))
# Not in the order of their codes, two alike, one beyond ASCII.
TITLES: Final = dict(zip(AGENCIES, ("Zeds", "Alps", "Ëlms", "Alps", "mill"), strict=True))
SUPPLIERS: Final = tuple(map(SupplierKey, ("geoamey", "serco")))
NUMBERS: Final = tuple(map(PrisonNumber, ("A1111AA", "A2222AA", "A3333AA")))


def day(number: int) -> date:
    return NEW_YEAR + timedelta(days=number)


def make_move(number: int, **changes: object) -> Move:
    """Make the move of a number, the same each time but for the changes."""
    letter = string.ascii_uppercase[number % 26]
    values: dict[str, object] = {
        "id": MoveId(uuid.uuid5(uuid.NAMESPACE_OID, str(number))),
        "reference": MoveReference(f"{letter}AC{number:04}A"),
        "type": MoveType.PRISON_TRANSFER,
        "status": MoveStatus.REQUESTED,
        "date": day(0),
        "date_from": None,
        "date_to": None,
        "time_due": None,
        "prison_number": NUMBERS[0],
        "from_agency": AGENCIES[0],
        "to_agency": AGENCIES[1],
        "supplier": SUPPLIERS[0],
        "vehicle_needs": VehicleNeeds(VehicleKind.CELLULAR, None),
        "prison_transfer_reason": None,
        "additional_information": None,
        "recall_date": None,
        "cancellation": None,
        "allocation_id": None,
        "recorded_retrospectively": False,
        "authorised_at": NOON,
        "created_at": NOON,
        "updated_at": NOON,
        "version": 1,
    }
    return Move(**(values | changes))  # type: ignore[arg-type]  # the names are those of the fields


def make_lodging(
    move: Move, number: int, agency: AgencyId, first: int, last: int, *, cancelled: bool = False
) -> Lodging:
    return Lodging(
        id=LodgingId(uuid.uuid5(move.id, str(number))),
        move_id=move.id,
        agency_id=agency,
        start_date=day(first),
        end_date=day(last),
        status=LodgingStatus.CANCELLED if cancelled else LodgingStatus.PROPOSED,
    )


def make_record(move: Move, status: EscortRecordStatus) -> EscortRecord:
    return EscortRecord(
        id=EscortRecordId(uuid.uuid5(move.id, "record")),
        move_id=move.id,
        prison_number=move.prison_number,
        status=status,
        sections=tuple(
            EscortRecordSection(key, SectionStatus.IN_PROGRESS, number, 4 - number, 1)
            for number, key in enumerate(ESCORT_RECORD_SECTIONS)
        ),
        flags=(EscortRecordFlag("self_harm", "Self-harm", FlagSeverity.ALERT, "history-of-self-harm"),),
        completed_at=NOON if status in {EscortRecordStatus.COMPLETED, EscortRecordStatus.CONFIRMED} else None,
        amended_at=None,
        confirmed_at=None,
        handover=None,
        version=1,
    )


@dataclass(frozen=True)
class World:
    moves: tuple[tuple[Move, tuple[Lodging, ...]], ...]
    records: tuple[EscortRecord, ...] = ()

    async def write(self, conn: AsyncConnection) -> None:
        await write_reference(conn)
        await moves_writer.insert_moves(conn, self.moves, titles=TITLES)
        await moves_writer.insert_escort_records(conn, self.records, at=NOON)

    def find(self, matching: MoveFilter, within: Scope) -> list[Move]:
        return [
            move
            for move, stays in self.moves
            if is_visible(move, stays, within) and self._matches(move, stays, matching, within)
        ]

    def visible(self, within: Scope) -> list[Move]:
        return [move for move, stays in self.moves if is_visible(move, stays, within)]

    def counts(
        self, agency: AgencyId, first: date, last: date, direction: MoveDirection, within: Scope
    ) -> list[MoveCount]:
        counted: Counter[tuple[date, MoveStatus]] = Counter()
        incomplete: Counter[tuple[date, MoveStatus]] = Counter()
        for move, stays in self.moves:
            if is_visible(move, stays, within):
                done = self.record_status(move) in (EscortRecordStatus.COMPLETED, EscortRecordStatus.CONFIRMED)
                for on in {on for way, at, on in stops(move, stays) if (way, at) == (direction, agency)}:
                    if first <= on <= last:
                        counted[on, move.status] += 1
                        incomplete[on, move.status] += move.status != MoveStatus.CANCELLED and not done
        states = list(MoveStatus)
        return [
            MoveCount(on, direction, status, counted[on, status], incomplete[on, status])
            for on, status in sorted(counted, key=lambda key: (key[0], states.index(key[1])))
        ]

    def record_status(self, move: Move) -> EscortRecordStatus | None:
        return next((record.status for record in self.records if record.move_id == move.id), None)

    def _seen_status(self, move: Move, within: Scope) -> EscortRecordStatus | None:
        record = next((record for record in self.records if record.move_id == move.id), None)
        return None if record is None or not is_theirs(record, move, within) else record.status

    def records_in(self, within: Scope) -> dict[MoveId, EscortRecord]:
        """Give the records that are seen, by their moves."""
        moves = {move.id: move for move in self.visible(within)}
        return {
            record.move_id: record
            for record in self.records
            if (move := moves.get(record.move_id)) is not None and is_theirs(record, move, within)
        }

    def _matches(self, move: Move, stays: tuple[Lodging, ...], matching: MoveFilter, within: Scope) -> bool:
        places: Iterable[AgencyId] | None = matching.location_ids
        if places is None and matching.direction and not within.national and not within.supplier:
            places = within.agencies
        stopped = any(
            (matching.direction is None or direction is matching.direction)
            and (places is None or at in places)
            and (matching.date_from is None or on >= matching.date_from)
            and (matching.date_to is None or on <= matching.date_to)
            for direction, at, on in stops(move, stays)
        )
        return (
            stopped
            and (matching.statuses is None or move.status in matching.statuses)
            and (matching.types is None or move.type in matching.types)
            and (matching.supplier_key is None or move.supplier == matching.supplier_key)
            and (matching.prison_number is None or move.prison_number == matching.prison_number)
            and (matching.per_statuses is None or self._seen_status(move, within) in matching.per_statuses)
        )


async def write_reference(conn: AsyncConnection) -> None:
    await reference.upsert_suppliers(conn, [Supplier(key, key.title(), None) for key in SUPPLIERS])
    await reference.upsert_agencies(
        conn, [Agency(agency, title, LocationType.PRISON, active=True) for agency, title in TITLES.items()]
    )


def stops(move: Move, stays: Iterable[Lodging]) -> list[tuple[MoveDirection, AgencyId, date]]:
    """Say where and when a move leaves and comes."""
    leaves_on = move.date or move.date_from or move.created_at.date()
    arrives_on = leaves_on
    found = [(MoveDirection.OUTGOING, move.from_agency, leaves_on)]
    for stay in stays:
        if stay.status != LodgingStatus.CANCELLED:
            found.append((MoveDirection.INCOMING, stay.agency_id, stay.start_date))
            found.append((MoveDirection.OUTGOING, stay.agency_id, stay.end_date))
            arrives_on = max(arrives_on, stay.end_date)
    if move.to_agency is not None:
        found.append((MoveDirection.INCOMING, move.to_agency, arrives_on))
    return found


def last_day(move: Move, stays: Iterable[Lodging]) -> date:
    return max(on for _, _, on in stops(move, stays))


def is_visible(move: Move, stays: Iterable[Lodging], within: Scope) -> bool:
    if within.national or move.from_agency in within.agencies:
        return True
    if move.authorised_at is None:
        return False
    return (
        move.to_agency in within.agencies
        or (within.supplier is not None and within.supplier in {move.supplier, move.receiving_supplier})
        or any(stay.agency_id in within.agencies and stay.status != LodgingStatus.CANCELLED for stay in stays)
    )


def is_theirs(record: EscortRecord, move: Move, within: Scope) -> bool:
    """Say whether the record of a visible move is seen: by its sender always, by others once it was complete."""
    if within.national or move.from_agency in within.agencies or record.completed_at is not None:
        return True
    return move.status in {MoveStatus.IN_TRANSIT, MoveStatus.COMPLETED}


def in_order(found: list[Move], order: MoveOrder) -> list[Move]:
    keys: dict[MoveOrderField, Callable[[Move], object]] = {
        MoveOrderField.DATE: lambda move: move.date or move.date_from or move.created_at.date(),
        MoveOrderField.CREATED_AT: lambda move: move.created_at,
        MoveOrderField.UPDATED_AT: lambda move: move.updated_at,
        MoveOrderField.FROM_LOCATION: lambda move: TITLES[move.from_agency],
        MoveOrderField.TO_LOCATION: lambda move: TITLES[move.to_agency] if move.to_agency else "",
    }
    key = keys[order.field]
    return sorted(
        found,
        key=lambda move: (key(move), move.id),
        reverse=order.direction is OrderDirection.DESC,
    )


agencies = st.sampled_from(AGENCIES)
numbers = st.none() | st.sampled_from(NUMBERS)
days = st.integers(0, 6).map(day)


def scope(*places: AgencyId, supplier: SupplierKey | None = None, national: bool = False) -> Scope:
    return Scope(frozenset(places), supplier, national)


scopes = st.one_of(
    st.builds(
        Scope, agencies=agencies.map(lambda one: frozenset({one})), supplier=st.none(), national=st.just(value=False)
    ),
    st.builds(Scope, agencies=st.frozensets(agencies, max_size=4), supplier=st.none(), national=st.just(value=False)),
    st.builds(
        Scope,
        agencies=st.frozensets(agencies, max_size=2),
        supplier=st.none() | st.sampled_from(SUPPLIERS),
        national=st.just(value=False),
    ),
    st.just(scope(national=True)),
)


def sometimes(part: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """Leave a part of a filter open more often than not: with all of them set, nothing is ever found."""
    return st.integers(0, 2).flatmap(lambda number: part if number == 2 else st.none())


stop_filters = st.builds(
    MoveFilter,
    direction=sometimes(st.sampled_from(MoveDirection)),
    location_ids=sometimes(st.lists(agencies, min_size=1, max_size=3).map(tuple)),
    date_from=sometimes(days),
    date_to=sometimes(days),
)

filters = st.builds(
    replace,
    stop_filters,
    statuses=sometimes(st.lists(st.sampled_from(MoveStatus), max_size=4).map(tuple)),
    types=sometimes(st.lists(st.sampled_from([MoveType.PRISON_TRANSFER, MoveType.HOSPITAL]), max_size=2).map(tuple)),
    supplier_key=sometimes(st.sampled_from(SUPPLIERS)),
    prison_number=sometimes(st.sampled_from(NUMBERS)),
    per_statuses=sometimes(st.lists(st.sampled_from(EscortRecordStatus), max_size=3).map(tuple)),
)

orders = st.builds(MoveOrder, field=st.sampled_from(MoveOrderField), direction=st.sampled_from(OrderDirection))


@st.composite
def worlds(draw: st.DrawFn, most: int = 14) -> World:
    """Draw moves with few values for everything, so that keys are often equal and rules often meet."""
    found: list[tuple[Move, tuple[Lodging, ...]]] = []
    records: list[EscortRecord] = []
    for number in range(draw(st.integers(1, most))):
        move = make_move(
            number,
            type=draw(st.sampled_from([MoveType.PRISON_TRANSFER, MoveType.HOSPITAL])),
            status=draw(st.sampled_from(MoveStatus)),
            date=draw(st.none() | days),
            date_from=draw(st.none() | days),
            prison_number=draw(numbers),
            from_agency=draw(agencies),
            to_agency=draw(st.none() | agencies),
            supplier=draw(st.none() | st.sampled_from(SUPPLIERS)),
            receiving_supplier=draw(st.none() | st.sampled_from(SUPPLIERS)),
            authorised_at=draw(st.sampled_from([NOON, NOON, None])),
            created_at=NOON + timedelta(hours=draw(st.integers(0, 50))),
            updated_at=NOON + timedelta(microseconds=draw(st.integers(0, 5))),
        )
        stays = []
        for stay in range(draw(st.sampled_from([0, 0, 1, 2]))):
            first = draw(st.integers(0, 5))
            last = draw(st.integers(first + 1, 7))
            stays.append(make_lodging(move, stay, draw(agencies), first, last, cancelled=draw(st.booleans())))
        found.append((move, tuple(stays)))
        status = draw(st.none() | st.sampled_from(EscortRecordStatus))
        if status is not None:
            records.append(make_record(move, status))
    return World(tuple(found), tuple(records))
