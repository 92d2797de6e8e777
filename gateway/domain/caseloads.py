"""NOMIS's grants of establishments to staff."""

from dataclasses import dataclass

from gateway.domain.ids import AgencyId


@dataclass(frozen=True, slots=True)
class Caseload:
    """`active` marks the one that the person works in by the gateway's own choice, or NOMIS's where none was made."""

    agency_id: AgencyId
    description: str
    active: bool
