"""JSON on the wire: how answers are written."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import orjson
from starlette.responses import Response

Json: TypeAlias = str | int | float | bool | Mapping[str, "Json"] | Sequence["Json"] | None
JsonObject: TypeAlias = dict[str, Json]


class JsonResponse(Response):
    """An answer in JSON; written by orjson, as benchmarks run against this service.

    Parts of an answer may be `orjson.Fragment`s: payloads of people are written once and then reused.
    """

    media_type = "application/json"

    def __init__(self, content: object, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(orjson.dumps(content), status_code, dict(headers) if headers else None)


def without_nulls(payload: Mapping[str, Json]) -> JsonObject:
    """Leave out what is null, as Prison API does on most of its models."""
    return {name: value for name, value in payload.items() if value is not None}
