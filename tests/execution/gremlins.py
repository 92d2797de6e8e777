"""Spoils what bulk methods give, the same way each time: errors, nulls where none may be, values of another type."""

import dataclasses
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

from gateway.domain.errors import InvalidInput
from gateway.services import loaders

_ODD: Final[tuple[Any, ...]] = (None, 3.5, object(), "", [], {"a": 1}, b"", -1)


@contextmanager
def gremlins(seed: int, one_in: int) -> Iterator[None]:
    """Let every so-manieth value be spoilt; none where `one_in` is 0."""
    ask = loaders._Loader.__init__  # noqa: SLF001 - the seam through which all relations go

    def made(self: Any, bulk: Any) -> None:
        name = getattr(bulk, "__qualname__", "bulk")

        async def spoilt(keys: Any) -> Mapping[Any, Any]:
            if _dice(seed, name, 0) % (4 * one_in) == 0:
                raise RuntimeError(name) if seed % 2 else InvalidInput("A gremlin was here.")
            found = await bulk(keys)
            return {key: _spoil(value, _dice(seed, name, key), one_in) for key, value in found.items()}

        ask(self, spoilt if one_in else bulk)

    with patch.object(loaders._Loader, "__init__", made):  # noqa: SLF001 - as above
        yield


def _dice(seed: int, name: str, key: object) -> int:
    return zlib.crc32(f"{seed} {name} {key}".encode())


def _spoil(value: Any, dice: int, one_in: int) -> Any:
    if dice % one_in:
        return value
    dice //= one_in
    if dice % 5 == 0:
        return InvalidInput("A gremlin ate this one.")
    if isinstance(value, tuple | list) and value:
        place = dice // 5 % len(value)
        return [_spoil(one, dice, 1) if number == place else one for number, one in enumerate(value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type) and dice % 5 < 4:
        fields = [one for one in dataclasses.fields(value) if one.init]
        picked = fields[dice // 5 % len(fields)]
        return dataclasses.replace(value, **{picked.name: _ODD[dice // 7 % len(_ODD)]})
    return _ODD[dice // 5 % len(_ODD)]
