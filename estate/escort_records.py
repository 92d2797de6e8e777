"""dPERs: how far a person's escort record has come by the state of the move, and the marks on it."""

import random
from datetime import datetime, timedelta
from typing import Final

from estate.keys import uid
from estate.model import (
    EscortRecord,
    EscortRecordStatus,
    Flag,
    FlagSeverity,
    Handover,
    MoveStatus,
    Section,
    SectionKey,
    SectionStatus,
)
from estate.times import Course, Day

_QUESTIONS: Final = {SectionKey.RISK: 16, SectionKey.OFFENCE: 6, SectionKey.HEALTH: 15, SectionKey.PROPERTY: 4}

_R: Final = EscortRecordStatus
# Up to which share of luck a record has a state; None: there is no record.
_STATES: Final[dict[MoveStatus, tuple[tuple[float, EscortRecordStatus | None], ...]]] = {
    MoveStatus.REQUESTED: ((0.40, None), (0.62, _R.UNSTARTED), (0.92, _R.IN_PROGRESS), (1.0, _R.COMPLETED)),
    MoveStatus.BOOKED: (
        (0.10, None),
        (0.22, _R.UNSTARTED),
        (0.52, _R.IN_PROGRESS),
        (0.86, _R.COMPLETED),
        (1.0, _R.CONFIRMED),
    ),
    MoveStatus.IN_TRANSIT: ((0.93, _R.CONFIRMED), (0.97, _R.IN_PROGRESS), (1.0, None)),
    MoveStatus.COMPLETED: ((0.96, _R.CONFIRMED), (1.0, None)),
    MoveStatus.CANCELLED: ((0.60, None), (0.75, _R.UNSTARTED), (0.90, _R.IN_PROGRESS), (1.0, _R.COMPLETED)),
    MoveStatus.PROPOSED: ((1.0, None),),
}

_FLAGS: Final = (
    Flag("violent-or-dangerous", "Violent or dangerous", FlagSeverity.ALERT, "violent-or-dangerous"),
    Flag("escape", "Escape", FlagSeverity.ALERT, "escape-risk"),
    Flag("self-harm", "Self-harm", FlagSeverity.ALERT, "nature-of-self-harm"),
    Flag("hold-separately", "Hold separately", FlagSeverity.ALERT, "held-separately"),
    Flag("other-risks", "Other risks", FlagSeverity.ALERT, "other-risk-information"),
    Flag("not-for-release", "Not for release", FlagSeverity.ALERT, "release-status"),
    Flag("health-issue", "Health issue", FlagSeverity.ATTENTION, "health-issues"),
    Flag("medication", "Medication", FlagSeverity.ATTENTION, "prescribed-medication"),
    Flag("special-vehicle", "Special vehicle", FlagSeverity.WARNING, "requires-special-vehicle"),
    Flag("next-of-kin", "Next of kin", FlagSeverity.INFORMATION, "next-of-kin"),
    Flag("religious-needs", "Religious or cultural needs", FlagSeverity.INFORMATION, "religious-or-cultural-needs"),
)
_OFFICERS: Final = ("P. Ashworth", "S. Bano", "D. Hartnell", "M. Dyson", "R. Eastwood", "L. Fenwick", "K. Gaunt")
_ESCORTS: Final = ("J. Hirst", "A. Iqbal", "T. Jowett", "C. Kershaw", "N. Lomax", "B. Midgley")


def _section(key: SectionKey, answered: int) -> Section:
    asked = _QUESTIONS[key]
    if answered >= asked:
        return Section(key, SectionStatus.COMPLETED, asked, 0)
    status = SectionStatus.IN_PROGRESS if answered else SectionStatus.NOT_STARTED
    return Section(key, status, answered, asked - answered)


_DONE: Final = tuple(_section(key, asked) for key, asked in _QUESTIONS.items())
_UNTOUCHED: Final = tuple(_section(key, 0) for key in _QUESTIONS)
# Health staff often come last, so most of the half-done records lack health and property.
_HALF_DONE: Final = tuple(
    tuple(_section(key, answered) for key, answered in zip(_QUESTIONS, counts, strict=True))
    for counts in (
        (16, 6, 0, 0),
        (16, 3, 0, 0),
        (9, 0, 0, 0),
        (16, 6, 7, 0),
        (16, 6, 15, 2),
        (0, 6, 15, 0),
        (4, 1, 3, 1),
    )
)


def escort_record(
    rng: random.Random, day: Day, reference: str, status: MoveStatus, course: Course
) -> EscortRecord | None:
    """Make the record of a move that has a person; None where nobody has opened one."""
    luck = rng.random()
    state = next(state for bound, state in _STATES[status] if luck <= bound)
    if state is None:
        return None
    created_at = course.authorised_at or course.created_at
    completed_at = amended_at = confirmed_at = None
    handover = None
    updated_at: datetime = created_at
    if state in {EscortRecordStatus.COMPLETED, EscortRecordStatus.CONFIRMED}:
        updated_at = completed_at = created_at + timedelta(minutes=10 + int(luck * 40))
        if luck > 0.8:
            updated_at = amended_at = completed_at + timedelta(minutes=5 + int(luck * 10))
    if state is EscortRecordStatus.CONFIRMED:
        left = course.started_at
        confirmed_at = left - timedelta(minutes=12) if left else updated_at + timedelta(minutes=8)
        updated_at = confirmed_at = max(confirmed_at, updated_at)
        handover = Handover(
            occurred_at=confirmed_at,
            dispatching_officer=_OFFICERS[int(luck * 997) % len(_OFFICERS)],
            receiving_officer=_ESCORTS[int(luck * 991) % len(_ESCORTS)],
        )
    return EscortRecord(
        id=uid(day.seed, reference, "escort-record"),
        status=state,
        sections=_sections(state, int(luck * 9973)),
        flags=_flags(rng, state),
        completed_at=completed_at,
        amended_at=amended_at,
        confirmed_at=confirmed_at,
        handover=handover,
        created_at=created_at,
        updated_at=updated_at,
        version=1 + sum(at is not None for at in (completed_at, amended_at, confirmed_at)),
    )


def _sections(state: EscortRecordStatus, turn: int) -> tuple[Section, ...]:
    if state is EscortRecordStatus.UNSTARTED:
        return _UNTOUCHED
    return _HALF_DONE[turn % len(_HALF_DONE)] if state is EscortRecordStatus.IN_PROGRESS else _DONE


def _flags(rng: random.Random, state: EscortRecordStatus) -> tuple[Flag, ...]:
    if state is EscortRecordStatus.UNSTARTED:
        return ()
    turn = int(rng.random() * len(_FLAGS) * 4)
    first, count = turn % len(_FLAGS), turn // len(_FLAGS)
    return tuple(_FLAGS[(first + step * 3) % len(_FLAGS)] for step in range(count))
