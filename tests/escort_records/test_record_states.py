"""How a record's status follows from its answers."""

import pytest

from gateway.domain.escort_record_states import ESCORT_RECORD_STATES, EscortRecordAction, recorded
from gateway.domain.escort_records import EscortRecordStatus as S


@pytest.mark.parametrize(
    ("status", "complete", "action", "after"),
    [
        (S.UNSTARTED, False, EscortRecordAction.ANSWER, S.IN_PROGRESS),
        (S.IN_PROGRESS, False, EscortRecordAction.ANSWER, S.IN_PROGRESS),
        (S.UNSTARTED, True, EscortRecordAction.COMPLETE, S.COMPLETED),
        (S.IN_PROGRESS, True, EscortRecordAction.COMPLETE, S.COMPLETED),
        (S.COMPLETED, True, EscortRecordAction.AMEND, S.COMPLETED),
        (S.COMPLETED, False, EscortRecordAction.REOPEN, S.IN_PROGRESS),
    ],
)
def test_recording_answers_moves_a_record(status: S, *, complete: bool, action: EscortRecordAction, after: S) -> None:
    assert recorded(status, complete=complete) is action
    assert ESCORT_RECORD_STATES.next(status, action) is after


@pytest.mark.parametrize("complete", [False, True])
def test_nothing_is_recorded_once_a_record_is_confirmed(*, complete: bool) -> None:
    assert recorded(S.CONFIRMED, complete=complete) is None


def test_only_a_complete_record_is_confirmed() -> None:
    allowed = {status for status in S if ESCORT_RECORD_STATES.next(status, EscortRecordAction.CONFIRM) is not None}
    assert allowed == {S.COMPLETED}
