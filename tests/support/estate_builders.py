"""People, places and accounts of the mock NOMIS: valid as they are, each detail open to change."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from estate.model import Account, Agency, AgencyType, Alert, AuthSource, Person

_NAMESPACE = UUID("6d1f1f43-6a0a-4f3a-8f3c-2f0a5f0a7d11")


def an_agency(agency_id: str, name: str | None = None, kind: AgencyType = AgencyType.INST) -> Agency:
    return Agency(agency_id, name or f"{agency_id} (HMP)", kind)


def an_alert(code: str, *, number: str = "A1111AA", active_to: date | None = None, type_code: str = "X") -> Alert:
    return Alert(
        uuid=uuid5(_NAMESPACE, f"{number}/{code}"),
        type_code=type_code,
        code=code,
        description="Seen by staff",
        active_from=date(2026, 1, 1),
        active_to=active_to,
        authorised_by=None,
        created_by="SYS",
        created_by_name="System",
        prison_code="LEI",
    )


def a_person(prison_number: str, agency_id: str | None = "LEI", **changes: Any) -> Person:
    person = Person(
        prison_number=prison_number,
        booking_id=int(prison_number[1:5]),
        book_number="B00001",
        first_name="SAM",
        middle_names=None,
        last_name=f"VALE-{prison_number[-2:]}",
        date_of_birth=date(1990, 4, 1),
        gender="Male",
        sex_code="M",
        ethnicity="White: British",
        ethnicity_code="W1",
        nationality="British",
        religion="None",
        pnc_number="14/120018R",
        cro_number=None,
        category="C",
        csra="STANDARD",
        assessed_on=date(2026, 1, 5),
        legal_status="SENTENCED",
        agency_id=agency_id,
        last_prison_id=agency_id,
        in_out_status="IN" if agency_id not in {"OUT", "TRN"} else agency_id,
        active=agency_id not in {"OUT", "TRN"},
        cell="A-1-001",
        received_on=date(2026, 1, 2),
        alerts=(),
        care_needs=(),
        adjustments=(),
        movements=(),
    )
    return replace(person, **changes)


def an_account(
    username: str,
    *roles: str,
    caseloads: tuple[str, ...] = (),
    groups: tuple[str, ...] = (),
    auth_source: AuthSource = AuthSource.NOMIS,
) -> Account:
    return Account(
        username=username,
        password="password",
        first_name="Sam",
        last_name="Staff",
        email=None,
        auth_source=auth_source,
        user_id="1",
        staff_id=1 if auth_source is AuthSource.NOMIS else None,
        roles=roles,
        caseloads=caseloads,
        active_caseload=caseloads[0] if caseloads else None,
        groups=groups,
        label=username,
        description="",
        persona=None,
    )
