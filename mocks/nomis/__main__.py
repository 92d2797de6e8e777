"""Command line: serve the five services over an invented world."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
import uvicorn

from estate import Estate
from estate.extent import LARGEST_SCALE, SMALLEST_SCALE
from mocks.nomis.app import AGENCY_CACHE_SECONDS, behind_switches, create_app
from mocks.switches import first_rules


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("must be a day such as 2026-11-24") from None


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 9101,
    seed: Annotated[int, typer.Option(help="Which world.")] = 1,
    scale: Annotated[float, typer.Option(min=SMALLEST_SCALE, max=LARGEST_SCALE, help="How large a world.")] = 1,
    today: Annotated[
        date | None, typer.Option(parser=_day, metavar="DAY", help="The world's day; else this day in London.")
    ] = None,
    issuer: Annotated[str | None, typer.Option(help="Issuer of tokens; else it follows the address called.")] = None,
    agency_cache_seconds: Annotated[
        float, typer.Option(min=0, help="How long Prison API remembers the agencies of a user.")
    ] = AGENCY_CACHE_SECONDS,
    latency_ms: Annotated[int, typer.Option(min=0, max=600_000, help="Delay of every answer.")] = 0,
    error_rate: Annotated[float, typer.Option(min=0, max=1, help="Share of answers that are errors.")] = 0,
    down: Annotated[bool, typer.Option("--down", help="Drop every connection.")] = False,
) -> None:
    """Serve sign-in, Prison API, Prisoner Search, Alerts and Manage Users in one process."""
    world = Estate(seed, scale, today=today or datetime.now(ZoneInfo("Europe/London")).date())
    services = create_app(world, today=world.today, issuer=issuer, agency_cache_seconds=agency_cache_seconds)
    rules = first_rules(latency_ms=latency_ms, error_rate=error_rate, down=down)
    uvicorn.run(behind_switches(services, rules=rules), host=host, port=port, log_level="warning", server_header=False)


if __name__ == "__main__":
    typer.run(serve)
