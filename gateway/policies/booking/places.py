"""Which places a type of move may join.

One rule differs from the service that ran before: there the destination of a prison transfer was not looked at, so
that one could be booked to a court or a hospital. Here it has to be a place that holds people.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from gateway.domain.locations import Location
from gateway.domain.locations import LocationType as L
from gateway.domain.moves import MoveType as M
from gateway.domain.problems import Problem, ProblemCode, problem

DETAINED: Final = frozenset({L.PRISON, L.SECURE_TRAINING_CENTRE, L.SECURE_CHILDRENS_HOME})
"""Places whose own people live there."""

_ANY: Final = frozenset(L)
_POLICE: Final = frozenset({L.POLICE})
_HELD_AT_THE_END: Final = DETAINED | {L.FOREIGN_NATIONAL_PRISON, L.IMMIGRATION_DETENTION_CENTRE}


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a type of move may start and end; `to_optional` where it may be booked without a destination."""

    start: Collection[L]
    end: Collection[L]
    to_optional: bool = False


ENDS: Final = {
    M.COURT_APPEARANCE: Ends(_ANY, frozenset({L.COURT})),
    M.COURT_OTHER: Ends(_ANY, _ANY - DETAINED),
    # A prison takes its own people to hospital; a need that arises in custody at court or with the police is ours.
    M.HOSPITAL: Ends(_ANY - {L.PRISON}, frozenset({L.HOSPITAL, L.HIGH_SECURITY_HOSPITAL})),
    M.POLICE_TRANSFER: Ends(_POLICE, _POLICE),
    M.PRISON_RECALL: Ends(_POLICE, _ANY, to_optional=True),
    M.PRISON_REMAND: Ends(_ANY, DETAINED),
    M.PRISON_TRANSFER: Ends(DETAINED, _HELD_AT_THE_END),
    M.VIDEO_REMAND: Ends(_POLICE, _ANY, to_optional=True),
    M.APPROVED_PREMISES: Ends(_ANY, _ANY),
    M.EXTRADITION: Ends(_ANY, _ANY),
}


def place_problems(
    move_type: M, start: Location, end: Location | None, *, locked_out: bool = False, end_field: str = "toLocationId"
) -> list[Problem]:
    """Check both ends of a move that is booked, moved to another destination, or redirected.

    After a lockout the vehicle goes wherever someone opens: only that both places are known is asked then.
    """
    if locked_out:
        return [] if end is not None else [problem(ProblemCode.REQUIRED, "A destination is needed.", end_field)]
    rule = ENDS[move_type]
    found: list[Problem] = []
    if not start.active:
        found.append(problem(ProblemCode.INVALID, f"{start.title} is no longer in use.", "fromLocationId"))
    if start.type not in rule.start:
        found.append(
            problem(ProblemCode.INVALID, f"A {_words(move_type)} move cannot start at {start.title}.", "fromLocationId")
        )
    if end is None:
        if not rule.to_optional:
            found.append(problem(ProblemCode.REQUIRED, f"A {_words(move_type)} move needs a destination.", end_field))
        return found
    if not end.active:
        found.append(problem(ProblemCode.INVALID, f"{end.title} is no longer in use.", end_field))
    if end.agency_id == start.agency_id:
        found.append(problem(ProblemCode.INVALID, "A move ends somewhere else than where it starts.", end_field))
    elif end.type not in rule.end:
        found.append(problem(ProblemCode.INVALID, f"A {_words(move_type)} move cannot end at {end.title}.", end_field))
    elif move_type is M.EXTRADITION and not end.extradition_capable:
        found.append(problem(ProblemCode.INVALID, f"Nobody is extradited from {end.title}.", end_field))
    return found


def _words(move_type: M) -> str:
    return move_type.value.replace("_", " ")
