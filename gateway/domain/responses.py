"""Responses: what a record holds for each of its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.answers import Answer
from gateway.domain.escort_records import RecordKey
from gateway.domain.nomis_records import NomisRecord
from gateway.domain.questions import Question


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to one question, as it is kept.

    `version` is 0 while nothing was ever said about the question, and rises by one whenever the answer changes, is
    reviewed, or goes because the question is no longer asked. `responded_at` is when an author gave or reviewed it; an
    answer without one was copied from an earlier record, where it was entered at `prefilled_at`, and waits to be
    reviewed. `responded_by` is that author's account: for audit, never shown.
    """

    answer: Answer | None = None
    version: int = 0
    responded_at: datetime | None = None
    responded_by: str | None = None
    prefilled_at: datetime | None = None

    @property
    def needs_review(self) -> bool:
        return self.answer is not None and self.responded_at is None


UNANSWERED = Response()

Responses = Mapping[str, Response]
"""By the key of the question; a question that is not in it was never answered."""


def answers_of(responses: Responses) -> dict[str, Answer]:
    """Return the answers by question key, copied ones among them."""
    return {key: one.answer for key, one in responses.items() if one.answer is not None}


def responded_of(responses: Responses) -> frozenset[str]:
    """Return the questions whose answer an author gave or reviewed."""
    return frozenset(key for key, one in responses.items() if one.responded_at is not None)


@dataclass(frozen=True, slots=True)
class QuestionResponse:
    """A question of a record with what the record holds for it; `applies`: it is asked, given the other answers.

    `nomis` is what NOMIS has that bears on it, as far as is known.
    """

    record: RecordKey
    question: Question
    response: Response
    applies: bool
    nomis: tuple[NomisRecord, ...] = ()
