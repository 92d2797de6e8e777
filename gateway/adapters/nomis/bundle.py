"""NOMIS as the gateway sees it: five services, of which one gives the tokens for the others."""

from dataclasses import dataclass, field, replace

from gateway.adapters.calls import Observer, UpstreamCaller
from gateway.adapters.carriers import make_carrier
from gateway.adapters.http import Transport, UpstreamConfig
from gateway.adapters.nomis.alerts import Alerts
from gateway.adapters.nomis.manage_users import ManageUsers
from gateway.adapters.nomis.prison_api import PrisonApi
from gateway.adapters.nomis.prisoner_search import PrisonerSearch
from gateway.adapters.nomis.sign_in import SignIn
from gateway.adapters.systems import ALERTS_API, HMPPS_AUTH, MANAGE_USERS_API, PRISON_API, PRISONER_SEARCH, System
from gateway.adapters.tokens import ClientCredentials, Credentials
from gateway.domain.times import Clock, utc_now


@dataclass(frozen=True, slots=True, kw_only=True)
class NomisConfig:
    """Where the services are, and the account that reads for the gateway.

    Base URLs go without the paths that the services put before theirs; where settings usually have one all the same, an
    /auth after sign-in's or an /api after Prison API's, it does no harm.
    The account needs the roles VIEW_PRISONER_DATA, PRISONER_SEARCH__PRISONER__RO and PRISONER_ALERTS__RO, scope read.
    `web_client` signs people in by password, in demonstrations; without one the account does.
    """

    sign_in: UpstreamConfig
    prison_api: UpstreamConfig
    prisoner_search: UpstreamConfig
    alerts: UpstreamConfig
    manage_users: UpstreamConfig
    account: Credentials
    web_client: Credentials | None = None


@dataclass(frozen=True, slots=True)
class Nomis:
    """Close it when the application ends."""

    sign_in: SignIn
    prison_api: PrisonApi
    prisoner_search: PrisonerSearch
    alerts: Alerts
    manage_users: ManageUsers
    _callers: tuple[UpstreamCaller, ...] = field(default=(), repr=False)

    async def aclose(self) -> None:
        """Close every connection, the token's last."""
        for caller in self._callers:
            await caller.aclose()


def connect(
    config: NomisConfig,
    *,
    clock: Clock = utc_now,
    transport: Transport = "aiohttp",
    observer: Observer | None = None,
) -> Nomis:
    """Make the adapters; nothing is asked before they are used."""

    def caller(system: System, upstream: UpstreamConfig, tokens: ClientCredentials | None = None) -> UpstreamCaller:
        carrier = make_carrier(upstream, transport)
        return UpstreamCaller(system, upstream, carrier, tokens=tokens, observer=observer)

    auth = caller(HMPPS_AUTH, _without(config.sign_in, "/auth"))
    sign_in = SignIn(auth, config.web_client or config.account)
    account = sign_in.account(config.account)
    prison_api = caller(PRISON_API, _without(config.prison_api, "/api"), account)
    prisoner_search = caller(PRISONER_SEARCH, config.prisoner_search, account)
    alerts = caller(ALERTS_API, config.alerts, account)
    manage_users = caller(MANAGE_USERS_API, config.manage_users)
    return Nomis(
        sign_in=sign_in,
        prison_api=PrisonApi(prison_api),
        prisoner_search=PrisonerSearch(prisoner_search, clock),
        alerts=Alerts(alerts, clock),
        manage_users=ManageUsers(manage_users),
        _callers=(prison_api, prisoner_search, alerts, manage_users, auth),
    )


def _without(config: UpstreamConfig, prefix: str) -> UpstreamConfig:
    return replace(config, base_url=config.base_url.rstrip("/").removesuffix(prefix))
