"""Events of lodgings: how the Population Management Unit makes, shifts and cancels nights on the way."""

from dataclasses import replace
from typing import Final

from gateway.domain.moves import CancellationReason
from gateway.policies.events.rules import (
    PMU,
    Choice,
    Detail,
    EventRule,
    Kind,
    Needed,
    Subject,
    one_of,
    place,
    required,
)


def _by_gateway(*details: Detail) -> tuple[Detail, ...]:
    return tuple(replace(one, by_gateway=True) for one in details)


LODGING_EVENTS: Final = (
    # About the move: the lodging is not there yet.
    EventRule(
        "LodgingCreate",
        Subject.MOVE,
        PMU,
        (place(), required("start_date", Kind.DAY), required("end_date", Kind.DAY)),
    ),
    # The first day of a lodging moves only with what comes before it; what was there before is known here.
    EventRule(
        "LodgingUpdate",
        Subject.LODGING,
        PMU,
        (
            Detail("location", Kind.PLACE),
            Detail("end_date", Kind.DAY),
            *_by_gateway(
                Detail("old_location", Kind.PLACE),
                Detail("old_end_date", Kind.DAY),
                Detail("start_date", Kind.DAY),
                Detail("old_start_date", Kind.DAY),
            ),
        ),
        (Choice(("location", "end_date")),),
    ),
    EventRule(
        "LodgingCancel",
        Subject.LODGING,
        PMU,
        (
            one_of("cancellation_reason", (one.value for one in CancellationReason), Needed.REQUIRED),
            Detail("cancellation_reason_comment"),
            *_by_gateway(Detail("location", Kind.PLACE), Detail("start_date", Kind.DAY), Detail("end_date", Kind.DAY)),
        ),
    ),
)
