"""Gateways with one check taken out, by name: each must be noticed."""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

import sqlalchemy as sa

from gateway.context import Info
from gateway.domain.claims import Claims
from gateway.domain.errors import GatewayError, Refused
from gateway.domain.ids import PrisonNumber
from gateway.domain.journeys import Carriage
from gateway.domain.moves import Move
from gateway.domain.people import Person
from gateway.domain.scope import Scope
from gateway.domain.viewer import Permission, Viewer
from gateway.policies import people as people_policy
from gateway.policies import scope as scope_policy
from gateway.policies.people import SightWindow
from gateway.resolvers import moves as move_fields
from gateway.resolvers import nodes
from gateway.services.grants import GrantBook, Grants
from gateway.services.people import People
from gateway.store import allocations, escort_records, events, lodgings, move_counts, move_pages, moves, scoping
from gateway.store.tables import lodgings as lodging_rows
from gateway.store.tables import moves as move_rows

EVERYTHING: Final = Scope(agencies=frozenset(), supplier=None, national=True)

Removal = Callable[[], AbstractContextManager[object]]


@contextmanager
def everywhere(function: Callable[..., Any], by: Callable[..., Any]) -> Iterator[None]:
    """Replace a function in every module of the gateway that goes by it."""
    name = function.__name__
    users = [
        module
        for known, module in list(sys.modules.items())
        if known.startswith("gateway.") and getattr(module, name, None) is function
    ]
    with ExitStack() as stack:
        for module in users:
            stack.enter_context(patch.object(module, name, by))
        yield


def _unscoped(module: ModuleType, name: str) -> Removal:
    """Let a read of the store forget its scope."""
    read = getattr(module, name)

    async def of_everything(*args: Any, within: Scope, **kwargs: Any) -> Any:
        # Whoever may see nothing at all is turned away before.
        return await read(*args, within=within if within.is_empty else EVERYTHING, **kwargs)

    return lambda: patch.object(module, name, of_everything)


def _visible_before_it_is_authorised(within: Scope) -> sa.ColumnElement[bool]:
    if within.national:
        return sa.true()
    places = sorted(within.agencies)
    return sa.or_(
        move_rows.c.from_agency.in_(places), move_rows.c.to_agency.in_(places), move_rows.c.supplier == within.supplier
    )


def _scope_with(**wrong: Callable[[Viewer], object]) -> Removal:
    """Mint scopes in which some parts are what they should not be."""

    def mint(viewer: Viewer) -> Scope:
        right = _scope_of(viewer)
        if Permission.VIEW_MOVES not in viewer.permissions:
            return right
        return replace(right, **{name: part(viewer) for name, part in wrong.items()})  # type: ignore[arg-type]  # by name

    return lambda: everywhere(scope_policy.scope_of, mint)


def _carriage_of_proposals(root: Move) -> Carriage | None:
    return None if root.supplier is None else Carriage(root.id, root.reference, root.supplier)


@contextmanager
def _keyed(relation: object, key: Callable[[Any], object]) -> Iterator[None]:
    """Give a relation another key. It is frozen, so that nobody else does."""
    was = relation.key  # type: ignore[attr-defined]  # of whatever kinds it is a relation
    object.__setattr__(relation, "key", key)
    try:
        yield
    finally:
        object.__setattr__(relation, "key", was)


async def _alerts_of_whoever_exists(
    self: People, numbers: Sequence[PrisonNumber]
) -> Mapping[PrisonNumber, Person | GatewayError]:
    platform = self._platform
    found = await platform.nomis.prisoner_search.people(numbers)
    for number in found:
        await platform.nomis.alerts.alerts([number], include_inactive=False)
    return await _by_numbers(self, numbers)


async def _refusal_of_whoever_exists(info: Info, number: PrisonNumber) -> Person | None:
    found = await _person(info, number)
    people = info.context.services.people
    if found is None and await people._platform.nomis.prisoner_search.people([number]):  # noqa: SLF001 - as above
        message = "You may not see this person."
        raise Refused(message)
    return found


async def _groups_of_any_account(self: GrantBook, claims: Claims) -> Grants:
    source = "nomis" if claims.auth_source == "nomis" else "auth"
    return await _grants_of(self, replace(claims, auth_source=source))


_scope_of: Final = scope_policy.scope_of
_by_numbers: Final = People.by_numbers
_person: Final = nodes.person
_grants_of: Final = GrantBook.of
_sight_window: Final = people_policy.sight_window


def _without_scope(rows: sa.FromClause) -> Callable[[Scope], sa.Select[tuple[object, ...]]]:
    return lambda _within: sa.select(rows).join(move_rows, move_rows.c.id == rows.c.move_id)


REMOVED: Final[dict[str, Removal]] = {
    "records are visible before they are complete": lambda: everywhere(
        scoping.visible_records, lambda _records, within: scoping.visible_moves(within)
    ),
    "what goes on at the sender is news for all": lambda: everywhere(scoping.visible_events, scoping.visible_moves),
    "every move is visible": lambda: everywhere(scoping.visible_moves, lambda _within: sa.true()),
    "moves are visible before they are authorised": lambda: everywhere(
        scoping.visible_moves, _visible_before_it_is_authorised
    ),
    "cancelled lodgings open moves": lambda: patch.object(scoping, "not_cancelled", lambda _stay: sa.true()),
    "everybody may see everyone": lambda: everywhere(people_policy.may_see, lambda _scope, _person, **_sighted: True),
    "moves give sight for ever": lambda: everywhere(
        people_policy.sight_window, lambda _today: SightWindow(date.min, date.min)
    ),
    "open moves never lapse": lambda: everywhere(
        people_policy.sight_window, lambda today: replace(_sight_window(today), open_since=date.min)
    ),
    "cancelled moves give sight": lambda: patch.object(moves, "OPEN", (*moves.OPEN, "cancelled")),
    "hidden moves give sight": _unscoped(moves, "sighted"),
    "the permission for allocations is not asked for": lambda: patch(
        "gateway.services.allocation_scope_of", scope_policy.scope_of
    ),
    "every allocation is visible": lambda: everywhere(scoping.visible_allocations, lambda _within: sa.true()),
    "events are not joined to visible moves": lambda: patch.object(
        events,
        "_within",
        _without_scope(events.events),  # type: ignore[attr-defined]  # the table by the same name
    ),
    "lodgings are not joined to visible moves": lambda: patch.object(lodgings, "_within", _without_scope(lodging_rows)),
    "whoever has a supplier works for it": _scope_with(supplier=lambda viewer: viewer.supplier),
    "whoever has places works there": _scope_with(agencies=lambda viewer: viewer.agencies),
    "everybody works for the whole estate": _scope_with(national=lambda _viewer: True),
    "suppliers are asked about proposals": lambda: _keyed(move_fields.JOURNEYS, _carriage_of_proposals),
    "vehicles are tracked before and after the road": lambda: _keyed(move_fields.TRACKING, move_fields.carriage),
    "systems may be national": lambda: patch("gateway.services.viewers.NATIONAL_ROLES", frozenset()),
    "groups count whoever vouches for the account": lambda: patch.object(GrantBook, "of", _groups_of_any_account),
    "a refusal tells who exists": lambda: patch.object(nodes, "person", _refusal_of_whoever_exists),
    **{
        f"unscoped: {module.__name__.rpartition('.')[2]}.{name}": _unscoped(module, name)
        for module, names in {
            moves: ("by_ids", "counts_by_prison_numbers", "counts_by_allocations"),
            move_pages: ("page", "count", "pages_by_prison_numbers", "pages_by_allocations"),
            move_counts: ("counts_by_day",),
            escort_records: ("by_ids", "by_moves", "assessments_by_ids", "assessments_by_moves"),
            events: ("by_ids",),
            lodgings: ("by_ids",),
            allocations: ("by_ids", "page", "count"),
        }.items()
        for name in names
    },
}
"""What no answer may go without."""

BETRAYED_BY_CALLS: Final[dict[str, Removal]] = {
    "alerts are asked for before anybody is let through": lambda: patch.object(
        People, "by_numbers", _alerts_of_whoever_exists
    ),
}
"""What only the calls upstream tell of."""

SECOND_FENCES: Final = {
    "moves.sighted",  # above, by its own name
    "escort_records.responses_by_records",
    "events.pages_by_moves",
    "events.pages_by_journeys",
    "history.pages_by_moves",
    "lodgings.by_moves",
    "carriage.snapshots",
}
"""Reads that only ever get the ids of visible moves: without their scope nothing leaks while the first fence stands."""


def scoped_reads(*modules: ModuleType) -> set[str]:
    """Name every read of the store that takes a scope."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in modules
        for name, member in inspect.getmembers(module, inspect.iscoroutinefunction)
        if member.__module__ == module.__name__
        and not name.startswith("_")
        and "within" in inspect.signature(member).parameters
    }
