"""Where a move goes: the redirection that occurred last says so, in whatever order they are told."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gateway.domain.events import Event, detail
from gateway.domain.ids import AgencyId
from gateway.domain.move_states import MOVE_ACTIONS, MOVE_STATES
from gateway.domain.moves import Move, MoveStatus, MoveType
from gateway.domain.replay import replay

_BEGINNINGS: Final = {"MoveProposed": MoveStatus.PROPOSED, "MoveRequested": MoveStatus.REQUESTED}

CAN_GO_ELSEWHERE: Final = frozenset({MoveStatus.REQUESTED, MoveStatus.BOOKED, MoveStatus.IN_TRANSIT})
"""When a move can be redirected: not while it is proposed, and not once it is over."""


def status_at(move: Move, told: Sequence[Event], at: dt.datetime) -> MoveStatus:
    """Return the status that a move had at an instant; `told` are its status events, in the order they occurred in.

    Where the log does not account for the present status (a move that came from elsewhere), that is returned.
    """
    beginning = next((_BEGINNINGS[event.type] for event in told if event.type in _BEGINNINGS), None)
    if beginning is None or replay(MOVE_STATES, beginning, MOVE_ACTIONS, told).state is not move.status:
        return move.status
    return replay(MOVE_STATES, beginning, MOVE_ACTIONS, [one for one in told if one.occurred_at <= at]).state


def redirected(move: Move, told: Sequence[Event], new: Event) -> Move:
    """Return a move with its destination and type once a redirection is told; `told` are the others, as they occurred.

    The last that occurred says where it goes, and the last that named a type what it is for.
    """
    earlier = [event for event in told if event.occurred_at <= new.occurred_at]
    whole = [*earlier, new, *told[len(earlier) :]]
    types = [found for found in (detail(event, "move_type") for event in whole) if found is not None]
    to_agency = detail(whole[-1], "to_location")
    return replace(
        move,
        to_agency=move.to_agency if to_agency is None else AgencyId(to_agency),
        type=MoveType(types[-1]) if types else move.type,
    )
