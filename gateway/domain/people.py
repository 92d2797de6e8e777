"""People in custody, as NOMIS knows them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class PrisonerCategory:
    code: str
    description: str


@dataclass(frozen=True, slots=True)
class Person:
    """`agency_id` is the establishment that holds them; None while they are outside or between establishments."""

    prison_number: PrisonNumber
    first_names: str
    last_name: str
    date_of_birth: date | None
    gender: str | None
    ethnicity: str | None
    nationality: str | None
    pnc_number: str | None
    cro_number: str | None
    category: PrisonerCategory | None
    agency_id: AgencyId | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class CareNeed:
    type: str
    code: str
    description: str
    start_date: date | None
    end_date: date | None


class EscortExclusion(StrEnum):
    """Why the escort contract does not cover a person."""

    CATEGORY_A = "category_a"
    RESTRICTED_STATUS = "restricted_status"
    ESCAPE_LIST_HEIGHTENED = "escape_list_heightened"


@dataclass(frozen=True, slots=True)
class EscortEligibility:
    eligible: bool
    reasons: tuple[EscortExclusion, ...]
