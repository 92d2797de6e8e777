"""Journeys, positions and searches on the wire: how they are read, checked and written."""

import datetime as dt
from typing import Annotated, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from starlette.requests import Request

from mocks.supplier.errors import Invalid, UnsupportedMediaType
from mocks.supplier.records import LegRecord, LegState, PositionRecord, VehicleRecord

MAXIMUM_REFERENCES: Final = 500

_LONDON: Final = ZoneInfo("Europe/London")

_Code = Annotated[str, Field(min_length=1, max_length=12)]
_Word = Annotated[str, Field(min_length=1, max_length=40)]


class _Body(BaseModel):
    """Takes exactly what it names, in exactly its JSON types: no text for numbers, no unknown fields."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, allow_inf_nan=False)


class SearchBody(_Body):
    move_references: Annotated[list[_Word], Field(min_length=1, max_length=MAXIMUM_REFERENCES)]


class VehicleBody(_Body):
    id: _Word
    registration: _Word


class JourneyBody(_Body):
    id: UUID
    number: Annotated[int, Field(ge=1)]
    state: LegState
    date: dt.date | None = None
    from_agency: _Code
    to_agency: _Code
    billable: bool
    vehicle: VehicleBody | None = None
    updated_at: AwareDatetime | None = None

    def record(self, now: dt.datetime) -> LegRecord:
        """Make the record; a journey that does not say when it was updated was updated now."""
        return LegRecord(
            id=self.id,
            number=self.number,
            state=self.state,
            date=self.date,
            from_agency=self.from_agency,
            to_agency=self.to_agency,
            billable=self.billable,
            vehicle=None if self.vehicle is None else VehicleRecord(self.vehicle.id, self.vehicle.registration),
            updated_at=self.updated_at or now,
        )


class JourneysBody(_Body):
    journeys: Annotated[list[JourneyBody], Field(max_length=100)]


class PositionBody(_Body):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    eta: AwareDatetime | None = None
    recorded_at: AwareDatetime | None = None

    def record(self, now: dt.datetime) -> PositionRecord:
        """Make the record; a position that does not say when it was taken was taken now."""
        return PositionRecord(
            latitude=self.latitude, longitude=self.longitude, eta=self.eta, recorded_at=self.recorded_at or now
        )


_B = TypeVar("_B", bound=_Body)


async def read(request: Request, model: type[_B]) -> _B:
    """Read a JSON body.

    Raises:
        UnsupportedMediaType: it is not said to be JSON.
        Invalid: it is no JSON, or breaks a rule; the first broken one is told.

    """
    expect(request, "application/json")
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as refused:
        first = refused.errors(include_url=False, include_input=False, include_context=False)[0]
        raise Invalid(first["msg"], ".".join(str(part) for part in first["loc"]) or "body") from None


def expect(request: Request, media_type: str) -> None:
    """Raise UnsupportedMediaType unless the body is said to be of a type."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said != media_type:
        raise UnsupportedMediaType(f"the body must be {media_type}", "Content-Type")


def journeys_payload(reference: str, legs: tuple[LegRecord, ...]) -> dict[str, object]:
    return {"moveReference": reference, "journeys": [_journey(leg) for leg in legs]}


def _journey(leg: LegRecord) -> dict[str, object]:
    payload: dict[str, object] = {
        "id": leg.id,
        "number": leg.number,
        "state": leg.state,
        "fromAgency": leg.from_agency,
        "toAgency": leg.to_agency,
        "billable": leg.billable,
        "updatedAt": _local(leg.updated_at),
    }
    if leg.date is not None:
        payload["date"] = leg.date
    if leg.vehicle is not None:
        payload["vehicle"] = {"id": leg.vehicle.id, "registration": leg.vehicle.registration}
    return payload


def position_payload(reference: str, position: PositionRecord) -> dict[str, object]:
    payload: dict[str, object] = {
        "moveReference": reference,
        "latitude": position.latitude,
        "longitude": position.longitude,
        "recordedAt": _local(position.recorded_at),
    }
    if position.eta is not None:
        payload["eta"] = _local(position.eta)
    return payload


def _local(moment: dt.datetime) -> dt.datetime:
    """Write times with London's offset, as suppliers do: +01:00 in summer."""
    return moment.astimezone(_LONDON)
