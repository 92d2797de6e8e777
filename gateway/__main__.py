"""The command line: `python -m gateway` serves; it also migrates the store and prints the schema."""

import asyncio
import gc
import re
import sys

import stamina
import structlog
import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from gateway.app import create_app
from gateway.schema.build import build_schema
from gateway.settings import Settings
from gateway.store import migrate
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
    app = create_app(settings, started=_settle_memory)
    config = server_config(
        app,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        compress=settings.compress_sockets,
    )
    DrainingServer(config, lambda: app.state.streams.drain(settings.drain_seconds)).run()


def _settle_memory() -> None:
    """Spare the collector what lives as long as the process: it need not look at it again and again."""
    gc.collect()
    gc.freeze()


@cli.command(name="migrate")
def migrate_store() -> None:
    """Bring the store's tables up to date."""
    asyncio.run(migrate.upgrade(_settings().database_url))


@cli.command()
def schema() -> None:
    """Print the schema in SDL."""
    sys.stdout.write(build_schema().as_str() + "\n")


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
