"""What is sent to ask for, fill, empty and call off an allocation."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain import allocations as values
from gateway.domain.ids import AllocationId, MoveId
from gateway.domain.moves import CancellationReason
from gateway.domain.problems import Problem as ProblemValue
from gateway.resolvers.global_ids import NodeType, agency_ids, uuid_of
from gateway.resolvers.texts import text_of
from gateway.schema.allocations import Allocation
from gateway.schema.problems import Problem
from gateway.schema.scalars import PrisonNumber
from gateway.services.allocation_changes import CreateAllocation
from gateway.services.changes import Outcome


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


@strawberry.input(description="How many people are wanted, from where to where, when, and of which kind.")
class CreateAllocationInput:
    date: dt.date = strawberry.field(description="The day of its moves.")
    from_location_id: strawberry.ID = strawberry.field(description="Who sends.")
    to_location_id: strawberry.ID = strawberry.field(description="Who receives.")
    moves_count: int = strawberry.field(description="How many people: 1 to 200.")
    prisoner_category: str | None = strawberry.field(
        default=strawberry.UNSET, description="`b`, `c`, `d`, `open` or `closed`, as the estate has them."
    )
    sentence_length: str | None = strawberry.field(
        default=strawberry.UNSET, description="`short` (16 months or less), `long` or `other`."
    )
    estate: str | None = strawberry.field(
        default=strawberry.UNSET, description="`adult_male`, `young_offender_female`..., or `other_estate`."
    )
    other_criteria: str | None = strawberry.field(default=strawberry.UNSET, description="What else is asked for.")
    requested_by: str | None = strawberry.field(default=strawberry.UNSET, description="Who asks for it.")
    complex_cases: list[ComplexCaseInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Which needs people may have."
    )


@strawberry.input(description="Whom to put into free places: all of them, or nobody.")
class AssignToAllocationInput:
    allocation_id: strawberry.ID = strawberry.field(description="The allocation.")
    prison_numbers: list[PrisonNumber] = strawberry.field(description="The people.")


@strawberry.input(description="Whom to take out of a place again.")
class RemoveFromAllocationInput:
    allocation_id: strawberry.ID = strawberry.field(description="The allocation.")
    move_id: strawberry.ID = strawberry.field(description="The move of the person.")


@strawberry.input(description="Which allocation to call off, and why.")
class CancelAllocationInput:
    id: strawberry.ID = strawberry.field(description="The allocation.")
    reason: CancellationReason = strawberry.field(description="Why. REJECTED and ALLOCATION_CANCELLED are not chosen.")
    comment: str | None = strawberry.field(
        default=strawberry.UNSET, description="More about it; needed with CANCELLED_BY_PMU and OTHER."
    )


def _allocation_id(global_id: strawberry.ID) -> AllocationId | None:
    key = uuid_of(global_id, NodeType.ALLOCATION)
    return None if key is None else AllocationId(key)


def _text(given: str | None, field: str, longest: int = 10_000) -> str | None:
    return None if given is strawberry.UNSET else text_of(given, "input", field, longest=longest)


async def _create(
    info: Info,
    input: Annotated[CreateAllocationInput, strawberry.argument(description="What is wanted.")],  # noqa: A002
) -> Outcome[values.Allocation]:
    (start,) = agency_ids([input.from_location_id], ("input", "fromLocationId"))
    (end,) = agency_ids([input.to_location_id], ("input", "toLocationId"))
    cases = input.complex_cases
    asked = CreateAllocation(
        date=input.date,
        from_agency=start,
        to_agency=end,
        moves_count=input.moves_count,
        prisoner_category=_text(input.prisoner_category, "prisonerCategory"),
        sentence_length=_text(input.sentence_length, "sentenceLength"),
        estate=_text(input.estate, "estate"),
        other_criteria=_text(input.other_criteria, "otherCriteria"),
        requested_by=_text(input.requested_by, "requestedBy", 100),
        complex_cases=()
        if cases is strawberry.UNSET or cases is None
        else tuple(values.ComplexCase(case.key, case.allowed) for case in cases),
    )
    return await info.context.services.allocation_changes.create(asked)


async def _assign(
    info: Info,
    input: Annotated[AssignToAllocationInput, strawberry.argument(description="Whom.")],  # noqa: A002
) -> Outcome[values.Allocation]:
    return await info.context.services.allocation_changes.assign(
        _allocation_id(input.allocation_id),
        input.prison_numbers,  # type: ignore[arg-type]  # the scalar gives the domain's own
    )


async def _remove(
    info: Info,
    input: Annotated[RemoveFromAllocationInput, strawberry.argument(description="Whom.")],  # noqa: A002
) -> Outcome[values.Allocation]:
    key = uuid_of(input.move_id, NodeType.MOVE)
    return await info.context.services.allocation_changes.remove(
        _allocation_id(input.allocation_id), None if key is None else MoveId(key)
    )


async def _cancel(
    info: Info,
    input: Annotated[CancelAllocationInput, strawberry.argument(description="Which, and why.")],  # noqa: A002
) -> Outcome[values.Allocation]:
    return await info.context.services.allocation_changes.cancel(
        _allocation_id(input.id), input.reason, _text(input.comment, "comment")
    )


@strawberry.type
class AllocationMutations:
    """Root fields that change allocations."""

    create_allocation: object = strawberry.mutation(
        resolver=_create,
        graphql_type=AllocationPayload,
        description="Ask for a number of people: each place is a requested move without a person.",
    )
    assign_to_allocation: object = strawberry.mutation(
        resolver=_assign,
        graphql_type=AllocationPayload,
        description="Put people into free places of an allocation that your establishment sends.",
    )
    remove_from_allocation: object = strawberry.mutation(
        resolver=_remove,
        graphql_type=AllocationPayload,
        description="Take a person out of a place, which is free again.",
    )
    cancel_allocation: object = strawberry.mutation(
        resolver=_cancel,
        graphql_type=AllocationPayload,
        description="Call an allocation off, with those of its moves that have not left.",
    )
