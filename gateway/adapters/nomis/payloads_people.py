"""People on the wire, as Prisoner Search projects them."""

from typing import Final

from pydantic import PositiveInt

from gateway.adapters.decoding import Day, WirePayload
from gateway.adapters.nomis.names import readable_name
from gateway.domain.categories import category
from gateway.domain.ids import AgencyId, BookingId, PrisonNumber
from gateway.domain.people import Person
from gateway.domain.provenance import Provenance

_NOWHERE: Final = frozenset({"OUT", "TRN"})
"""NOMIS's pseudo-agencies for the released and for those between establishments."""


class PersonPayload(WirePayload):
    prisoner_number: str
    first_name: str
    last_name: str
    middle_names: str | None = None
    date_of_birth: Day = None
    gender: str | None = None
    ethnicity: str | None = None
    nationality: str | None = None
    pnc_number: str | None = None
    cro_number: str | None = None
    category: str | None = None
    prison_id: str | None = None

    @property
    def number(self) -> PrisonNumber:
        return PrisonNumber(self.prisoner_number.upper())

    def to_domain(self, provenance: Provenance) -> Person:
        return Person(
            prison_number=self.number,
            first_names=readable_name(f"{self.first_name} {self.middle_names or ''}"),
            last_name=readable_name(self.last_name),
            date_of_birth=self.date_of_birth,
            gender=self.gender or None,
            ethnicity=self.ethnicity or None,
            nationality=self.nationality or None,
            pnc_number=self.pnc_number or None,
            cro_number=self.cro_number or None,
            category=category(self.category) if self.category else None,
            agency_id=AgencyId(self.prison_id) if self.prison_id and self.prison_id not in _NOWHERE else None,
            provenance=provenance,
        )


class BookingPayload(WirePayload):
    prisoner_number: str
    # Text here and a number elsewhere, sometimes padded with zeros.
    booking_id: PositiveInt | None = None

    @property
    def number(self) -> PrisonNumber:
        return PrisonNumber(self.prisoner_number.upper())

    @property
    def booking(self) -> BookingId | None:
        return None if self.booking_id is None else BookingId(self.booking_id)


def _fields(payload: type[WirePayload]) -> str:
    return ",".join(field.alias or name for name, field in payload.model_fields.items())


RESPONSE_FIELDS: Final = _fields(PersonPayload)
"""What Search is asked for: no more than is shown."""
BOOKING_FIELDS: Final = _fields(BookingPayload)
