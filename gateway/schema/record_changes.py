"""What is sent to start a dPER or youth risk assessment, answer and confirm it, and what comes back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain import escort_records as values
from gateway.domain.escort_records import Handover
from gateway.domain.ids import MoveId
from gateway.domain.problems import Problem as ProblemValue
from gateway.domain.questions import QuestionSetKind
from gateway.policies.escort_records.handovers import LONGEST_NAME
from gateway.resolvers.changes import changed
from gateway.resolvers.given_answers import seen_answer
from gateway.resolvers.global_ids import NodeType, uuid_of
from gateway.resolvers.texts import text_of
from gateway.schema.escort_records import PersonEscortRecord
from gateway.schema.problems import Problem
from gateway.schema.youth_risk_assessments import YouthRiskAssessment
from gateway.services.changes import Outcome
from gateway.services.escort_record_changes import RecordResponses

_PER = QuestionSetKind.ESCORT_RECORD
_YRA = QuestionSetKind.YOUTH_RISK_ASSESSMENT
_PROBLEMS = "The rules that were not met; empty where the change was made."


@strawberry.type(description="The outcome of a change to a dPER.")
class PersonEscortRecordPayload:
    person_escort_record: values.EscortRecord | None = strawberry.field(
        resolver=changed,
        graphql_type=PersonEscortRecord | None,
        description="The record as it is now; null where nothing was changed.",
    )
    problems: Sequence[ProblemValue] = strawberry.field(graphql_type=list[Problem], description=_PROBLEMS)


@strawberry.type(description="The outcome of a change to a youth risk assessment.")
class YouthRiskAssessmentPayload:
    youth_risk_assessment: values.YouthRiskAssessment | None = strawberry.field(
        resolver=changed,
        graphql_type=YouthRiskAssessment | None,
        description="The assessment as it is now; null where nothing was changed.",
    )
    problems: Sequence[ProblemValue] = strawberry.field(graphql_type=list[Problem], description=_PROBLEMS)


@strawberry.input(description="Whose dPER to start.")
class StartPersonEscortRecordInput:
    move_id: strawberry.ID = strawberry.field(description="A move from your place that is booked and has not left.")


@strawberry.input(description="Whose youth risk assessment to start.")
class StartYouthRiskAssessmentInput:
    move_id: strawberry.ID = strawberry.field(
        description="A move out of the youth estate that is booked and has not left."
    )


@strawberry.input(description="An option, and what is said about it.")
class PerOptionInput:
    option: str = strawberry.field(description="Which: an option's `value`.")
    details: str | None = strawberry.field(default=None, description="What is said about it.")


@strawberry.input(description="An answer to one field of an item: one of `option`, `options` and `text`.")
class PerItemFieldInput:
    question_key: str = strawberry.field(description="The key of the field's question.")
    option: str | None = strawberry.field(default=None, description="The option of a field that takes one.")
    options: list[PerOptionInput] | None = strawberry.field(
        default=None, description="The options of a field that takes several."
    )
    text: str | None = strawberry.field(default=None, description="The text of a field that takes one.")
    details: str | None = strawberry.field(default=None, description="What is said about `option`.")


@strawberry.input(description="One item of a list.")
class PerItemInput:
    answers: list[PerItemFieldInput] = strawberry.field(description="What is said of it.")


@strawberry.input(
    description="An answer to one question: one of `option`, `options`, `text`, `items` and `reviewed`, by its type. "
    "A question that is not required is answered with an empty list of options where none applies."
)
class PerResponseInput:
    question_key: str = strawberry.field(description="Which question.")
    version: int | None = strawberry.field(
        default=None,
        description="The response's version as you last saw it. Another one by now is a CONFLICT on this question, "
        "told with the answer that stands. Without it you answer only what nobody has answered.",
    )
    option: str | None = strawberry.field(default=None, description="To a RADIO question.")
    options: list[PerOptionInput] | None = strawberry.field(default=None, description="To a CHECKBOX question.")
    text: str | None = strawberry.field(default=None, description="To a TEXT or TEXTAREA question.")
    details: str | None = strawberry.field(default=None, description="What is said about `option`.")
    items: list[PerItemInput] | None = strawberry.field(
        default=None, description="To an ITEMS question: all of its items."
    )
    reviewed: bool | None = strawberry.field(
        default=None, description="Keep the copied answer as it is: you reviewed it, and it is right."
    )


@strawberry.input(
    description="Answers to questions of one dPER: all are recorded, or none. Answers to questions that are no longer "
    "asked because of them are dropped."
)
class RecordPerResponsesInput:
    id: strawberry.ID = strawberry.field(description="Which dPER.")
    responses: list[PerResponseInput] = strawberry.field(description="1 to 200 answers, each to another question.")


@strawberry.input(description="Answers to questions of one youth risk assessment, as for a dPER.")
class RecordYraResponsesInput:
    id: strawberry.ID = strawberry.field(description="Which assessment.")
    responses: list[PerResponseInput] = strawberry.field(description="1 to 200 answers, each to another question.")


@strawberry.input(description="Who handed the person over to whom.")
class PerHandoverInput:
    occurred_at: datetime = strawberry.field(description="When.")
    dispatching_officer: str = strawberry.field(description="Who handed over; 200 characters at most.")
    receiving_officer: str = strawberry.field(description="Who took over; 200 characters at most.")


@strawberry.input(
    description="Which dPER to confirm. With `handover` it may be sent for a confirmed one too: the start of the move "
    "confirms a complete record without saying who handed over."
)
class ConfirmPersonEscortRecordInput:
    id: strawberry.ID = strawberry.field(description="Which dPER.")
    version: int | None = strawberry.field(
        default=None, description="Its version as you last saw it: another one by now is a CONFLICT."
    )
    handover: PerHandoverInput | None = strawberry.field(default=None, description="Who handed over to whom.")


@strawberry.input(description="Which youth risk assessment to confirm.")
class ConfirmYouthRiskAssessmentInput:
    id: strawberry.ID = strawberry.field(description="Which assessment.")
    version: int | None = strawberry.field(
        default=None, description="Its version as you last saw it: another one by now is a CONFLICT."
    )


def _move_id(given: strawberry.ID) -> MoveId | None:
    found = uuid_of(given, NodeType.MOVE)
    return None if found is None else MoveId(found)


def _handover(given: PerHandoverInput | None) -> Handover | None:
    if given is None:
        return None
    texts = {
        field: text_of(text, "input", "handover", field, longest=LONGEST_NAME) or ""
        for field, text in (
            ("dispatchingOfficer", given.dispatching_officer),
            ("receivingOfficer", given.receiving_officer),
        )
    }
    return Handover(given.occurred_at, texts["dispatchingOfficer"], texts["receivingOfficer"])


def _responses(given: RecordPerResponsesInput | RecordYraResponsesInput, node_type: NodeType) -> RecordResponses:
    return RecordResponses(uuid_of(given.id, node_type), tuple(seen_answer(one) for one in given.responses))


async def _start(
    info: Info,
    input: Annotated[StartPersonEscortRecordInput, strawberry.argument(description="Whose.")],  # noqa: A002
) -> Outcome[values.QuestionRecord]:
    return await info.context.services.escort_record_changes.start(_PER, _move_id(input.move_id))


async def _record(
    info: Info,
    input: Annotated[RecordPerResponsesInput, strawberry.argument(description="The answers.")],  # noqa: A002
) -> Outcome[values.QuestionRecord]:
    asked = _responses(input, NodeType.PERSON_ESCORT_RECORD)
    return await info.context.services.escort_record_changes.record(_PER, asked)


async def _confirm(
    info: Info,
    input: Annotated[ConfirmPersonEscortRecordInput, strawberry.argument(description="Which.")],  # noqa: A002
) -> Outcome[values.QuestionRecord]:
    record_id = uuid_of(input.id, NodeType.PERSON_ESCORT_RECORD)
    changes = info.context.services.escort_record_changes
    return await changes.confirm(_PER, record_id, input.version, _handover(input.handover))


async def _start_assessment(
    info: Info,
    input: Annotated[StartYouthRiskAssessmentInput, strawberry.argument(description="Whose.")],  # noqa: A002
) -> Outcome[values.QuestionRecord]:
    return await info.context.services.escort_record_changes.start(_YRA, _move_id(input.move_id))


async def _record_assessment(
    info: Info,
    input: Annotated[RecordYraResponsesInput, strawberry.argument(description="The answers.")],  # noqa: A002
) -> Outcome[values.QuestionRecord]:
    asked = _responses(input, NodeType.YOUTH_RISK_ASSESSMENT)
    return await info.context.services.escort_record_changes.record(_YRA, asked)


async def _confirm_assessment(
    info: Info,
    input: Annotated[ConfirmYouthRiskAssessmentInput, strawberry.argument(description="Which.")],  # noqa: A002
) -> Outcome[values.QuestionRecord]:
    record_id = uuid_of(input.id, NodeType.YOUTH_RISK_ASSESSMENT)
    return await info.context.services.escort_record_changes.confirm(_YRA, record_id, input.version, None)


@strawberry.type
class EscortRecordMutations:
    """Root fields that make dPERs and youth risk assessments."""

    start_person_escort_record: object = strawberry.mutation(
        resolver=_start,
        graphql_type=PersonEscortRecordPayload,
        description="Start the dPER of a move, for the establishment that sends it. What may be copied from the "
        "person's last confirmed one is, and waits to be reviewed. DUPLICATE with its id where there is one.",
    )
    record_per_responses: object = strawberry.mutation(
        resolver=_record,
        graphql_type=PersonEscortRecordPayload,
        description="Answer questions of a dPER: custody staff all of them, healthcare staff the health section. "
        "Until it is confirmed or the move leaves.",
    )
    confirm_person_escort_record: object = strawberry.mutation(
        resolver=_confirm,
        graphql_type=PersonEscortRecordPayload,
        description="Confirm a complete dPER for good, and hand it over: for custody staff. INCOMPLETE for each "
        "question that is not answered or reviewed.",
    )
    start_youth_risk_assessment: object = strawberry.mutation(
        resolver=_start_assessment,
        graphql_type=YouthRiskAssessmentPayload,
        description="Start the youth risk assessment of a move out of the youth estate.",
    )
    record_yra_responses: object = strawberry.mutation(
        resolver=_record_assessment,
        graphql_type=YouthRiskAssessmentPayload,
        description="Answer questions of a youth risk assessment, until it is confirmed or the move leaves.",
    )
    confirm_youth_risk_assessment: object = strawberry.mutation(
        resolver=_confirm_assessment,
        graphql_type=YouthRiskAssessmentPayload,
        description="Confirm a complete youth risk assessment for good; the dPER can be confirmed then.",
    )
