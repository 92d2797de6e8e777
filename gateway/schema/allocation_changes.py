"""What is sent to ask for an allocation, fill it and call it off, and what comes back."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain import allocations as values
from gateway.domain.ids import AllocationId, MoveId
from gateway.domain.ids import PrisonNumber as PrisonNumberValue
from gateway.domain.moves import CancellationReason
from gateway.domain.problems import Problem as ProblemValue
from gateway.resolvers.global_ids import NodeType, agency_ids, uuid_of
from gateway.resolvers.texts import key_of, text_of
from gateway.schema.allocations import Allocation
from gateway.schema.problems import Problem
from gateway.schema.scalars import PrisonNumber
from gateway.services.allocation_places import AssignToAllocation
from gateway.services.allocation_requests import CreateAllocation
from gateway.services.changes import Outcome

_LONGEST_NAME = 100
_KEY = "Send the same key with a retry: it gives the first result, and nothing is done twice."


@strawberry.type(description="The outcome of a change to an allocation.")
class AllocationPayload:
    allocation: values.Allocation | None = strawberry.field(
        resolver=lambda root: root.value,
        graphql_type=Allocation | None,
        description="The allocation as it is now; null where nothing was changed.",
    )
    problems: Sequence[ProblemValue] = strawberry.field(
        graphql_type=list[Problem], description="The rules that were not met; empty where the change was made."
    )


@strawberry.input(description="Whether people of a certain need may be among those who are sent.")
class ComplexCaseInput:
    key: str = strawberry.field(
        description="`hold_separately`, `self_harm`, `mental_health_issue` or `under_drug_treatment`."
    )
    allowed: bool = strawberry.field(description="Whether they may.")


@strawberry.input(description="People wanted in number. A move is requested for each; the sender says later who goes.")
class CreateAllocationInput:
    date: dt.date = strawberry.field(description="The day of its moves.")
    from_location_id: strawberry.ID = strawberry.field(description="Who sends, and fills it with people.")
    to_location_id: strawberry.ID = strawberry.field(description="Who receives.")
    moves_count: int = strawberry.field(description="How many people are wanted, 1 to 100.")
    prisoner_category: str | None = strawberry.field(
        default=None,
        description="`b`, `c` or `d` of adult men; `open` or `closed` of adult women and young offenders.",
    )
    sentence_length: str | None = strawberry.field(
        default=None, description="`short` (16 months or less), `long` or `other`."
    )
    estate: str | None = strawberry.field(
        default=None,
        description="`adult_male`, `adult_female`, `young_offender_male`, `young_offender_female`, `juvenile_male`, "
        "`juvenile_female` or `other_estate`.",
    )
    other_criteria: str | None = strawberry.field(default=None, description="What else is asked for.")
    requested_by: str | None = strawberry.field(default=None, description="Who asks for it; a hundred characters.")
    complex_cases: list[ComplexCaseInput] | None = strawberry.field(
        default=None, description="Which needs people may have."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="Who goes. All of them get a place, or nobody does.")
class AssignToAllocationInput:
    allocation_id: strawberry.ID = strawberry.field(description="The allocation.")
    prison_numbers: list[PrisonNumber] = strawberry.field(description="The people, held where it starts.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="Whom to take off. The place is free again: to swap people, assign another one.")
class RemoveFromAllocationInput:
    allocation_id: strawberry.ID = strawberry.field(description="The allocation.")
    move_id: strawberry.ID = strawberry.field(description="The person's move.")


@strawberry.input(description="Which allocation to call off, and why.")
class CancelAllocationInput:
    id: strawberry.ID = strawberry.field(description="The allocation.")
    reason: CancellationReason = strawberry.field(description="Why. REJECTED and ALLOCATION_CANCELLED are not chosen.")
    comment: str | None = strawberry.field(
        default=None, description="More about it; needed with CANCELLED_BY_PMU and OTHER."
    )


def _code(given: str | None, field: str) -> str | None:
    """Read a code however it is spelt: `C` is `c`."""
    text = text_of(given, "input", field)
    return None if text is None else text.lower()


async def _create(
    info: Info,
    input: Annotated[CreateAllocationInput, strawberry.argument(description="The request.")],  # noqa: A002
) -> Outcome[values.Allocation]:
    cases = input.complex_cases or ()
    asked = CreateAllocation(
        date=input.date,
        from_agency=agency_ids([input.from_location_id], ("input", "fromLocationId"))[0],
        to_agency=agency_ids([input.to_location_id], ("input", "toLocationId"))[0],
        moves_count=input.moves_count,
        prisoner_category=_code(input.prisoner_category, "prisonerCategory"),
        sentence_length=_code(input.sentence_length, "sentenceLength"),
        estate=_code(input.estate, "estate"),
        complex_cases=tuple(values.ComplexCase(case.key, case.allowed) for case in cases),
        other_criteria=text_of(input.other_criteria, "input", "otherCriteria"),
        requested_by=text_of(input.requested_by, "input", "requestedBy", longest=_LONGEST_NAME),
        idempotency_key=key_of(input.idempotency_key, "input", "idempotencyKey"),
    )
    return await info.context.services.allocation_requests.create(asked)


async def _assign(
    info: Info,
    input: Annotated[AssignToAllocationInput, strawberry.argument(description="Who goes.")],  # noqa: A002
) -> Outcome[values.Allocation]:
    numbers: list[PrisonNumberValue] = input.prison_numbers  # type: ignore[assignment]  # the scalar gives our own
    asked = AssignToAllocation(
        allocation_id=_allocation_id(input.allocation_id),
        prison_numbers=tuple(numbers),
        idempotency_key=key_of(input.idempotency_key, "input", "idempotencyKey"),
    )
    return await info.context.services.allocation_places.assign(asked)


async def _remove(
    info: Info,
    input: Annotated[RemoveFromAllocationInput, strawberry.argument(description="Whom.")],  # noqa: A002
) -> Outcome[values.Allocation]:
    move_id = uuid_of(input.move_id, NodeType.MOVE)
    return await info.context.services.allocation_places.remove(
        _allocation_id(input.allocation_id), None if move_id is None else MoveId(move_id)
    )


async def _cancel(
    info: Info,
    input: Annotated[CancelAllocationInput, strawberry.argument(description="Which, and why.")],  # noqa: A002
) -> Outcome[values.Allocation]:
    comment = text_of(input.comment, "input", "comment")
    return await info.context.services.allocation_requests.cancel(_allocation_id(input.id), input.reason, comment)


def _allocation_id(given: str) -> AllocationId | None:
    key = uuid_of(given, NodeType.ALLOCATION)
    return None if key is None else AllocationId(key)


@strawberry.type
class AllocationMutations:
    """Root fields that change allocations."""

    create_allocation: object = strawberry.mutation(
        resolver=_create,
        graphql_type=AllocationPayload,
        description="Ask for a number of people to be moved. The Population Management Unit does so between prisons, "
        "the placements team between its places of the youth estate; anybody else is refused.",
    )
    assign_to_allocation: object = strawberry.mutation(
        resolver=_assign,
        graphql_type=AllocationPayload,
        description="Put people on free places of an allocation, at the sending establishment. NOMIS has to answer: "
        "its moves are with the supplier already.",
    )
    remove_from_allocation: object = strawberry.mutation(
        resolver=_remove,
        graphql_type=AllocationPayload,
        description="Take a person off a place before the move leaves, and before a dPER is started for it.",
    )
    cancel_allocation: object = strawberry.mutation(
        resolver=_cancel,
        graphql_type=AllocationPayload,
        description="Call an allocation off, with its moves that have not left.",
    )
