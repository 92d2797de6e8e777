"""Demonstration: made-up accounts that a person at GraphiQL may sign in as, on made-up data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, SecretStr, TypeAdapter
from pydantic.alias_generators import to_camel
from pydantic.types import StringConstraints

from gateway.adapters.nomis import Credentials, IssuedToken, Nomis

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Secret(BaseModel):
    """An account's name and password, or a client's id and secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    name: Text
    secret: SecretStr


class DemoPersona(BaseModel):
    """Someone to sign in as: a user by password, or a system by client credentials."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    key: Text
    label: Text
    description: str = ""
    user: Secret | None = None
    client: Secret | None = None


class DemoAccounts(BaseModel):
    """The file: the front end's client, through which users sign in, and the personas in the menu's order."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    web_client: Secret
    personas: tuple[DemoPersona, ...]
    example_prison_number: Text
    """Whom the example queries ask about."""
    example_agency_id: Text


def read_accounts(path: Path) -> DemoAccounts:
    """Read the file of personas.

    Raises:
        OSError: there is none.
        pydantic.ValidationError: it is not one.

    """
    return TypeAdapter(DemoAccounts).validate_json(path.read_bytes())


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Signs personas in at the sign-in service, as their own front end would."""

    accounts: DemoAccounts
    nomis: Nomis

    @property
    def _by_key(self) -> Mapping[str, DemoPersona]:
        return {persona.key: persona for persona in self.accounts.personas}

    async def sign_in(self, key: str) -> IssuedToken:
        """Get a token for a persona.

        Raises:
            KeyError: there is no such persona.
            UpstreamError: sign-in could not be asked, or did not accept it.

        """
        persona = self._by_key[key]
        if persona.user is not None:
            return await self.nomis.sign_in.issue(persona.user.name, persona.user.secret.get_secret_value())
        if persona.client is not None:
            return await self.nomis.sign_in.issue_client(persona.client.name, persona.client.secret.get_secret_value())
        raise KeyError(key)


def web_client(accounts: DemoAccounts) -> Credentials:
    return Credentials(accounts.web_client.name, accounts.web_client.secret.get_secret_value())
