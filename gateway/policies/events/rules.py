"""What a type of event is made of, as data: its subject, its details, and who records it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.domain.events import EventClassification


class Subject(StrEnum):
    """What an event is about, under its name in the schema."""

    MOVE = "Move"
    JOURNEY = "Journey"
    LODGING = "Lodging"
    ESCORT_RECORD = "PersonEscortRecord"


class Recorder(StrEnum):
    """In what part somebody records events."""

    SUPPLIER = "supplier"
    POLICE = "police"
    COURT = "court"
    PMU = "population management unit"
    REVIEWER = "reviewer of single requests"
    STAKEHOLDER = "stakeholder"


class Kind(StrEnum):
    """What the text of a detail stands for."""

    TEXT = "text"
    PLACE = "place"
    """NOMIS's code of a place that exists."""
    INSTANT = "instant"
    """RFC 3339 with its offset."""
    DAY = "day"
    """An ISO 8601 calendar date."""
    YES_OR_NO = "yes or no"
    """`true` or `false`."""
    ONE_OF = "one of"
    POSTCODE = "postcode"
    """A real postcode of the United Kingdom."""
    MOVE_ID = "id of a move"


class Needed(StrEnum):
    OPTIONAL = "optional"
    REQUIRED = "required"
    OF_SUPPLIERS = "required of suppliers"


@dataclass(frozen=True, slots=True)
class Detail:
    """A named detail. `values` are those of ONE_OF; a `plural` one may be given several times under its name.

    One `by_gateway` is written by the gateway itself and not taken from clients.
    """

    name: str
    kind: Kind = Kind.TEXT
    needed: Needed = Needed.OPTIONAL
    values: tuple[str, ...] = ()
    plural: bool = False
    by_gateway: bool = False
    longest: int | None = None
    """Characters, where a text is kept in a place of its own."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Details of which at least one has to be given, and no two where `exactly` one is asked for.

    A missing one is told beside the first of `names`, one too many beside the last.
    """

    names: tuple[str, ...]
    exactly: bool = False


@dataclass(frozen=True, slots=True)
class EventRule:
    """A type of the catalogue. Nobody records one whose `recorders` are empty: the gateway writes it by itself."""

    type: str
    subject: Subject
    recorders: frozenset[Recorder]
    details: tuple[Detail, ...] = ()
    choices: tuple[Choice, ...] = ()
    classification: EventClassification = EventClassification.DEFAULT

    def detail(self, name: str) -> Detail | None:
        return next((one for one in self.details if one.name == name), None)


def required(name: str, kind: Kind = Kind.TEXT) -> Detail:
    return Detail(name, kind, Needed.REQUIRED)


def one_of(name: str, values: Iterable[str], needed: Needed = Needed.OPTIONAL) -> Detail:
    return Detail(name, Kind.ONE_OF, needed, tuple(values))


def place(name: str = "location") -> Detail:
    """Return the rule of a place that has to be named and to exist."""
    return required(name, Kind.PLACE)


AUTHORISED: Final = (one_of("authorised_by", ("PMU", "CDM", "Other")), Detail("authorised_at", Kind.INSTANT))
"""Who allowed it, and when."""

VEHICLE_REG: Final = Detail("vehicle_reg", longest=40)
VEHICLE_REG_REQUIRED: Final = Detail("vehicle_reg", needed=Needed.REQUIRED, longest=40)
VEHICLE_TYPE: Final = one_of(
    "vehicle_type", ("c4", "pro_cab", "mpv", "2_cell", "3_cell", "6_cell", "12_cell"), Needed.REQUIRED
)
COURT_CELL: Final = required("court_cell_number")

SUPPLIER_NUMBER: Final = Detail("supplier_personnel_number")
SUPPLIER_NUMBER_REQUIRED: Final = required("supplier_personnel_number")
NUMBER: Final = (SUPPLIER_NUMBER, Detail("police_personnel_number"))
"""Who was there: of a supplier's staff or of the police."""
ONE_NUMBER: Final = (Choice(("supplier_personnel_number", "police_personnel_number"), exactly=True),)
NUMBERS: Final = (
    Detail("supplier_personnel_numbers", plural=True),
    Detail("police_personnel_numbers", plural=True),
)
SUPPLIER_NUMBERS_REQUIRED: Final = Detail("supplier_personnel_numbers", needed=Needed.REQUIRED, plural=True)
ONE_SORT_OF_NUMBERS: Final = (Choice(("supplier_personnel_numbers", "police_personnel_numbers"), exactly=True),)

NOBODY: Final[frozenset[Recorder]] = frozenset()
SUPPLIER: Final = frozenset({Recorder.SUPPLIER})
SUPPLIER_AND_PMU: Final = frozenset({Recorder.SUPPLIER, Recorder.PMU})
PMU: Final = frozenset({Recorder.PMU})
REVIEWER: Final = frozenset({Recorder.REVIEWER})
CUSTODY: Final = frozenset({Recorder.SUPPLIER, Recorder.POLICE, Recorder.COURT})
"""Whoever has the person in custody at that moment."""
COURT_CUSTODY: Final = frozenset({Recorder.SUPPLIER, Recorder.COURT})
