"""Signatures of webhooks, in both directions, by the Standard Webhooks specification.

The signed text is `<id>.<timestamp>.<body>`, the signature `v1,` and the Base64 of its HMAC-SHA256. A secret is
`whsec_` and the Base64 of its bytes. A message may carry several signatures, with a space between, while a secret is
being replaced.
"""

import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Final

from standardwebhooks import Webhook

ID_HEADER: Final = "webhook-id"
TIMESTAMP_HEADER: Final = "webhook-timestamp"
SIGNATURE_HEADER: Final = "webhook-signature"

TOLERANCE: Final = timedelta(minutes=5)
"""By how much a message's time may differ from ours: what was listened in on is of no use later."""

_PREFIX: Final = "whsec_"
_SHORTEST_SECRET: Final = 24
_ID: Final = re.compile(r"[A-Za-z0-9._:@/+=-]{1,100}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


class NotSigned(Exception):
    """A message that does not prove where it comes from; the reason is for our log, not for the sender."""


def check_secret(secret: str) -> None:
    """See that a secret is one.

    Raises:
        ValueError: it does not begin with `whsec_`, is no Base64, or has fewer than 24 bytes.

    """
    key = b""
    if secret.startswith(_PREFIX):
        try:
            key = binascii.a2b_base64(secret.removeprefix(_PREFIX), strict_mode=True)
        except ValueError:  # no Base64, or not even ASCII
            key = b""
    if len(key) < _SHORTEST_SECRET:
        message = f"a webhook secret is {_PREFIX} and the Base64 of {_SHORTEST_SECRET} bytes or more"
        raise ValueError(message)


def signed_headers(secrets: Sequence[str], message_id: str, at: datetime, body: str) -> dict[str, str]:
    """Return the headers that prove a message; each secret signs."""
    return {
        ID_HEADER: message_id,
        TIMESTAMP_HEADER: str(int(at.timestamp())),
        SIGNATURE_HEADER: " ".join(Webhook(secret).sign(message_id, at.astimezone(UTC), body) for secret in secrets),
    }


def verified_id(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, at: datetime) -> str:
    """Return the id of a message, once it is certain that who has a secret sent just this, just now.

    Raises:
        NotSigned: headers are missing or malformed, the time is too far from ours, or no signature fits.

    """
    message_id, stamp = headers.get(ID_HEADER, ""), headers.get(TIMESTAMP_HEADER, "")
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(stamp):
        raise NotSigned("headers")
    sent_at = datetime.fromtimestamp(int(stamp), UTC) if len(stamp) < 12 else None  # noqa: PLR2004 - beyond the calendar
    if sent_at is None or abs(at - sent_at) > TOLERANCE:
        raise NotSigned("time")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise NotSigned("body") from None
    given = headers.get(SIGNATURE_HEADER, "").split(" ")
    wanted = [Webhook(secret).sign(message_id, sent_at, text) for secret in secrets]
    if not any([compare_digest(one.encode(), each.encode()) for one in given for each in wanted]):  # noqa: C419 - all are compared
        raise NotSigned("signature")
    return message_id
