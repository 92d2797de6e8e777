"""Events: what was recorded of a move, its legs and its escort record, in the order in which it occurred."""

import random
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from estate.keys import uid
from estate.model import (
    EscortRecord,
    Event,
    EventClassification,
    EventSubject,
    Journey,
    JourneyState,
    MoveStatus,
)
from estate.plans import Plan
from estate.times import Course, Day

_C: Final = EventClassification
# What may happen on the road: type, classification, subject, notes.
_ON_THE_ROAD: Final = (
    ("PerPrisonerWelfare", _C.DEFAULT, EventSubject.PERSON_ESCORT_RECORD, "Offered water and a comfort break."),
    ("PerMedicalAid", _C.MEDICAL, EventSubject.PERSON_ESCORT_RECORD, "First aid given for a headache."),
    ("PerSuicideAndSelfHarm", _C.SUICIDE_AND_SELF_HARM, EventSubject.PERSON_ESCORT_RECORD, "Spoke of self-harm."),
    ("PersonMoveUsedForce", _C.INCIDENT, EventSubject.MOVE, "Guiding holds used at the vehicle."),
    ("PerMedicalMedication", _C.MEDICAL, EventSubject.PERSON_ESCORT_RECORD, "Own medication handed over."),
    ("PersonMoveMinorIncidentOther", _C.INCIDENT, EventSubject.MOVE, "Shouting in the vehicle."),
)

# How a supplier signs its events, and who books at the places that have an account in every world.
_OFFICERS: Final = {"LEI": "LEEDS_OFFICER", "MDI": "MOORLAND_OFFICER", "WWI": "WANDSWORTH_OFFICER"}
_SUPPLIER_SYSTEMS: Final = {"geoamey": "geoamey-system", "serco": "serco-system"}


class _Log:
    """Collects the events of one move."""

    def __init__(self, day: Day, reference: str, supplier: str, move_id: UUID, officer: str | None) -> None:
        self._day, self._reference, self._supplier, self._move_id = day, reference, supplier, move_id
        self._officer = officer
        self._events: list[Event] = []

    def add(
        self,
        kind: str,
        at: datetime,
        *,
        by_supplier: bool = False,
        supplier: str | None = None,
        subject: EventSubject = EventSubject.MOVE,
        subject_id: UUID | None = None,
        classification: EventClassification = EventClassification.DEFAULT,
        notes: str | None = None,
        details: tuple[tuple[str, str | None], ...] = (),
    ) -> None:
        number = len(self._events)
        told_by = supplier or (self._supplier if by_supplier else None)
        self._events.append(
            Event(
                id=uid(self._day.seed, self._reference, "event", number),
                type=kind,
                classification=classification,
                occurred_at=at,
                recorded_at=at + timedelta(seconds=20 + number * 7),
                supplier=told_by,
                recorded_by=self._officer if told_by is None else _SUPPLIER_SYSTEMS[told_by],
                notes=notes,
                details=details,
                subject=subject,
                subject_id=subject_id or self._move_id,
            )
        )

    def in_order(self) -> tuple[Event, ...]:
        return tuple(sorted(self._events, key=lambda event: (event.occurred_at, event.recorded_at)))


def events_of(
    rng: random.Random,
    day: Day,
    plan: Plan,
    reference: str,
    supplier: str,
    times: Course,
    legs: tuple[Journey, ...],
    record: EscortRecord | None,
) -> tuple[Event, ...]:
    """Tell the story of a move, so that its states follow from its events."""
    log = _Log(day, reference, supplier, uid(day.seed, reference), _OFFICERS.get(plan.from_agency))
    _booking(log, plan, times)
    _record(log, plan, record)
    if times.started_at is not None:
        _road(log, plan, times, times.started_at, legs)
        _incident(rng, log, plan, times.started_at, record)
    return log.in_order()


def _booking(log: _Log, plan: Plan, times: Course) -> None:
    log.add("MoveProposed" if times.authorised_at is None else "MoveRequested", times.created_at)
    if times.accepted_at is not None:
        log.add("MoveAccept", times.accepted_at, by_supplier=True)
    if times.cancelled_at is not None:
        log.add("MoveReject" if plan.proposal else "MoveCancel", times.cancelled_at)


def _record(log: _Log, plan: Plan, record: EscortRecord | None) -> None:
    if record is None:
        return
    told = (
        ("PerCompletion", record.completed_at),
        ("PerUpdated", record.amended_at),
        ("PerConfirmation", record.confirmed_at),
    )
    for kind, at in told:
        if at is not None:
            log.add(kind, at, subject=EventSubject.PERSON_ESCORT_RECORD, subject_id=record.id)
    if record.handover is not None:
        details = (
            ("location", plan.from_agency),
            ("dispatching_officer", record.handover.dispatching_officer),
            ("receiving_officer", record.handover.receiving_officer),
        )
        log.add(
            "PerHandover",
            record.handover.occurred_at,
            subject=EventSubject.PERSON_ESCORT_RECORD,
            subject_id=record.id,
            details=details,
        )


def _road(log: _Log, plan: Plan, times: Course, started_at: datetime, legs: tuple[Journey, ...]) -> None:
    log.add("MoveStart", started_at, by_supplier=True)
    driven = [leg for leg in legs if leg.state in {JourneyState.IN_PROGRESS, JourneyState.COMPLETED}]
    end = times.completed_at or started_at + timedelta(minutes=30)
    share = (end - started_at) / max(1, len(driven))
    for place, leg in enumerate(driven):
        left = started_at + share * place
        registration = leg.vehicle.registration if leg.vehicle else None
        _leg_event(log, "JourneyStart", left + timedelta(seconds=30), leg, registration)
        if leg.state is JourneyState.COMPLETED:
            _leg_event(log, "JourneyComplete", left + share - timedelta(seconds=30), leg, registration)
    if plan.status is MoveStatus.COMPLETED:
        log.add("MoveComplete", end, by_supplier=True)


def _leg_event(log: _Log, kind: str, at: datetime, leg: Journey, registration: str | None) -> None:
    log.add(
        kind,
        at.replace(microsecond=0),
        supplier=leg.supplier,
        subject=EventSubject.JOURNEY,
        subject_id=leg.id,
        details=(("vehicle_reg", registration),),
    )


def _incident(rng: random.Random, log: _Log, plan: Plan, started_at: datetime, record: EscortRecord | None) -> None:
    """Let something happen on every fifth move or so; what belongs to an escort record needs one."""
    luck = rng.random()
    if luck > 0.2 or record is None:
        return
    kind, classification, subject, notes = _ON_THE_ROAD[int(luck * 5 * len(_ON_THE_ROAD))]
    log.add(
        kind,
        started_at + timedelta(minutes=10),
        by_supplier=True,
        subject=subject,
        subject_id=record.id if subject is EventSubject.PERSON_ESCORT_RECORD else None,
        classification=classification,
        notes=notes,
        details=(("location", plan.from_agency),),
    )
