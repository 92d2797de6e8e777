"""Who sees a move, said in plain code, is what the naive rules say, to which the store's statements are held too."""

from hypothesis import given

from gateway.domain.event_log import sight_of
from gateway.domain.scope import Scope
from gateway.policies.scope import sees
from tests.store.worlds import World, is_visible, scopes, worlds


@given(worlds(most=2), scopes)
def test_a_scope_sees_what_the_rules_say(world: World, within: Scope) -> None:
    assert [sees(within, sight_of(move, stays)) for move, stays in world.moves] == [
        is_visible(move, stays, within) for move, stays in world.moves
    ]
