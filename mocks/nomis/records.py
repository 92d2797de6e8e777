"""What the services hold: agencies, people, accounts and clients, in NOMIS's own terms."""

from dataclasses import dataclass
from datetime import date, datetime

OUTSIDE = "OUT"
IN_TRANSIT = "TRN"


@dataclass(frozen=True, slots=True)
class AgencyRecord:
    """A place with a NOMIS code; `kind` is the agency type (INST, CRT, POLICE...)."""

    agency_id: str
    description: str
    kind: str
    active: bool = True
    court_type: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """An alert; it ends on `active_to`, which is the first day on which it no longer holds."""

    alert_id: str
    code: str
    active_from: date
    active_to: date | None = None
    description: str | None = None
    authorised_by: str | None = None
    created_by: str = "SYS_GEN"
    created_by_name: str = "System"
    prison_code: str | None = None

    def is_active(self, today: date) -> bool:
        return self.active_from <= today and (self.active_to is None or self.active_to > today)


@dataclass(frozen=True, slots=True)
class CareNeedRecord:
    """A health problem that bears on daily care; `status` is ON (ongoing) or I (recovered)."""

    need_id: int
    problem_type: str
    problem_code: str
    start_on: date
    status: str = "ON"
    end_on: date | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class AdjustmentRecord:
    """A reasonable adjustment, named by its treatment code."""

    treatment_code: str
    start_on: date
    agency_id: str
    end_on: date | None = None
    comment: str | None = None
    need_id: int | None = None


@dataclass(frozen=True, slots=True)
class MovementRecord:
    """A movement in or out of an establishment; `moved_at` is aware and shown as London time without a zone."""

    kind: str
    reason: str
    direction: str
    from_agency: str
    to_agency: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person with, usually, a booking; someone never received has a number and no booking.

    `agency_id` is a prison, OUT for the released, or TRN for those between prisons. `active` with `in_out` OUT is a
    person at court or on leave, whose agency stays their prison.
    """

    number: str
    first_name: str
    last_name: str
    date_of_birth: date
    sex: str
    booking_id: int | None
    agency_id: str | None
    middle_names: str | None = None
    ethnicity: str | None = None
    nationality: str | None = None
    religion: str | None = None
    pnc: str | None = None
    cro: str | None = None
    book_number: str | None = None
    in_out: str = "IN"
    active: bool = True
    last_prison_id: str | None = None
    cell: str | None = None
    category: str | None = None
    csra: str | None = None
    assessed_on: date | None = None
    legal_status: str = "SENTENCED"
    received_on: date | None = None
    alerts: tuple[AlertRecord, ...] = ()
    care_needs: tuple[CareNeedRecord, ...] = ()
    adjustments: tuple[AdjustmentRecord, ...] = ()
    movements: tuple[MovementRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseloadRecord:
    """A caseload; prison officers work with INST/GENERAL ones, administrators also carry INST/ADMIN ones."""

    caseload_id: str
    description: str
    kind: str = "INST"
    function: str = "GENERAL"
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """A person's account; NOMIS knows only those whose source is nomis, and only those have caseloads."""

    username: str
    password: str
    auth_source: str
    first_name: str
    last_name: str
    user_id: str
    roles: tuple[str, ...] = ()
    caseloads: tuple[str, ...] = ()
    active_caseload: str | None = None
    groups: tuple[str, ...] = ()
    email: str | None = None
    email_verified: bool = True
    enabled: bool = True
    staff_id: int | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def in_nomis(self) -> bool:
        return self.auth_source == "nomis"


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """An OAuth2 client; its roles are what a client-credentials token carries, also on behalf of a user."""

    client_id: str
    secret: str
    roles: tuple[str, ...] = ()
    grants: tuple[str, ...] = ("client_credentials",)
    scopes: tuple[str, ...] = ("read",)
    token_seconds: int = 1200
    redirect_uris: tuple[str, ...] = ()
