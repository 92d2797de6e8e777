"""Cursors of the event log: positions, sealed so that they tell nothing and cannot be made up."""

import base64
import binascii
import struct
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.domain.errors import InvalidInput
from gateway.domain.event_log import LogPosition

KEY_BYTES: Final = 32
_PLAIN: Final = struct.Struct(">IQQ8s")
_PURPOSE: Final = b"secure-move-gateway event log cursor 1"
_NO_SALT: Final = bytes(8)
_CHARACTERS: Final = 59
"""Of every cursor: 16 bytes of seal and 28 of content in base64."""


_NO_CURSOR: Final = "after is not a cursor of the event log."


class CursorExpired(InvalidInput):
    """A cursor that was good once, of a log that is no more: the client has to start anew."""

    code = "CURSOR_EXPIRED"


@dataclass(frozen=True)
class LogCursors:
    """Writes and reads the cursors of one log.

    Sealed with AES-SIV: deterministic, so that every node gives an event the same cursor and a repeated delivery shows
    as one; and without the key two cursors tell neither their order nor how far they are apart. A position that is
    no event's is sealed with a salt of its own, or equal ones would tell that nothing happened in between.
    """

    epoch: int
    key: bytes = field(repr=False)
    """Any secret of at least 32 bytes."""

    def encode(self, position: LogPosition, salt: bytes = _NO_SALT) -> str:
        plain = _PLAIN.pack(self.epoch, position.transaction_id, position.number, salt)
        return base64.urlsafe_b64encode(self._cipher.encrypt(plain, [_PURPOSE])).rstrip(b"=").decode()

    def decode(self, cursor: str) -> LogPosition:
        """Read a cursor.

        Raises:
            CursorExpired: it is one of an earlier epoch of this log.
            InvalidInput: it is none of this log's.

        """
        try:
            sealed = base64.b64decode(f"{cursor[:_CHARACTERS]}=", altchars=b"-_", validate=True)
            epoch, transaction_id, number, _ = _PLAIN.unpack(self._cipher.decrypt(sealed, [_PURPOSE]))
        except (ValueError, binascii.Error, InvalidTag):
            raise InvalidInput(_NO_CURSOR, field=("after",)) from None
        if len(cursor) != _CHARACTERS:
            raise InvalidInput(_NO_CURSOR, field=("after",))
        if epoch != self.epoch:
            raise expired()
        return LogPosition(transaction_id, number)

    @cached_property
    def _cipher(self) -> AESSIV:
        derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE).derive(self.key)
        return AESSIV(derived)


def expired() -> CursorExpired:
    return CursorExpired(
        "after is a cursor of a log that is no more: start without it, and read anew.", field=("after",)
    )
