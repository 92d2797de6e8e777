"""Settings: read once, from the environment, at the start. Every mistake is told at once."""

from typing import Annotated, Self

import sqlalchemy as sa
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FilePath,
    HttpUrl,
    SecretStr,
    StringConstraints,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.domain.ids import AgencyId, SupplierKey
from gateway.domain.webhook_signatures import check_secret
from gateway.services.viewers import ClientBinding

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _database(url: str) -> str:
    try:
        backend = sa.make_url(url).get_backend_name()
    except sa.exc.ArgumentError:
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        message = "write sqlite:///<file> or postgresql://<user>:<password>@<server>/<database>"
        raise ValueError(message)
    return url


def _webhook_secret(secret: SecretStr) -> SecretStr:
    check_secret(secret.get_secret_value())
    return secret


WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]


class SupplierSettings(BaseModel):
    """Where a supplier's system is, and how the gateway signs in there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Text
    name: Text
    base_url: HttpUrl
    client_id: Text
    client_secret: SecretStr
    webhook_url: HttpUrl | None = None
    """Where its system is told of its moves as they change; nowhere where it is not given."""
    webhook_secrets: tuple[WebhookSecret, ...] = ()
    """Each signs what is sent there; two while one is being replaced."""
    inbound_webhook_secrets: tuple[WebhookSecret, ...] = ()
    """With one of these its system signs what it reports by webhook; without any it cannot."""

    @model_validator(mode="after")
    def _is_signed(self) -> Self:
        if self.webhook_url is not None and not self.webhook_secrets:
            message = "a webhook_url needs webhook_secrets, to sign what is sent there"
            raise ValueError(message)
        return self


class BindingSettings(BaseModel):
    """What a system with a token of its own works for: places, or one supplier."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agencies: frozenset[Text] = frozenset()
    supplier: Text | None = None

    @model_validator(mode="after")
    def _is_bound(self) -> Self:
        if bool(self.agencies) == (self.supplier is not None):
            message = "bind a client either to agencies or to a supplier"
            raise ValueError(message)
        return self

    def to_binding(self) -> ClientBinding:
        return ClientBinding(
            agencies=frozenset(AgencyId(agency) for agency in self.agencies),
            supplier=None if self.supplier is None else SupplierKey(self.supplier),
        )


class Settings(BaseSettings):
    """Environment variables of the same names, with the prefix GATEWAY_. Lists and maps are JSON.

    Raises (on reading):
        pydantic.ValidationError: with one entry for each variable that is missing or cannot be used.
        pydantic_settings.SettingsError: a list or map is no JSON.

    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True, extra="ignore", hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///secure-move-gateway.sqlite3"
    migrate_on_start: bool = True

    sign_in_url: HttpUrl
    prison_api_url: HttpUrl
    prisoner_search_url: HttpUrl
    alerts_url: HttpUrl
    manage_users_url: HttpUrl
    nomis_client_id: Text
    nomis_client_secret: SecretStr
    token_issuer: Text | None = None
    """Where it is not given, sign-in's own: its address with /auth/issuer, whether or not that ends with /auth."""
    token_audience: Text | None = None
    token_client_ids: frozenset[Text] | None = None
    """The applications whose tokens are accepted; any of sign-in's where it is not given."""

    suppliers: tuple[SupplierSettings, ...] = ()
    machine_clients: dict[str, BindingSettings] = Field(default_factory=dict)
    upstream_time_limit: float = Field(default=4.0, gt=0, le=60)
    """Seconds that a call to another system may take, its retry included."""
    webhook_time_limit: float = Field(default=10.0, gt=0, le=60)
    """Seconds in which a supplier's system has to accept a webhook."""

    graphiql: bool = False
    """Off unless switched on: an open IDE is for development and demonstration."""
    demo_personas: FilePath | None = None
    """A file of made-up accounts for GraphiQL's sign-in menu. For demonstrations on made-up data only."""

    cursor_key: SecretStr | None = Field(default=None, min_length=32)
    """The secret that seals cursors of subscriptions. The store keeps one for all its nodes where none is given."""
    sockets: int = Field(default=10_000, ge=1)
    """WebSockets that this node takes."""
    streams: int = Field(default=20_000, ge=1)
    """Subscriptions that this node serves, over sockets and as event streams."""
    streams_of_one_account: int = Field(default=200, ge=1)
    compress_sockets: bool = False
    """Deflate what goes over WebSockets: a third less to send, for 40 KiB and half the work again for each of them."""
    drain_seconds: float = Field(default=5.0, ge=0, le=300)
    """Over how long a stopping node sends its subscribers elsewhere."""

    compile_at_use: int = Field(default=2, ge=0)
    """An operation is compiled when it comes for the so-manieth time; 0 leaves all of them to graphql-core."""

    share_queries_ms: int = Field(default=0, ge=0, le=1000)
    """A query that comes while the same one is being answered, for somebody who is shown the same, waits until that is
    done, so many milliseconds at most, and is answered together with all that wait; 0 answers each by itself."""

    coalesce_ms: int = Field(default=0, ge=0, le=1000)
    """A question to NOMIS or a supplier waits until the one of its kind that is under way has ended, so many
    milliseconds at most, and takes along what other requests ask meanwhile; 0 asks for each request by itself."""
    cache_people_seconds: float = Field(default=0, ge=0, le=60)
    """For how long a person's record is shown again without asking NOMIS, to whoever may see them; 0: never."""
    cache_alerts_seconds: float = Field(default=0, ge=0, le=60)
    """The same for the alerts of people."""

    huge_pages: bool = True
    """Ask the system to keep the process's memory in pages of 2 MiB, where it has them: that saves a tenth or more."""

    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")

    @property
    def issuer(self) -> str:
        return self.token_issuer or f"{str(self.sign_in_url).rstrip('/').removesuffix('/auth')}/auth/issuer"
