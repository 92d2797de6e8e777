"""Names of things: a distinct type each, so that one is not handed over for another."""

import re
from typing import Final, NewType
from uuid import UUID

from gateway.domain.errors import InvalidInput

PrisonNumber = NewType("PrisonNumber", str)
"""NOMIS's number of a person in custody, upper-case: `A1234BC`."""
BookingId = NewType("BookingId", int)
"""NOMIS's number of one stay in custody; the latest is the one that counts."""
AgencyId = NewType("AgencyId", str)
"""NOMIS's code of an establishment, court, custody suite or other place: `LEI`, `LEEDCC`, `MPS34`."""
SupplierKey = NewType("SupplierKey", str)
"""The key of an escort contractor: `geoamey`, `serco`."""
RegionKey = NewType("RegionKey", str)
"""The key of a group of establishments that is run together: `wales`."""
MoveId = NewType("MoveId", UUID)
JourneyId = NewType("JourneyId", UUID)
LodgingId = NewType("LodgingId", UUID)
AllocationId = NewType("AllocationId", UUID)
EscortRecordId = NewType("EscortRecordId", UUID)
YouthRiskAssessmentId = NewType("YouthRiskAssessmentId", UUID)
EventId = NewType("EventId", UUID)
MoveReference = NewType("MoveReference", str)
"""Three letters, four digits and a letter, from alphabets without look-alikes, to be said over the phone."""

_PRISON_NUMBER: Final = re.compile(r"[A-Z][0-9]{4}[A-Z]{2}")


def prison_number(text: str) -> PrisonNumber:
    """Read a prison number as people type it: surrounding space and lower case are forgiven.

    Raises:
        InvalidInput: anything but a letter, four digits and two letters (ASCII only).

    """
    candidate = text.strip().upper()
    if not _PRISON_NUMBER.fullmatch(candidate):
        message = "A prison number is one letter, four digits and two letters, for example A1234BC."
        raise InvalidInput(message)
    return PrisonNumber(candidate)
