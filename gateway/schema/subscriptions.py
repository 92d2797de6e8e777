"""Subscriptions: what happens, as it happens."""

from collections.abc import AsyncIterable
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain import updates as values
from gateway.domain.escort_records import EscortRecord as EscortRecordValue
from gateway.domain.escort_records import SectionKey
from gateway.domain.events import Event as EventValue
from gateway.domain.moves import Move as MoveValue
from gateway.domain.moves import MoveDirection, MoveStatus
from gateway.resolvers import subscriptions as resolve
from gateway.resolvers.global_ids import NodeType, agency_ids, encode
from gateway.schema.escort_records import PersonEscortRecord
from gateway.schema.events import Event
from gateway.schema.moves import Move
from gateway.schema.scalars import Cursor

AfterCursor = Annotated[
    Cursor | None,
    strawberry.argument(
        description="The `cursor` of the last update that you had, or of an event: what came since is told first. "
        "Left out: from now on. CURSOR_EXPIRED means to start without it and read anew."
    ),
]
CURSOR = "Where to go on from after a break. An update that is told twice has the same cursor."


def _gone_move(root: values.MoveUpdate) -> strawberry.ID | None:
    return None if root.gone_id is None else strawberry.ID(encode(NodeType.MOVE, root.gone_id))


def _gone_record(root: values.EscortRecordChange) -> strawberry.ID | None:
    return None if root.gone_id is None else strawberry.ID(encode(NodeType.PERSON_ESCORT_RECORD, root.gone_id))


def _record(root: values.EscortRecordChange) -> EscortRecordValue | None:
    return root.record


@strawberry.type(description="An event with its move, or the news that a move is no longer yours to see.")
class MoveUpdate:
    cursor: str = strawberry.field(graphql_type=Cursor, description=CURSOR)
    event: EventValue | None = strawberry.field(
        graphql_type=Event | None, description="What happened; null where `goneId` is given."
    )
    move: MoveValue | None = strawberry.field(
        graphql_type=Move | None, description="The move as it is now; null where `goneId` is given."
    )
    gone_id: strawberry.ID | None = strawberry.field(
        resolver=_gone_move,
        description="The id of a move that you may no longer see: forget it. Nothing else is told of it.",
    )


@strawberry.type(description="A change of a dPER, or the news that it is no longer yours to see.")
class PersonEscortRecordChange:
    cursor: str = strawberry.field(graphql_type=Cursor, description=CURSOR)
    section: SectionKey | None = strawberry.field(description="The section that was changed, where it was one.")
    person_escort_record: EscortRecordValue | None = strawberry.field(
        resolver=_record,
        graphql_type=PersonEscortRecord | None,
        description="The dPER as it is now; null where `goneId` is given.",
    )
    gone_id: strawberry.ID | None = strawberry.field(
        resolver=_gone_record, description="The id of the dPER, once you may no longer see it: forget it."
    )


@strawberry.input(description="Which updates; a part that is left out leaves all open.")
class MoveUpdateFilter:
    move_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Only these moves.")
    location_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only moves with a stop at one of these places, now or until the event."
    )
    direction: MoveDirection | None = strawberry.field(
        default=None,
        description="Only moves that come to, or leave, one of the places: those in `locationIds`, or else yours.",
    )
    event_types: list[str] | None = strawberry.field(default=None, description="Only events of these types.")
    statuses: list[MoveStatus] | None = strawberry.field(
        default=None, description="Only moves that are now in one of these states."
    )


async def _move_updates(
    info: Info,
    after: AfterCursor = None,
    filter: Annotated[  # noqa: A002 - the argument's name for clients
        MoveUpdateFilter | None, strawberry.argument(description="Which of them; all where it is left out.")
    ] = None,
) -> AsyncIterable[values.MoveUpdate]:
    given = filter or MoveUpdateFilter()
    return await resolve.move_updates(
        info,
        after,
        move_ids=given.move_ids,
        agency_ids=None if given.location_ids is None else agency_ids(given.location_ids, ("filter", "locationIds")),
        direction=given.direction,
        event_types=given.event_types,
        statuses=given.statuses,
    )


async def _welfare_alerts(info: Info, after: AfterCursor = None) -> AsyncIterable[values.MoveUpdate]:
    return await resolve.welfare_alerts(info, after)


async def _record_changed(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description="The id of the dPER.")],  # noqa: A002
) -> AsyncIterable[values.EscortRecordChange]:
    return await resolve.person_escort_record_changed(info, id)


@strawberry.type(
    description="What happens, as it happens: over graphql-transport-ws or server-sent events. Told at least once, in "
    "one order on every node, and only as far as you may see it at that moment."
)
class Subscription:
    move_updates: AsyncIterable[values.MoveUpdate] = strawberry.subscription(
        resolver=_move_updates,
        graphql_type=MoveUpdate,
        description="Every event about a move that you may see.",
    )
    welfare_alerts: AsyncIterable[values.MoveUpdate] = strawberry.subscription(
        resolver=_welfare_alerts,
        graphql_type=MoveUpdate,
        description="Incidents, medical and self-harm events of moves that you may see.",
    )
    person_escort_record_changed: AsyncIterable[values.EscortRecordChange] = strawberry.subscription(
        resolver=_record_changed,
        graphql_type=PersonEscortRecordChange,
        description="Changes of one dPER, for people who fill it in at once. NOT_FOUND where there is none or you may "
        "not see it: the two look alike.",
    )
