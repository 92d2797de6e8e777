"""People on the wire, as Prisoner Search projects them."""

from typing import Final

import msgspec
from pydantic import PositiveInt

from gateway.adapters.decoding import WirePayload
from gateway.adapters.nomis.names import readable_name
from gateway.adapters.wire import Day, WireRow, text
from gateway.domain.categories import category
from gateway.domain.ids import AgencyId, BookingId, PrisonNumber
from gateway.domain.people import Person
from gateway.domain.provenance import Provenance

_NOWHERE: Final = frozenset({"OUT", "TRN"})
"""NOMIS's pseudo-agencies for the released and for those between establishments."""


class PersonPayload(WireRow, frozen=True, gc=False):
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
        return PrisonNumber(self.prisoner_number.strip().upper())

    def to_domain(self, number: PrisonNumber, provenance: Provenance) -> Person:
        code, prison = text(self.category), text(self.prison_id)
        return Person(
            number,
            readable_name(f"{self.first_name} {self.middle_names or ''}"),
            readable_name(self.last_name),
            self.date_of_birth,
            text(self.gender),
            text(self.ethnicity),
            text(self.nationality),
            text(self.pnc_number),
            text(self.cro_number),
            None if code is None else category(code),
            None if prison is None or prison in _NOWHERE else AgencyId(prison),
            provenance,
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


RESPONSE_FIELDS: Final = ",".join(field.encode_name for field in msgspec.structs.fields(PersonPayload))
"""What Search is asked for: no more than is shown."""
BOOKING_FIELDS: Final = ",".join(field.alias or name for name, field in BookingPayload.model_fields.items())
