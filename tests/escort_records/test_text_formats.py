"""Dates, times and amounts that are asked for as text."""

import pytest

from gateway.domain.answers import Item, ItemField, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.questions import TextFormat as F
from gateway.policies.escort_records.formats import format_problem
from gateway.policies.escort_records.tidying import tidied
from tests.escort_records.answering import TODAY, question

GOOD = [
    (F.CHILD_DATE_OF_BIRTH, "2026-11-24"),
    (F.CHILD_DATE_OF_BIRTH, "2024-02-29"),
    (F.CHILD_DATE_OF_BIRTH, "2008-11-25"),
    (F.PARTIAL_PAST_DATE, "2026-11-24"),
    (F.PARTIAL_PAST_DATE, "2026-11"),
    (F.PARTIAL_PAST_DATE, "2026"),
    (F.PAST_DATE_OR_WORDS, "2026-11-23"),
    (F.PAST_DATE_OR_WORDS, "23/11/2026"),
    (F.PAST_DATE_OR_WORDS, "23.11.26"),
    (F.PAST_DATE_OR_WORDS, "2026-10"),
    (F.PAST_DATE_OR_WORDS, "3rd March 2025"),
    (F.PAST_DATE_OR_WORDS, "about 3 weeks ago"),
    (F.PAST_DATE_OR_WORDS, "12 or 13 years ago, in care"),
    (F.TIME_GIVEN, "08:00"),
    (F.TIME_GIVEN, "2026-11-24 08:00"),
    (F.TIME_GIVEN, "2026-11-23T23:59"),
    (F.TIME_GIVEN, "not given yet"),
    (F.TIME_DUE, "00:00"),
    (F.TIME_DUE, "2026-11-24 20:00"),
    (F.TIME_DUE, "2026-11-25 08:00"),
    (F.TIME_DUE, "when needed"),
    (F.POUNDS, "0"),
    (F.POUNDS, "20"),
    (F.POUNDS, "£20.50"),
    (F.POUNDS, "£ 1,250.00"),
    (F.POUNDS, "1250"),
]

BAD = [
    (F.CHILD_DATE_OF_BIRTH, "2026-11-25", "future"),
    (F.CHILD_DATE_OF_BIRTH, "2008-11-24", "child"),
    (F.CHILD_DATE_OF_BIRTH, "2026-02-30", "YYYY-MM-DD"),
    (F.CHILD_DATE_OF_BIRTH, "24/11/2020", "YYYY-MM-DD"),
    (F.CHILD_DATE_OF_BIRTH, "last spring", "YYYY-MM-DD"),
    (F.CHILD_DATE_OF_BIRTH, "\u0662\u0660\u0662\u0666-01-01", "YYYY-MM-DD"),
    (F.PARTIAL_PAST_DATE, "2026-12", "future"),
    (F.PARTIAL_PAST_DATE, "2027", "future"),
    (F.PARTIAL_PAST_DATE, "2026-13", "YYYY"),
    (F.PARTIAL_PAST_DATE, "0000", "YYYY"),
    (F.PARTIAL_PAST_DATE, "when he was young", "YYYY"),
    (F.PAST_DATE_OR_WORDS, "2026-11-25", "future"),
    (F.PAST_DATE_OR_WORDS, "25/11/2026", "future"),
    (F.PAST_DATE_OR_WORDS, "31/02/2026", "does not exist"),
    (F.PAST_DATE_OR_WORDS, "2026-13", "does not exist"),
    (F.PAST_DATE_OR_WORDS, "31 June 2026", "does not exist"),
    (F.TIME_GIVEN, "25:00", "14:30"),
    (F.TIME_GIVEN, "8", "14:30"),
    (F.TIME_GIVEN, "8am", "14:30"),
    (F.TIME_GIVEN, "2026-02-30 08:00", "14:30"),
    (F.TIME_GIVEN, "2026-11-25 08:00", "future"),
    (F.TIME_DUE, "2026-11-23 08:00", "past"),
    (F.TIME_DUE, "2026-11-24", "14:30"),
    (F.POUNDS, "some", "pounds"),
    (F.POUNDS, "-5", "pounds"),
    (F.POUNDS, "20.5", "pounds"),
    (F.POUNDS, "1,2,3", "pounds"),
    (F.POUNDS, "€20", "pounds"),
    (F.POUNDS, "99999999", "pounds"),
    (F.POUNDS, "", "pounds"),
]


@pytest.mark.parametrize(("form", "text"), GOOD)
def test_what_is_one_is_taken(form: F, text: str) -> None:
    assert format_problem(form, text, TODAY) is None


@pytest.mark.parametrize(("form", "text", "said"), BAD)
def test_what_is_none_is_refused_with_how_it_should_be(form: F, text: str, said: str) -> None:
    words = format_problem(form, text, TODAY)
    assert words is not None
    assert said in words


def test_amounts_are_kept_in_one_form() -> None:
    bag = question("property-bags")
    contents = OptionsAnswer((OptionAnswer("clothing", "  "), OptionAnswer("gbp", " £1,250 ")))
    given = ItemsAnswer((Item((ItemField("property-bag-type", contents),)),))
    kept = tidied(bag, given)
    assert isinstance(kept, ItemsAnswer)
    assert kept.items[0].field("property-bag-type") == OptionsAnswer(
        (OptionAnswer("gbp", "1250.00"), OptionAnswer("clothing"))
    )


def test_texts_are_kept_without_blank_ends_and_with_plain_line_ends() -> None:
    offences = question("current-offences")
    assert tidied(offences, TextAnswer(" robbery\r\nT2026\x0bburglary\r")) == TextAnswer("robbery\nT2026\nburglary")


def test_the_same_answer_is_the_same_value_in_whatever_order_it_is_given() -> None:
    signs = question("nature-of-self-harm")
    one, other = OptionAnswer("stated-intent", "today"), OptionAnswer("other-concern", "quiet")
    assert tidied(signs, OptionsAnswer((one, other))) == tidied(signs, OptionsAnswer((other, one)))
