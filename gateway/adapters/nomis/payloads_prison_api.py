"""Caseloads, care needs and agencies on the wire, as Prison API gives them."""

import re
from typing import Final

from gateway.adapters.decoding import Day, WirePayload
from gateway.adapters.nomis.names import readable_title
from gateway.domain.caseloads import Caseload
from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.locations import NOMIS_AGENCY_TYPES, Agency
from gateway.domain.people import CareNeed

_AGENCY_ID: Final = re.compile(r"[A-Z0-9]{2,12}")
_PSEUDO_AGENCY: Final = re.compile(r"OUT|TRN|ZZGH.")
"""Codes that NOMIS keeps for its books: the released, those between establishments, and ghosts."""


class CaseloadPayload(WirePayload):
    case_load_id: str
    description: str | None = None
    type: str | None = None
    caseload_function: str | None = None
    currently_active: bool | None = None

    @property
    def is_establishment(self) -> bool:
        """Tell an officer's caseload from administrators' ones, and from the dummy `___` of a user without any."""
        real = _AGENCY_ID.fullmatch(self.case_load_id) is not None
        return real and self.type == "INST" and self.caseload_function == "GENERAL"

    def to_domain(self) -> Caseload:
        return Caseload(
            AgencyId(self.case_load_id), self.description or self.case_load_id, active=self.currently_active is True
        )


class CareNeedPayload(WirePayload):
    problem_type: str
    problem_code: str
    problem_status: str | None = None
    problem_description: str | None = None
    comment_text: str | None = None
    start_date: Day = None
    end_date: Day = None

    @property
    def is_ongoing(self) -> bool:
        """Tell it from one that is over. A status that is missing or unknown is no word that it is."""
        return self.problem_status != "I"

    def to_domain(self) -> CareNeed:
        return CareNeed(
            self.problem_type,
            self.problem_code,
            self.problem_description or self.problem_code,
            self.start_date,
            self.end_date,
            self.comment_text or None,
        )


class CareNeedsPayload(WirePayload):
    offender_no: str
    personal_care_needs: tuple[CareNeedPayload, ...] | None = None

    @property
    def number(self) -> PrisonNumber:
        return PrisonNumber(self.offender_no.upper())

    def to_domain(self) -> tuple[CareNeed, ...]:
        return tuple(need.to_domain() for need in self.personal_care_needs or () if need.is_ongoing)


class AgencyPayload(WirePayload):
    agency_id: str
    description: str | None = None
    agency_type: str
    active: bool | None = None

    def to_domain(self) -> Agency | None:
        """Return the place; None for an agency that is none, such as the pseudo-agencies OUT and TRN."""
        kind = NOMIS_AGENCY_TYPES.get(self.agency_type)
        if kind is None or _PSEUDO_AGENCY.fullmatch(self.agency_id) or not _AGENCY_ID.fullmatch(self.agency_id):
            return None
        title = readable_title(self.description or self.agency_id)
        return Agency(AgencyId(self.agency_id), title, kind, active=self.active is not False)
