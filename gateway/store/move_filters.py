"""The parts of a move filter, as SQL.

A move has stops. It leaves its origin on `day`; it comes to its destination, if it has one, on `arrives_on`; and every
lodging that is not cancelled is a place it comes to on `start_date` and leaves on `end_date`. `direction`,
`location_ids` and the dates of a filter together ask for one such stop: outgoing means leaving, incoming coming, no
direction either. So a move of several days is found on each day on which something happens at the place.

Without `location_ids`, a direction is seen from the viewer's own places; for national roles and suppliers, who have
none, and where there is no direction, any place will do. `location_ids` may name places that are not the viewer's:
that only narrows what they see anyway. The remaining parts narrow further; a move without a dPER has no dPER status.
"""

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from gateway.domain.ids import AgencyId
from gateway.domain.moves import MoveDirection, MoveFilter
from gateway.domain.scope import Scope
from gateway.store.escort_record_tables import person_escort_records
from gateway.store.scoping import has_lodging, not_cancelled, record_is_theirs
from gateway.store.tables import lodgings, moves

Condition = sa.ColumnElement[bool]

_A_MONTH: Final = timedelta(days=31)


def matches_nothing(matching: MoveFilter) -> bool:
    """Tell whether a list in the filter is empty, its days run backwards, or no supplier can have such a key."""
    lists = (matching.location_ids, matching.statuses, matching.types, matching.per_statuses)
    if any(part is not None and not part for part in lists):
        return True
    if matching.supplier_key is not None and "\0" in matching.supplier_key:
        return True  # PostgreSQL fails at a NUL, where it should find nothing
    return matching.date_from is not None and matching.date_to is not None and matching.date_from > matching.date_to


def stop_places(matching: MoveFilter, within: Scope) -> frozenset[AgencyId] | None:
    """Return the places of which the wanted stop must be one; None: any place."""
    if matching.location_ids is not None:
        return frozenset(matching.location_ids)
    if matching.direction is None or within.national or within.supplier is not None:
        return None
    return within.agencies


def leaves(matching: MoveFilter) -> bool:
    return matching.direction is not MoveDirection.INCOMING


def arrives(matching: MoveFilter) -> bool:
    return matching.direction is not MoveDirection.OUTGOING


def has_dates(matching: MoveFilter) -> bool:
    return matching.date_from is not None or matching.date_to is not None


def on_days(matching: MoveFilter, column: sa.ColumnElement[object]) -> Iterator[Condition]:
    """Yield the bounds that the filter sets on a column with days.

    Nothing else depends on which days they are, and they go by their names: a statement serves all days (`days_of`).
    """
    if matching.date_from is not None:
        yield column >= sa.bindparam("date_from", matching.date_from, type_=sa.Date())
    if matching.date_to is not None:
        yield column <= sa.bindparam("date_to", matching.date_to, type_=sa.Date())


def days_of(matching: MoveFilter) -> dict[str, object]:
    """Give a filter's days as a statement takes them."""
    days = {"date_from": matching.date_from, "date_to": matching.date_to}
    return {name: day for name, day in days.items() if day is not None}


def is_of_few_days(matching: MoveFilter) -> bool:
    """Tell whether a filter asks for a month at most: so much may be read to find the first rows of it."""
    if matching.date_from is None or matching.date_to is None:
        return False
    return matching.date_to - matching.date_from <= _A_MONTH


def on_any_days(matching: MoveFilter) -> Hashable:
    """Return what a filter is, whichever days it asks for: for filters that are equal in this, statements are."""
    bounded = matching.date_from is None, matching.date_to is None, is_of_few_days(matching)
    return replace(matching, date_from=None, date_to=None), bounded


def narrowed(matching: MoveFilter, within: Scope) -> Iterator[Condition]:
    """Yield the parts that do not concern stops."""
    if matching.statuses is not None:
        yield moves.c.status.in_(sorted({status.value for status in matching.statuses}))
    if matching.types is not None:
        yield moves.c.type.in_(sorted({kind.value for kind in matching.types}))
    if matching.supplier_key is not None:
        yield moves.c.supplier == matching.supplier_key
    if matching.prison_number is not None:
        yield moves.c.prison_number == matching.prison_number
    if matching.per_statuses is not None:
        yield (
            sa.select(sa.literal(1))
            .select_from(person_escort_records)
            .where(
                person_escort_records.c.move_id == moves.c.id,
                person_escort_records.c.status.in_(sorted({status.value for status in matching.per_statuses})),
                # One that is hidden has no status either.
                record_is_theirs(person_escort_records, within),
            )
            .correlate(moves)
            .exists()
        )


def has_stop(matching: MoveFilter, places: frozenset[AgencyId] | None) -> Iterator[Condition]:
    """Yield the condition that a move, of however many days, has the stop that is asked for."""
    if places is None and not has_dates(matching) and leaves(matching):
        return  # every move leaves somewhere on some day
    yield sa.or_(
        *(sa.and_(sa.true(), *stop) for stop in _ends(matching, places)),
        _stays(matching, places),
    )


def lodgings_at(place: sa.ColumnElement[str], matching: MoveFilter) -> sa.Select[tuple[object]]:
    """Select the moves that have a lodging at a place, on its days, that is the stop asked for."""
    found = sa.select(lodgings.c.move_id).where(lodgings.c.agency_id == place, *_counts(matching))
    return found.correlate_except(lodgings)  # the place may be a column of a query further out


def stays_on_days(matching: MoveFilter) -> sa.Select[tuple[object]]:
    """Select the moves that have a lodging anywhere that begins or ends on the filter's days.

    Among them are all that lodge and arrive on those days: the last lodging ends then, whatever way is asked for.
    """
    return sa.select(lodgings.c.move_id).where(*_counts(replace(matching, direction=None)))


def _stays(matching: MoveFilter, places: frozenset[AgencyId] | None) -> Condition:
    at = () if places is None else (lodgings.c.agency_id.in_(sorted(places)),)
    return has_lodging(lodgings, *_counts(matching), *at)


def _counts(matching: MoveFilter) -> Iterator[Condition]:
    yield not_cancelled(lodgings)
    if has_dates(matching):
        coming = sa.and_(*on_days(matching, lodgings.c.start_date))
        going = sa.and_(*on_days(matching, lodgings.c.end_date))
        yield sa.or_(*([going] if leaves(matching) else []), *([coming] if arrives(matching) else []))


def _ends(matching: MoveFilter, places: frozenset[AgencyId] | None) -> Iterator[list[Condition]]:
    if leaves(matching):
        at = [] if places is None else [moves.c.from_agency.in_(sorted(places))]
        yield [*at, *on_days(matching, moves.c.day)]
    if arrives(matching):
        at = [moves.c.to_agency.is_not(None) if places is None else moves.c.to_agency.in_(sorted(places))]
        yield [*at, *on_days(matching, moves.c.arrives_on)]
