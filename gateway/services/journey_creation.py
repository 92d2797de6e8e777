"""Reporting a new journey of a move, by the supplier that carries it or the one that receives it."""

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID, uuid4

import orjson

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.changes import Author, ChangedThing
from gateway.domain.errors import Refused
from gateway.domain.ids import AgencyId, JourneyId, MoveId, SupplierKey
from gateway.domain.journeys import Journey, JourneyState, ReportedJourney, Vehicle
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.domain.viewer import Viewer
from gateway.policies.events.legs import leg_problems, repeated_leg
from gateway.policies.events.rules import Recorder
from gateway.policies.events.who import recorders_of
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.changes import ChangeInHand, Outcome, Told, change
from gateway.services.platform import Platform
from gateway.services.reported_journeys import of_reported
from gateway.store import idempotency, journey_changes, journeys, move_changes
from gateway.store.idempotency import FirstUse, IdempotencyKey
from gateway.store.journey_changes import journey_row

_OPEN: Final = frozenset({MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT})


@dataclass(frozen=True, slots=True)
class CreateJourney:
    """`move_id` is None for an id that is not a move's. `date` is the move's where it is left out."""

    move_id: MoveId | None
    from_agency: AgencyId
    to_agency: AgencyId
    date: dt.date | None
    billable: bool
    vehicle_registration: str | None
    vehicle_id: str | None
    idempotency_key: str


class JourneyCreation:
    """Bound to one viewer."""

    def __init__(
        self, platform: Platform, viewer: Viewer, scope: Scope, access: AccessRecorder, author: Author
    ) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope
        self._access = access
        self._author = author

    async def create(self, asked: CreateJourney) -> Outcome[Journey]:
        """Report a journey, or give the one that the same request with the same key reported before.

        Raises:
            Refused: the viewer is no supplier, or one that has no part in the move.

        """
        if Recorder.SUPPLIER not in recorders_of(self._viewer):
            raise Refused("Only suppliers report journeys.")
        try:
            return Outcome(await self._create(asked))
        except RuleBroken as broken:
            return Outcome(None, broken.problems)

    async def _create(self, asked: CreateJourney) -> Journey:
        key = IdempotencyKey(
            self._author.client_id or "", self._author.username, asked.idempotency_key, "createJourney"
        )
        use = FirstUse(_fingerprint(asked), JourneyId(uuid4()))
        async with self._platform.database.read() as connection:
            first = await idempotency.first_use(connection, key)
        if first is None:
            async with change(self._platform, self._author) as hand:
                first = await idempotency.claim(hand.conn, key, use, at=hand.at)
                if first is None:
                    move, journey = await self._write(hand, asked, JourneyId(use.subject_id))
        if first is not None:
            return await self._again(asked, use, first)
        await self._access.changed(AccessAction.UPDATE, SubjectType.MOVE, Read(str(move.id), move.prison_number))
        return journey

    async def _write(self, hand: ChangeInHand, asked: CreateJourney, journey_id: JourneyId) -> tuple[Move, Journey]:
        move = None
        if asked.move_id is not None:
            move = await move_changes.lock(hand.conn, asked.move_id, within=self._scope)
        if move is None:
            raise RuleBroken(_no_such_move())
        driver = hand.author.supplier
        if driver is None or driver not in {move.supplier, move.receiving_supplier}:
            raise Refused("Another supplier carries this move.")
        if move.status not in _OPEN:
            words = f"The move is {move.status.value}: nobody drives it."
            raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, "moveId"))
        places = (await self._platform.reference_book.current()).locations
        others = [one for one in await journey_changes.all_of(hand.conn, move) if one.supplier == driver]
        problems = leg_problems(places.get(asked.from_agency), places.get(asked.to_agency))
        problems += repeated_leg(others, asked.from_agency, asked.to_agency)
        if problems:
            raise RuleBroken(*problems)
        journey = self._journey(hand, asked, move, journey_id, driver)
        await journey_changes.insert(hand.conn, journey)
        await hand.note(ChangedThing.JOURNEY, journey.id, journey.version, None, journey_row(journey))
        await hand.tell(move, [Told("JourneyCreate", details=_details(journey), journey_id=journey.id)])
        return move, of_reported(journey, len(others) + 1, stale=False)

    @staticmethod
    def _journey(
        hand: ChangeInHand, asked: CreateJourney, move: Move, journey_id: JourneyId, driver: SupplierKey
    ) -> ReportedJourney:
        named = asked.vehicle_id is not None or asked.vehicle_registration is not None
        return ReportedJourney(
            id=journey_id,
            move_id=move.id,
            supplier=driver,
            initial_state=JourneyState.PROPOSED,
            initial_at=None,
            state=JourneyState.PROPOSED,
            date=asked.date or move.date,
            from_agency=asked.from_agency,
            to_agency=asked.to_agency,
            billable=asked.billable,
            vehicle=Vehicle(asked.vehicle_id, asked.vehicle_registration) if named else None,
            reported_at=hand.at,
            updated_at=hand.at,
            version=1,
        )

    async def _again(self, asked: CreateJourney, use: FirstUse, first: FirstUse) -> Journey:
        if first.fingerprint != use.fingerprint:
            raise RuleBroken(problem(ProblemCode.CONFLICT, "This key was used for another request.", "idempotencyKey"))
        move_id = asked.move_id
        async with self._platform.database.read() as connection:
            found = {} if move_id is None else await journeys.by_moves(connection, [move_id], within=self._scope)
        for listed in found.values():
            for number, journey in enumerate(listed, 1):
                if journey.id == first.subject_id:
                    return of_reported(journey, number, stale=False)
        raise RuleBroken(_no_such_move())


def _no_such_move() -> Problem:
    return problem(ProblemCode.NOT_FOUND, "There is no such move.", "moveId")


def _details(journey: ReportedJourney) -> dict[str, str | None]:
    found: dict[str, str | None] = {
        "from_location": journey.from_agency,
        "to_location": journey.to_agency,
        "billable": "true" if journey.billable else "false",
    }
    if journey.date is not None:
        found["date"] = journey.date.isoformat()
    if journey.vehicle is not None and journey.vehicle.registration is not None:
        found["vehicle_reg"] = journey.vehicle.registration
    return found


def _fingerprint(asked: CreateJourney) -> str:
    return hashlib.sha256(orjson.dumps(asdict(asked), default=_plain)).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError
