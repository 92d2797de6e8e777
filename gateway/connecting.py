"""Connections to other systems, as the settings say; nothing is asked before they are used."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from pydantic import HttpUrl

from gateway.adapters import nomis as nomis_adapter
from gateway.adapters import supplier as supplier_adapter
from gateway.adapters import webhooks as webhooks_adapter
from gateway.adapters.http import UpstreamConfig
from gateway.adapters.nomis import Nomis, NomisConfig
from gateway.adapters.supplier import SupplierClient, SupplierConfig
from gateway.adapters.tokens import Credentials
from gateway.adapters.webhooks import WebhookConfig, WebhookSender
from gateway.domain.ids import SupplierKey
from gateway.domain.times import Clock
from gateway.services.asking import Sharing
from gateway.services.demonstration import DemoAccounts, web_client
from gateway.settings import Settings, SupplierSettings


@dataclass(frozen=True, slots=True)
class Upstreams:
    """Ready transports in place of connections, for tests that run the upstreams in their own process."""

    nomis: httpx.AsyncBaseTransport | None = None
    suppliers: Mapping[str, httpx.AsyncBaseTransport] = field(default_factory=dict)
    webhooks: Mapping[str, httpx.AsyncBaseTransport] = field(default_factory=dict)


def connect_nomis(settings: Settings, given: Upstreams, clock: Clock, accounts: DemoAccounts | None) -> Nomis:
    """Connect to NOMIS; with accounts of the demonstration also as the front end that signs them in."""
    return nomis_adapter.connect(
        NomisConfig(
            sign_in=_upstream(settings, settings.sign_in_url),
            prison_api=_upstream(settings, settings.prison_api_url),
            prisoner_search=_upstream(settings, settings.prisoner_search_url),
            alerts=_upstream(settings, settings.alerts_url),
            manage_users=_upstream(settings, settings.manage_users_url),
            account=Credentials(settings.nomis_client_id, settings.nomis_client_secret.get_secret_value()),
            web_client=None if accounts is None else web_client(accounts),
        ),
        clock=clock,
        transport=given.nomis or "aiohttp",
    )


def connect_supplier(settings: Settings, one: SupplierSettings, given: Upstreams) -> SupplierClient:
    """Connect to the system of a supplier."""
    return supplier_adapter.connect(
        SupplierConfig(
            key=SupplierKey(one.key),
            name=one.name,
            service=_upstream(settings, one.base_url),
            account=Credentials(one.client_id, one.client_secret.get_secret_value()),
        ),
        transport=given.suppliers.get(one.key, "aiohttp"),
    )


def shared_asking(settings: Settings) -> Sharing:
    """Say how much of what is asked of other systems is shared among requests."""
    return Sharing(
        wait_seconds=settings.coalesce_ms / 1000,
        keep_people=timedelta(seconds=settings.cache_people_seconds),
        keep_alerts=timedelta(seconds=settings.cache_alerts_seconds),
    )


def told(settings: Settings) -> Iterator[SupplierSettings]:
    """Give the suppliers whose systems are told of their moves."""
    return (one for one in settings.suppliers if one.webhook_url is not None)


def connect_webhooks(settings: Settings, one: SupplierSettings, given: Upstreams, clock: Clock) -> WebhookSender:
    """Connect to where a supplier takes webhooks."""
    config = WebhookConfig(
        url=str(one.webhook_url), secrets=one.webhook_secrets, time_limit_s=settings.webhook_time_limit
    )
    return webhooks_adapter.connect(config, clock, transport=given.webhooks.get(one.key, "aiohttp"))


def _upstream(settings: Settings, url: HttpUrl) -> UpstreamConfig:
    return UpstreamConfig(base_url=str(url), time_limit_s=settings.upstream_time_limit)
