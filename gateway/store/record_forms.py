"""The tables of each kind of record."""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from gateway.domain.escort_records import (
    ESCORT_RECORD_SECTIONS,
    YOUTH_RISK_ASSESSMENT_SECTIONS,
    SectionKey,
)
from gateway.domain.questions import QuestionSetKind
from gateway.store.escort_record_tables import (
    per_flags,
    per_responses,
    per_sections,
    person_escort_records,
    youth_risk_assessments,
    yra_flags,
    yra_responses,
    yra_sections,
)


@dataclass(frozen=True, slots=True)
class RecordForm:
    """Where a kind of record is kept, and the sections that it has, in order."""

    kind: QuestionSetKind
    records: sa.Table
    sections: sa.Table
    flags: sa.Table
    responses: sa.Table
    keys: tuple[SectionKey, ...]


FORMS: Final = {
    QuestionSetKind.ESCORT_RECORD: RecordForm(
        QuestionSetKind.ESCORT_RECORD,
        person_escort_records,
        per_sections,
        per_flags,
        per_responses,
        ESCORT_RECORD_SECTIONS,
    ),
    QuestionSetKind.YOUTH_RISK_ASSESSMENT: RecordForm(
        QuestionSetKind.YOUTH_RISK_ASSESSMENT,
        youth_risk_assessments,
        yra_sections,
        yra_flags,
        yra_responses,
        YOUTH_RISK_ASSESSMENT_SECTIONS,
    ),
}
