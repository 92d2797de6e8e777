"""People in custody, as NOMIS knows them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.provenance import Provenance
from gateway.domain.values import value


@value(frozen=True, slots=True)
class PrisonerCategory:
    code: str
    description: str


@value(frozen=True, slots=True)
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
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ReasonableAdjustment:
    """What an establishment arranges for a need; `code` is NOMIS's of the treatment."""

    code: str
    description: str
    comment: str | None
    start_date: date | None
    end_date: date | None


@dataclass(frozen=True, slots=True)
class CellSharingAssessment:
    """The latest cell-sharing risk assessment (CSRA). `rating` reads High or Standard; `code` tells how it was made."""

    code: str
    description: str
    rating: str | None
    comment: str | None
    assessed_on: date | None
    review_on: date | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whom a person named. `name` and `relationship` as people write them."""

    name: str
    relationship: str | None
    next_of_kin: bool
    active: bool
    comment: str | None
    since: date | None
    ended_on: date | None


class EscortExclusion(StrEnum):
    """Why the escort contract does not cover a person."""

    CATEGORY_A = "category_a"
    RESTRICTED_STATUS = "restricted_status"
    ESCAPE_LIST_HEIGHTENED = "escape_list_heightened"


@dataclass(frozen=True, slots=True)
class EscortEligibility:
    eligible: bool
    reasons: tuple[EscortExclusion, ...]
