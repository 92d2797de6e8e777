"""What a verified bearer token says."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims that matter here, after signature, issuer, audience and expiry were found good.

    `username` is the user's name, upper-cased, or None for a system's own token. `token` is the bearer token itself,
    needed to ask NOMIS and Manage Users about its owner; it is left out of `repr` so that it never reaches a log.
    """

    subject: str
    client_id: str
    username: str | None
    name: str | None
    auth_source: str
    roles: frozenset[str]
    is_client_credentials: bool
    expires_at: datetime
    token: str = field(repr=False)
