"""What a new record starts with, from the one before."""

from dataclasses import replace

import pytest

from gateway.domain.answers import Answer, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.escort_records import EscortRecordStatus, SectionStatus
from gateway.domain.questions import Option, Question, QuestionSet, QuestionType, TextFormat
from gateway.policies.escort_records.flags import flags_of
from gateway.policies.escort_records.missing import missing, missing_problems
from gateway.policies.escort_records.prefill import NEVER, may_prefill, prefilled
from gateway.policies.escort_records.progress import section_progress, status_of
from tests.escort_records.answering import PER, TODAY, YOUTH, complete, question, with_field


def changed(asked: QuestionSet, key: str, new: Question | None) -> QuestionSet:
    """Make another version of a form in which one question is different, or gone."""
    sections = tuple(
        replace(
            section,
            questions=tuple(made for one in section.questions if (made := new if one.key == key else one) is not None),
        )
        for section in asked.sections
    )
    return QuestionSet(asked.kind, "1.1.0", asked.title, sections)


def test_what_may_be_copied_is_and_nothing_else() -> None:
    earlier = complete(PER)
    copied = prefilled(PER, earlier, today=TODAY)
    expected = {one.key for one in PER.questions() if may_prefill(one)}
    assert set(copied) == expected
    assert "medication-details" in copied
    assert all(copied[key] == earlier[key] for key in expected - {"medication-details"})


@pytest.mark.parametrize("key", sorted(NEVER))
def test_what_is_true_of_one_journey_only_is_never_copied_whatever_a_set_says(key: str) -> None:
    """Medication while moving, a child who travels along, how recently self-harm occurred, property that is moved."""
    top = next(one for one in PER.questions() if key in {one.key, *(field.key for field in one.item_questions)})
    careless = replace(
        top, prefill=True, item_questions=tuple(replace(field, prefill=True) for field in top.item_questions)
    )
    asked = changed(PER, top.key, careless)
    copied = prefilled(asked, complete(PER), today=TODAY).get(top.key)
    if isinstance(copied, ItemsAnswer):
        assert all(item.field(key) is None for item in copied.items)
    else:
        assert copied is None


def test_of_a_medicine_come_its_name_route_and_dose() -> None:
    copied = prefilled(PER, complete(PER), today=TODAY)["medication-details"]
    assert isinstance(copied, ItemsAnswer)
    assert [[field.question_key for field in item.fields] for item in copied.items] == [
        ["medication-name", "medication-administration", "medication-dosage"]
    ]


def test_fields_are_copied_by_key_so_that_they_outlast_a_version() -> None:
    """In another version the fields are other questions in another order, with the same keys."""
    medicines = question("medication-details")
    newer = replace(medicines, item_questions=medicines.item_questions[::-1], text="Which medicines now?")
    copied = prefilled(changed(PER, medicines.key, newer), complete(PER), today=TODAY)[medicines.key]
    assert isinstance(copied, ItemsAnswer)
    assert copied.items[0].field("medication-name") == TextAnswer("words")


def test_a_list_of_which_nothing_is_left_is_not_copied() -> None:
    medicines = question("medication-details")
    bare = replace(medicines, item_questions=medicines.item_questions[3:])
    assert medicines.key not in prefilled(changed(PER, medicines.key, bare), complete(PER), today=TODAY)


OPTIONLESS = replace(question("arsonist"), options=(Option("never", "Never"), Option("once", "Once")))


@pytest.mark.parametrize(
    ("key", "new", "old"),
    [
        ("arsonist", OPTIONLESS, OptionAnswer("yes", "a bin")),
        ("arsonist", replace(question("arsonist"), type=QuestionType.CHECKBOX), OptionAnswer("yes", "a bin")),
        ("arsonist", replace(question("arsonist"), type=QuestionType.TEXT, options=()), OptionAnswer("no")),
        ("arsonist", None, OptionAnswer("no")),
        ("current-offences", question("current-offences"), TextAnswer("x" * 10_001)),
        (
            "current-offences",
            replace(question("current-offences"), type=QuestionType.TEXT, format=TextFormat.PARTIAL_PAST_DATE),
            TextAnswer("robbery"),
        ),
    ],
    ids=["option gone", "several now", "text now", "question gone", "too long now", "date now"],
)
def test_an_answer_that_no_longer_fits_is_asked_anew(key: str, new: Question | None, old: Answer) -> None:
    assert prefilled(changed(PER, key, new), {key: old}, today=TODAY) == {}


def test_an_answer_whose_details_nomis_made_unnecessary_comes_over() -> None:
    earlier: dict[str, Answer] = {"escape-risk": OptionAnswer("yes")}
    assert prefilled(PER, earlier, today=TODAY) == earlier


def test_what_hangs_on_an_answer_that_is_not_copied_is_not_copied_either() -> None:
    harmed = question("indication-of-self-harm-or-suicide")
    copied = prefilled(changed(PER, harmed.key, replace(harmed, prefill=False)), complete(PER), today=TODAY)
    assert {"nature-of-self-harm", "history-of-self-harm-method", "history-of-self-harm"}.isdisjoint(copied)


def test_nothing_comes_from_a_blank_record() -> None:
    assert prefilled(PER, {}, today=TODAY) == {}


def test_copied_answers_count_for_nothing_until_they_are_reviewed() -> None:
    copied = prefilled(PER, complete(PER), today=TODAY)
    sections = section_progress(PER, copied, ())
    assert {one.status for one in sections} == {SectionStatus.NOT_STARTED}
    assert status_of(sections) is EscortRecordStatus.UNSTARTED
    assert flags_of(PER, copied, ()) == ()
    assert {one.question.key for one in missing(PER, copied, ()) if one.to_review} == set(copied)


def test_the_two_forms_share_keys_and_no_answers() -> None:
    """Each is filled from its own kind alone: the rule is given one form and one record of it."""
    shared = {one.key for one in PER.questions()} & {one.key for one in YOUTH.questions()}
    assert shared == {"current-offences", "religious-or-cultural-needs"}


def test_all_of_a_youth_risk_assessment_may_be_copied() -> None:
    earlier = complete(YOUTH)
    assert prefilled(YOUTH, earlier, today=TODAY) == earlier


def test_what_is_missing_is_told_by_section_question_and_key() -> None:
    held = complete(PER)
    responded = held.keys() - {"escape-risk", "property-bags"}
    del held["property-bags"]
    found = missing_problems(missing(PER, held, responded), "input", "id")
    assert [(problem.code.value, problem.field, problem.message) for problem in found] == [
        (
            "incomplete",
            ("input", "id", "risk", "escape-risk"),
            (
                "Risk information: 'Is there a risk that this person will try to escape?' (escape-risk) "
                "was copied from an earlier record and is not reviewed."
            ),
        ),
        (
            "incomplete",
            ("input", "id", "property", "property-bags"),
            "Property information: 'Which sealed bags are travelling?' (property-bags) is not answered.",
        ),
    ]


def test_nothing_is_missing_from_a_record_that_is_answered_whole() -> None:
    held = complete(PER)
    assert missing(PER, held, held.keys()) == ()


def test_a_medicine_that_is_needed_on_the_journey_flags_the_record() -> None:
    medicines = question("medication-details")
    for given, flagged in (("yes", True), ("no", False)):
        held: dict[str, Answer] = {
            "prescribed-medication": OptionAnswer("yes"),
            medicines.key: with_field(medicines, "medication-while-moving", OptionAnswer(given)),
        }
        raised = {(flag.question, flag.key) for flag in flags_of(PER, held, held.keys())}
        assert (("medication-while-moving", "medication-while-moving") in raised) is flagged


def test_several_medicines_raise_a_flag_once_and_several_questions_each_theirs() -> None:
    medicines = question("medication-details")
    one = with_field(medicines, "medication-while-moving", OptionAnswer("yes"))
    held: dict[str, Answer] = {
        "prescribed-medication": OptionAnswer("yes"),
        medicines.key: ItemsAnswer(one.items * 3),
        "held-separately": OptionAnswer("yes"),
        "risk-from-other-people": OptionAnswer("yes", "rivals"),
        "risk-to-other-people": OptionsAnswer((OptionAnswer("staff", "threats"), OptionAnswer("race", "threats"))),
    }
    assert [(flag.question, flag.key) for flag in flags_of(PER, held, held.keys())] == [
        ("held-separately", "hold-separately"),
        ("risk-from-other-people", "hold-separately"),
        ("risk-to-other-people", "hold-separately"),
        ("prescribed-medication", "medication"),
        ("medication-while-moving", "medication-while-moving"),
    ]
