"""How answers are written: JSON, and times as London's clock shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

import orjson
from starlette.responses import Response

Json: TypeAlias = str | int | float | bool | Mapping[str, "Json"] | Sequence["Json"] | None
JsonObject: TypeAlias = dict[str, Json]

_LONDON = ZoneInfo("Europe/London")


class JsonResponse(Response):
    """An answer in JSON; written by orjson, as benchmarks run against this service."""

    media_type = "application/json"

    def __init__(self, content: object, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(orjson.dumps(content), status_code, dict(headers) if headers else None)


def without_nulls(payload: Mapping[str, Json]) -> JsonObject:
    """Leave out what is null, as Prison API does on most of its models."""
    return {name: value for name, value in payload.items() if value is not None}


def london(moment: datetime) -> str:
    """Write an aware time as the services do: London's clock, without a zone."""
    return moment.astimezone(_LONDON).replace(tzinfo=None).isoformat()
