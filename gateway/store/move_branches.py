"""How moves in scope are looked up: which indexes to walk, so that a page costs the same in a table of any size.

A list is the union of branches. Each starts from one column that leads a composite index (from, to, either supplier, or
none) and goes on in the list's order, so that it yields its first rows without looking at the rest. Whatever several
branches find is one row; the first rows of the union are among the first rows of the branches.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import sqlalchemy as sa

from gateway.domain.ids import AgencyId
from gateway.domain.moves import MoveFilter
from gateway.domain.scope import Scope
from gateway.store.dialects import for_each_place
from gateway.store.engine import Source
from gateway.store.keysets import Keyset
from gateway.store.move_filters import (
    Condition,
    arrives,
    has_dates,
    has_stop,
    leaves,
    lodgings_at,
    matches_nothing,
    narrowed,
    on_days,
    stays_on_days,
    stop_places,
)
from gateway.store.scoping import visible_moves
from gateway.store.tables import moves

MOST_PLACES: Final = 25
"""With more places than this the first rows of all branches together outnumber what a plain walk has to skip."""

Anchored = Callable[[sa.ColumnElement[str]], Condition]


@dataclass(frozen=True, slots=True)
class Branch:
    """Conditions on moves; with `places`, one lookup for each of them, from which `anchor` makes another condition.

    One that `walks` goes through moves in the list's order, past all that are not wanted: how far depends on values.
    """

    conditions: tuple[Condition, ...]
    places: tuple[AgencyId, ...] = ()
    anchor: Anchored | None = None
    walks: bool = False


def branches_of(matching: MoveFilter, within: Scope) -> list[Branch]:
    """Return branches whose union is exactly what the filter finds in the scope; none if that is nothing."""
    if within.is_empty or matches_nothing(matching):
        return []
    places = stop_places(matching, within)
    if matching.prison_number is not None:
        found = [Branch((visible_moves(within), *has_stop(matching, places)))]
    elif places is not None and _is_by_stop(places, within):
        found = list(_by_stop(matching, tuple(sorted(places)), within))
    else:
        found = list(_by_sight(matching, places, within))
    rest = tuple(narrowed(matching, within))
    return [replace(branch, conditions=(*branch.conditions, *rest)) for branch in found]


def first_keys(
    source: Source, branches: list[Branch], keyset: Keyset, beyond: tuple[Condition, ...], limit: int
) -> sa.Subquery:
    """Select `key` and `id` of the first moves of all branches in an order."""
    # Written out, so that the database knows how few they are also where it plans for any values.
    most = sa.literal_column(str(limit), sa.Integer)

    def one(branch: Branch, *anchored: Condition) -> sa.Select[tuple[object, object]]:
        return (
            sa.select(keyset.key.label("key"), moves.c.id.label("id"))
            .where(*anchored, *branch.conditions, *beyond)
            .order_by(*keyset.ordered())
            .limit(most)
        )

    selects: list[sa.Select[tuple[object, object]]] = []
    for branch in branches:
        if branch.anchor is None:
            inner = one(branch).subquery()
            selects.append(sa.select(inner.c.key, inner.c.id))
        else:
            selects += for_each_place(source, branch.places, partial(_at_place, one, branch, branch.anchor))
    if len(selects) == 1 and not branches[0].places[1:]:
        return selects[0].subquery()
    united = sa.union(*selects).subquery()
    return sa.select(united.c.key, united.c.id).order_by(*keyset.ordered(united)).limit(most).subquery()


def _at_place(
    one: Callable[..., sa.Select[tuple[object, object]]],
    branch: Branch,
    anchor: Anchored,
    place: sa.ColumnElement[str],
) -> sa.Select[tuple[object, object]]:
    return one(branch, anchor(place))


def all_ids(branches: list[Branch]) -> sa.Subquery:
    """Select `id` of the moves of all branches, each once."""
    selects = [
        sa.select(moves.c.id).where(*branch.conditions, *([branch.anchor(sa.literal(place))] if branch.anchor else []))
        for branch in branches
        for place in branch.places or (None,)
    ]
    return sa.union(*selects).subquery()


def _is_by_stop(places: frozenset[AgencyId], within: Scope) -> bool:
    """Tell whether walking the asked places is shorter than walking the viewer's own."""
    return len(places) <= MOST_PLACES and (
        within.national
        or within.supplier is not None
        or places <= within.agencies
        or len(within.agencies) > MOST_PLACES
    )


def _by_stop(matching: MoveFilter, places: tuple[AgencyId, ...], within: Scope) -> Iterator[Branch]:
    visible = () if within.national else (visible_moves(within),)
    if leaves(matching):
        own = within.national or within.agencies.issuperset(places)
        yield Branch((*on_days(matching, moves.c.day), *(() if own else visible)), places, _from)
    if arrives(matching):
        if has_dates(matching):
            yield Branch((sa.not_(moves.c.lodges), *on_days(matching, moves.c.day), *visible), places, _to)
            yield Branch((moves.c.lodges, *on_days(matching, moves.c.arrives_on), *visible), places, _to)
        else:
            yield Branch(visible, places, _to)
    yield Branch(visible, places, lambda at: moves.c.id.in_(lodgings_at(at, matching)))


def _by_sight(matching: MoveFilter, places: frozenset[AgencyId] | None, within: Scope) -> Iterator[Branch]:
    """Look in each way in which the viewer sees moves, bounded by the days on which they leave.

    The few that stop on later days than that are looked up by the days of their lodgings.
    """
    rest = (*on_days(matching, moves.c.day), *has_stop(matching, places))
    own = tuple(sorted(within.agencies))
    authorised = moves.c.authorised_at.is_not(None)
    if within.national or len(own) > MOST_PLACES:
        yield Branch((visible_moves(within), *rest), walks=True)
    else:
        if own:
            yield Branch(rest, own, _from)
            yield Branch((authorised, *rest), own, _to)
            yield Branch((authorised, moves.c.lodges, *rest), own, _lodging_at)
        if within.supplier is not None:
            yield Branch((authorised, moves.c.supplier == within.supplier, *rest))
            yield Branch((authorised, moves.c.receiving_supplier == within.supplier, *rest))
    if has_dates(matching):
        later = moves.c.id.in_(stays_on_days(matching))
        yield Branch((moves.c.lodges, later, visible_moves(within), *has_stop(matching, places)))


def _from(place: sa.ColumnElement[str]) -> Condition:
    return moves.c.from_agency == place


def _to(place: sa.ColumnElement[str]) -> Condition:
    return moves.c.to_agency == place


def _lodging_at(place: sa.ColumnElement[str]) -> Condition:
    return moves.c.id.in_(lodgings_at(place, MoveFilter()))
