"""Which supplier is told of a change, and as what: no more than the supplier may see by itself.

A supplier sees the moves that it carries once they are authorised (`policies.scope`), so of a proposal it is told
nothing, and its first word of a move is that it is there. What it recorded itself is not echoed to it; what the
gateway concluded from that is.
"""

from collections.abc import Sequence
from typing import Final

from gateway.domain.events import Event
from gateway.domain.ids import SupplierKey
from gateway.domain.move_replay import STATUS_EVENTS
from gateway.domain.moves import Move, MoveStatus
from gateway.domain.webhooks import MessageType, Notice
from gateway.policies.events.catalogue import rule_of

_SAID_BY_DOING: Final = frozenset({"JourneyCreate"})
"""What the gateway writes down of something that a supplier itself asked for."""


def notices_of(before: Move | None, after: Move, events: Sequence[Event]) -> list[Notice]:
    """Return what suppliers are told of a change, in order; `before` is None for a new move.

    The supplier that loses a move is told before the one that gains it.
    """
    had, has = _carrier(before), _carrier(after)
    found: list[Notice] = []
    if had is not None and had != has:
        found.append(Notice(had, MessageType.MOVE_REMOVED, after, None))
    if has is None:
        return found
    if had != has:
        first, rest = (events[0] if events else None), events[1:]
        found.append(Notice(has, MessageType.MOVE_ADDED, after, first))
        found.extend(Notice(has, _type_of(after, after, one), after, one) for one in rest if _is_news(one, has))
        return found
    if not events and before != after:
        found.append(Notice(has, MessageType.MOVE_CHANGED, after, None))
    found.extend(Notice(has, _type_of(before, after, one), after, one) for one in events if _is_news(one, has))
    return found


def _carrier(move: Move | None) -> SupplierKey | None:
    return None if move is None or move.authorised_at is None else move.supplier


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
