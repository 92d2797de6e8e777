"""What the question sets hold: the numbers of the form that staff know, so that nothing is dropped unseen."""

from collections import Counter
from collections.abc import Iterator

import pytest

from gateway.domain.escort_records import FlagSeverity, SectionKey
from gateway.domain.questions import (
    DetailsNeed,
    NomisCode,
    NomisKind,
    Option,
    Question,
    QuestionSet,
    QuestionSetKind,
    QuestionType,
)
from gateway.policies.escort_records.prefill import NEVER
from gateway.store.questions import load

PER = load().current(QuestionSetKind.ESCORT_RECORD)
YOUTH = load().current(QuestionSetKind.YOUTH_RISK_ASSESSMENT)
BOTH = pytest.mark.parametrize("asked", [PER, YOUTH], ids=["dPER", "YRA"])


def every(asked: QuestionSet) -> Iterator[Question]:
    """Give all questions and the fields of items."""
    for question in asked.questions():
        yield question
        yield from question.item_questions


def options(asked: QuestionSet) -> list[Option]:
    return [option for question in every(asked) for option in question.options]


def test_the_sections_of_a_dper() -> None:
    assert Counter(question.section for question in every(PER)) == {
        SectionKey.RISK: 23,
        SectionKey.OFFENCE: 6,
        SectionKey.HEALTH: 28,
        SectionKey.PROPERTY: 6,
    }
    assert len(list(PER.questions())) == 53
    assert sum(len(question.item_questions) for question in PER.questions()) == 10


def test_the_sections_of_a_youth_risk_assessment() -> None:
    assert Counter(question.section for question in every(YOUTH)) == {
        SectionKey.RISK: 2,
        SectionKey.OFFENCE: 2,
        SectionKey.HEALTH: 1,
        SectionKey.GENERAL_CARE: 6,
        SectionKey.CONTACTS: 1,
    }


def test_how_questions_are_answered() -> None:
    assert Counter(question.type for question in every(PER)) == {
        QuestionType.ITEMS: 2,
        QuestionType.CHECKBOX: 6,
        QuestionType.RADIO: 43,
        QuestionType.TEXT: 10,
        QuestionType.TEXTAREA: 2,
    }
    assert Counter(question.type for question in every(YOUTH)) == {
        QuestionType.CHECKBOX: 2,
        QuestionType.RADIO: 6,
        QuestionType.TEXT: 1,
        QuestionType.TEXTAREA: 3,
    }


def test_what_hangs_on_other_questions() -> None:
    assert sum(question.depends_on is None for question in PER.questions()) == 38
    hanging: dict[str, list[str]] = {}
    for question in PER.questions():
        for option in question.options:
            if option.follow_ups:
                hanging[f"{question.key}={option.value}"] = list(option.follow_ups)
    assert hanging == {
        "held-separately=yes": ["risk-from-other-people", "risk-to-other-people"],
        "indication-of-self-harm-or-suicide=yes": [
            "nature-of-self-harm",
            "history-of-self-harm",
            "actions-of-self-harm-undertaken",
        ],
        "history-of-self-harm=yes": [
            "history-of-self-harm-recency",
            "history-of-self-harm-method",
            "history-of-self-harm-details",
        ],
        "has-concealed-items=yes": ["concealed-items"],
        "health-issues=yes": ["physical-health-needs", "mental-health-needs"],
        "travelling-with-child=yes": ["child-full-name", "child-date-of-birth"],
        "prescribed-medication=yes": ["medication-details"],
        "property-being-moved=yes": ["property-bags"],
    }
    assert all(question.depends_on is None for question in YOUTH.questions())


def test_what_may_be_left_without_an_answer() -> None:
    assert [question.key for question in every(PER) if not question.required] == ["risk-to-other-people"]
    assert [question.key for question in every(YOUTH) if not question.required] == [
        "risks-with-moving",
        "health-affecting-transport",
    ]


def test_options_and_their_details() -> None:
    assert Counter(option.details for option in options(PER)) == {
        DetailsNeed.NONE: 69,
        DetailsNeed.OPTIONAL: 7,
        DetailsNeed.REQUIRED: 13,
        DetailsNeed.REQUIRED_UNLESS_NOMIS: 43,
    }
    assert Counter(option.details for option in options(YOUTH)) == {DetailsNeed.NONE: 6, DetailsNeed.REQUIRED: 21}


def test_flags() -> None:
    placed = [flag for option in options(PER) for flag in option.flags]
    assert Counter(flag.severity for flag in placed) == {
        FlagSeverity.ALERT: 36,
        FlagSeverity.ATTENTION: 13,
        FlagSeverity.INFORMATION: 2,
        FlagSeverity.WARNING: 1,
    }
    assert len(set(placed)) == 30
    placed = [flag for option in options(YOUTH) for flag in option.flags]
    assert Counter(flag.severity for flag in placed) == {
        FlagSeverity.ALERT: 7,
        FlagSeverity.ATTENTION: 8,
        FlagSeverity.INFORMATION: 3,
    }
    assert len(set(placed)) == 15


def test_what_may_be_copied() -> None:
    """One question less than the form's own data allow: how recently self-harm occurred is asked anew each time."""
    leaves = [question for question in every(PER) if question.type is not QuestionType.ITEMS]
    assert sum(question.prefill for question in leaves) == 46 - 1
    assert not [question.key for question in every(PER) if question.prefill and question.key in NEVER]
    assert all(question.prefill for question in every(YOUTH))


def test_which_nomis_records_bear_on_questions() -> None:
    """The form's own data, and the escape list at its heightened level, which they miss."""
    assert sum(bool(question.nomis) for question in PER.questions()) == 32
    assert Counter(code.kind for question in PER.questions() for code in question.nomis) == {
        NomisKind.ALERT: 261 + 1,
        NomisKind.ASSESSMENT: 4,
        NomisKind.CONTACT: 1,
        NomisKind.PERSONAL_CARE_NEED: 86,
        NomisKind.REASONABLE_ADJUSTMENT: 32,
    }
    escape = PER.question("escape-risk")
    assert escape is not None
    assert NomisCode(NomisKind.ALERT, "XELH") in escape.nomis
    assert {question.key: set(question.fallback_for) for question in PER.questions() if question.fallback_for} == {
        "other-risk-information": {NomisKind.ALERT},
        "other-health-information": {NomisKind.PERSONAL_CARE_NEED, NomisKind.REASONABLE_ADJUSTMENT},
    }
    assert not any(question.nomis for question in YOUTH.questions())


@BOTH
def test_every_question_can_be_read_aloud(asked: QuestionSet) -> None:
    texts = [question.text for question in every(asked)]
    assert len(set(texts)) == len(texts)
    assert all(text.endswith("?") for text in texts)
    assert len({question.key for question in every(asked)}) == len(texts)
