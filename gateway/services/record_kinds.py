"""What differs between the kinds of record for whoever changes them: names, words, events."""

from dataclasses import dataclass
from typing import Final

from gateway.domain.access_log import SubjectType
from gateway.domain.changes import ChangedThing
from gateway.domain.questions import QuestionSetKind


@dataclass(frozen=True, slots=True)
class RecordKind:
    """`noun` is how problems call it, `prefix` the beginning of the types of its events."""

    kind: QuestionSetKind
    noun: str
    prefix: str
    thing: ChangedThing
    subject: SubjectType

    def event(self, what: str) -> str:
        return f"{self.prefix}{what}"


ESCORT_RECORD: Final = RecordKind(
    QuestionSetKind.ESCORT_RECORD, "escort record", "Per", ChangedThing.ESCORT_RECORD, SubjectType.ESCORT_RECORD
)
YOUTH_RISK_ASSESSMENT: Final = RecordKind(
    QuestionSetKind.YOUTH_RISK_ASSESSMENT,
    "youth risk assessment",
    "Yra",
    ChangedThing.YOUTH_RISK_ASSESSMENT,
    SubjectType.YOUTH_RISK_ASSESSMENT,
)

OF_KIND: Final = {one.kind: one for one in (ESCORT_RECORD, YOUTH_RISK_ASSESSMENT)}
