"""dPERs and youth risk assessments made through the API."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from gateway.domain.questions import QuestionSetKind
from tests.support.record_answers import whole

Change = Callable[..., Awaitable[dict[str, Any]]]
"""Sends a mutation of one field with a token and its input; gives the payload of that field."""

_PROBLEMS: Final = "problems {code message field existingId}"
_SHOWN: Final = (
    "id status version completedAt confirmedAt sections {key status answered outstanding version} "
    "flags {key severity question}"
)

START: Final = (
    "mutation Start($input: StartPersonEscortRecordInput!) {startPersonEscortRecord(input: $input) "
    f"{{personEscortRecord {{{_SHOWN} amendedAt prefilledFrom {{recordId confirmedAt}}}} {_PROBLEMS}}}}}"
)
RECORD: Final = (
    "mutation Record($input: RecordPerResponsesInput!) {recordPerResponses(input: $input) "
    f"{{personEscortRecord {{{_SHOWN} amendedAt}} {_PROBLEMS}}}}}"
)
CONFIRM: Final = (
    "mutation Confirm($input: ConfirmPersonEscortRecordInput!) {confirmPersonEscortRecord(input: $input) "
    f"{{personEscortRecord {{{_SHOWN} handover {{occurredAt dispatchingOfficer receivingOfficer}}}} {_PROBLEMS}}}}}"
)
START_YRA: Final = (
    "mutation Start($input: StartYouthRiskAssessmentInput!) {startYouthRiskAssessment(input: $input) "
    f"{{youthRiskAssessment {{{_SHOWN}}} {_PROBLEMS}}}}}"
)
RECORD_YRA: Final = (
    "mutation Record($input: RecordYraResponsesInput!) {recordYraResponses(input: $input) "
    f"{{youthRiskAssessment {{{_SHOWN}}} {_PROBLEMS}}}}}"
)
CONFIRM_YRA: Final = (
    "mutation Confirm($input: ConfirmYouthRiskAssessmentInput!) {confirmYouthRiskAssessment(input: $input) "
    f"{{youthRiskAssessment {{{_SHOWN}}} {_PROBLEMS}}}}}"
)


async def completed_record(change: Change, token: str, move_id: str) -> str:
    """Make a move's dPER and answer all of it; give its id."""
    started = await change(START, token, moveId=move_id)
    assert started["problems"] == [], started["problems"]
    record_id: str = started["personEscortRecord"]["id"]
    recorded = await change(RECORD, token, id=record_id, responses=whole())
    assert recorded["problems"] == [], recorded["problems"]
    assert recorded["personEscortRecord"]["status"] == "COMPLETED"
    return record_id


async def completed_assessment(change: Change, token: str, move_id: str) -> str:
    """Make a move's youth risk assessment and answer all of it; give its id."""
    started = await change(START_YRA, token, moveId=move_id)
    assert started["problems"] == [], started["problems"]
    assessment_id: str = started["youthRiskAssessment"]["id"]
    answers = whole(QuestionSetKind.YOUTH_RISK_ASSESSMENT)
    recorded = await change(RECORD_YRA, token, id=assessment_id, responses=answers)
    assert recorded["problems"] == [], recorded["problems"]
    assert recorded["youthRiskAssessment"]["status"] == "COMPLETED"
    return assessment_id
