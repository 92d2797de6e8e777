"""The rule of `policies.scope` as SQL, stated once: every read of moves, and of what hangs on them, filters by it."""

from collections.abc import Iterable

import sqlalchemy as sa

from gateway.domain.events import EVENTS_OF_THE_SENDER
from gateway.domain.ids import AgencyId
from gateway.domain.moves import LodgingStatus, MoveStatus
from gateway.domain.scope import Scope
from gateway.policies.journeys import sees_journeys_of
from gateway.store.statements import kept
from gateway.store.tables import allocations, events, journeys, lodgings, moves

_LEFT = (MoveStatus.IN_TRANSIT.value, MoveStatus.COMPLETED.value)


@kept
def visible_moves(within: Scope) -> sa.ColumnElement[bool]:
    """Return the condition on `moves` that holds for those within a scope.

    Everything for national roles. Else what is sent from the scope's places, and, of what was authorised, what goes to
    or lodges at them (a cancelled lodging counts for nothing) or is carried or received by its supplier. Nothing if it
    is empty.
    """
    if within.national:
        return sa.true()
    ways: list[sa.ColumnElement[bool]] = []
    once_authorised: list[sa.ColumnElement[bool]] = []
    if within.agencies:
        ways.append(moves.c.from_agency.in_(_sorted(within.agencies)))
        once_authorised.append(moves.c.to_agency.in_(_sorted(within.agencies)))
    if within.supplier is not None:
        once_authorised.append(moves.c.supplier == within.supplier)
        once_authorised.append(moves.c.receiving_supplier == within.supplier)
    if within.agencies:
        once_authorised.append(_lodges_at(within.agencies))
    if once_authorised:
        ways.append(sa.and_(moves.c.authorised_at.is_not(None), sa.or_(*once_authorised)))
    return sa.or_(sa.false(), *ways)


def told_by_whom_they_hear(within: Scope, supplier: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition on the supplier of journeys, by the rule in `policies.journeys`."""
    only = sees_journeys_of(within)
    return sa.true() if only is None else supplier == only


@kept
def at_the_sender(within: Scope) -> sa.ColumnElement[bool]:
    """Return the condition on `moves` that holds for those that are sent from the scope's places; all, nationally."""
    if within.national:
        return sa.true()
    return moves.c.from_agency.in_(_sorted(within.agencies)) if within.agencies else sa.false()


def visible_records(records: sa.FromClause, within: Scope) -> sa.ColumnElement[bool]:
    """Return the condition on a table of records and `moves` together: records of visible moves, in their time.

    The sender's staff, and national roles, read a record from its start. The supplier, the destination and those on the
    way read it once it was complete for the first time (what is half answered could be taken for all there is), or once
    the person has left: then it is all they have.
    """
    return sa.and_(visible_moves(within), record_is_theirs(records, within))


def record_is_theirs(records: sa.FromClause, within: Scope) -> sa.ColumnElement[bool]:
    """Return the condition on a table of records and `moves` that says so of visible moves."""
    return sa.or_(at_the_sender(within), records.c.completed_at.is_not(None), moves.c.status.in_(_LEFT))


@kept
def visible_events(within: Scope) -> sa.ColumnElement[bool]:
    """Return the condition on `events` and `moves` together: those of visible moves, but for two sorts.

    That a record is being filled in is the sender's own business, like the record. And other suppliers' journeys are no
    supplier's; a journey that only its supplier's own system tells of has no row here: of that, the supplier itself
    records events.
    """
    own = events.c.type.in_(sorted(EVENTS_OF_THE_SENDER))
    seen = sa.and_(visible_moves(within), sa.or_(at_the_sender(within), sa.not_(own)))
    only = sees_journeys_of(within)
    if only is None:
        return seen
    its_own = sa.exists().where(journeys.c.id == events.c.journey_id, journeys.c.supplier == only)
    return sa.and_(seen, sa.or_(events.c.journey_id.is_(None), events.c.supplier == only, its_own))


@kept
def visible_allocations(within: Scope) -> sa.ColumnElement[bool]:
    """Return the condition on `allocations`: its two establishments, its supplier and national roles."""
    if within.national:
        return sa.true()
    ways: list[sa.ColumnElement[bool]] = []
    if within.agencies:
        ways.append(allocations.c.from_agency.in_(_sorted(within.agencies)))
        ways.append(allocations.c.to_agency.in_(_sorted(within.agencies)))
    if within.supplier is not None:
        ways.append(allocations.c.supplier == within.supplier)
    return sa.or_(sa.false(), *ways)


def has_lodging(stay: sa.FromClause, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition on `moves` that one has a lodging of such conditions.

    Counted, where EXISTS would say the same: PostgreSQL may answer EXISTS by reading all lodgings into a hash table,
    and then the look at one page costs more with every year of them. `lodges` spares most moves the look.
    """
    nights = sa.select(sa.func.count()).select_from(stay).where(stay.c.move_id == moves.c.id, *conditions)
    return sa.and_(moves.c.lodges, nights.correlate(moves).scalar_subquery() > 0)


def not_cancelled(stay: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that a lodging stands. The status is written out, for the index that leaves the rest out."""
    cancelled: sa.ColumnElement[str] = sa.literal(LodgingStatus.CANCELLED.value, literal_execute=True)
    return stay.c.status != cancelled


def _lodges_at(agencies: frozenset[AgencyId]) -> sa.ColumnElement[bool]:
    # An alias: the statement around may read lodgings too.
    stay = lodgings.alias("stay_in_scope")
    return has_lodging(stay, stay.c.agency_id.in_(_sorted(agencies)), not_cancelled(stay))


def _sorted(agencies: Iterable[AgencyId]) -> list[AgencyId]:
    """Put them in order: equal scopes give equal statements."""
    return sorted(agencies)
