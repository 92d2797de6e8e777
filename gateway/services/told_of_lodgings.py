"""What comes of events about nights on the way: they are planned, shifted, cancelled, begun and ended."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import uuid4

from gateway.domain import lodging_replay
from gateway.domain.changes import ChangedThing
from gateway.domain.events import EventDetail
from gateway.domain.ids import AgencyId, LodgingId
from gateway.domain.lodging_states import LODGING_ACTIONS
from gateway.domain.moves import Lodging, LodgingStatus, Move, MoveStatus
from gateway.domain.problems import ProblemCode
from gateway.domain.times import business_day
from gateway.policies.events.lodging_days import matching, repeated, shifted_with
from gateway.services.changes import ChangeInHand, Told
from gateway.services.telling import Telling
from gateway.store import lodging_changes
from gateway.store.moves_writer import lodging_row

_OPEN_MOVES: Final = frozenset({MoveStatus.PROPOSED, MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT})


async def stay_told(hand: ChangeInHand, move: Move, telling: Telling) -> Told:
    """Begin or end the lodging that was planned at a place; a stay that nobody planned is only noted.

    Raises:
        RuleBroken: the lodging is past that.

    """
    stays = await lodging_changes.all_of(hand.conn, move)
    day = business_day(telling.told.occurred_at or hand.at)
    planned = matching(stays, telling.place("location"), day, ends=telling.rule.type == "MoveLodgingEnd")
    if planned is None:
        await hand.tell(move, [telling.told])
        return telling.told
    return await _progress(hand, move, stays, planned, telling)


async def cancellation_told(hand: ChangeInHand, move: Move, lodging_id: LodgingId, telling: Telling) -> Told:
    """Cancel a lodging that has not begun.

    Raises:
        RuleBroken: it has, or is cancelled already.

    """
    stays = await lodging_changes.all_of(hand.conn, move)
    planned = _the_one(stays, lodging_id, telling)
    if planned.status is not LodgingStatus.PROPOSED:
        words = f"The lodging is {planned.status.value}: it cannot be cancelled."
        raise telling.broken(ProblemCode.NOT_ALLOWED_IN_STATE, words, "type")
    said = _with(
        telling.told,
        location=planned.agency_id,
        start_date=planned.start_date.isoformat(),
        end_date=planned.end_date.isoformat(),
    )
    return await _progress(hand, move, stays, planned, telling.about(said))


async def creation_told(hand: ChangeInHand, move: Move, telling: Telling) -> Told:
    """Plan a lodging of a move that is not over.

    Raises:
        RuleBroken: the move is over, the place closed, or the nights are none or planned already.

    """
    if move.status not in _OPEN_MOVES:
        words = f"The move is {move.status.value}: nobody lodges on it any more."
        raise telling.broken(ProblemCode.NOT_ALLOWED_IN_STATE, words, "subjectId")
    planned = Lodging(
        id=LodgingId(uuid4()),
        move_id=move.id,
        agency_id=_open_place(telling),
        start_date=_day(telling, "start_date"),
        end_date=_day(telling, "end_date"),
        status=LodgingStatus.PROPOSED,
    )
    stays = [*await lodging_changes.all_of(hand.conn, move), planned]
    _refuse_days(stays, planned, telling, "start_date")
    told = replace(telling.told, lodging_id=planned.id)
    await lodging_changes.insert(hand.conn, planned)
    kept = await hand.keep_move(move, move, [told], stays=stays)
    await hand.note(ChangedThing.LODGING, planned.id, kept.version, None, lodging_row(planned))
    return told


async def update_told(hand: ChangeInHand, move: Move, lodging_id: LodgingId, telling: Telling) -> Told:
    """Change where or until when somebody lodges. Later nights follow by as many days, each with its own event.

    Raises:
        RuleBroken: it is over, or was begun at that place; or the nights that follow have begun, or would coincide.

    """
    stays = await lodging_changes.all_of(hand.conn, move)
    planned = _the_one(stays, lodging_id, telling)
    if planned.status not in {LodgingStatus.PROPOSED, LodgingStatus.STARTED}:
        words = f"The lodging is {planned.status.value}: it cannot be changed."
        raise telling.broken(ProblemCode.NOT_ALLOWED_IN_STATE, words, "type")
    changed = _changed(planned, telling)
    following = shifted_with(stays, planned, changed.end_date - planned.end_date)
    if any(before.status is not LodgingStatus.PROPOSED for before, _ in following):
        words = "A later lodging has begun: its days do not move any more."
        raise telling.broken(ProblemCode.NOT_ALLOWED_IN_STATE, words, "details", "end_date")
    pairs = [(planned, changed), *following]
    now = {after.id: after for _, after in pairs}
    after_all = [now.get(stay.id, stay) for stay in stays]
    for _, after in pairs:
        _refuse_days(after_all, after, telling, "end_date")
    told = replace(_with(telling.told, **_before_and_after(planned, changed)), lodging_id=planned.id)
    others = [
        Told(
            "LodgingUpdate",
            details=_before_and_after(before, after),
            occurred_at=told.occurred_at,
            lodging_id=after.id,
        )
        for before, after in following
    ]
    await _keep(hand, move, after_all, pairs, [told, *others])
    return told


async def _progress(
    hand: ChangeInHand, move: Move, stays: Sequence[Lodging], planned: Lodging, telling: Telling
) -> Told:
    told = replace(telling.told, lodging_id=planned.id)
    log = await lodging_changes.told_of(hand.conn, planned.id, LODGING_ACTIONS, locked=move)
    after = lodging_replay.after(planned, log, hand.event(move, told), *telling.field, "type")
    if after == planned:
        await hand.tell(move, [told])
    else:
        after_all = [after if stay.id == after.id else stay for stay in stays]
        await _keep(hand, move, after_all, [(planned, after)], [told])
    return told


async def _keep(
    hand: ChangeInHand,
    move: Move,
    stays: Sequence[Lodging],
    changed: Sequence[tuple[Lodging, Lodging]],
    told: Sequence[Told],
) -> None:
    """Write lodgings with their move, whose days follow from them. Their versions in the history are the move's."""
    kept = await hand.keep_move(move, move, told, stays=stays)
    for before, after in changed:
        if after != before:
            await lodging_changes.save(hand.conn, after)
            await hand.note(ChangedThing.LODGING, after.id, kept.version, lodging_row(before), lodging_row(after))


def _the_one(stays: Sequence[Lodging], lodging_id: LodgingId, telling: Telling) -> Lodging:
    found = next((stay for stay in stays if stay.id == lodging_id), None)
    if found is None:
        raise telling.broken(ProblemCode.NOT_FOUND, "There is no such lodging.", "subjectId")
    return found


def _changed(planned: Lodging, telling: Telling) -> Lodging:
    moves_on = telling.place("location") is not None
    changed = replace(
        planned,
        agency_id=_open_place(telling) if moves_on else planned.agency_id,
        end_date=planned.end_date if telling.value("end_date") is None else _day(telling, "end_date"),
    )
    if changed.agency_id != planned.agency_id and planned.status is LodgingStatus.STARTED:
        words = "The person is there already: plan a lodging elsewhere for the nights that follow."
        raise telling.broken(ProblemCode.NOT_ALLOWED_IN_STATE, words, "details", "location")
    return changed


def _open_place(telling: Telling) -> AgencyId:
    place = telling.places[telling.place("location")]  # type: ignore[index]  # its details were checked
    if not place.active:
        raise telling.broken(ProblemCode.INVALID, f"{place.title} is no longer in use.", "details", "location")
    return place.agency_id


def _refuse_days(stays: Sequence[Lodging], stay: Lodging, telling: Telling, name: str) -> None:
    if stay.end_date <= stay.start_date:
        words = "A lodging ends on a later day than it begins."
        raise telling.broken(ProblemCode.INVALID, words, "details", "end_date")
    if repeated(stays, stay):
        words = "A lodging for the same days is planned already."
        raise telling.broken(ProblemCode.DUPLICATE, words, "details", name)


def _day(telling: Telling, name: str) -> dt.date:
    return dt.date.fromisoformat(telling.value(name) or "")


def _before_and_after(before: Lodging, after: Lodging) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, old, new in (
        ("location", before.agency_id, after.agency_id),
        ("start_date", before.start_date.isoformat(), after.start_date.isoformat()),
        ("end_date", before.end_date.isoformat(), after.end_date.isoformat()),
    ):
        if old != new:
            found |= {name: new, f"old_{name}": old}
    return found


def _with(told: Told, **more: str) -> Told:
    given = told.details if isinstance(told.details, tuple) else ()
    names = {one.name for one in given}
    return replace(
        told, details=(*given, *(EventDetail(name, value) for name, value in more.items() if name not in names))
    )
