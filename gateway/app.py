"""The composition root: from settings to a running application, to be read from top to bottom."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import cast

import httpx
import sqlalchemy as sa
import strawberry
from pydantic import HttpUrl
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route

from gateway.adapters import nomis as nomis_adapter
from gateway.adapters import supplier as supplier_adapter
from gateway.adapters.correlation import Correlation, correlation
from gateway.adapters.http import UpstreamConfig
from gateway.adapters.nomis import Nomis, NomisConfig
from gateway.adapters.supplier import SupplierClient, SupplierConfig
from gateway.adapters.tokens import Credentials
from gateway.context import Context
from gateway.domain.claims import Claims
from gateway.domain.ids import SupplierKey
from gateway.domain.pages import DEFAULT_PAGE_SIZE
from gateway.domain.times import Clock, business_day, utc_now
from gateway.schema.build import build_schema
from gateway.services import Services
from gateway.services.access_log import AccessLogWriter
from gateway.services.alert_catalogue import AlertCatalogue
from gateway.services.demonstration import DemoAccounts, Demonstration, read_accounts, web_client
from gateway.services.escort_check_job import EscortCheckJob
from gateway.services.grants import GrantBook
from gateway.services.housekeeping import Housekeeping
from gateway.services.last_known import LastKnownWriter
from gateway.services.location_sync import LocationSync
from gateway.services.nomis_freshness import NomisFreshness
from gateway.services.nomis_import_job import NomisImportJob
from gateway.services.platform import Platform
from gateway.services.question_sets import question_sets
from gateway.services.reference_book import ReferenceBook
from gateway.services.viewers import Viewers
from gateway.settings import Settings, SupplierSettings
from gateway.store import migrate
from gateway.store.engine import Database
from gateway.transport.authentication import TokenVerifier, bearer_authentication
from gateway.transport.documents import Documents
from gateway.transport.errors import QuietErrors
from gateway.transport.example_queries import Examples, example_tabs
from gateway.transport.graphiql import GraphiQLConfig, IssuedToken, Persona, graphiql_routes
from gateway.transport.graphql import GraphQLEndpoint
from gateway.transport.health import Health
from gateway.transport.limits import Limits
from gateway.transport.print.routes import PrintEndpoint
from gateway.transport.requests import OperationRequest


class Schema(QuietErrors, strawberry.Schema):
    """The schema, which logs nothing of what clients send."""


@dataclass(frozen=True, slots=True)
class Upstreams:
    """Ready transports in place of connections, for tests that run the upstreams in their own process."""

    nomis: httpx.AsyncBaseTransport | None = None
    suppliers: Mapping[str, httpx.AsyncBaseTransport] = field(default_factory=dict)


def create_app(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    upstreams: Upstreams | None = None,
    started: Callable[[], object] = lambda: None,
) -> Starlette:
    """Make the application. Nothing is connected before it starts; `started` is called once it has."""
    given = upstreams or Upstreams()
    question_sets()  # read before anything is connected: files that do not hold together stop the start, not a request
    database = Database(settings.database_url)
    accounts = read_accounts(settings.demo_personas) if settings.demo_personas is not None else None
    nomis = _connect_nomis(settings, given, clock, accounts)
    suppliers = {SupplierKey(one.key): _connect_supplier(settings, one, given) for one in settings.suppliers}
    book = ReferenceBook(database, clock)
    platform = Platform(
        database=database,
        nomis=nomis,
        suppliers=suppliers,
        reference_book=book,
        alert_catalogue=AlertCatalogue(nomis, clock),
        access_log=AccessLogWriter(database),
        last_known=LastKnownWriter(database),
        nomis_freshness=NomisFreshness(database, clock),
        clock=clock,
    )
    bindings = {client_id: bound.to_binding() for client_id, bound in settings.machine_clients.items()}
    viewers = Viewers(GrantBook(nomis, database, clock), book, database, bindings, clock)
    verifier = TokenVerifier(
        nomis.sign_in.jwks,
        issuer=settings.issuer,
        audience=settings.token_audience,
        clock=clock,
        client_ids=settings.token_client_ids,
    )
    sync = LocationSync(nomis, database, book)
    checks, housekeeping = EscortCheckJob(platform), Housekeeping(platform)
    nomis_imports = NomisImportJob(platform)
    platform.nomis_freshness.listen(nomis_imports.wake)

    async def make_context(claims: Claims, operation: OperationRequest, request_id: str) -> Context:
        heard = correlation.get()
        correlation.set(Correlation(request_id, None if heard is None else heard.traceparent))
        viewer = await viewers.establish(claims)
        services = await Services.for_viewer(
            platform, viewer, operation=operation.operation_name, request_id=request_id
        )
        return Context(viewer, services, viewers, request_id)

    bearer = bearer_authentication(verifier)

    async def authenticate(headers: Headers) -> Claims:
        # The execution inherits this: what it asks of other systems belongs to the caller's trace.
        correlation.set(Correlation("", headers.get("traceparent")))
        return await bearer(headers)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            # Closed in the reverse order: what writes behind ends before the database does.
            stack.push_async_callback(database.aclose)
            stack.push_async_callback(nomis.aclose)
            for client in suppliers.values():
                stack.push_async_callback(client.aclose)
            if settings.migrate_on_start:
                await migrate.upgrade(settings.database_url)
            for writer in (platform.access_log, platform.last_known, platform.nomis_freshness):
                writer.start()
                stack.push_async_callback(writer.aclose)
            await verifier.prepare()
            for task in (sync, checks, nomis_imports, housekeeping):
                task.start()
                stack.push_async_callback(task.aclose)
            started()
            yield

    documents, schema = _graph()
    endpoint = GraphQLEndpoint(
        schema,
        authenticate=authenticate,
        make_context=make_context,
        documents=documents,
        limits=documents.limits,
    )
    app = Starlette(
        routes=[
            Route("/graphql", endpoint),
            *PrintEndpoint(authenticate=authenticate, make_context=make_context).routes(),
            *_health(database, nomis).routes(),
            *_graphiql(settings, nomis, accounts, clock),
        ],
        lifespan=lifespan,
    )
    # A redirect would name this host and scheme as the gateway sees them: behind a proxy, plain http for a token.
    app.router.redirect_slashes = False
    # For whoever holds the application: what its writers still have in hand can be waited for.
    app.state.platform = platform
    app.state.escort_checks = checks
    app.state.nomis_imports = nomis_imports
    app.state.housekeeping = housekeeping
    return app


@cache
def _graph() -> tuple[Documents, strawberry.Schema]:
    """Build the schema with its limits: once for the process, as both depend on nothing but the code."""
    documents = Documents(Limits(default_page_size=DEFAULT_PAGE_SIZE, objects=100_000))
    return documents, build_schema(extensions=[documents.extension], schema_class=Schema)


def _upstream(settings: Settings, url: HttpUrl) -> UpstreamConfig:
    return UpstreamConfig(base_url=str(url), time_limit_s=settings.upstream_time_limit)


def _connect_nomis(settings: Settings, given: Upstreams, clock: Clock, accounts: DemoAccounts | None) -> Nomis:
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


def _connect_supplier(settings: Settings, one: SupplierSettings, given: Upstreams) -> SupplierClient:
    return supplier_adapter.connect(
        SupplierConfig(
            key=SupplierKey(one.key),
            name=one.name,
            service=_upstream(settings, one.base_url),
            account=Credentials(one.client_id, one.client_secret.get_secret_value()),
        ),
        transport=given.suppliers.get(one.key, "aiohttp"),
    )


def _health(database: Database, nomis: Nomis) -> Health:
    async def store() -> None:
        async with database.read() as connection:
            await connection.execute(sa.text("select 1"))

    return Health(own={"store": store}, upstreams={"nomis": nomis.sign_in.jwks})


def _graphiql(settings: Settings, nomis: Nomis, accounts: DemoAccounts | None, clock: Clock) -> list[BaseRoute]:
    if not settings.graphiql:
        return []
    demonstration = None if accounts is None else Demonstration(accounts, nomis)

    async def sign_in(persona: Persona) -> IssuedToken:
        token = await cast("Demonstration", demonstration).sign_in(persona.key)
        return IssuedToken(token.access_token, int(token.expires_in))

    examples = Examples() if accounts is None else Examples(accounts.example_prison_number, accounts.example_agency_id)
    config = GraphiQLConfig(
        endpoint="../graphql",
        personas=()
        if accounts is None
        else tuple(Persona(one.key, one.label, one.description) for one in accounts.personas),
        tabs=lambda: example_tabs(business_day(clock()), examples),
        sign_in=None if demonstration is None else sign_in,
    )
    return [*graphiql_routes(config)]
