"""Command line: serve one supplier's system over an invented world."""

from datetime import UTC, date, datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer
import uvicorn

from estate import Estate
from estate.extent import LARGEST_SCALE, SMALLEST_SCALE
from estate.geography import coordinates
from estate.model import ClientHome
from mocks.supplier.app import behind_switches, create_app
from mocks.supplier.estate_source import EstateSource
from mocks.supplier.holdings import Holdings
from mocks.supplier.road import Driver, GatewayClient
from mocks.switches import first_rules

_LONDON: Final = ZoneInfo("Europe/London")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("must be a day such as 2026-11-24") from None


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return datetime.now(_LONDON).date()


def serve(
    *,
    supplier: Annotated[str, typer.Option(help="Key of the supplier, such as geoamey or serco.")] = "geoamey",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 9102,
    seed: Annotated[int, typer.Option(help="Which world.")] = 1,
    scale: Annotated[float, typer.Option(min=SMALLEST_SCALE, max=LARGEST_SCALE, help="How large a world.")] = 1,
    today: Annotated[
        date | None, typer.Option(parser=_day, metavar="DAY", help="The world's day; else this day in London.")
    ] = None,
    latency_ms: Annotated[int, typer.Option(min=0, max=600_000, help="Delay of every answer.")] = 0,
    error_rate: Annotated[float, typer.Option(min=0, max=1, help="Share of answers that are errors.")] = 0,
    down: Annotated[bool, typer.Option("--down", help="Drop every connection.")] = False,
    webhook_secret: Annotated[
        str, typer.Option(envvar="SUPPLIER_WEBHOOK_SECRET", help="With which the gateway signs what it tells.")
    ] = "",
    report_secret: Annotated[
        str, typer.Option(envvar="SUPPLIER_REPORT_SECRET", help="With which it signs positions that it reports.")
    ] = "",
    drive: Annotated[bool, typer.Option("--drive", help="Drive the moves of the day, and report it.")] = False,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="Minutes of the road in a minute of ours.")] = 60,
    gateway: Annotated[str, typer.Option(help="Where it reports, with --drive.")] = "http://127.0.0.1:8080",
    sign_in: Annotated[
        str, typer.Option(help="Where it gets its tokens, with --drive.")
    ] = "http://127.0.0.1:9101/auth",
) -> None:
    """Serve tokens, journeys and positions as one supplier's system does."""
    world = Estate(seed, scale, today=today or _today())
    known = sorted(each.key for each in world.suppliers())
    if supplier not in known:
        raise typer.BadParameter(f"no such supplier; there are {', '.join(known)}", param_hint="--supplier")
    account = next(
        (one.client_id, one.secret)
        for one in world.clients()
        if one.supplier == supplier and one.home is ClientHome.SIGN_IN
    )

    def driver(holdings: Holdings) -> Driver:
        client = GatewayClient(
            gateway_url=gateway,
            token_url=f"{sign_in.rstrip('/')}/oauth/token",
            account=account,
            supplier=supplier,
            report_secret=report_secret,
            clock=_now,
        )
        return Driver(client, holdings, _now, coordinates, _today, speed=speed, seed=seed)

    app = create_app(
        EstateSource(world, supplier),
        webhook_secrets=[webhook_secret] if webhook_secret else [],
        drive=driver if drive else None,
    )
    rules = first_rules(latency_ms=latency_ms, error_rate=error_rate, down=down)
    uvicorn.run(behind_switches(app, rules=rules), host=host, port=port, log_level="warning", server_header=False)


if __name__ == "__main__":
    typer.run(serve)
