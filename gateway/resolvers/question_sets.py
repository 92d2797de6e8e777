"""Fields of question sets."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain.errors import InvalidInput
from gateway.domain.escort_records import SectionKey
from gateway.domain.questions import DetailsNeed, Option, Question, QuestionSet, QuestionSetKind


def question_set(info: Info, kind: QuestionSetKind, version: str | None) -> QuestionSet:
    """Give the set in force, or a named version of it.

    Raises:
        InvalidInput: there is no such version.

    """
    sets = info.context.services.question_sets
    if version is None:
        return sets.current(kind)
    found = sets.find(kind, version)
    if found is None:
        known = ", ".join(sets.versions(kind))
        raise InvalidInput(f"There is no such version of this question set; there are {known}.", field=("version",))
    return found


def sections(root: QuestionSet) -> Sequence[SectionKey]:
    return [section.key for section in root.sections]


def questions(
    root: QuestionSet,
    section: Annotated[
        SectionKey | None, strawberry.argument(description="Of this section alone; of all where it is left out.")
    ] = None,
) -> Sequence[Question]:
    return list(root.questions(section))


def details_required(root: Option) -> bool:
    return root.details in {DetailsNeed.REQUIRED, DetailsNeed.REQUIRED_UNLESS_NOMIS}
