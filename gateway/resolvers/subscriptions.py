"""Root fields that go on: each gives a description of what is wanted, which whoever serves it follows in the log."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from gateway.context import Info
from gateway.domain.errors import GatewayError
from gateway.domain.event_log import LogPosition
from gateway.domain.ids import AgencyId, EscortRecordId, MoveId
from gateway.domain.moves import MoveDirection, MoveStatus
from gateway.domain.updates import EscortRecordChange, MoveUpdate, Update, UpdateKind, Wanted
from gateway.resolvers.global_ids import NodeType, uuid_of

T = TypeVar("T", bound=Update)


class NoSuchRecord(GatewayError):
    """There is no such thing to follow, or it may not be seen: the two look alike."""

    code = "NOT_FOUND"


@dataclass(frozen=True, slots=True)
class UpdateStream(Generic[T]):
    """What a subscription asks for, and from where on; None means from now.

    It is also the stream itself, one update after the other, for whoever runs a subscription alone.
    """

    wanted: Wanted
    after: LogPosition | None
    info: Info

    async def __aiter__(self) -> AsyncIterator[T]:
        async for told in self.info.context.services.updates.follow(self.wanted, self.after):
            yield told.update  # type: ignore[misc]  # the kind that is wanted decides which


async def _position(info: Info, after: str | None) -> LogPosition | None:
    return None if after is None else await info.context.services.updates.position(after)


async def move_updates(
    info: Info,
    after: str | None,
    *,
    move_ids: Sequence[str] | None = None,
    agency_ids: Sequence[AgencyId] | None = None,
    direction: MoveDirection | None = None,
    event_types: Sequence[str] | None = None,
    statuses: Sequence[MoveStatus] | None = None,
) -> UpdateStream[MoveUpdate]:
    """Follow the moves that the viewer may see. What is no move's id finds nothing, like a hidden move's.

    Raises:
        InvalidInput: `after` is no cursor of the log, or has expired.

    """
    ids = None if move_ids is None else [uuid_of(one, NodeType.MOVE) for one in move_ids]
    wanted = Wanted(
        kind=UpdateKind.MOVES,
        move_ids=None if ids is None else frozenset(MoveId(one) for one in ids if one is not None),
        agency_ids=_set(agency_ids),
        direction=direction,
        event_types=_set(event_types),
        statuses=_set(statuses),
    )
    return UpdateStream(wanted, await _position(info, after), info)


async def welfare_alerts(info: Info, after: str | None) -> UpdateStream[MoveUpdate]:
    """Follow what concerns people's welfare, likewise."""
    return UpdateStream(Wanted(kind=UpdateKind.WELFARE), await _position(info, after), info)


async def person_escort_record_changed(info: Info, record_id: str) -> UpdateStream[EscortRecordChange]:
    """Follow one dPER.

    Raises:
        NoSuchRecord: there is none of this id, or the viewer may not see it.

    """
    known: UUID | None = uuid_of(record_id, NodeType.PERSON_ESCORT_RECORD)
    move_id = None if known is None else await info.context.services.updates.record_of_move(EscortRecordId(known))
    if known is None or move_id is None:
        message = "There is no such dPER, or you may not see it: the two look alike."
        raise NoSuchRecord(message)
    wanted = Wanted(kind=UpdateKind.ESCORT_RECORD, move_ids=frozenset({move_id}), record_id=EscortRecordId(known))
    return UpdateStream(wanted, None, info)


V = TypeVar("V")


def _set(given: Sequence[V] | None) -> frozenset[V] | None:
    return None if given is None else frozenset(given)
