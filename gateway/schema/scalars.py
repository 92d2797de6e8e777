"""Scalars: how each is written and read, with the reason of every refusal."""

import re
from datetime import UTC, date, datetime
from typing import Final

import strawberry
from strawberry.types.scalar import ScalarDefinition

from gateway.domain import ids
from gateway.domain.errors import InvalidInput
from gateway.domain.times import business_day

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _parse_date(value: object) -> date:
    message = "A date is written YYYY-MM-DD."
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise InvalidInput(message)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidInput(message) from None


def _parse_instant(value: object) -> datetime:
    message = "An instant is written as in RFC 3339, with its offset: 2026-11-24T09:30:00Z."
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise InvalidInput(message)
    try:
        parsed = datetime.fromisoformat(value.upper()).astimezone(UTC)
        business_day(parsed)  # the first hours of time have no day in London
        return parsed  # noqa: TRY300 - all of it is the attempt
    except (ValueError, OverflowError):
        raise InvalidInput(message) from None


def _write_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _parse_prison_number(value: object) -> ids.PrisonNumber:
    if not isinstance(value, str):
        message = "A prison number is a string, for example A1234BC."
        raise InvalidInput(message)
    return ids.prison_number(value)


def _parse_cursor(value: object) -> str:
    if not isinstance(value, str):
        message = "A cursor is a string that the gateway gave."
        raise InvalidInput(message)
    return value


def _parse_url(value: object) -> str:
    if not isinstance(value, str):
        message = "An address is a string."
        raise InvalidInput(message)
    return value


class PrisonNumber(str):
    """Stands for the scalar in declarations; the value is a plain string, `domain.ids.PrisonNumber`."""

    __slots__ = ()


class Cursor(str):
    """Stands for the scalar in declarations; the value is a plain string."""

    __slots__ = ()


class URL(str):
    """Stands for the scalar in declarations; the value is a plain string."""

    __slots__ = ()


SCALARS: Final[dict[object, ScalarDefinition]] = {
    PrisonNumber: strawberry.scalar(
        name="PrisonNumber",
        description="NOMIS's number of a person: a letter, four digits, two letters (A1234BC). "
        "Input is trimmed and upper-cased.",
        serialize=str,
        parse_value=_parse_prison_number,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An address (RFC 3986). One without a host is relative to the gateway's own.",
        serialize=str,
        parse_value=_parse_url,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="An opaque position in the event log. Its order is total, and outlives restarts.",
        serialize=str,
        parse_value=_parse_cursor,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar date as in ISO 8601: YYYY-MM-DD. Business days are those of London.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=date.isoformat,
        parse_value=_parse_date,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant as in RFC 3339. Served in UTC, ending in Z; input may have any offset.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_write_instant,
        parse_value=_parse_instant,
    ),
}
