"""How far sections and records are.

Answered means given or reviewed by an author: a copied answer that nobody has reviewed counts as outstanding. Only
questions that apply count, required or not. A record is complete when all its sections are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.domain.answers import Answer
from gateway.domain.escort_records import EscortRecordStatus, SectionKey, SectionStatus
from gateway.domain.questions import QuestionSet
from gateway.policies.escort_records.applying import applicable


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """`answered` and `outstanding` count the questions that apply, without the fields of items."""

    key: SectionKey
    answered: int
    outstanding: int

    @property
    def status(self) -> SectionStatus:
        if not self.outstanding:
            return SectionStatus.COMPLETED
        return SectionStatus.IN_PROGRESS if self.answered else SectionStatus.NOT_STARTED


def section_progress(
    question_set: QuestionSet, answers: Mapping[str, Answer], responded: Collection[str]
) -> tuple[SectionProgress, ...]:
    """Count each section of a set, in order. `responded` are the questions whose answer an author gave or reviewed."""
    asked = applicable(question_set, answers)
    found = []
    for section in question_set.sections:
        keys = [question.key for question in asked if question.section is section.key]
        answered = sum(key in responded for key in keys)
        found.append(SectionProgress(section.key, answered, len(keys) - answered))
    return tuple(found)


def status_of(sections: Collection[SectionProgress]) -> EscortRecordStatus:
    """Return the status that follows from the sections of a record that is not confirmed."""
    if all(section.status is SectionStatus.COMPLETED for section in sections):
        return EscortRecordStatus.COMPLETED
    if all(section.status is SectionStatus.NOT_STARTED for section in sections):
        return EscortRecordStatus.UNSTARTED
    return EscortRecordStatus.IN_PROGRESS
