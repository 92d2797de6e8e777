"""Whom a place may book a move for.

Those whom its own staff may see; and, for the police, those whom no establishment holds: custody at a station begins
where NOMIS has nobody. Anyone else is answered like somebody who does not exist.
"""

from gateway.domain.locations import Location, LocationType
from gateway.domain.moves import MoveType
from gateway.domain.people import EscortExclusion, Person
from gateway.domain.problems import Problem, ProblemCode, problem
from gateway.policies.people import may_see
from gateway.policies.scope import scope_of_place

_WHY_NOT = {
    EscortExclusion.CATEGORY_A: "Category A",
    EscortExclusion.RESTRICTED_STATUS: "Restricted Status",
    EscortExclusion.ESCAPE_LIST_HEIGHTENED: "escape list, heightened",
}
_NAMELESS = frozenset({LocationType.POLICE, LocationType.COURT})


def may_be_booked(person: Person | None, start: Location, *, sighted: bool) -> bool:
    """Decide from where the person is; `sighted` says whether a move gives the staff of `start` sight of them.

    `person` is None where NOMIS holds somebody of whom nothing could be read.
    """
    if may_see(scope_of_place(start), person, sighted=sighted):
        return True
    return person is not None and person.agency_id is None and start.type is LocationType.POLICE


def someone_problems(move_type: MoveType, start: Location, *, named: bool, proposed: bool) -> list[Problem]:
    """Check that a person is named where one must be: not at a station or court, where some have no number yet."""
    if named or (start.type in _NAMELESS and not proposed):
        return []
    words = move_type.value.replace("_", " ")
    return [problem(ProblemCode.REQUIRED, f"Say whom this {words} move is for.", "prisonNumber")]


def nobody(*field: str) -> Problem:
    """Return the one answer for a number that nobody has and for a person who may not be seen."""
    return problem(
        ProblemCode.NOT_FOUND, "Nobody with this prison number can be moved from there.", *(field or ("prisonNumber",))
    )


def not_carried(reasons: tuple[EscortExclusion, ...], *field: str) -> Problem:
    """Say why the escort contract does not cover someone."""
    return problem(
        ProblemCode.NOT_ELIGIBLE,
        f"The escort contract does not cover this person: {', '.join(_WHY_NOT[one] for one in reasons)}.",
        *(field or ("prisonNumber",)),
    )
