"""The composition root: from settings to a running application, to be read from top to bottom."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import cast

import sqlalchemy as sa
import strawberry
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route, WebSocketRoute

from gateway.adapters.correlation import Correlation, correlation
from gateway.adapters.nomis import Nomis
from gateway.adapters.webhooks import WebhookSender
from gateway.connecting import Upstreams, connect_nomis, connect_supplier, connect_webhooks, shared_asking, told
from gateway.context import Context
from gateway.domain.claims import Claims
from gateway.domain.ids import SupplierKey
from gateway.domain.pages import DEFAULT_PAGE_SIZE
from gateway.domain.times import Clock, business_day, utc_now
from gateway.domain.viewer import Viewer
from gateway.execution.engine import Engine
from gateway.execution.plans import Plans
from gateway.policies.scope import standing_of
from gateway.resolvers.supplier_reports import Report, results_of
from gateway.resolvers.webhooks import body_of
from gateway.schema.build import build_schema
from gateway.services import Services
from gateway.services.access_log import AccessLog, AccessLogWriter
from gateway.services.alert_catalogue import AlertCatalogue
from gateway.services.announcing import Announcer
from gateway.services.asking import Asking
from gateway.services.demonstration import DemoAccounts, Demonstration, read_accounts
from gateway.services.escort_check_job import EscortCheckJob
from gateway.services.event_log import EventLog
from gateway.services.grants import GrantBook
from gateway.services.housekeeping import Housekeeping
from gateway.services.last_known import LastKnownWriter
from gateway.services.location_sync import LocationSync
from gateway.services.nomis_freshness import NomisFreshness
from gateway.services.nomis_import_job import NomisImportJob
from gateway.services.platform import Platform
from gateway.services.question_sets import question_sets
from gateway.services.recurring import Recurring
from gateway.services.reference_book import ReferenceBook
from gateway.services.viewers import ClientBinding, Viewers, viewer_of_supplier
from gateway.services.webhook_delivery import WebhookDelivery
from gateway.settings import Settings
from gateway.store import migrate
from gateway.store.engine import Database
from gateway.transport.authentication import TokenVerifier, bearer_authentication
from gateway.transport.documents import Documents, PreparedOperation
from gateway.transport.errors import QuietErrors
from gateway.transport.example_queries import Examples, example_tabs
from gateway.transport.graphiql import GraphiQLConfig, IssuedToken, Persona, graphiql_routes
from gateway.transport.graphql import GraphQLEndpoint
from gateway.transport.health import Health
from gateway.transport.limits import Limits
from gateway.transport.live.backend import Backend, LiveLimits, MakeLiveContext
from gateway.transport.live.sse import EventStreams
from gateway.transport.live.streams import Streams
from gateway.transport.live.websocket import WebSocketEndpoint
from gateway.transport.print.routes import PrintEndpoint
from gateway.transport.requests import OperationRequest
from gateway.transport.sharing import SharedAnswers
from gateway.transport.supplier_webhooks import SupplierWebhookEndpoint


class Schema(QuietErrors, strawberry.Schema):
    """The schema, which logs nothing of what clients send."""


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
    accounts = read_accounts(settings.demo_personas) if settings.demo_personas is not None else None
    senders = {SupplierKey(one.key): connect_webhooks(settings, one, given, clock) for one in told(settings)}
    platform = _platform(settings, given, clock, accounts, bells=senders)
    database, nomis, book, event_log = platform.database, platform.nomis, platform.reference_book, platform.event_log
    deliveries = _deliveries(platform, senders, settings)
    viewers = Viewers(GrantBook(nomis, database, clock), book, database, _bindings(settings), clock)
    verifier = TokenVerifier(
        nomis.sign_in.jwks,
        issuer=settings.issuer,
        audience=settings.token_audience,
        clock=clock,
        client_ids=settings.token_client_ids,
    )
    sync, checks, housekeeping = LocationSync(nomis, database, book), EscortCheckJob(platform), Housekeeping(platform)
    nomis_imports = NomisImportJob(platform)
    platform.nomis_freshness.listen(nomis_imports.wake)
    jobs: list[LocationSync | Recurring | WebhookDelivery] = [sync, checks, nomis_imports, housekeeping]
    jobs += deliveries.values()

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

    async def run(
        claims: Claims, operation: OperationRequest, prepared: PreparedOperation, request_id: str
    ) -> Mapping[str, object]:
        return await endpoint.run(claims, operation, prepared, request_id)

    documents, schema = _graph()
    engine, sharing = Engine(_plans(settings.compile_at_use)), _sharing(platform, viewers, settings)
    streams = _live(platform, viewers, authenticate, run, engine, settings)
    endpoint = GraphQLEndpoint(
        schema,
        authenticate=authenticate,
        make_context=make_context,
        documents=documents,
        limits=documents.limits,
        event_streams=EventStreams(streams),
        engine=engine,
        sharing=sharing,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            # Closed in the reverse order: what writes behind ends before the database does.
            stack.push_async_callback(database.aclose)
            stack.push_async_callback(nomis.aclose)
            closers = [one.aclose for each in (platform.suppliers, senders) for one in each.values()]
            for close in (*closers, platform.asking.aclose):
                stack.push_async_callback(close)
            if settings.migrate_on_start:
                await migrate.upgrade(settings.database_url)
            await event_log.open()
            stack.push_async_callback(event_log.aclose)
            for writer in (platform.access_log, platform.last_known, platform.nomis_freshness):
                writer.start()
                stack.push_async_callback(writer.aclose)
            await verifier.prepare()
            for task in jobs:
                task.start()
                stack.push_async_callback(task.aclose)
            streams.start()
            stack.push_async_callback(streams.aclose)
            started()
            yield

    app = Starlette(
        routes=[
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", WebSocketEndpoint(streams)),
            *PrintEndpoint(authenticate=authenticate, make_context=make_context).routes(),
            Route("/webhooks/suppliers/{key}", _inbound_webhooks(settings, platform, documents.limits)),
            *_health(database, nomis, deliveries).routes(),
            *_graphiql(settings, nomis, accounts, clock),
        ],
        lifespan=lifespan,
    )
    # A redirect would name this host and scheme as the gateway sees them: behind a proxy, plain http for a token.
    app.router.redirect_slashes = False
    _hand_out(
        app,
        platform=platform,
        streams=streams,
        engine=engine,
        sharing=sharing,
        escort_checks=checks,
        nomis_imports=nomis_imports,
        housekeeping=housekeeping,
        deliveries=deliveries,
    )
    return app


def _hand_out(app: Starlette, **parts: object) -> None:
    """Leave parts with the application, for whoever holds it: what they still have in hand can be waited for."""
    for name, part in parts.items():
        setattr(app.state, name, part)


def _platform(
    settings: Settings,
    given: Upstreams,
    clock: Clock,
    accounts: DemoAccounts | None,
    *,
    bells: Iterable[SupplierKey],
) -> Platform:
    """Make what services share. `bells` are the suppliers whose systems are told of their moves."""
    database = Database(settings.database_url)
    nomis = connect_nomis(settings, given, clock, accounts)
    suppliers = {SupplierKey(one.key): connect_supplier(settings, one, given) for one in settings.suppliers}
    return Platform(
        database=database,
        nomis=nomis,
        suppliers=suppliers,
        asking=Asking.of(nomis, suppliers, shared_asking(settings), clock),
        reference_book=ReferenceBook(database, clock),
        alert_catalogue=AlertCatalogue(nomis, clock),
        access_log=AccessLogWriter(database),
        last_known=LastKnownWriter(database),
        nomis_freshness=NomisFreshness(database, clock),
        clock=clock,
        event_log=EventLog(database, cursor_key=_cursor_key(settings)),
        announcer=Announcer({key: asyncio.Event() for key in bells}, body_of),
    )


def _bindings(settings: Settings) -> dict[str, ClientBinding]:
    return {client_id: bound.to_binding() for client_id, bound in settings.machine_clients.items()}


def _deliveries(
    platform: Platform, senders: Mapping[SupplierKey, WebhookSender], settings: Settings
) -> dict[SupplierKey, WebhookDelivery]:
    return {
        key: WebhookDelivery(
            key,
            platform.database,
            sender.send,
            platform.announcer.bells[key],
            platform.clock,
            time_limit=settings.webhook_time_limit,
        )
        for key, sender in senders.items()
    }


def _context_maker(platform: Platform, viewers: Viewers) -> MakeLiveContext:
    """Make what makes contexts for work that is shared: what that shows is noted elsewhere than in the access log."""

    async def make_context(viewer: Viewer, operation: str | None, request_id: str, access_log: AccessLog) -> Context:
        services = await Services.for_viewer(
            platform, viewer, operation=operation, request_id=request_id, access_log=access_log
        )
        return Context(viewer, services, viewers, request_id)

    return make_context


def _sharing(platform: Platform, viewers: Viewers, settings: Settings) -> SharedAnswers | None:
    """Make what has queries answered together; None where each is to be answered by itself."""
    if not settings.share_queries_ms:
        return None
    return SharedAnswers(
        wait_seconds=settings.share_queries_ms / 1000,
        establish=viewers.establish,
        standing=standing_of,
        make_context=_context_maker(platform, viewers),
        note_access=platform.access_log.put,
    )


def _live(
    platform: Platform,
    viewers: Viewers,
    authenticate: Callable[[Headers], Awaitable[Claims]],
    run: Callable[[Claims, OperationRequest, PreparedOperation, str], Awaitable[Mapping[str, object]]],
    engine: Engine,
    settings: Settings,
) -> Streams:
    """Make the subscriptions of this node. `run` answers a query or mutation that comes over one of their sockets."""
    documents, schema = _graph()
    backend = Backend(
        schema=schema,
        documents=documents,
        log=platform.event_log,
        clock=platform.clock,
        authenticate=authenticate,
        establish=viewers.look_again,
        formerly=viewers.formerly,
        make_context=_context_maker(platform, viewers),
        standing=standing_of,
        note_access=platform.access_log.put,
        engine=engine,
        execute=run,
    )
    limits = LiveLimits(
        sockets=settings.sockets,
        streams=settings.streams,
        streams_of_one_account=settings.streams_of_one_account,
    )
    return Streams(backend, limits)


def _cursor_key(settings: Settings) -> bytes | None:
    return None if settings.cursor_key is None else settings.cursor_key.get_secret_value().encode()


@cache
def _graph() -> tuple[Documents, strawberry.Schema]:
    """Build the schema with its limits: once for the process, as both depend on nothing but the code."""
    documents = Documents(Limits(default_page_size=DEFAULT_PAGE_SIZE, objects=100_000))
    return documents, build_schema(extensions=[documents.extension], schema_class=Schema)


@cache
def _plans(at_use: int) -> Plans:
    """Make the plans of the process: they depend on nothing but the schema and the documents."""
    return Plans(_graph()[1], at_use=at_use)


def _inbound_webhooks(settings: Settings, platform: Platform, limits: Limits) -> SupplierWebhookEndpoint:
    async def take(key: str, message_id: str, report: Report, request_id: str) -> Mapping[str, object]:
        correlation.set(Correlation(request_id, None))
        viewer = viewer_of_supplier(SupplierKey(key), at=platform.clock())
        services = await Services.for_viewer(platform, viewer, operation="webhook", request_id=request_id)
        events, positions = report.events(message_id), report.positions()
        recorded = await services.event_recording.record(events) if events else []
        reported = await services.position_reports.report(positions) if positions else []
        return results_of(recorded, reported)

    secrets = {
        one.key: [secret.get_secret_value() for secret in one.inbound_webhook_secrets] for one in settings.suppliers
    }
    return SupplierWebhookEndpoint(secrets, take, platform.clock, limits)


def _health(database: Database, nomis: Nomis, deliveries: Mapping[SupplierKey, WebhookDelivery]) -> Health:
    async def store() -> None:
        async with database.read() as connection:
            await connection.execute(sa.text("select 1"))

    webhooks = {f"webhooks to {key}": delivery.check for key, delivery in deliveries.items()}
    return Health(own={"store": store}, upstreams={"nomis": nomis.sign_in.jwks, **webhooks})


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
        subscription_endpoint="../graphql",
        personas=()
        if accounts is None
        else tuple(Persona(one.key, one.label, one.description) for one in accounts.personas),
        tabs=lambda: example_tabs(business_day(clock()), examples),
        sign_in=None if demonstration is None else sign_in,
    )
    return [*graphiql_routes(config)]
