"""Booking a move: a single request, from whoever may make it to what is written."""

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from uuid import uuid4

import orjson

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.changes import Author
from gateway.domain.errors import Refused
from gateway.domain.ids import AgencyId, MoveId, PrisonNumber, SupplierKey
from gateway.domain.locations import Location
from gateway.domain.moves import EscortCheckStatus, Move, MoveStatus, MoveType, VehicleKind, VehicleNeeds
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.domain.times import business_day
from gateway.domain.viewer import Viewer
from gateway.policies.booking.dates import (
    date_problems,
    horizon_problems,
    recall_date_problems,
    retrospective_problems,
)
from gateway.policies.booking.people import nobody, not_carried, someone_problems
from gateway.policies.booking.places import place_problems
from gateway.policies.booking.transfers import needs_decision, transfer_reason_problems
from gateway.policies.booking.vehicles import vehicle_problems
from gateway.policies.booking.who import may_book_from, may_book_type
from gateway.policies.scope import scope_of_place
from gateway.services import escort_checks
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.assigned_suppliers import assigned_supplier
from gateway.services.changes import ChangeInHand, Outcome, Told, change
from gateway.services.duplicates import refuse_duplicates
from gateway.services.escort_checks import EscortCheck
from gateway.services.platform import Platform
from gateway.store import escort_check_queue, idempotency, moves
from gateway.store.idempotency import FirstUse, IdempotencyKey


@dataclass(frozen=True, slots=True)
class BookMove:
    """What a client asks for. `date` is the day of the move, `date_from` and `date_to` the window of a proposal."""

    type: MoveType
    prison_number: PrisonNumber | None
    from_agency: AgencyId
    to_agency: AgencyId | None
    date: dt.date | None
    date_from: dt.date | None
    date_to: dt.date | None
    time_due: dt.datetime | None
    prison_transfer_reason: str | None
    vehicle_kind: VehicleKind
    special_vehicle_reason: str | None
    additional_information: str | None
    recall_date: dt.date | None
    arranged_directly_at: dt.datetime | None
    idempotency_key: str | None


class Bookings:
    """Bound to one viewer, like every service."""

    def __init__(
        self, platform: Platform, viewer: Viewer, scope: Scope, access: AccessRecorder, author: Author
    ) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope
        self._access = access
        self._author = author

    async def book(self, asked: BookMove) -> Outcome[Move]:
        """Book a move, or give the one that the same request with the same key booked before.

        What PMU has to decide is proposed. So is a move whose person NOMIS could not be asked about, or whose
        category nobody knows: nobody but the sender sees it before that is settled. One that the supplier was told
        of directly takes place anyway: it is requested at once, and checked when that can be done.

        Raises:
            Refused: no role of the viewer's books such moves, or not from there.

        """
        try:
            return Outcome(await self._book(asked))
        except RuleBroken as broken:
            return Outcome(None, broken.problems)

    async def _book(self, asked: BookMove) -> Move:
        start, end = await self._ends(asked)
        earlier = await self._earlier(asked)
        if earlier is not None:
            return await self._again(asked, start, earlier)
        problems = self._rules(asked, start, end)
        if problems:
            raise RuleBroken(*problems)
        return await self._write(asked, start, await self._check(asked, start))

    async def _ends(self, asked: BookMove) -> tuple[Location, Location | None]:
        words = asked.type.value.replace("_", " ")
        if not may_book_type(self._viewer, asked.type):
            raise Refused(f"Your roles do not book {words} moves.")
        places = (await self._platform.reference_book.current()).locations
        start = places.get(asked.from_agency)
        if start is None:
            raise RuleBroken(problem(ProblemCode.NOT_FOUND, "There is no such place.", "fromLocationId"))
        if not may_book_from(self._viewer, asked.type, start):
            raise Refused(f"Your roles do not book {words} moves from {start.title}.")
        end = None if asked.to_agency is None else places.get(asked.to_agency)
        if asked.to_agency is not None and end is None:
            raise RuleBroken(problem(ProblemCode.NOT_FOUND, "There is no such place.", "toLocationId"))
        return start, end

    def _rules(self, asked: BookMove, start: Location, end: Location | None) -> list[Problem]:
        proposed = needs_decision(asked.type)
        return [
            *place_problems(asked.type, start, end),
            *date_problems(
                proposed=proposed,
                date=asked.date,
                date_from=asked.date_from or asked.date,
                date_to=asked.date_to,
                time_due=asked.time_due,
            ),
            *horizon_problems(date=asked.date, date_from=asked.date_from, today=business_day(self._platform.clock())),
            *recall_date_problems(asked.type, asked.recall_date, asked.date),
            *retrospective_problems(asked.arranged_directly_at, proposed=proposed, now=self._platform.clock()),
            *vehicle_problems(asked.vehicle_kind, asked.special_vehicle_reason),
            *transfer_reason_problems(asked.type, asked.prison_transfer_reason),
            *someone_problems(asked.type, start, named=asked.prison_number is not None, proposed=proposed),
        ]

    async def _check(self, asked: BookMove, start: Location) -> EscortCheck:
        if asked.prison_number is None:
            return escort_checks.NOT_NEEDED
        key = (asked.prison_number, start)
        check = (await escort_checks.check(self._platform, [key]))[key]
        asked_for = [Read(asked.prison_number, asked.prison_number)]
        if check.status is None:
            await self._access.refused(SubjectType.PERSON, asked_for)
            raise RuleBroken(nobody())
        if check.status is EscortCheckStatus.REFUSED:
            await self._access.viewed(SubjectType.PERSON, asked_for)
            raise RuleBroken(not_carried(check.reasons))
        return check

    async def _write(self, asked: BookMove, start: Location, check: EscortCheck) -> Move:
        async with change(self._platform, self._author) as hand:
            move_id = MoveId(uuid4())
            first = await self._claim(hand, asked, move_id)
            if first is None:
                move = await self._requested(hand, asked, check, move_id)
                move = await hand.add_move(move, _told(move, asked, check))
                if move.escort_check is EscortCheckStatus.UNCHECKED:
                    await escort_check_queue.add(hand.conn, move.id, due_at=hand.at)
        if first is not None:
            return await self._again(asked, start, first)
        await self._access.changed(AccessAction.CREATE, SubjectType.MOVE, Read(str(move.id), move.prison_number))
        return move

    async def _requested(self, hand: ChangeInHand, asked: BookMove, check: EscortCheck, move_id: MoveId) -> Move:
        told_directly = asked.arranged_directly_at is not None
        waits = needs_decision(asked.type) or (
            check.status in {EscortCheckStatus.UNCHECKED, EscortCheckStatus.HELD} and not told_directly
        )
        day = asked.date or asked.date_from
        if not waits:
            await refuse_duplicates(hand, asked.prison_number, asked.from_agency, asked.to_agency, day, None)
        return Move(
            id=move_id,
            reference=await hand.fresh_reference(),
            type=asked.type,
            status=MoveStatus.PROPOSED if waits else MoveStatus.REQUESTED,
            date=asked.date,
            date_from=(asked.date_from or asked.date) if waits else asked.date_from,
            date_to=asked.date_to,
            time_due=asked.time_due,
            prison_number=asked.prison_number,
            from_agency=asked.from_agency,
            to_agency=asked.to_agency,
            supplier=await self._supplier(hand, asked.from_agency, day),
            vehicle_needs=VehicleNeeds(asked.vehicle_kind, asked.special_vehicle_reason),
            prison_transfer_reason=asked.prison_transfer_reason,
            additional_information=asked.additional_information,
            recall_date=asked.recall_date,
            cancellation=None,
            allocation_id=None,
            recorded_retrospectively=told_directly,
            authorised_at=None if waits else hand.at,
            created_at=hand.at,
            updated_at=hand.at,
            version=1,
            escort_check=check.status or EscortCheckStatus.NOT_NEEDED,
        )

    async def _supplier(self, hand: ChangeInHand, start: AgencyId, day: dt.date | None) -> SupplierKey:
        return await assigned_supplier(hand, start, day, caller=self._author.supplier)

    async def _earlier(self, asked: BookMove) -> FirstUse | None:
        """Look for an earlier use of the key before any rule: the first result stands whatever holds now."""
        key = self._key(asked)
        if key is None:
            return None
        async with self._platform.database.read() as connection:
            return await idempotency.first_use(connection, key)

    async def _claim(self, hand: ChangeInHand, asked: BookMove, move_id: MoveId) -> FirstUse | None:
        key = self._key(asked)
        if key is None:
            return None
        return await idempotency.claim(hand.conn, key, FirstUse(_fingerprint(asked), move_id), at=hand.at)

    async def _again(self, asked: BookMove, start: Location, first: FirstUse) -> Move:
        if first.fingerprint != _fingerprint(asked):
            raise RuleBroken(problem(ProblemCode.CONFLICT, "This key was used for another request.", "idempotencyKey"))
        async with self._platform.database.read() as connection:
            # Not the account's own sight: a contractor does not see what it booked until that is authorised, and a
            # retry tells it no more than the first answer did.
            within = scope_of_place(start)
            found = await moves.by_ids(connection, [MoveId(first.subject_id)], within=within)
        move = found.get(MoveId(first.subject_id))
        if move is None:
            raise RuleBroken(problem(ProblemCode.NOT_FOUND, "There is no such move."))
        return move

    def _key(self, asked: BookMove) -> IdempotencyKey | None:
        if asked.idempotency_key is None:
            return None
        return IdempotencyKey(self._author.client_id or "", self._author.username, asked.idempotency_key)


def _told(move: Move, asked: BookMove, check: EscortCheck) -> list[Told]:
    risks = {"escape_list": ", ".join(check.escape_list)} if check.escape_list else {}
    vehicle = (
        {"special_vehicle_reason": asked.special_vehicle_reason} if asked.vehicle_kind is VehicleKind.SPECIAL else {}
    )
    told = [
        Told(
            "MoveProposed" if move.status is MoveStatus.PROPOSED else "MoveRequested",
            details={**risks, **vehicle},
            occurred_at=asked.arranged_directly_at,
        )
    ]
    if check.status is EscortCheckStatus.UNCHECKED:
        told.append(Told("MoveEscortCheckDeferred", notes="NOMIS could not be asked; it is asked again by itself."))
    if check.status is EscortCheckStatus.HELD:
        told.append(
            Told("MoveEscortCheckHeld", notes="The person's category is not a known one: a person has to decide.")
        )
    return told


def _fingerprint(asked: BookMove) -> str:
    return hashlib.sha256(orjson.dumps(asdict(asked))).hexdigest()
