"""Reading answers: JSON that is held against what was agreed, and nothing of it kept when it does not hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

T = TypeVar("T")
Payload = TypeVar("Payload", bound="WirePayload")

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


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """The rows of a list that could be read, and how many could not."""

    rows: tuple[T, ...]
    unreadable: int = 0


def reader(kind: type[T]) -> Reader[T]:
    """Make a reader that wants the whole answer to hold."""
    adapter = TypeAdapter(kind)

    def read(body: bytes) -> T:
        return _validated(adapter, parse(body))

    return read


def rows_reader(kind: type[Payload], *, inside: str | None = None) -> Reader[Rows[Payload]]:
    """Make a reader of a list, which may stand `inside` a field of an object, that leaves out rows that do not hold.

    A list without a single row that holds is no list of such rows, and unreadable.
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
        for row in content:
            try:
                rows.append(single.validate_python(row))
            except ValidationError:
                continue
        if not rows:
            raise Unreadable
        return Rows(tuple(rows), len(content) - len(rows))

    return read


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
