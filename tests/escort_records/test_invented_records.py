"""The invented world's dPERs are such as the gateway would have made: answers, progress, marks and status agree."""

from datetime import date
from typing import Final

from demo import translate
from estate import Estate, model
from gateway.domain.escort_records import EscortRecordStatus
from gateway.domain.questions import QuestionSetKind
from gateway.domain.responses import answers_of, responded_of
from gateway.policies.escort_records.flags import flags_of
from gateway.policies.escort_records.progress import section_progress, status_of
from gateway.policies.escort_records.recording import Given, given_problems
from gateway.store.questions import load
from gateway.store.responses_codec import from_json

TODAY: Final = date(2026, 11, 24)
ASKED: Final = load().current(QuestionSetKind.ESCORT_RECORD)


def _records() -> list[tuple[model.Move, model.EscortRecord]]:
    estate = Estate(seed=7, today=TODAY)
    return [
        (move, move.escort_record)
        for day in estate.days()[2:4]
        for move in estate.moves_on(day)
        if move.escort_record is not None
    ]


def test_answers_progress_marks_and_status_agree() -> None:
    records = _records()
    assert {given.status for _, given in records} == set(model.EscortRecordStatus)
    for move, given in records:
        record = translate.escort_record(move, given)
        row = translate.responses_row(given)
        assert isinstance(row["responses"], dict)
        responses = from_json(row["responses"])
        answers, responded = answers_of(responses), responded_of(responses)
        everything = [Given(key, answer) for key, answer in answers.items()]
        assert given_problems(ASKED, {}, everything, today=TODAY) == []
        progress = section_progress(ASKED, answers, responded)
        assert [(one.key, one.status, one.answered, one.outstanding) for one in progress] == [
            (one.key, one.status, one.answered, one.outstanding) for one in record.sections
        ]
        follows = status_of(progress)
        assert record.status in {follows, EscortRecordStatus.CONFIRMED}
        assert record.status is follows or follows is EscortRecordStatus.COMPLETED
        assert set(record.flags) == set(flags_of(ASKED, answers, responded))
