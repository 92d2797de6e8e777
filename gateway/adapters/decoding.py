"""Reading answers: JSON that is held against what was agreed, and nothing of it kept when it does not hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, Generic, TypeVar

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from gateway.domain.times import business_day

T = TypeVar("T")
Payload = TypeVar("Payload", bound="WirePayload")

_DATE_CHARACTERS: Final = len("2026-11-24")

Reader = Callable[[bytes], T]
"""Reads a body. Raises `Unreadable`."""


class Unreadable(Exception):
    """An answer is not what was agreed. Carries nothing of it: it may hold people's details."""


class WirePayload(BaseModel):
    """A part of an answer, in its owner's names. Unknown fields are ignored; numbers pass where text is expected."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        coerce_numbers_to_str=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        extra="ignore",
        frozen=True,
    )


def day_of(value: object) -> object:
    """Bring a text to a date, where it is none already: no text is no date, of a time only the day in London counts."""
    if not isinstance(value, str) or len(value) == _DATE_CHARACTERS:
        return value
    if not value.strip():
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.date() if moment.tzinfo is None else business_day(moment)
    except (ValueError, OverflowError):
        return value


Day = Annotated[date | None, BeforeValidator(day_of)]
"""A date that may be absent. NOMIS's services mostly write `2026-11-24`, and times of their own clock, London's."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """The rows of a list that could be read, and how many could not.

    `spoilt` are the keys of those that could not be read but say what they are about.
    """

    rows: Sequence[T]
    unreadable: int = 0
    spoilt: frozenset[str] = frozenset()


def reader(kind: type[T]) -> Reader[T]:
    """Make a reader that wants the whole answer to hold."""
    adapter = TypeAdapter(kind)

    def read(body: bytes) -> T:
        return _validated(adapter, parse(body))

    return read


def rows_reader(
    kind: type[Payload], *, inside: str | None = None, key: str | None = None, keyless: bool = True
) -> Reader[Rows[Payload]]:
    """Make a reader of a list, which may stand `inside` a field of an object, that leaves out rows that do not hold.

    `key` is the field by which a row that does not hold still tells what it is about. Where rows must not go missing
    unnoticed, `keyless` is False: one that does not tell then spoils the whole list. So does a list without a single
    row that holds or tells.
    """
    whole: Final = TypeAdapter(list[kind])  # type: ignore[valid-type]  # a type that is only known at run time
    single: Final = TypeAdapter(kind)

    def read(body: bytes) -> Rows[Payload]:
        content = parse(body)
        if inside is not None:
            content = content.get(inside) if isinstance(content, dict) else None
        if not isinstance(content, list):
            raise Unreadable
        try:
            return Rows(tuple(whole.validate_python(content)))
        except ValidationError:
            pass
        rows: list[Payload] = []
        spoilt: list[str] = []
        for row in content:
            try:
                rows.append(single.validate_python(row))
            except ValidationError:
                spoilt.extend(told(row, key))
        unreadable = len(content) - len(rows)
        if not (rows or spoilt) or (not keyless and unreadable > len(spoilt)):
            raise Unreadable
        return Rows(tuple(rows), unreadable, frozenset(spoilt))

    return read


def told(row: object, key: str | None) -> list[str]:
    """Return what a row that does not hold is about, upper-case as all our keys are; nothing where it does not tell."""
    value = row.get(key) if isinstance(row, dict) else None
    return [value.strip().upper()] if isinstance(value, str) and value.strip() else []


def parse(body: bytes) -> object:
    """Parse JSON. Raises Unreadable."""
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    else:
        return value
    # Outside of the handler: the error that was handled quotes the body, and would stay attached as the context.
    raise Unreadable


def _validated(adapter: TypeAdapter[T], value: object) -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        pass
    raise Unreadable
