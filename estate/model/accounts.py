"""Accounts of people and clients of systems."""

from dataclasses import dataclass
from enum import StrEnum


class AuthSource(StrEnum):
    NOMIS = "nomis"
    AUTH = "auth"
    AZUREAD = "azuread"


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signs in. Passwords are demo words.

    `roles` come without ROLE_; `groups` are codes (PECS_LEEDCC) and only of accounts of the sign-in service itself;
    only prison staff (nomis) have a `staff_id` and caseloads. `user_id` is what sign-in calls them: staff id or UUID.
    `persona` is a stable key for demonstrations and tests; `label` and `description` are for a sign-in menu.
    """

    username: str
    password: str
    first_name: str
    last_name: str
    email: str | None
    auth_source: AuthSource
    user_id: str
    staff_id: int | None
    roles: tuple[str, ...]
    caseloads: tuple[str, ...]
    active_caseload: str | None
    groups: tuple[str, ...]
    label: str
    description: str
    persona: str | None
    enabled: bool = True

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class ClientHome(StrEnum):
    """Where a client is registered."""

    SIGN_IN = "sign-in"
    SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Client:
    """An OAuth2 client; secrets are demo words. `authorities` come without ROLE_.

    `agencies` and `supplier` document what it is bound to; no token carries them. A client whose `home` is a supplier
    signs in there: at the one named in `supplier`.
    """

    client_id: str
    secret: str
    authorities: tuple[str, ...]
    grant_types: tuple[str, ...]
    scopes: tuple[str, ...]
    description: str
    agencies: tuple[str, ...] = ()
    supplier: str | None = None
    home: ClientHome = ClientHome.SIGN_IN
    token_seconds: int = 1200
