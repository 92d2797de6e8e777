"""The Manage Users API: groups and names of accounts, asked in the users' own names."""

from typing import Final

from gateway.adapters.calls import Ask, UpstreamCaller
from gateway.adapters.decoding import WirePayload, reader, rows_reader


class GroupPayload(WirePayload):
    group_code: str


class UserPayload(WirePayload):
    name: str | None = None


_read_groups: Final = rows_reader(GroupPayload)
_read_user: Final = reader(UserPayload)


class ManageUsers:
    """Groups say where people who are not prison staff work."""

    def __init__(self, caller: UpstreamCaller) -> None:
        self._caller = caller

    async def groups(self, user_token: str) -> tuple[str, ...]:
        """Give the codes of a user's groups, prefix and all; none where the account is not known.

        Raises:
            Unauthenticated: the token is not accepted.
            UpstreamError: the service could not be asked.

        """
        ask = Ask(method="GET", path="/users/me/groups", resource="groups", user_token=user_token)
        found = await self._caller.find_rows(ask, _read_groups)
        return tuple(row.group_code for row in found.rows)

    async def display_name(self, user_token: str) -> str | None:
        """Give a user's full name; None where the account is not known. Raises as `groups` does."""
        ask = Ask(method="GET", path="/users/me", resource="user", user_token=user_token)
        user = await self._caller.find(ask, _read_user)
        return (user.name or None) if user is not None else None
