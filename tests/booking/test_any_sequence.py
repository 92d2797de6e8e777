"""Any sequence of bookings, decisions, changes, reports and allocations by anybody, against a simple model of all."""

import asyncio
import os
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tests.booking.allocating import ASSIGN, CREATE, REMOVE
from tests.booking.allocating import CANCEL as CALL_OFF
from tests.booking.bed import BOOK, GEOAMEY, MOORLAND, OCA, OFFICER, PMU, READER, SERCO, Bed, a_bed, codes, place
from tests.booking.test_changing_moves import APPROVE, CANCEL, REJECT, UPDATE
from tests.support.records import completed_record
from tests.support.worlds import TODAY

NIGHTLY: Final = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"

WHO: Final = {
    "officer": (OFFICER, {"LEI"}, {"COURT_APPEARANCE"}),
    "oca": (OCA, {"LEI"}, {"PRISON_TRANSFER"}),
    "moorland": (MOORLAND, {"MDI"}, {"COURT_APPEARANCE", "PRISON_TRANSFER"}),
    "pmu": (PMU, set(), set()),
    "geoamey": (GEOAMEY, set(), set()),
    "serco": (SERCO, set(), set()),
    "reader": (READER, set(), set()),
}
"""Who: the token, the places, and the types of move that they book."""

CANCELS: Final = {"officer", "oca", "moorland", "pmu"}
FILLS: Final = {"oca", "moorland"}

HELD_AT: Final = {"A1001AA": "LEI", "A1002AA": "LEI", "A1003AA": "LEI", "A1005AA": "LEI", "A2001AA": "MDI"}
EXCLUDED: Final = {"A1005AA"}
PRISONS: Final = ("LEI", "MDI", "WWI")
PLACES: Final = (*PRISONS, "LEEDCC")

OPEN: Final = {"PROPOSED", "REQUESTED", "BOOKED", "IN_TRANSIT"}
STEPS: Final = {
    "MoveApprove": ({"PROPOSED"}, "REQUESTED"),
    "MoveReject": ({"PROPOSED", "REQUESTED"}, "CANCELLED"),
    "MoveAccept": ({"REQUESTED"}, "BOOKED"),
    "MoveStart": ({"BOOKED"}, "IN_TRANSIT"),
    "MoveComplete": ({"IN_TRANSIT"}, "COMPLETED"),
    "MoveCancel": (OPEN | {"COMPLETED"}, "CANCELLED"),
}
"""What each event starts from, and where it leads."""
ON_THE_WAY_TO: Final = {
    "PROPOSED": {"PROPOSED", "REQUESTED", "BOOKED", "IN_TRANSIT", "COMPLETED"},
    "REQUESTED": {"REQUESTED", "BOOKED", "IN_TRANSIT", "COMPLETED"},
    "BOOKED": {"BOOKED", "IN_TRANSIT", "COMPLETED"},
    "IN_TRANSIT": {"IN_TRANSIT", "COMPLETED"},
    "COMPLETED": {"COMPLETED"},
    "CANCELLED": set[str](),
}
"""What a move may still come to from a status without being cancelled."""
RECORD: Final = (
    "mutation($input: RecordEventsInput!) {recordEvents(input: $input) "
    "{results {event {type} problems {code field message}}}}"
)
ON_THE_ROAD: Final = {"IN_TRANSIT", "COMPLETED"}
BEFORE_IT_LEAVES: Final = {"PROPOSED", "REQUESTED", "BOOKED"}


@dataclass
class Move:
    id: str
    type: str
    status: str
    person: str | None
    start: str
    end: str
    day: date | None
    first_day: date | None
    authorised: bool
    allocation: str | None = None
    version: int = 1
    told: list[str] = field(default_factory=list)
    log: list[tuple[datetime, int, str]] = field(default_factory=list)
    """What was told of its status: when it occurred, as which one it was told, and what."""
    waiting: int = 0
    """How many of those that were told made no new version of it."""
    recorded: bool = False
    """Whether it has a complete dPER."""
    told_of_record: list[str] = field(default_factory=list)
    """What was told of that."""

    def tell(self, what: str, at: datetime) -> None:
        self.told.append(what)
        if what in STEPS:
            self.log.append((at, len(self.log), what))

    def since(self, log: list[tuple[datetime, int, str]]) -> tuple[str, object]:
        """Give the status that a log leads to, and the entry that did; those of one instant as they can."""
        status, by = ("PROPOSED" if self.told[0] == "MoveProposed" else "REQUESTED"), None
        left = sorted(log)
        while left:
            at = left[0][0]
            entry = next((one for one in left if one[0] == at and status in STEPS[one[2]][0]), None)
            if entry is None:
                left = [one for one in left if one[0] != at]
            else:
                left.remove(entry)
                status, by = STEPS[entry[2]][1], entry
        return status, by

    @property
    def supplier(self) -> str:
        return "serco" if self.start == "WWI" else "geoamey"

    @property
    def receiver(self) -> str:
        """Give who serves where it ends: another than its supplier, where it goes from north to south or back."""
        return "serco" if self.end == "WWI" else "geoamey"

    def seen_at(self, agency_id: str) -> bool:
        return self.start == agency_id or (self.authorised and self.end == agency_id)

    def seen_by(self, who: str) -> bool:
        if who in {"pmu", "reader"}:
            return True
        if who in {"geoamey", "serco"}:
            return self.authorised and who in {self.supplier, self.receiver}
        return any(self.seen_at(agency_id) for agency_id in WHO[who][1])


@dataclass
class Allocation:
    id: str
    start: str
    end: str
    day: date
    status: str = "UNFILLED"
    version: int = 1
    count: int = 0

    def seen_by(self, who: str) -> bool:
        if who in {"pmu", "reader"}:
            return True
        if who in {"geoamey", "serco"}:
            return who == ("serco" if self.start == "WWI" else "geoamey")
        # Only the roles that view allocations: not a prison officer as such.
        return who in {"oca", "moorland"} and bool({self.start, self.end} & WHO[who][1])


class Model:
    """What anybody may do, said plainly."""

    def __init__(self) -> None:
        self.moves: dict[str, Move] = {}
        self.allocations: dict[str, Allocation] = {}

    def bookable(self, person: str, start: str) -> bool:
        """Whom the staff of a place may see: who is there, or has a move there that is not over."""
        if HELD_AT.get(person) == start:
            return True
        return any(
            one.person == person and one.status in OPEN | {"COMPLETED"} and one.seen_at(start)
            for one in self.moves.values()
        )

    def taken(self, person: str, start: str, end: str, day: date | None, but: str | None = None) -> bool:
        return any(
            (one.person, one.start, one.end, one.day) == (person, start, end, day)
            and one.status not in {"PROPOSED", "CANCELLED"}
            and one.id != but
            for one in self.moves.values()
        )

    def places(self, allocation: Allocation) -> list[Move]:
        return [one for one in self.moves.values() if one.allocation == allocation.id]

    def recount(self, move_or_allocation: Move | Allocation, *, always: bool = False) -> None:
        key = move_or_allocation.allocation if isinstance(move_or_allocation, Move) else move_or_allocation.id
        if key is None:
            return
        allocation = self.allocations[key]
        if allocation.status == "CANCELLED":
            return
        places = [one for one in self.places(allocation) if one.status != "CANCELLED"]
        status = "FILLED" if places and all(one.person for one in places) else "UNFILLED"
        if always or (status, len(places)) != (allocation.status, allocation.count):
            allocation.version += 1
        allocation.status, allocation.count = status, len(places)


def mostly(*likely: str, of: Iterable[str] = tuple(WHO)) -> st.SearchStrategy[str]:
    """Draw those who may most of the time, or else anybody: refusals are the easy part."""
    return st.integers(0, 4).flatmap(lambda dice: st.sampled_from(sorted(of) if dice == 4 else likely))


people = st.sampled_from([*HELD_AT, "Z9999ZZ"])
at_leeds = st.lists(st.sampled_from(["A1001AA", "A1002AA", "A1003AA"]), min_size=1, max_size=2, unique=True)
LIKELY: Final = (
    ("officer", "COURT_APPEARANCE", "LEI", "LEEDCC"),
    ("oca", "PRISON_TRANSFER", "LEI", "MDI"),
    ("oca", "PRISON_TRANSFER", "LEI", "WWI"),
    ("moorland", "PRISON_TRANSFER", "MDI", "LEI"),
    ("moorland", "COURT_APPEARANCE", "MDI", "LEEDCC"),
)
days = st.integers(1, 3).map(lambda n: TODAY + timedelta(days=n))


class AnySequence(RuleBasedStateMachine):
    """Each step is sent to the gateway and told to the model; what comes back, and what stands then, must agree."""

    backend = "sqlite"

    moves = Bundle("moves")
    allocations = Bundle("allocations")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.model = Model()
        self.reports = 0
        self.bed: Bed = self.wait(self.stack.enter_async_context(a_bed(backend=self.backend)))

    def wait(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        try:
            self.agrees()
        finally:
            self.wait(self.stack.aclose())
            self.wait(self.loop.shutdown_asyncgens())
            self.loop.close()

    def send(self, query: str, who: str, **given: object) -> tuple[str | None, dict[str, Any] | None]:
        """Give the one code that stood in the way, or None, with the payload."""
        self.bed.gateway.clock.advance(timedelta(seconds=1))
        answer = self.wait(self.bed.gateway.ask(query, WHO[who][0], {"input": given}))
        if "errors" in answer:
            return answer["errors"][0]["extensions"]["code"], None
        (payload,) = answer["data"].values()
        found = codes(payload["results"][0] if "results" in payload else payload)
        return (found[0][0] if found else None), payload

    @initialize(target=moves)
    def a_move(self) -> Any:
        return self.book("officer", "COURT_APPEARANCE", "A1001AA", "LEI", "LEEDCC", TODAY + timedelta(days=1))

    @initialize(target=allocations)
    def an_allocation(self) -> Any:
        return self.ask_for("pmu", "LEI", "MDI", TODAY + timedelta(days=2), 2)

    @rule(target=moves, likely=st.sampled_from(LIKELY), person=people, day=days)
    def book_what_one_may(self, likely: tuple[str, str, str, str], person: str, day: date) -> str | None:
        who, kind, start, end = likely
        return self.book(who, kind, person, start, end, day)

    @rule(
        target=moves,
        who=mostly("officer", "oca", "moorland"),
        kind=st.sampled_from(["COURT_APPEARANCE", "PRISON_TRANSFER"]),
        person=people,
        start=st.sampled_from(PLACES),
        end=st.sampled_from(PLACES),
        day=days,
    )
    def book_anything(self, who: str, kind: str, person: str, start: str, end: str, day: date) -> str | None:
        return self.book(who, kind, person, start, end, day)

    def book(self, who: str, kind: str, person: str, start: str, end: str, day: date) -> str | None:
        proposed = kind == "PRISON_TRANSFER"
        code, payload = self.send(
            BOOK,
            who,
            type=kind,
            prisonNumber=person,
            fromLocationId=place(start),
            toLocationId=place(end),
            **({"dateFrom": day.isoformat()} if proposed else {"date": day.isoformat()}),
        )
        assert code == self._booking(who, kind, person, start, end, day)
        if code is not None or payload is None:
            return None
        key = payload["move"]["id"]
        self.model.moves[key] = Move(
            id=key,
            type=kind,
            status="PROPOSED" if proposed else "REQUESTED",
            person=person,
            start=start,
            end=end,
            day=None if proposed else day,
            first_day=day if proposed else None,
            authorised=not proposed,
            told=["MoveProposed" if proposed else "MoveRequested"],
        )
        return str(key)

    def _booking(self, who: str, kind: str, person: str, start: str, end: str, day: date) -> str | None:
        _, places, types = WHO[who]
        if kind not in types or start not in places:
            return "FORBIDDEN"
        if end not in ({"LEEDCC"} if kind == "COURT_APPEARANCE" else set(PRISONS) - {start}):
            return "INVALID"
        if not self.model.bookable(person, start):
            return "NOT_FOUND"
        if person in EXCLUDED:
            return "NOT_ELIGIBLE"
        if kind == "COURT_APPEARANCE" and self.model.taken(person, start, end, day):
            return "DUPLICATE"
        return None

    @rule(who=mostly("pmu"), key=moves, day=days)
    def approve(self, who: str, key: str | None, day: date) -> None:
        if key is None:
            return
        move = self.model.moves[key]
        code, _ = self.send(APPROVE, who, id=key, date=day.isoformat())
        expected: str | None = None
        if who != "pmu":
            expected = "FORBIDDEN"
        elif move.status != "PROPOSED":
            expected = "NOT_ALLOWED_IN_STATE"
        elif not self.model.bookable(move.person or "", move.start):
            expected = "NOT_ELIGIBLE"
        elif move.first_day is not None and day < move.first_day:
            expected = "INVALID"
        elif self.model.taken(move.person or "", move.start, move.end, day, key):
            expected = "DUPLICATE"
        assert code == expected
        if code is None:
            move.status, move.day, move.authorised = "REQUESTED", day, True
            move.version += 1
            move.tell("MoveApprove", self.bed.gateway.clock.now)

    @rule(who=mostly("pmu"), key=moves)
    def reject(self, who: str, key: str | None) -> None:
        if key is None:
            return
        move = self.model.moves[key]
        code, _ = self.send(REJECT, who, id=key, reason="NO_TRANSPORT_AVAILABLE")
        if who != "pmu":
            assert code == "FORBIDDEN"
        elif move.status != "PROPOSED" and (
            move.status != "REQUESTED" or move.type != "PRISON_TRANSFER" or move.allocation is not None
        ):
            assert code == "NOT_ALLOWED_IN_STATE"
        else:
            assert code is None
            self._end(move, "MoveReject")

    @rule(
        who=mostly("officer", "oca", "moorland", "pmu"), key=moves, stale=st.sampled_from([False, False, False, True])
    )
    def cancel(self, who: str, key: str | None, stale: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        if key is None:
            return
        move = self.model.moves[key]
        version = move.version + 1 if stale else move.version
        code, _ = self.send(CANCEL, who, id=key, version=version, reason="SUPPLIER_NO_RESOURCE")
        expected = self._changing(who, move)
        if expected is None and stale:
            expected = "CONFLICT"
        if expected is None and move.allocation is not None and who != "pmu":
            expected = "FORBIDDEN"
        if expected is None and move.status not in BEFORE_IT_LEAVES:
            expected = "NOT_ALLOWED_IN_STATE"
        assert code == expected
        if code is None:
            self._end(move, "MoveCancel")

    def _changing(self, who: str, move: Move) -> str | None:
        if who not in CANCELS:
            return "FORBIDDEN"
        if not move.seen_by(who):
            return "NOT_FOUND"
        _, places, types = WHO[who]
        if who == "pmu" and move.type == "PRISON_TRANSFER":
            return None
        mine = move.type in types and move.start in places
        # What the allocation team asked for is out of its hands once it is decided.
        return None if mine and (move.type != "PRISON_TRANSFER" or move.status == "PROPOSED") else "FORBIDDEN"

    def _end(self, move: Move, told: str) -> None:
        move.status = "CANCELLED"
        move.version += 1
        move.tell(told, self.bed.gateway.clock.now)
        self.model.recount(move)

    @rule(key=moves, which=st.integers(0, 9))
    def complete_record(self, key: str | None, which: int) -> None:
        """Fill in the dPER of a move, or of a place in an allocation, where that may be."""
        if key is None:
            return
        move = list(self.model.moves.values())[which] if which < len(self.model.moves) else self.model.moves[key]
        if move.recorded or move.person is None or move.status not in {"REQUESTED", "BOOKED"}:
            return
        token = WHO["officer" if move.start == "LEI" else "moorland"][0]
        self.wait(completed_record(self.bed.change, token, move.id))
        move.recorded = True
        move.told_of_record += ["PerStart", *["PerResponsesRecorded"] * 4, "PerCompletion"]

    @rule(
        who=mostly("geoamey", "geoamey", "serco"),
        key=moves,
        which=st.integers(0, 9),
        kind=st.sampled_from(["MoveAccept", "MoveStart", "MoveComplete", "MoveCancel"]),
        ago=st.integers(0, 12),
    )
    def report(self, who: str, key: str | None, which: int, kind: str, ago: int) -> None:
        """Report what happened some seconds ago, in whatever order, of a move or of a place in an allocation."""
        if key is None:
            return
        move = list(self.model.moves.values())[which] if which < len(self.model.moves) else self.model.moves[key]
        self.reports += 1
        at = self.bed.gateway.clock.now + timedelta(seconds=1 - ago)
        reason = [{"name": "cancellation_reason", "value": "supplier_no_resource"}] if kind == "MoveCancel" else []
        event = {"type": kind, "subjectId": move.id, "occurredAt": at.isoformat(), "details": reason}
        code, _ = self.send(RECORD, who, events=[event | {"idempotencyKey": f"report {self.reports}"}])
        assert code == self._reporting(who, move, kind, at)
        if code is not None:
            return
        before = move.since(move.log)
        move.tell(kind, at)
        after = move.since(move.log)
        move.status = after[0]
        if kind == "MoveStart" and not move.recorded:
            move.told_of_record.append("MoveStartIncomplete")
        if move.recorded and after[0] in ON_THE_ROAD and before[0] not in ON_THE_ROAD:
            move.told_of_record.append("PerConfirmation")
        if after[0] != before[0] or (after[0] == "CANCELLED" and after[1] != before[1]):
            move.version += 1
            self.model.recount(move)
        else:
            move.waiting += 1

    def _reporting(self, who: str, move: Move, kind: str, at: datetime) -> str | None:
        if who not in {"geoamey", "serco"}:
            return "FORBIDDEN"
        if not move.seen_by(who):
            return "NOT_FOUND"
        if who != move.supplier and kind != "MoveComplete":
            return "FORBIDDEN"  # the one that receives it tells of the way, and decides nothing
        before, _ = move.since([one for one in move.log if one[0] <= at])
        after, _ = move.since([*move.log, (at, len(move.log), kind)])
        possible = before in STEPS[kind][0] or bool(ON_THE_WAY_TO[before] & STEPS[kind][0])
        if not possible or (move.status == "CANCELLED" and after != "CANCELLED"):
            return "NOT_ALLOWED_IN_STATE"
        if after in ON_THE_ROAD and move.person is None:
            return "INCOMPLETE"
        # Nobody sets out without a complete record; one who has arrived did.
        return "INCOMPLETE" if kind == "MoveStart" and not move.recorded and after != "COMPLETED" else None

    @rule(who=mostly("officer", "moorland", "pmu", of=["officer", "moorland", "pmu", "geoamey"]), key=moves, day=days)
    def change_the_day(self, who: str, key: str | None, day: date) -> None:
        if key is None:
            return
        move = self.model.moves[key]
        code, _ = self.send(UPDATE, who, id=key, date=day.isoformat())
        expected = "FORBIDDEN" if who == "geoamey" else self._changing(who, move)
        if expected is None and day == move.day:
            assert code is None
            return
        if expected is None and move.status not in BEFORE_IT_LEAVES:
            expected = "NOT_ALLOWED_IN_STATE"
        if expected is None and move.allocation is not None:
            expected = "LOCKED"
        if expected is None and move.status != "PROPOSED" and move.person is not None:
            expected = "DUPLICATE" if self.model.taken(move.person, move.start, move.end, day, key) else None
        assert code == expected
        if code is None:
            move.day = day
            move.version += 1
            move.told.append("MoveDateChanged")

    @rule(
        target=allocations,
        who=mostly("pmu"),
        start=st.sampled_from(PRISONS),
        end=st.sampled_from(PRISONS),
        day=days,
        count=st.integers(0, 4),
    )
    def ask_for(self, who: str, start: str, end: str, day: date, count: int) -> str | None:
        code, payload = self.send(
            CREATE, who, date=day.isoformat(), fromLocationId=place(start), toLocationId=place(end), movesCount=count
        )
        if who != "pmu":
            assert code == "FORBIDDEN"
            return None
        if start == end or count == 0:
            assert code == "INVALID"
            return None
        assert code is None
        assert payload is not None
        key = str(payload["allocation"]["id"])
        self.model.allocations[key] = Allocation(key, start, end, day, count=count)
        for made in payload["allocation"]["moves"]["nodes"]:
            self.model.moves[made["id"]] = Move(
                id=made["id"],
                type="PRISON_TRANSFER",
                status="REQUESTED",
                person=None,
                start=start,
                end=end,
                day=day,
                first_day=None,
                authorised=True,
                allocation=key,
                told=["MoveRequested"],
            )
        return key

    @rule(
        who=mostly("oca", of=["oca", "moorland", "pmu", "officer"]),
        key=allocations,
        numbers=at_leeds | st.lists(people, max_size=3),
    )
    def put_in(self, who: str, key: str | None, numbers: list[str]) -> None:
        if key is None:
            return
        allocation = self.model.allocations[key]
        code, payload = self.send(ASSIGN, who, allocationId=key, prisonNumbers=numbers)
        assert code == self._putting_in(who, allocation, numbers)
        if code is not None or payload is None:
            return
        for seat in payload["allocation"]["moves"]["nodes"]:
            move = self.model.moves[seat["id"]]
            person = None if seat["person"] is None else seat["person"]["prisonNumber"]
            if move.status != "CANCELLED" and person != move.person:
                assert move.person is None
                assert person in numbers
                move.person = person
                move.version += 1
                move.told.append("MovePersonAssigned")
        held = [one.person for one in self.model.places(allocation)]
        assert all(number in held for number in numbers)
        self.model.recount(allocation, always=True)

    def _putting_in(self, who: str, allocation: Allocation, numbers: list[str]) -> str | None:
        if who not in FILLS:
            return "FORBIDDEN"
        if not allocation.seen_by(who):
            return "NOT_FOUND"
        if allocation.start not in WHO[who][1]:
            return "FORBIDDEN"
        if allocation.status == "CANCELLED":
            return "NOT_ALLOWED_IN_STATE"
        return self._of_people(allocation, numbers) or self._of_places(allocation, numbers)

    def _of_people(self, allocation: Allocation, numbers: list[str]) -> str | None:
        if not numbers:
            return "REQUIRED"
        if len(set(numbers)) < len(numbers):
            return "DUPLICATE"
        for number in numbers:
            if not self.model.bookable(number, allocation.start):
                return "NOT_FOUND"
            if number in EXCLUDED:
                return "NOT_ELIGIBLE"
            if HELD_AT[number] != allocation.start:
                return "INVALID"
        return None

    def _of_places(self, allocation: Allocation, numbers: list[str]) -> str | None:
        if any(self.model.taken(one, allocation.start, allocation.end, allocation.day) for one in numbers):
            return "DUPLICATE"
        places = self.model.places(allocation)
        free = sum(one.person is None and one.status in {"REQUESTED", "BOOKED"} for one in places)
        return "CONFLICT" if free < len(numbers) else None

    @rule(who=mostly("oca", of=["oca", "moorland", "pmu"]), key=allocations, move_key=moves, own=st.integers(0, 3))
    def take_out(self, who: str, key: str | None, move_key: str | None, own: int) -> None:
        if key is None:
            return
        allocation = self.model.allocations[key]
        places = self.model.places(allocation)
        chosen = places[own].id if own < len(places) else (move_key or key)
        code, _ = self.send(REMOVE, who, allocationId=key, moveId=chosen)
        move = self.model.moves.get(chosen)
        expected: str | None = None
        if who not in FILLS:
            expected = "FORBIDDEN"
        elif not allocation.seen_by(who):
            expected = "NOT_FOUND"
        elif allocation.start not in WHO[who][1]:
            expected = "FORBIDDEN"
        elif move is None or move.allocation != key:
            expected = "NOT_FOUND"
        elif move.status not in {"REQUESTED", "BOOKED"} or move.person is None:
            expected = "NOT_ALLOWED_IN_STATE"
        elif move.recorded:
            expected = "LOCKED"
        assert code == expected
        if code is None and move is not None:
            move.person = None
            move.version += 1
            move.told.append("MovePersonRemoved")
            self.model.recount(allocation, always=True)

    @rule(who=mostly("reader", "pmu"), key=allocations)
    def call_off(self, who: str, key: str | None) -> None:
        if key is None:
            return
        allocation = self.model.allocations[key]
        code, _ = self.send(CALL_OFF, who, id=key, reason="TORNADO_EVENT")
        if who != "pmu":
            assert code == "FORBIDDEN"
        elif allocation.status == "CANCELLED":
            assert code == "NOT_ALLOWED_IN_STATE"
        else:
            assert code is None
            allocation.status, allocation.count = "CANCELLED", 0
            allocation.version += 1
            for move in self.model.places(allocation):
                if move.status in BEFORE_IT_LEAVES:
                    self._end(move, "MoveCancel")

    @invariant()
    def every_version_has_its_event(self) -> None:
        """A cheap look at the model itself: each step of a move told of itself."""
        assert all(one.version + one.waiting == len(one.told) for one in self.model.moves.values())
        assert all(one.since(one.log)[0] == one.status for one in self.model.moves.values())

    def agrees(self) -> None:
        """Compare all that stands with the model, as somebody sees it who sees everything, and count for the others."""
        answer = self.wait(
            self.bed.ask(
                "{moves(first: 200) {nodes {id status date version person {prisonNumber} "
                "events(first: 100) {nodes {type}}}} "
                "allocations(first: 100) {nodes {id status version movesCount filledCount}}}",
                READER,
            )
        )
        stands = {one["id"]: one for one in answer["moves"]["nodes"]}
        assert stands.keys() == self.model.moves.keys()
        for key, move in self.model.moves.items():
            now = stands[key]
            assert (now["status"], now["version"]) == (move.status, move.version)
            assert now["date"] == (None if move.day is None else move.day.isoformat())
            assert (now["person"] or {}).get("prisonNumber") == move.person
            told = sorted([*move.told, *move.told_of_record])
            assert sorted(one["type"] for one in now["events"]["nodes"]) == told
        for now in answer["allocations"]["nodes"]:
            allocation = self.model.allocations[now["id"]]
            filled = [one for one in self.model.places(allocation) if one.person and one.status != "CANCELLED"]
            assert (now["status"], now["version"], now["movesCount"], now["filledCount"]) == (
                allocation.status,
                allocation.version,
                allocation.count,
                len(filled),
            )
        for who, (token, *_) in WHO.items():
            counted = self.wait(self.bed.ask("{moves {totalCount} allocations {totalCount}}", token))
            assert counted["moves"]["totalCount"] == _seen(self.model.moves.values(), who)
            assert counted["allocations"]["totalCount"] == _seen(self.model.allocations.values(), who)


def _seen(things: Iterable[Move | Allocation], who: str) -> int:
    return sum(one.seen_by(who) for one in things)


class AnySequenceOnPostgreSQL(AnySequence):
    backend = "postgresql"


def _case(machine: type[AnySequence], examples: int) -> Callable[[], None]:
    machine.TestCase.settings = settings(
        max_examples=examples * (75 if NIGHTLY else 1), stateful_step_count=40, deadline=None
    )
    return machine.TestCase("runTest").runTest


def test_any_sequence() -> None:
    _case(AnySequence, 16)()


@pytest.mark.slow
def test_any_sequence_on_postgresql() -> None:
    _case(AnySequenceOnPostgreSQL, 10)()
