"""Journeys from two sides: what the supplier's own system tells, and what was reported to us."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gateway.domain.errors import GatewayError
from gateway.domain.journeys import Carriage, Journey, JourneyState, Leg, ReportedJourney
from gateway.domain.provenance import Provenance, SourceSystem


@dataclass(frozen=True, slots=True)
class ToldLegs:
    """What a supplier's system told of a move, now or (`provenance.stale`) the last time."""

    legs: tuple[Leg, ...]
    provenance: Provenance


def joined(
    key: Carriage, told: ToldLegs | None, reported: Sequence[ReportedJourney], *, asked: bool
) -> tuple[Journey, ...]:
    """Return the journeys of a move, in the order in which they are driven.

    What the supplier's system tells now stands alone. Else what it told last is overlaid with what was reported, each
    journey as it was said last. What was reported is stale only where the supplier could not be asked. `reported` is
    in the order in which it was.
    """
    if told is not None and not told.provenance.stale:
        return tuple([_of_leg(key, leg, told.provenance) for leg in _in_order(told.legs)])
    unseen = {journey.id: journey for journey in reported}
    found: list[Journey] = []
    for leg in _in_order(told.legs) if told is not None else ():
        journey = unseen.pop(leg.id, None)
        if journey is not None and told is not None and journey.updated_at > told.provenance.fetched_at:
            found.append(of_reported(journey, leg.number, stale=not asked))
        elif told is not None:
            found.append(_of_leg(key, leg, told.provenance))
    next_number = max((journey.number for journey in found), default=0) + 1
    found.extend(
        of_reported(journey, number, stale=not asked) for number, journey in enumerate(unseen.values(), next_number)
    )
    return tuple(found)


def in_one_row(
    found: Sequence[tuple[Journey, ...] | GatewayError], others: Sequence[ReportedJourney]
) -> tuple[Journey, ...] | GatewayError:
    """Return the journeys of all suppliers of a move, numbered through: the carrier's first, then the receiver's.

    `others` come after them. Where those of one supplier are an error, that is all.
    """
    row: list[Journey] = []
    for one in found:
        if isinstance(one, GatewayError):
            return one
        row.extend(one if not row else _after(row, one))
    row.extend(_after(row, (of_reported(journey, 0, stale=True) for journey in others)))
    return tuple(row)


def _after(row: Sequence[Journey], more: Iterable[Journey]) -> list[Journey]:
    last = max((journey.number for journey in row), default=0)
    return [replace(journey, number=number) for number, journey in enumerate(more, last + 1)]


def formerly_driven(reported: Iterable[ReportedJourney], key: Carriage) -> list[ReportedJourney]:
    """Return what was reported by suppliers that have no part in a move any more, but for what they only planned.

    Their systems are not asked of it; what they drove before it was redirected stays true, and is charged for.
    """
    now = {part.supplier for part in key.parts()}
    return [one for one in reported if one.supplier not in now and one.state is not JourneyState.PROPOSED]


def differing(legs: Iterable[Leg], reported: Iterable[ReportedJourney]) -> int:
    """Count the journeys of a move that the supplier's system and the reports do not agree about."""
    told = {leg.id: (leg.state, leg.billable, leg.date, leg.vehicle) for leg in legs}
    said = {one.id: (one.state, one.billable, one.date, one.vehicle) for one in reported}
    return sum(told.get(journey_id) != values for journey_id, values in said.items())


def of_reported(journey: ReportedJourney, number: int, *, stale: bool) -> Journey:
    """Return a journey as it was reported."""
    return Journey(
        id=journey.id,
        move_id=journey.move_id,
        supplier=journey.supplier,
        number=number,
        state=journey.state,
        date=journey.date,
        from_agency=journey.from_agency,
        to_agency=journey.to_agency,
        billable=journey.billable,
        vehicle=journey.vehicle,
        provenance=Provenance(SourceSystem.SUPPLIER, journey.updated_at, stale=stale),
    )


def _of_leg(key: Carriage, leg: Leg, told: Provenance) -> Journey:
    # By position, as there are hundreds in one answer.
    return Journey(
        leg.id,
        key.move_id,
        key.supplier,
        leg.number,
        leg.state,
        leg.date,
        leg.from_agency,
        leg.to_agency,
        leg.billable,
        leg.vehicle,
        told,
    )


def _in_order(legs: Iterable[Leg]) -> list[Leg]:
    return sorted(legs, key=lambda leg: leg.number)
