"""The command line: `python -m gateway` serves; it also migrates the store and prints the schema."""

import asyncio
import re
import sys
from functools import partial
from typing import Annotated
from uuid import UUID

import stamina
import structlog
import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from gateway.app import create_app
from gateway.domain.ids import SupplierKey
from gateway.schema.build import build_schema
from gateway.services.webhook_queue import webhook_queue
from gateway.settings import Settings
from gateway.store import migrate
from gateway.transport.memory import settle_memory
from gateway.transport.server import DrainingServer, server_config

cli = typer.Typer(
    add_completion=False,
    help="The secure move gateway.",
    pretty_exceptions_enable=False,  # they may quote values
)


def _settings() -> Settings:
    try:
        return Settings()  # type: ignore[call-arg]  # what is required comes from the environment
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            name = "__".join(str(part) for part in problem["loc"]).upper()
            typer.echo(f"GATEWAY_{name}: {problem['msg']}", err=True)
        raise typer.Exit(code=2) from None
    except SettingsError as error:
        quoted = re.search(r'"(\w+)"', str(error))  # the exception carries the field's name in its words alone
        typer.echo(f"GATEWAY_{quoted[1].upper() if quoted else 'settings'}: this must be JSON", err=True)
        raise typer.Exit(code=2) from None


@cli.command()
def serve() -> None:
    """Serve GraphQL until stopped."""
    settings = _settings()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
    )
    # The library's own lines quote the error in full; callers log what may be logged.
    stamina.instrumentation.set_on_retry_hooks(())
    app = create_app(settings, started=partial(settle_memory, huge_pages=settings.huge_pages))
    config = server_config(
        app,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        compress=settings.compress_sockets,
    )
    DrainingServer(config, lambda: app.state.streams.drain(settings.drain_seconds)).run()


@cli.command(name="migrate")
def migrate_store() -> None:
    """Bring the store's tables up to date."""
    asyncio.run(migrate.upgrade(_settings().database_url))


@cli.command()
def schema() -> None:
    """Print the schema in SDL."""
    sys.stdout.write(build_schema().as_str() + "\n")


webhooks = typer.Typer(help="What suppliers' systems are still to be told.", no_args_is_help=True)
cli.add_typer(webhooks, name="webhooks")

_Supplier = Annotated[str, typer.Option(help="Only those of one supplier: geoamey, serco.")]
_Ids = Annotated[list[UUID], typer.Argument(help="Messages, by the ids that `parked` shows.", show_default=False)]


@webhooks.command()
def waiting() -> None:
    """Count what waits, by supplier."""

    async def run() -> None:
        async with webhook_queue(_settings().database_url) as queue:
            for one in await queue.waiting():
                typer.echo(
                    f"{one.supplier}: {one.messages} messages about {one.moves} moves, {one.parked} parked, "
                    f"the oldest of {one.oldest:%Y-%m-%d %H:%M:%S}Z"
                )

    asyncio.run(run())


@webhooks.command()
def parked(supplier: _Supplier = "") -> None:
    """List messages that were tried for a day in vain; what waits behind them is counted."""

    async def run() -> None:
        async with webhook_queue(_settings().database_url) as queue:
            for one in await queue.parked(SupplierKey(supplier) if supplier else None):
                typer.echo(
                    f"{one.id} {one.supplier} {one.reference} {one.type} of {one.written_at:%Y-%m-%d %H:%M:%S}Z, "
                    f"tried {one.attempts} times, answered {one.last_status or 'nothing'}, {one.behind} behind it"
                )

    asyncio.run(run())


@webhooks.command()
def resume(ids: _Ids = [], supplier: _Supplier = "") -> None:  # noqa: B006 - read only
    """Have parked messages tried again: those named, or all; a node that runs takes them within a second."""

    async def run() -> int:
        async with webhook_queue(_settings().database_url) as queue:
            return await queue.resume(SupplierKey(supplier) if supplier else None, ids)

    typer.echo(f"{asyncio.run(run())} resumed.")


@webhooks.command()
def discard(ids: _Ids) -> None:
    """Give up parked messages for good, so that what waits behind them goes out."""

    async def run() -> int:
        async with webhook_queue(_settings().database_url) as queue:
            return await queue.discard(ids)

    typer.echo(f"{asyncio.run(run())} given up.")


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
