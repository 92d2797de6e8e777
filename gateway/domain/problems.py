"""Problems: a rule of the domain that was not met, told to the user beside the field that it concerns."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gateway.domain.changes import ChangedThing


class ProblemCode(StrEnum):
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    REQUIRED = "required"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    NOT_ALLOWED_IN_STATE = "not_allowed_in_state"
    NOT_ELIGIBLE = "not_eligible"
    LOCKED = "locked"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Existing:
    """A thing that is there already."""

    thing: ChangedThing
    id: UUID


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the path of the input field, outermost first. A thing that is hidden is NOT_FOUND, as if absent.

    `existing` is what is there already, for a DUPLICATE.
    """

    code: ProblemCode
    message: str
    field: tuple[str, ...] | None = None
    existing: Existing | None = None


class RuleBroken(Exception):
    """Ends a change: nothing of it is kept, and its problems are told."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems)
        self.problems = problems


def problem(code: ProblemCode, message: str, *field: str) -> Problem:
    """Make a problem of a mutation's input: `field` is the path below `input`."""
    return Problem(code, message, ("input", *field) if field else None)
