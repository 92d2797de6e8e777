"""A dPER as it is printed: what was entered, in the order of its questions, and no more."""

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.escort_records import EscortRecord, FlagSeverity, SectionStatus, YouthRiskAssessment
from gateway.domain.locations import Location
from gateway.domain.moves import Move
from gateway.domain.nomis_records import NomisRecord, NomisSync
from gateway.domain.people import Person
from gateway.domain.questions import Question
from gateway.domain.suppliers import Supplier


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One thing that was answered: an option or a text, with its details."""

    text: str
    details: str | None = None


@dataclass(frozen=True, slots=True)
class PrintedItem:
    """One entry of a list: what was answered to each field, in the order of the fields."""

    fields: tuple[tuple[PrintedLine, ...], ...]


@dataclass(frozen=True, slots=True)
class PrintedNomisRecord:
    """`with_comment`: only where it stands for the first time; it may bear on several questions."""

    record: NomisRecord
    with_comment: bool


@dataclass(frozen=True, slots=True)
class PrintedEntry:
    """A question with its answer. `depth`: how many questions above it revealed it.

    Without lines and items it is not answered. `copied_at`: the answer was copied from an earlier record, where it was
    entered then, and nobody has reviewed it.
    """

    question: Question
    depth: int
    lines: tuple[PrintedLine, ...] = ()
    items: tuple[PrintedItem, ...] = ()
    nomis: tuple[PrintedNomisRecord, ...] = ()
    copied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """`answered_no` are the questions to which the answer is a plain no; `unanswered` those that still apply."""

    title: str
    status: SectionStatus
    entries: tuple[PrintedEntry, ...]
    answered_no: tuple[Question, ...]
    unanswered: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class PrintedFlag:
    """A flag once, whichever questions raised it."""

    title: str
    severity: FlagSeverity


@dataclass(frozen=True, slots=True)
class PrintedAlerts:
    """Alerts as NOMIS told them at an instant. `current`: that is now, and not the last that is known."""

    alerts: tuple[NomisRecord, ...]
    told_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class PrintedAssessment:
    """The youth risk assessment of the same move."""

    record: YouthRiskAssessment
    sections: tuple[PrintedSection, ...]


@dataclass(frozen=True, slots=True)
class PrintedRecord:
    """`person` is None where they may not be seen (any more) or could not be read, which `person_missing` says.

    `alerts` is None where they are not known: not the same as none. `nomis` says how old what
    stands beside questions is. `flags` are those of the assessment as well, which moves of the
    youth estate have. `printed_by` is the account that asked.
    """

    record: EscortRecord
    move: Move
    start: Location | None
    end: Location | None
    supplier: Supplier | None
    person: Person | None
    person_missing: str | None
    alerts: PrintedAlerts | None
    nomis: tuple[NomisSync, ...]
    flags: tuple[PrintedFlag, ...]
    sections: tuple[PrintedSection, ...]
    assessment: PrintedAssessment | None
    printed_at: datetime
    printed_by: str
