"""Recording events: each in a transaction of its own, in the order in which they are given, once for each key."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID, uuid4

import orjson

from gateway.domain.access_log import AccessAction, SubjectType
from gateway.domain.changes import Author
from gateway.domain.errors import GatewayError, InvalidInput, Refused
from gateway.domain.events import Event, EventDetail
from gateway.domain.ids import EventId, MoveId
from gateway.domain.problems import Problem, ProblemCode, RuleBroken, problem
from gateway.domain.scope import Scope
from gateway.domain.viewer import Permission, Viewer
from gateway.policies.events.catalogue import rule_of
from gateway.policies.events.details import check
from gateway.policies.events.rules import EventRule, Recorder
from gateway.policies.events.who import may_record, own_place_problems, recorders_of
from gateway.services.access_log import AccessRecorder, Read
from gateway.services.changes import ChangeInHand, Told, change
from gateway.services.event_subjects import AskedSubject, Subjects
from gateway.services.platform import Platform
from gateway.services.telling import Telling
from gateway.services.told import tell
from gateway.store import events, idempotency
from gateway.store.idempotency import FirstUse, IdempotencyKey

MOST_AT_ONCE: Final = 100
CLOCK_SKEW: Final = dt.timedelta(minutes=5)
"""By how much a reporter's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """`previous_move` is the move that the detail `previous_move_id` names, where it names one."""

    type: str
    subject: AskedSubject
    occurred_at: dt.datetime
    notes: str | None
    details: tuple[EventDetail, ...]
    idempotency_key: str
    previous_move: MoveId | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of one event: the event, or what stood in the way; a fault is in its place."""

    idempotency_key: str
    event: Event | GatewayError | None
    problems: tuple[Problem, ...] = ()


class EventRecording:
    """Bound to one viewer."""

    def __init__(
        self,
        platform: Platform,
        viewer: Viewer,
        scope: Scope,
        access: AccessRecorder,
        author: Author,
        subjects: Subjects,
    ) -> None:
        self._platform = platform
        self._viewer = viewer
        self._scope = scope
        self._access = access
        self._author = author
        self._subjects = subjects

    async def record(self, asked: Sequence[RecordEvent]) -> list[Recorded]:
        """Record events; one that cannot be leaves the others.

        Raises:
            Refused: no role of the viewer's records events.
            InvalidInput: there are too many at once.

        """
        if Permission.RECORD_MOVE_EVENT not in self._viewer.permissions:
            raise Refused("Your roles do not record events.")
        if len(asked) > MOST_AT_ONCE:
            raise InvalidInput(f"At most {MOST_AT_ONCE} events at once.", field=("input", "events"))
        await self._subjects.prepare([(rule_of(one.type), one.subject) for one in asked])
        return [await self._result(number, one) for number, one in enumerate(asked)]

    async def _result(self, number: int, asked: RecordEvent) -> Recorded:
        try:
            return Recorded(asked.idempotency_key, await self._record(asked, ("events", str(number))))
        except RuleBroken as broken:
            return Recorded(asked.idempotency_key, None, broken.problems)
        except GatewayError as fault:
            return Recorded(asked.idempotency_key, fault)

    async def _record(self, asked: RecordEvent, field: tuple[str, ...]) -> Event:
        rule = self._rule(asked, field)
        key = IdempotencyKey(self._author.client_id or "", self._author.username, asked.idempotency_key, "recordEvents")
        use = FirstUse(_fingerprint(asked), EventId(uuid4()))
        async with self._platform.database.read() as connection:
            first = await idempotency.first_use(connection, key)
        if first is not None:
            return await self._again(use, first, field)
        telling = await self._telling(asked, rule, EventId(use.subject_id), field)
        async with change(self._platform, self._author) as hand:
            first = await idempotency.claim(hand.conn, key, use, at=hand.at)
            if first is None:
                event, read = await self._write(hand, asked, telling)
        if first is not None:
            return await self._again(use, first, field)
        await self._access.changed(AccessAction.UPDATE, *read)
        return event

    async def _write(
        self, hand: ChangeInHand, asked: RecordEvent, telling: Telling
    ) -> tuple[Event, tuple[SubjectType, Read]]:
        subject = await self._subjects.lock(hand, asked.subject, telling, supplier=self._carries_for(telling.rule))
        told = await tell(hand, subject, telling, previous_move=asked.previous_move, within=self._scope)
        event = hand.event(subject.move, told)
        return event, (subject.read_as, Read(str(subject.read_id), subject.move.prison_number))

    def _rule(self, asked: RecordEvent, field: tuple[str, ...]) -> EventRule:
        rule = rule_of(asked.type)
        if rule is None:
            words = "There is no such type of event in the catalogue."
            raise RuleBroken(problem(ProblemCode.INVALID, words, *field, "type"))
        if not rule.recorders:
            words = f"{rule.type} is written by the gateway itself."
            raise RuleBroken(problem(ProblemCode.INVALID, words, *field, "type"))
        if not may_record(self._viewer, rule):
            raise Refused(f"Your roles do not record {rule.type}.")
        return rule

    async def _telling(self, asked: RecordEvent, rule: EventRule, event_id: EventId, field: tuple[str, ...]) -> Telling:
        places = (await self._platform.reference_book.current()).locations
        path = ("input", *field, "details")
        by_supplier = self._carries_for(rule)
        details, problems = check(rule, asked.details, places.keys(), *path, by_supplier=by_supplier)
        problems += own_place_problems(self._viewer, rule, details, *path)
        if asked.occurred_at > self._platform.clock() + CLOCK_SKEW:
            problems.append(problem(ProblemCode.INVALID, "That time is still to come.", *field, "occurredAt"))
        problems += self._subjects.problems(rule, asked.subject, *field, "subjectId")
        if problems:
            raise RuleBroken(*problems)
        told = Told(
            rule.type,
            details=details,
            notes=asked.notes,
            occurred_at=asked.occurred_at,
            classification=rule.classification,
            id=event_id,
        )
        return Telling(rule, told, places, field)

    def _carries_for(self, rule: EventRule) -> bool:
        """Say whether the viewer records such events as a supplier, and in no other part."""
        return recorders_of(self._viewer) & rule.recorders == {Recorder.SUPPLIER}

    async def _again(self, use: FirstUse, first: FirstUse, field: tuple[str, ...]) -> Event:
        if first.fingerprint != use.fingerprint:
            words = "This key was used for another event."
            raise RuleBroken(problem(ProblemCode.CONFLICT, words, *field, "idempotencyKey"))
        event_id = EventId(first.subject_id)
        async with self._platform.database.read() as connection:
            found = (await events.by_ids(connection, [event_id], within=self._scope)).get(event_id)
        if found is None:
            raise RuleBroken(problem(ProblemCode.NOT_FOUND, "There is no such thing.", *field, "subjectId"))
        return found


def _fingerprint(asked: RecordEvent) -> str:
    return hashlib.sha256(orjson.dumps(asdict(asked), default=_plain)).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError
