"""What an event makes of a journey: its state, vehicle and charge follow from when things occurred, as moves' do.

A journey that was taken over from its supplier's own system began with what that told. Its events may tell again
what that knew already, late: they are kept, and change nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gateway.domain.events import Event, detail
from gateway.domain.journey_states import JOURNEY_ACTIONS, JOURNEY_STATES
from gateway.domain.journeys import JourneyState, Leg, ReportedJourney, Vehicle
from gateway.domain.problems import ProblemCode, RuleBroken, problem
from gateway.domain.replay import awaits, outcome, replay

JOURNEY_LOG: Final = frozenset({"JourneyUpdate", "JourneyChangeVehicle", *JOURNEY_ACTIONS})
"""What has to be read of a journey's log to know its state, its vehicle and what is charged for."""

_REGISTRATION: Final = "vehicle_reg"


def after(journey: ReportedJourney, told: Sequence[Event], new: Event, *field: str) -> ReportedJourney:
    """Return a journey as it is once `new` is told too; `told` is its JOURNEY_LOG, in the order it occurred in.

    Raises:
        RuleBroken: the event is not allowed, then or ever.

    """
    counted = [event for event in told if _counts(journey, event)]
    earlier = [event for event in counted if event.occurred_at <= new.occurred_at]
    whole = [*earlier, new, *counted[len(earlier) :]]
    if new.type in JOURNEY_ACTIONS:
        before = replay(JOURNEY_STATES, journey.initial_state, JOURNEY_ACTIONS, earlier).state
        _refuse(journey, before, new, field)
    return replace(
        journey,
        state=replay(JOURNEY_STATES, journey.initial_state, JOURNEY_ACTIONS, whole).state,
        vehicle=_vehicle(journey.vehicle, whole),
        billable=_latest(whole, "billable", "true" if journey.billable else "false") == "true",
        date=_day(_latest(whole, "date", None)) or journey.date,
    )


def based_on(journey: ReportedJourney, leg: Leg, at: dt.datetime) -> ReportedJourney:
    """Return a journey as its supplier's system told it at an instant that is later than all that was reported."""
    return replace(
        journey,
        initial_state=leg.state,
        initial_at=at,
        state=leg.state,
        date=leg.date,
        billable=leg.billable,
        vehicle=leg.vehicle,
    )


def _counts(journey: ReportedJourney, event: Event) -> bool:
    return journey.initial_at is None or event.recorded_at > journey.initial_at


def _refuse(journey: ReportedJourney, before: JourneyState, new: Event, field: tuple[str, ...]) -> None:
    actions = JOURNEY_ACTIONS[new.type]
    if outcome(JOURNEY_STATES, before, actions) is not None or awaits(JOURNEY_STATES, before, actions):
        return
    targets = {row.target for row in JOURNEY_STATES.table if row.action in actions}
    if journey.initial_at is not None and (new.occurred_at <= journey.initial_at or before in targets):
        return  # its supplier's system told that already
    words = f"{new.type} is not possible: the journey is {before.value.replace('_', ' ')}."
    raise RuleBroken(problem(ProblemCode.NOT_ALLOWED_IN_STATE, words, *field))


def _vehicle(known: Vehicle | None, events: Sequence[Event]) -> Vehicle | None:
    registration = _latest(events, _REGISTRATION, None if known is None else known.registration)
    name = _latest(events, "vehicle_id", None if known is None else known.id)
    return None if registration is None and name is None else Vehicle(name, registration)


def _latest(events: Sequence[Event], name: str, otherwise: str | None) -> str | None:
    found = [value for value in (detail(event, name) for event in events) if value is not None]
    return found[-1] if found else otherwise


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
