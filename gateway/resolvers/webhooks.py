"""The bodies of webhooks: thin, with the ids under which the graph gives the rest."""

from datetime import datetime
from typing import Final

import orjson

from gateway.domain.webhooks import MessageType, Notice
from gateway.resolvers.global_ids import NodeType, encode

VERSION: Final = 1
"""Of `data`. Fields may be added to a version; none is ever taken away or changed."""


def body_of(notice: Notice) -> str:
    """Write a notice in the form of the Standard Webhooks specification: type, timestamp, data.

    It names no person and holds nothing of what was said; of a move that is no longer the supplier's, nothing but its
    id and reference.
    """
    move: dict[str, object] = {"id": encode(NodeType.MOVE, notice.move.id), "reference": notice.move.reference}
    at = notice.move.updated_at
    data: dict[str, object] = {"version": VERSION, "move": move}
    if notice.type is not MessageType.MOVE_REMOVED:
        move |= {"status": notice.move.status.name, "version": notice.move.version}
    if notice.event is not None:
        at = notice.event.recorded_at
        data["event"] = {
            "id": encode(NodeType.EVENT, notice.event.id),
            "type": notice.event.type,
            "occurredAt": _instant(notice.event.occurred_at),
        }
    return orjson.dumps({"type": notice.type.value, "timestamp": _instant(at), "data": data}).decode()


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
