"""Question sets: what a dPER and a youth risk assessment ask."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.domain import questions as values
from gateway.domain.escort_records import FlagSeverity, SectionKey
from gateway.domain.questions import DetailsNeed, QuestionSetKind, QuestionType, TextFormat
from gateway.resolvers import question_sets as resolve
from gateway.schema import escort_records as _escort_records  # noqa: F401 - registers the enumerations named here
from gateway.schema.enums import register

register(
    QuestionSetKind,
    "Which form a question set is of.",
    {
        QuestionSetKind.ESCORT_RECORD: "The digital Person Escort Record, for every move.",
        QuestionSetKind.YOUTH_RISK_ASSESSMENT: "The youth risk assessment, for moves out of the youth estate.",
    },
    name="PerQuestionSetKind",
)
register(
    QuestionType,
    "How a question is answered.",
    {
        QuestionType.RADIO: "With exactly one of its options.",
        QuestionType.CHECKBOX: "With any number of its options, each of them once.",
        QuestionType.TEXT: "With a line, of 500 characters at most.",
        QuestionType.TEXTAREA: "With some lines, of 10,000 characters at most.",
        QuestionType.ITEMS: "With a list of items, of which each answers `itemQuestions`; 200 at most.",
    },
    name="PerQuestionType",
)
register(
    DetailsNeed,
    "Whether an option is explained in words.",
    {
        DetailsNeed.NONE: "No: details with it are refused.",
        DetailsNeed.OPTIONAL: "If the author likes.",
        DetailsNeed.REQUIRED: "Always.",
        DetailsNeed.REQUIRED_UNLESS_NOMIS: "Unless a record of NOMIS bears on the question: it says enough.",
    },
    name="PerDetails",
)
register(
    TextFormat,
    "What a text stands for. It is checked as that, and kept as it was written.",
    {
        TextFormat.WORDS: "Anything.",
        TextFormat.CHILD_DATE_OF_BIRTH: "A date, YYYY-MM-DD, on which somebody was born who is not 18 yet.",
        TextFormat.PARTIAL_PAST_DATE: "A day, a month or a year that is not to come: YYYY-MM-DD, YYYY-MM or YYYY.",
        TextFormat.PAST_DATE_OR_WORDS: "Words; but what is written as a date exists, and is not to come.",
        TextFormat.TIME_GIVEN: "HH:MM or YYYY-MM-DD HH:MM in London, not after today; or words without figures.",
        TextFormat.TIME_DUE: "HH:MM or YYYY-MM-DD HH:MM in London, not before today; or words without figures.",
        TextFormat.POUNDS: "Pounds sterling, with pence or without: 20, 1,250.00. Kept as 1250.00.",
    },
    name="PerTextFormat",
)


@strawberry.type(description="A mark that an option puts on the record.")
class PerOptionFlag:
    key: str = strawberry.field(description="Its short name.")
    title: str = strawberry.field(description="Its name.")
    severity: FlagSeverity = strawberry.field(description="How much attention it asks for.")


@strawberry.type(description="One of the answers to choose from.")
class PerOption:
    value: str = strawberry.field(description="What an answer names it by.")
    label: str = strawberry.field(description="What it is called.")
    details_required: bool = strawberry.field(
        resolver=resolve.details_required,
        description="Whether it has to be explained: always, or unless NOMIS says enough. See `details`.",
    )
    details: DetailsNeed = strawberry.field(description="Whether it is explained in words.")
    details_label: str | None = strawberry.field(description="What its details are asked for with.")
    details_format: TextFormat = strawberry.field(description="What its details stand for.")
    guidance: str | None = strawberry.field(description="What an author does once it is chosen.")
    flags: Sequence[values.Flag] = strawberry.field(
        graphql_type=list[PerOptionFlag], description="What it marks the record with."
    )
    follow_ups: Sequence[str] = strawberry.field(
        graphql_type=list[str], description="Keys of the questions that are asked only where it is chosen."
    )


@strawberry.type(description="What reveals a question.")
class PerDependency:
    question_key: str = strawberry.field(description="The key of the question before it.")
    option: str = strawberry.field(description="The option that has to be part of that one's answer.")


@strawberry.type(description="A question, or a field of the items of one.")
class PerQuestion:
    key: str = strawberry.field(description="What answers name it by; the same in every version that asks it.")
    section: SectionKey = strawberry.field(description="The section that it is asked in.")
    page: str = strawberry.field(description="Questions of one page are answered together; pages come in order.")
    text: str = strawberry.field(description="The question itself.")
    summary: str = strawberry.field(description="Its short name, for lists and print.")
    hint: str | None = strawberry.field(description="What helps to answer it.")
    type: QuestionType = strawberry.field(description="How it is answered.")
    format: TextFormat = strawberry.field(description="What its text stands for.")
    required: bool = strawberry.field(
        description="Whether it needs an answer that says something. One that is not required is answered as well, "
        "perhaps with an empty list, before its section is complete."
    )
    options: Sequence[values.Option] = strawberry.field(
        graphql_type=list[PerOption], description="What to choose from; none for texts and lists of items."
    )
    depends_on: values.Dependency | None = strawberry.field(
        graphql_type=PerDependency | None,
        description="Asked only while another question has this answer, and that one is asked itself.",
    )
    prefill: bool = strawberry.field(
        description="Whether its answer may be copied from an earlier record: of a list, that of some of its fields."
    )
    item_name: str | None = strawberry.field(description="What one of its items is called: bag, medicine.")
    item_questions: Sequence[values.Question] = strawberry.field(
        graphql_type=list[Annotated["PerQuestion", strawberry.lazy("gateway.schema.question_sets")]],
        description="What each item answers; none for other questions.",
    )


@strawberry.type(description="One version of what a form asks. A record keeps the version that it was started with.")
class PerQuestionSet:
    kind: QuestionSetKind = strawberry.field(description="Which form it is of.")
    version: str = strawberry.field(description="Its version: major, minor and patch.")
    title: str = strawberry.field(description="What the form is called.")
    sections: Sequence[SectionKey] = strawberry.field(
        resolver=resolve.sections, graphql_type=list[SectionKey], description="Its sections, in order."
    )
    questions: Sequence[values.Question] = strawberry.field(
        resolver=resolve.questions, graphql_type=list[PerQuestion], description="Its questions, in order."
    )


def _question_set(
    info: Info,
    version: Annotated[
        str | None,
        strawberry.argument(description="The version; the one in force where it is left out."),
    ] = None,
    kind: Annotated[QuestionSetKind, strawberry.argument(description="Of which form.")] = QuestionSetKind.ESCORT_RECORD,
) -> values.QuestionSet:
    return resolve.question_set(info, kind, version)


@strawberry.type(description="What can be read of question sets.")
class QuestionSetQueries:
    per_question_set: values.QuestionSet = strawberry.field(
        resolver=_question_set,
        graphql_type=PerQuestionSet,
        description="What a dPER or a youth risk assessment asks: the version in force, or another by its name. One "
        "that does not exist is an error, BAD_USER_INPUT.",
    )
