"""People as NOMIS has them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Alert:
    """`active_to` is the first day on which it no longer holds; None: open-ended. `description` is the comment."""

    uuid: UUID
    type_code: str
    code: str
    description: str | None
    active_from: date
    active_to: date | None
    authorised_by: str | None
    created_by: str
    created_by_name: str
    prison_code: str | None

    def is_active(self, on: date) -> bool:
        return self.active_from <= on and (self.active_to is None or self.active_to > on)


@dataclass(frozen=True, slots=True)
class CareNeed:
    """A health problem that bears on daily care; `status` is ON (ongoing) or I (recovered)."""

    need_id: int
    problem_type: str
    problem_code: str
    problem_description: str
    status: str
    comment: str | None
    start_date: date
    end_date: date | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A reasonable adjustment, named by its treatment code; codes contain spaces and slashes."""

    treatment_code: str
    treatment_description: str
    comment: str | None
    start_date: date
    end_date: date | None
    agency_id: str
    need_id: int | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody a person knows: `kind` S (social or family) or O (official), `relationship` as NOMIS codes it.

    `ended_on` is the day on which they were made inactive; None: they still count.
    """

    contact_id: int
    first_name: str
    last_name: str
    kind: str
    relationship: str
    relationship_description: str
    next_of_kin: bool
    emergency: bool
    comment: str | None
    since: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement in or out of an establishment: `kind` ADM, REL, TRN or CRT; `direction` IN or OUT."""

    kind: str
    reason: str
    direction: str
    from_agency: str
    to_agency: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A person as NOMIS has them on the world's day.

    `agency_id` is a prison, OUT (released), TRN (between prisons) or None (never booked in). Someone at court stays
    `active` at their prison with `in_out_status` OUT. `status` reads as Prisoner Search words it: "ACTIVE IN".
    `csra` is the cell-sharing rating, `csra_code` the kind of assessment that gave it.
    """

    prison_number: str
    booking_id: int | None
    book_number: str | None
    first_name: str
    middle_names: str | None
    last_name: str
    date_of_birth: date
    gender: str
    sex_code: str
    ethnicity: str
    ethnicity_code: str
    nationality: str
    religion: str
    pnc_number: str | None
    cro_number: str | None
    category: str | None
    csra: str | None
    assessed_on: date | None
    legal_status: str
    agency_id: str | None
    last_prison_id: str | None
    in_out_status: str | None
    active: bool
    cell: str | None
    received_on: date | None
    alerts: tuple[Alert, ...]
    care_needs: tuple[CareNeed, ...]
    adjustments: tuple[Adjustment, ...]
    movements: tuple[Movement, ...]
    contacts: tuple[Contact, ...] = ()
    csra_code: str = "CSR"
    csra_review_on: date | None = None
    csra_comment: str | None = None

    @property
    def status(self) -> str | None:
        if self.in_out_status is None:
            return None
        return f"{'ACTIVE' if self.active else 'INACTIVE'} {self.in_out_status}"
