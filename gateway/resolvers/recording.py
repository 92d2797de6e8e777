"""What events are about, read from the ids that clients send."""

from collections.abc import Sequence

from gateway.domain.events import EventDetail
from gateway.domain.ids import MoveId
from gateway.resolvers.global_ids import NodeType, decode, uuid_of, uuids
from gateway.services.event_subjects import AskedSubject


def subject_of(global_id: str) -> AskedSubject:
    """Read the id of anything."""
    decoded = decode(global_id)
    if decoded is None:
        return AskedSubject(None)
    node_type, key = decoded
    return AskedSubject(node_type.value, uuids(key, 2 if node_type is NodeType.JOURNEY else 1) or ())


def previous_move(details: Sequence[EventDetail]) -> MoveId | None:
    """Read the move that `previous_move_id` names, where it names one."""
    given = next((one.value for one in details if one.name == "previous_move_id"), None)
    found = None if given is None else uuid_of(given, NodeType.MOVE)
    return None if found is None else MoveId(found)
