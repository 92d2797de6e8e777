"""Changes to what a viewer may not see: drawn freely, and kept where the plain rules say that nothing shown changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tests.scope.dice import Dice
from tests.scope.estates import (
    NOBODY,
    NUMBERS,
    Planned,
    World,
    draw_allocation,
    draw_person,
    draw_plan,
    make_leg,
)
from tests.scope.fields import Asked
from tests.scope.fields_of_moves import filled_count, is_on_the_road, is_told_to_its_supplier
from tests.scope.viewers import Who

_ATTEMPTS: Final = 8
_NUMBERS_OF_MOVES: Final = (*range(10), 20, 21)


def shown(world: World, who: Who) -> tuple[object, ...]:
    """Give all of a world that a viewer may be shown, in any answer at all."""
    asked = Asked(world, who)
    sight = asked.sight
    return (
        sorted((_shown(planned) for planned in sight.moves), key=lambda planned: planned.move.id),
        sight.people,
        sorted(((one, filled_count(asked, one, {})) for one in sight.allocations), key=lambda pair: pair[0].id),
    )


def _shown(planned: Planned) -> Planned:
    if not is_told_to_its_supplier(planned.move):
        return replace(planned, legs=None, kept_legs=None, position=None)
    return planned if is_on_the_road(planned.move) else replace(planned, position=None)


def draw_change(dice: Dice, world: World, who: Who) -> World:
    """Draw a world that differs only in what the viewer may not be shown."""
    before = shown(world, who)
    for _ in range(_ATTEMPTS):
        rolls = dice.apart(80)
        edited = rolls.one_of(_EDITS)(rolls, world)
        if shown(edited, who) == before:
            world = edited
    return world


def _move(dice: Dice, world: World) -> World:
    """Put a move in, or another one of the same id in its place."""
    number = dice.one_of(_NUMBERS_OF_MOVES)
    planned = draw_plan(dice, number, world.allocations)
    others = [one for one in world.moves if one.move.id != planned.move.id]
    return replace(world, moves=(*others, planned))


def _no_move(dice: Dice, world: World) -> World:
    if not world.moves:
        return world
    gone = dice.one_of(world.moves)
    return replace(world, moves=tuple(one for one in world.moves if one is not gone))


def _what_hangs_on_a_move(dice: Dice, world: World) -> World:
    """Give a move another dPER, other events, nights and legs, or none of them."""
    if not world.moves:
        return world
    at = dice.number(0, len(world.moves) - 1)
    old = world.moves[at]
    legs = (make_leg(old.move, 1, registration="HIDDEN1"),)
    edited = dice.one_of(
        (
            replace(old, record=None),
            replace(old, assessment=None),
            replace(old, responses=()),
            replace(old, nomis=None),
            replace(old, events=()),
            replace(old, stays=()),
            replace(old, legs=legs),
            replace(old, legs=None, kept_legs=legs),
            replace(old, legs=None, kept_legs=None, position=None),
        )
    )
    return replace(world, moves=(*world.moves[:at], edited, *world.moves[at + 1 :]))


def _person(dice: Dice, world: World) -> World:
    """Put a person in, or somebody else of the same number in their place: another name, elsewhere, other alerts."""
    person = draw_person(dice, dice.one_of((*NUMBERS, *NOBODY)))
    others = [one for one in world.people if one.prison_number != person.prison_number]
    return replace(world, people=(*others, person))


def _no_person(dice: Dice, world: World) -> World:
    gone = dice.one_of(NUMBERS)
    return replace(world, people=tuple(one for one in world.people if one.prison_number != gone))


def _allocation(dice: Dice, world: World) -> World:
    allocation = draw_allocation(dice, dice.number(0, 3))
    others = [one for one in world.allocations if one.id != allocation.id]
    return replace(world, allocations=(*others, allocation))


def _no_allocation(dice: Dice, world: World) -> World:
    if not world.allocations:
        return world
    gone = dice.one_of(world.allocations)
    return replace(world, allocations=tuple(one for one in world.allocations if one is not gone))


_EDITS: Final[tuple[Callable[[Dice, World], World], ...]] = (
    _move,
    _person,
    _what_hangs_on_a_move,
    _no_move,
    _move,
    _no_person,
    _allocation,
    _no_allocation,
)
