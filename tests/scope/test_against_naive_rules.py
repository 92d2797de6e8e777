"""Every answer to every query is the one that the plain rules give."""

from hypothesis import given, note, settings

from tests.scope import queries
from tests.scope.properties import EXAMPLES, PHASES, Question, check_answer_is_the_naive_one, questions
from tests.scope.standing import Standing


@settings(phases=PHASES, max_examples=EXAMPLES)
@given(question=questions)
def test_an_answer_holds_exactly_what_the_rules_allow(standing: Standing, question: Question) -> None:
    note(question.told())
    check_answer_is_the_naive_one(standing, question)


def test_the_queries_know_the_arguments_of_every_field() -> None:
    assert queries.fields_with_arguments() == queries.arguments_known()
