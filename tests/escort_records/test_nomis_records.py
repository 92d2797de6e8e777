"""Which of NOMIS's records count on a day, and to which questions they are attached."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.alerts import Alert, AlertCode
from gateway.domain.ids import PrisonNumber
from gateway.domain.nomis_records import NomisRecord
from gateway.domain.people import CareNeed, CellSharingAssessment, Contact, ReasonableAdjustment
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.questions import NomisKind, QuestionSetKind
from gateway.policies.escort_records.nomis_records import (
    NomisQuestions,
    adjustment_records,
    alert_records,
    assessment_records,
    care_need_records,
    contact_records,
)
from gateway.store.questions import load
from tests.support.worlds import NOW, TODAY

DAY = timedelta(days=1)
SETS = load()
PER = SETS.current(QuestionSetKind.ESCORT_RECORD)
ATTACHING = NomisQuestions(PER)
CODES = sorted({code for question in PER.questions() for code in question.nomis}, key=lambda one: (one.kind, one.code))


def a_record(kind: NomisKind, code: str, comment: str | None = None) -> NomisRecord:
    return NomisRecord(kind, code, f"{code} in words", comment, TODAY, None)


def an_alert(code: str = "XEL", *, active: bool = True, until: date | None = None) -> Alert:
    provenance = Provenance(SourceSystem.NOMIS, NOW, stale=False)
    return Alert(
        PrisonNumber("A1111AA"),
        "X",
        "Security",
        AlertCode(code, "Escape List", None),
        "Seen",
        TODAY,
        until,
        active,
        provenance,
    )


def kin(**changes: Any) -> Contact:
    told: dict[str, Any] = {
        "name": "Anna Vale",
        "relationship": "Mother",
        "next_of_kin": True,
        "active": True,
        "comment": "Call first",
        "since": TODAY,
        "ended_on": None,
    }
    return Contact(**(told | changes))


@pytest.mark.parametrize(("until", "counts"), [(None, True), (TODAY + DAY, True), (TODAY, False), (TODAY - DAY, False)])
def test_an_alert_no_longer_holds_on_the_day_it_ends(until: date | None, *, counts: bool) -> None:
    assert bool(alert_records([an_alert(until=until)], TODAY)) is counts


def test_an_alert_that_is_not_active_never_counts() -> None:
    assert alert_records([an_alert(active=False)], TODAY) == ()


@pytest.mark.parametrize(("until", "counts"), [(None, True), (TODAY + DAY, True), (TODAY, True), (TODAY - DAY, False)])
def test_needs_adjustments_and_reviews_last_until_the_end_of_their_day(until: date | None, *, counts: bool) -> None:
    need = CareNeed("PHY", "ASTH", "Asthmatic", TODAY, until, "Inhaler")
    adjustment = ReasonableAdjustment("LGE PRINT", "Large print", None, TODAY, until)
    assessment = CellSharingAssessment("CSR", "CSR Rating", "High", "Single cell", TODAY, until)

    assert care_need_records([need], TODAY) == (
        (NomisRecord(NomisKind.PERSONAL_CARE_NEED, "ASTH", "Asthmatic", "Inhaler", TODAY, until),) if counts else ()
    )
    assert adjustment_records([adjustment], TODAY) == (
        (NomisRecord(NomisKind.REASONABLE_ADJUSTMENT, "LGE PRINT", "Large print", None, TODAY, until),)
        if counts
        else ()
    )
    assert assessment_records([assessment], TODAY) == (
        (NomisRecord(NomisKind.ASSESSMENT, "CSR", "CSR Rating", "High — Single cell", TODAY, until),) if counts else ()
    )


def test_next_of_kin_have_a_code_of_their_own_and_who_is_inactive_has_none() -> None:
    found = contact_records(
        [kin(), kin(next_of_kin=False, name="Sol Icitor", relationship=None, comment=None), kin(active=False)]
    )

    assert [(one.code, one.description, one.comment) for one in found] == [
        ("NEXTOFKIN", "Next of kin", "Anna Vale — Mother — Call first"),
        ("OTHER", "Other contact", "Sol Icitor"),
    ]


def test_what_no_store_takes_is_left_out_and_what_is_said_twice_is_said_once() -> None:
    need = CareNeed("PHY", "AS\x00TH", "\x00", None, None, "In\x00haler")

    (record,) = care_need_records([need, need], TODAY)

    assert (record.code, record.description, record.comment) == ("ASTH", "", "Inhaler")


def test_every_code_of_the_question_set_is_attached_to_every_question_that_names_it() -> None:
    assert len(CODES) > 250
    for code in CODES:
        record = a_record(code.kind, code.code)
        assert ATTACHING.attached([record]) == {
            question.key: (record,) for question in PER.questions() if code in question.nomis
        }


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        (NomisKind.ALERT, "other-risk-information"),
        (NomisKind.PERSONAL_CARE_NEED, "other-health-information"),
        (NomisKind.REASONABLE_ADJUSTMENT, "other-health-information"),
        (NomisKind.ASSESSMENT, None),
        (NomisKind.CONTACT, None),
    ],
)
def test_a_code_that_no_question_names_goes_where_the_rest_of_its_kind_goes(
    kind: NomisKind, question: str | None
) -> None:
    record = a_record(kind, "NEW CODE")

    assert ATTACHING.attached([record]) == ({} if question is None else {question: (record,)})


def test_equal_codes_of_different_kinds_have_nothing_in_common() -> None:
    alert, need = a_record(NomisKind.ALERT, "VI"), a_record(NomisKind.PERSONAL_CARE_NEED, "VI")
    found = ATTACHING.attached([alert, need])

    assert "held-separately" in {key for key, attached in found.items() if alert in attached}
    assert not {key for key, attached in found.items() if alert in attached and need in attached}


@pytest.mark.parametrize("code", ["XEL", "XELH", "XER"])
def test_escape_list_heightened_counts_as_escape(code: str) -> None:
    assert ATTACHING.attached([a_record(NomisKind.ALERT, code)]).keys() == {"escape-risk"}


@pytest.mark.parametrize("code", ["CSR", "CSR1", "CSRDO", "CSRF", "CSRH", "CSRREV"])
def test_cell_sharing_risk_bears_on_being_held_apart_by_whatever_form_it_was_assessed(code: str) -> None:
    assert "held-separately" in ATTACHING.attached([a_record(NomisKind.ASSESSMENT, code)])


def test_records_of_one_code_are_all_attached_in_their_order_each_once() -> None:
    first, second = (a_record(NomisKind.ALERT, "XEL", comment) for comment in ("Of May", "Of June"))

    assert ATTACHING.attached([first, second, first])["escape-risk"] == (first, second)


def test_nothing_is_attached_to_a_youth_risk_assessment() -> None:
    youth = SETS.current(QuestionSetKind.YOUTH_RISK_ASSESSMENT)

    assert NomisQuestions(youth).attached([a_record(code.kind, code.code) for code in CODES]) == {}


@given(
    st.lists(
        st.builds(
            a_record,
            st.sampled_from(NomisKind),
            st.sampled_from([code.code for code in CODES]) | st.text(max_size=5),
            st.sampled_from([None, "A", "B"]),
        ),
        max_size=6,
    )
)
def test_attaching_loses_and_invents_nothing(records: list[NomisRecord]) -> None:
    found = ATTACHING.attached(records)
    attached = {record for some in found.values() for record in some}

    assert attached <= set(records)
    # What has somewhere to go is there: only assessments and contacts of unknown codes have not.
    assert {one.kind for one in set(records) - attached} <= {NomisKind.ASSESSMENT, NomisKind.CONTACT}
    assert all(len(set(some)) == len(some) > 0 for some in found.values())
    # One record more or less changes nothing for the others.
    for record in records[:1]:
        others = {key: tuple(one for one in some if one != record) for key, some in found.items()}
        assert ATTACHING.attached([one for one in records if one != record]) == {
            key: some for key, some in others.items() if some
        }
