"""Whatever happens to what a viewer may not see, they cannot tell: neither by an answer nor by what it costs."""

from hypothesis import assume, given, note, settings

from tests.scope.properties import EXAMPLES, PHASES, Change, changes, check_what_is_hidden_changes_nothing
from tests.scope.standing import Standing


@settings(phases=PHASES, max_examples=EXAMPLES)
@given(change=changes)
def test_hidden_things_change_neither_an_answer_nor_its_calls(standing: Standing, change: Change) -> None:
    assume(change.other != change.question.world)
    note(change.told())
    check_what_is_hidden_changes_nothing(standing, change)
