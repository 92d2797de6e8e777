"""Rows of long lists, read by msgspec straight from the bytes: what a list costs is mostly what its rows cost.

What does not hold to the letter is read again by itself and leniently, as NOMIS's services write: numbers where text is
agreed and text where numbers are, times where dates are, blanks around anything.
"""

import datetime as dt
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect

from gateway.adapters.decoding import Reader, Rows, Unreadable, day_of, parse, told

_BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class WireRow(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """A part of an answer, in its owner's names. Unknown fields are ignored; text may have blanks around it."""


Row = TypeVar("Row", bound=WireRow)


def wire_rows(
    kind: type[Row], *, inside: str | None = None, key: str | None = None, keyless: bool = True
) -> Reader[Rows[Row]]:
    """Make a reader of a list, which may stand `inside` a field of an object, that leaves out rows that do not hold.

    `key` is the field by which a row that does not hold still tells what it is about. Where rows must not go missing
    unnoticed, `keyless` is False: one that does not tell then spoils the whole list. So does a list without a single
    row that holds or tells.
    """
    agreed: Any = list[kind]  # type: ignore[valid-type]  # a type that is only known at run time
    if inside is not None:
        agreed = msgspec.defstruct("Answer", [("rows", agreed)], rename={"rows": inside})
    decoder: Final = msgspec.json.Decoder(agreed)
    shape: Final = inspect.type_info(kind)

    def read(body: bytes) -> Rows[Row]:
        try:
            found = decoder.decode(body)
        except _BROKEN:
            pass
        else:
            return Rows(found if inside is None else found.rows)
        return _one_by_one(_listed(parse(body), inside))

    def _one_by_one(content: list[object]) -> Rows[Row]:
        rows: list[Row] = []
        spoilt: list[str] = []
        for each in content:
            try:
                rows.append(msgspec.convert(_mended(each, shape), kind, strict=False))
            except (msgspec.ValidationError, OverflowError):
                spoilt.extend(told(each, key))
        unreadable = len(content) - len(rows)
        if (unreadable and not (rows or spoilt)) or (not keyless and unreadable > len(spoilt)):
            raise Unreadable
        return Rows(rows, unreadable, frozenset(spoilt))

    return read


def text(value: str | None) -> str | None:
    """Take the blanks from around a text; None where nothing is left."""
    return (value.strip() or None) if value is not None else None


def _listed(content: object, inside: str | None) -> list[object]:
    if inside is not None:
        content = content.get(inside) if isinstance(content, dict) else None
    if not isinstance(content, list):
        raise Unreadable
    return content


def _mended(value: object, shape: inspect.Type) -> object:
    """Bring what was read to what was agreed, where it is plain what was meant."""
    match shape, value:
        case inspect.UnionType(), _:
            parts = [part for part in shape.types if not isinstance(part, inspect.NoneType)]
            return _mended(value, parts[0]) if value is not None and len(parts) == 1 else value
        case inspect.StructType(), dict():
            known = {field.encode_name: field.type for field in shape.fields}
            return {name: _mended(one, known[name]) for name, one in value.items() if name in known}
        case inspect.VarTupleType() | inspect.ListType(), list():
            return [_mended(one, shape.item_type) for one in value]
        case inspect.DateType(), str():
            return day_of(value.strip())
        case inspect.StrType(), int() | float() if not isinstance(value, bool):
            return str(value)
        case _:
            return value.strip() if isinstance(value, str) else value


Day = dt.date | None
"""A date that may be absent. NOMIS's services mostly write `2026-11-24`, and times of their own clock, London's."""
