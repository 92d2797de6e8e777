"""What events are about: found within the viewer's scope, and locked. What is hidden is as good as absent."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.adapters.supplier import carriage_codec
from gateway.domain.access_log import SubjectType
from gateway.domain.errors import GatewayError, Refused
from gateway.domain.ids import EscortRecordId, JourneyId, LodgingId, MoveId
from gateway.domain.journeys import Carriage, Journey, ReportedJourney
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.domain.scope import Scope
from gateway.policies.events.rules import EventRule, Subject
from gateway.policies.events.who import may_tell_of
from gateway.policies.journeys import may_see_journeys_of
from gateway.services import escort_checks
from gateway.services.changes import ChangeInHand
from gateway.services.escort_checks import NOT_NEEDED, EscortCheck
from gateway.services.journeys import Journeys
from gateway.services.platform import Platform
from gateway.services.telling import Telling
from gateway.services.told_of_journeys import LastTold, taken_over
from gateway.store import carriage, event_subjects, journey_changes, journeys, move_changes, moves
from gateway.store.carriage import CarriageKind


@dataclass(frozen=True, slots=True)
class AskedSubject:
    """What a client names: the name of its type in the schema, and the parts of its key.

    `type` is None for an id that is none; `key` is empty where it is not one of its type.
    """

    type: str | None
    key: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class LockedSubject:
    """The move, which is locked, and the part of it that the event is about."""

    move: Move
    read_as: SubjectType
    read_id: UUID
    journey: ReportedJourney | None = None
    last_told: LastTold | None = None
    lodging_id: LodgingId | None = None
    check: EscortCheck = NOT_NEEDED


class Subjects:
    """Bound to one viewer and one operation: what has to be asked of other systems is asked once, before any lock."""

    def __init__(self, platform: Platform, scope: Scope, record_scope: Scope, told: Journeys) -> None:
        self._platform = platform
        self._scope = scope
        self._record_scope = record_scope
        self._told = told
        self._journeys: dict[JourneyId, Journey] = {}
        self._unasked: dict[MoveId, GatewayError] = {}
        self._checks: dict[MoveId, EscortCheck] = {}

    async def prepare(self, asked: Sequence[tuple[EventRule | None, AskedSubject]]) -> None:
        """Ask suppliers for journeys that were never reported, and NOMIS for people whose moves are approved."""
        pairs = {
            (MoveId(subject.key[0]), JourneyId(subject.key[1]))
            for rule, subject in asked
            if rule is not None and rule.subject is Subject.JOURNEY and len(subject.key) == 2  # noqa: PLR2004
        }
        approved = {
            MoveId(subject.key[0])
            for rule, subject in asked
            if rule is not None and rule.type == "MoveApprove" and len(subject.key) == 1
        }
        if not pairs and not approved:
            return
        async with self._platform.database.read() as connection:
            found = await moves.by_ids(connection, {move_id for move_id, _ in pairs} | approved, within=self._scope)
            reported = await journeys.by_moves(connection, {move_id for move_id, _ in pairs}, within=self._scope)
        known = {journey.id for listed in reported.values() for journey in listed}
        unknown = {move_id for move_id, journey_id in pairs if journey_id not in known}
        await self._ask_suppliers([move for move_id, move in found.items() if move_id in unknown])
        await self._ask_nomis([move for move_id, move in found.items() if move_id in approved])

    def problems(self, rule: EventRule, asked: AskedSubject, *field: str) -> list[Problem]:
        """Check that an event is about a thing of its sort."""
        if asked.type is None or asked.type == rule.subject.value:
            return []
        if asked.type == "Person":
            return [problem(ProblemCode.INVALID, "Record it of the move, which names the person.", *field)]
        return [problem(ProblemCode.INVALID, f"{rule.type} is told of a {rule.subject.value}.", *field)]

    async def lock(self, hand: ChangeInHand, asked: AskedSubject, telling: Telling, *, supplier: bool) -> LockedSubject:
        """Lock what an event is about; `supplier` where only those may tell it that have a part in the move.

        Raises:
            RuleBroken: there is no such thing, or it is hidden.
            Refused: another supplier's.
            UpstreamError: it is not known yet, and its supplier could not be asked.

        """
        gone = telling.broken(ProblemCode.NOT_FOUND, f"There is no such {_words(telling.rule)}.", "subjectId")
        move_id = await self._move_of(hand, asked, telling.rule)
        move = None if move_id is None else await move_changes.lock(hand.conn, move_id, within=self._scope)
        if move is None:
            raise gone
        if supplier and not may_tell_of(move, telling.rule, hand.author.supplier):
            raise Refused("Another supplier carries this move.")
        match telling.rule.subject:
            case Subject.JOURNEY:
                subject = await self._journey(hand, move, JourneyId(asked.key[1]), supplier=supplier)
                if subject is None:
                    raise gone
                return subject
            case Subject.ESCORT_RECORD:
                return LockedSubject(move, SubjectType.ESCORT_RECORD, asked.key[0])
            case Subject.LODGING:
                return LockedSubject(move, SubjectType.MOVE, move.id, lodging_id=LodgingId(asked.key[0]))
            case Subject.MOVE:
                check = self._checks.get(move.id, NOT_NEEDED)
                return LockedSubject(move, SubjectType.MOVE, move.id, check=check)

    async def _move_of(self, hand: ChangeInHand, asked: AskedSubject, rule: EventRule) -> MoveId | None:
        if asked.type is None or not asked.key:
            return None
        match rule.subject:
            case Subject.LODGING:
                lodging_id = LodgingId(asked.key[0])
                return await event_subjects.move_of_lodging(hand.conn, lodging_id, within=self._scope)
            case Subject.ESCORT_RECORD:
                record_id = EscortRecordId(asked.key[0])
                return await event_subjects.move_of_record(hand.conn, record_id, within=self._record_scope)
            case _:
                return MoveId(asked.key[0])

    async def _journey(
        self, hand: ChangeInHand, move: Move, journey_id: JourneyId, *, supplier: bool
    ) -> LockedSubject | None:
        reported = await journey_changes.all_of(hand.conn, move)
        mine = [one for one in reported if may_see_journeys_of(self._scope, one.supplier)]
        journey = next((one for one in mine if one.id == journey_id), None)
        last_told = None
        if journey is not None:
            last_told = await self._last_told(hand, journey)
        elif journey_id in self._journeys:
            journey = await taken_over(hand, move, self._journeys[journey_id])
        elif move.id in self._unasked:
            raise self._unasked[move.id]
        if journey is None:
            return None
        if supplier and journey.supplier != hand.author.supplier:
            raise Refused("Another supplier drives this journey.")
        return LockedSubject(move, SubjectType.MOVE, move.id, journey=journey, last_told=last_told)

    async def _last_told(self, hand: ChangeInHand, journey: ReportedJourney) -> LastTold | None:
        kept = await carriage.snapshots(hand.conn, [journey.move_id], CarriageKind.JOURNEYS, within=self._scope)
        snapshot = kept.get((journey.move_id, journey.supplier))
        if snapshot is None:
            return None
        legs = carriage_codec.legs_from_json(snapshot.payload)
        leg = next((one for one in legs if one.id == journey.id), None)
        return None if leg is None else LastTold(leg, snapshot.fetched_at)

    async def _ask_suppliers(self, asked: Sequence[Move]) -> None:
        keys = [
            Carriage(move.id, move.reference, move.supplier, move.receiving_supplier)
            for move in asked
            if move.supplier is not None and move.authorised_at is not None
        ]
        if not keys:
            return
        for key, told in (await self._told.by_carriages(keys)).items():
            if isinstance(told, GatewayError):
                self._unasked[key.move_id] = told
            else:
                self._journeys.update({journey.id: journey for journey in told})

    async def _ask_nomis(self, asked: Sequence[Move]) -> None:
        places = (await self._platform.reference_book.current()).locations
        keys = {
            move.id: (move.prison_number, places[move.from_agency])
            for move in asked
            if move.prison_number is not None and move.status is MoveStatus.PROPOSED
        }
        found = await escort_checks.check(self._platform, list(keys.values()))
        self._checks = {move_id: found[key] for move_id, key in keys.items()}


def _words(rule: EventRule) -> str:
    return {
        Subject.MOVE: "move",
        Subject.JOURNEY: "journey",
        Subject.LODGING: "lodging",
        Subject.ESCORT_RECORD: "escort record",
    }[rule.subject]
