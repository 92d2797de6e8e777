"""The invented world's dPERs are such as the gateway would have made: answers, progress, marks and status agree."""

from datetime import date
from typing import Final

from demo import translate
from estate import Estate, model
from gateway.domain.escort_records import EscortRecordStatus, SectionStatus
from gateway.domain.ids import AgencyId
from gateway.domain.locations import NOMIS_AGENCY_TYPES, Location
from gateway.domain.questions import QuestionSetKind
from gateway.domain.responses import answers_of, responded_of
from gateway.policies.allocations.who import of_youth_estate
from gateway.policies.escort_records.flags import flags_of
from gateway.policies.escort_records.progress import section_progress, status_of
from gateway.policies.escort_records.recording import Given, given_problems
from gateway.store.questions import load
from gateway.store.responses_codec import from_json

TODAY: Final = date(2026, 11, 24)
PLACES: Final = {one.agency_id: one for one in Estate(seed=7, today=TODAY).agencies()}
ASKED: Final = load().current(QuestionSetKind.ESCORT_RECORD)


def _records() -> list[tuple[model.Move, model.EscortRecord]]:
    estate = Estate(seed=7, today=TODAY)
    return [
        (move, move.escort_record)
        for day in estate.days()[2:4]
        for move in estate.moves_on(day)
        if move.escort_record is not None
    ]


def test_young_people_leave_with_an_assessment_that_is_whole() -> None:
    asked = load().current(QuestionSetKind.YOUTH_RISK_ASSESSMENT)
    found = 0
    for move, given in _records():
        kind = NOMIS_AGENCY_TYPES[PLACES[move.from_agency].agency_type]
        young = of_youth_estate(Location(AgencyId(move.from_agency), "", kind, active=True))
        assert (move.youth_risk_assessment is not None) is (young and given.completed_at is not None)
        if move.youth_risk_assessment is not None:
            found += 1
            kept = translate.responses_row(move.youth_risk_assessment)["responses"]
            assert isinstance(kept, dict)
            answers = answers_of(from_json(kept))
            everything = [Given(key, answer) for key, answer in answers.items()]
            assert given_problems(asked, {}, everything, today=TODAY) == []
            sections = translate.youth_risk_assessment(move, move.youth_risk_assessment).sections
            assert all(section.status is SectionStatus.COMPLETED for section in sections)
    assert found


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
