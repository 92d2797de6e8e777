"""Which supplier is told of a change, and as what: no more than the supplier may see by itself.

A supplier sees the moves that it carries or receives once they are authorised (`policies.scope`), so of a proposal it
is told nothing, and its first word of a move is that it is there. What it recorded itself is not echoed to it; what the
gateway concluded from that is.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from gateway.domain.events import EVENTS_OF_THE_SENDER, Event
from gateway.domain.ids import JourneyId, SupplierKey
from gateway.domain.move_replay import STATUS_EVENTS
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.webhooks import MessageType, Notice
from gateway.policies.events.catalogue import rule_of

_SAID_BY_DOING: Final = frozenset({"JourneyCreate"})
"""What the gateway writes down of something that a supplier itself asked for."""


Drivers = Mapping[JourneyId, SupplierKey]
"""Whose a journey is, of those that the gateway keeps itself."""


def notices_of(before: Move | None, after: Move, events: Sequence[Event], drivers: Drivers) -> list[Notice]:
    """Return what suppliers are told of a change, in order; `before` is None for a new move.

    The supplier that loses a move is told before the one that gains it.
    """
    had, has = _parties(before), _parties(after)
    found = [Notice(one, MessageType.MOVE_REMOVED, after, None) for one in had if one not in has]
    for one in has:
        heard = [event for event in events if _is_heard(event, one, drivers)]
        if one not in had:
            first, rest = (heard[0] if heard else None), heard[1:]
            found.append(Notice(one, MessageType.MOVE_ADDED, after, first))
            found.extend(Notice(one, _type_of(after, after, event), after, event) for event in rest)
            continue
        if not events and before != after:
            found.append(Notice(one, MessageType.MOVE_CHANGED, after, None))
        found.extend(
            Notice(one, _type_of(before, after, event), after, event) for event in heard if _is_news(event, one)
        )
    return found


def _parties(move: Move | None) -> tuple[SupplierKey, ...]:
    """Return the suppliers that see a move: the one that carries it first, then the one that receives it."""
    if move is None or move.authorised_at is None:
        return ()
    return tuple(one for one in (move.supplier, move.receiving_supplier) if one is not None)


def _is_heard(event: Event, by: SupplierKey, drivers: Drivers) -> bool:
    """Tell whether an event is one that the supplier may see: no other's journey, no record that is being filled in.

    The same as `policies.scope.hears_of` says of subscriptions.
    """
    if event.type in EVENTS_OF_THE_SENDER:
        return False
    return event.journey_id is None or by in {event.supplier, drivers.get(event.journey_id)}


def _is_news(event: Event, to: SupplierKey) -> bool:
    if event.supplier != to:
        return True
    if event.type in _SAID_BY_DOING:
        return False
    rule = rule_of(event.type)
    return rule is None or not rule.recorders


def _type_of(before: Move | None, after: Move, event: Event) -> MessageType:
    if event.type.startswith("Per") and not event.type.startswith("PersonMove"):
        return MessageType.ESCORT_RECORD_CHANGED
    if before is None or before == after:
        return MessageType.EVENT_RECORDED
    if event.type in STATUS_EVENTS and before.status is not after.status:
        cancelled = after.status is MoveStatus.CANCELLED
        return MessageType.MOVE_CANCELLED if cancelled else MessageType.MOVE_STATUS_CHANGED
    return MessageType.MOVE_CHANGED
