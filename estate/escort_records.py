"""dPERs: how far a person's escort record has come by the state of the move."""

import random
from datetime import datetime, timedelta
from typing import Final

from estate.agencies import agencies_by_id
from estate.escort_answers import EVERYTHING, HALF_DONE, NOTHING, Content, content
from estate.escort_questions import FACTS, YOUTH
from estate.geography import YOUNG_OFFENDER_INSTITUTIONS
from estate.keys import uid
from estate.model import (
    AgencyType,
    EscortRecord,
    EscortRecordStatus,
    Handover,
    MoveStatus,
    YouthRiskAssessment,
)
from estate.times import Course, Day

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

_OFFICERS: Final = ("P. Ashworth", "S. Bano", "D. Hartnell", "M. Dyson", "R. Eastwood", "L. Fenwick", "K. Gaunt")
_ESCORTS: Final = ("J. Hirst", "A. Iqbal", "T. Jowett", "C. Kershaw", "N. Lomax", "B. Midgley")


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
    held = _content(rng, state, int(luck * 9973))
    return EscortRecord(
        id=uid(day.seed, reference, "escort-record"),
        status=state,
        responses=held.responses,
        responded_at=None if not held.responses else completed_at or created_at + timedelta(minutes=5),
        sections=held.sections,
        flags=held.flags,
        completed_at=completed_at,
        amended_at=amended_at,
        confirmed_at=confirmed_at,
        handover=handover,
        created_at=created_at,
        updated_at=updated_at,
        version=1 + sum(at is not None for at in (completed_at, amended_at, confirmed_at)),
    )


def youth_risk_assessment(
    day: Day, reference: str, from_agency: str, record: EscortRecord | None
) -> YouthRiskAssessment | None:
    """Make what goes with a record that is complete, where the move leaves the youth estate."""
    if record is None or record.completed_at is None or not _of_youth_estate(from_agency):
        return None
    return YouthRiskAssessment(
        id=uid(day.seed, reference, "youth-risk-assessment"),
        responses=YOUTH,
        confirmed_at=record.completed_at,
        created_at=record.created_at,
    )


def _of_youth_estate(agency_id: str) -> bool:
    children = {AgencyType.STC, AgencyType.SCH}
    return agency_id in YOUNG_OFFENDER_INSTITUTIONS or agencies_by_id()[agency_id].agency_type in children


def _content(rng: random.Random, state: EscortRecordStatus, turn: int) -> Content:
    if state is EscortRecordStatus.UNSTARTED:
        return content(frozenset(), NOTHING, with_property=False)
    drawn = int(rng.random() * len(FACTS) * 4)
    first, count = drawn % len(FACTS), drawn // len(FACTS)
    facts = frozenset((first + step * 3) % len(FACTS) for step in range(count))
    shares = HALF_DONE[turn % len(HALF_DONE)] if state is EscortRecordStatus.IN_PROGRESS else EVERYTHING
    return content(facts, shares, with_property=turn % 2 == 1)
