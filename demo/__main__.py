"""`python -m demo`: invents a world, starts its NOMIS and suppliers and the gateway over it, and says where to look."""

import asyncio
import json
import signal
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import httpx
import typer

from demo import load, personas
from demo.processes import Processes, StartFailed, busy_ports
from demo.progress import shown
from demo.road import Road
from estate import Estate
from estate.extent import LARGEST_SCALE, SMALLEST_SCALE
from gateway.domain.times import business_day, utc_now
from gateway.store import migrate
from gateway.store.engine import Database
from gateway.transport.example_queries import example_tabs

FOLDER = Path(".demo")

cli = typer.Typer(add_completion=False)


@cli.command()
def main(
    seed: Annotated[int, typer.Option(help="Which world; the same one each time.")] = 1,
    scale: Annotated[
        float, typer.Option(min=SMALLEST_SCALE, max=LARGEST_SCALE, help="How large: 1 has 2,000 moves, 100 a million.")
    ] = 1,
    database_url: Annotated[str, typer.Option(help="Another store than the demonstration's own SQLite file.")] = "",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="The gateway's port.")] = 8080,
    upstream_port: Annotated[
        int, typer.Option(min=1, max=65_533, help="NOMIS's port; the suppliers have the next two.")
    ] = 9101,
    drive: Annotated[bool, typer.Option(help="Have the suppliers drive the moves of the day.")] = True,  # noqa: FBT002 - an option
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="Minutes of the road in a minute of ours.")] = 60,
    load_only: Annotated[bool, typer.Option(help="Fill the store and stop.")] = False,  # noqa: FBT002 - an option
) -> None:
    """Start the demonstration. Everything in it is invented."""
    try:
        road = Road(speed if drive else None)
        _run(seed, scale, database_url, port, upstream_port, road, load_only=load_only)
    except StartFailed as failure:
        typer.echo(f"The demonstration is not running: {failure}", err=True)
        raise typer.Exit(code=1) from None


def _run(
    seed: int, scale: float, database_url: str, port: int, upstream_port: int, road: Road, *, load_only: bool
) -> None:
    today = business_day(utc_now())
    estate = Estate(seed=seed, scale=scale, today=today)
    ports = [port, *(upstream_port + n for n in range(1 + len(estate.suppliers())))]
    if not load_only and (busy := busy_ports(ports)):
        message = f"ports in use: {', '.join(map(str, busy))}. Stop what listens there, or choose others: make run "
        raise StartFailed(message + 'ARGS="--port 8090 --upstream-port 9201"')
    FOLDER.mkdir(exist_ok=True)
    url = database_url or f"sqlite:///{FOLDER / 'store.sqlite3'}"
    asyncio.run(_fill(estate, url, f"{seed} {scale} {today}"))
    if load_only:
        return
    personas_file = FOLDER / "personas.json"
    personas.write(estate, personas_file)
    # A polite stop (SIGTERM) leaves by the same door as Ctrl-C, so that the processes are stopped too; and Ctrl-C is
    # heard even where a script started us in the background, with SIGINT ignored.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, leave)
    nomis = f"http://127.0.0.1:{upstream_port}"
    suppliers = {one.key: f"http://127.0.0.1:{upstream_port + 1 + n}" for n, one in enumerate(estate.suppliers())}
    world = ["--seed", str(seed), "--scale", str(scale), "--today", today.isoformat()]
    with Processes() as processes:
        try:
            processes.start("mocks.nomis", ["--port", str(upstream_port), *world])
            for n, key in enumerate(suppliers):
                processes.start(
                    "mocks.supplier",
                    ["--supplier", key, "--port", str(upstream_port + 1 + n), *world, *road.flags(port, nomis)],
                    env=road.env(key),
                )
            processes.wait_until_answering(*(f"{one}/health/ping" for one in (nomis, *suppliers.values())))
            processes.start(
                "gateway", ["serve"], env=gateway_environment(estate, url, nomis, suppliers, personas_file, port, road)
            )
            processes.wait_until_answering(f"http://127.0.0.1:{port}/health/ready")
            _tell(port, nomis, suppliers, today, estate)
            typer.echo(road.told(suppliers))
            processes.wait()
        except KeyboardInterrupt:
            typer.echo("\nStopping.")


def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


async def _fill(estate: Estate, url: str, mark: str) -> None:
    """Load the world, unless the same one is there from an earlier start today."""
    marker = FOLDER / "loaded"
    if marker.exists() and marker.read_text() == f"{mark} {url}":
        return
    marker.unlink(missing_ok=True)
    await migrate.upgrade(url)
    database = Database(url)
    try:
        with shown("Loading the invented world", len(estate.days())) as advance:
            count = await load.load(estate, database, progress=advance)
    finally:
        await database.aclose()
    marker.write_text(f"{mark} {url}")
    typer.echo(f"{count:,} moves.")


def gateway_environment(
    estate: Estate,
    url: str,
    nomis: str,
    suppliers: dict[str, str],
    personas_file: Path,
    port: int,
    road: Road | None = None,
) -> dict[str, str]:
    account = next(
        client for client in estate.clients() if client.home == "sign-in" and "VIEW_PRISONER_DATA" in client.authorities
    )
    at_suppliers = {client.supplier: client for client in estate.clients() if client.home == "supplier"}
    bindings = {
        client.client_id: {"supplier": client.supplier} if client.supplier else {"agencies": list(client.agencies)}
        for client in estate.clients()
        if client.home == "sign-in" and (client.agencies or client.supplier)
    }
    return {
        "GATEWAY_PORT": str(port),
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_SIGN_IN_URL": f"{nomis}/auth",
        "GATEWAY_PRISON_API_URL": nomis,
        "GATEWAY_PRISONER_SEARCH_URL": nomis,
        "GATEWAY_ALERTS_URL": nomis,
        "GATEWAY_MANAGE_USERS_URL": nomis,
        "GATEWAY_NOMIS_CLIENT_ID": account.client_id,
        "GATEWAY_NOMIS_CLIENT_SECRET": account.secret,
        "GATEWAY_SUPPLIERS": json.dumps(
            [
                {
                    "key": one.key,
                    "name": one.name,
                    "base_url": suppliers[one.key],
                    "client_id": at_suppliers[one.key].client_id,
                    "client_secret": at_suppliers[one.key].secret,
                    **({} if road is None else road.settings(one.key, suppliers[one.key])),
                }
                for one in estate.suppliers()
            ]
        ),
        "GATEWAY_MACHINE_CLIENTS": json.dumps(bindings),
        "GATEWAY_GRAPHIQL": "true",
        "GATEWAY_DEMO_PERSONAS": str(personas_file),
        "GATEWAY_LOG_LEVEL": "warning",
    }


def _tell(port: int, nomis: str, suppliers: dict[str, str], today: date, estate: Estate) -> None:
    officer = next(account for account in estate.accounts() if account.persona is not None)
    query = example_tabs(today)[0].query
    token = httpx.post(
        f"http://127.0.0.1:{port}/graphiql/personas/{officer.persona}/token", trust_env=False, timeout=10
    ).json()["access_token"]
    answer = httpx.post(
        f"http://127.0.0.1:{port}/graphql",
        json={"query": query},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
        timeout=30,
    ).json()
    moves = answer["data"]["moves"]
    typer.echo(
        f"""
The secure move gateway is running. Everything that it shows is invented.

  GraphiQL    http://127.0.0.1:{port}/graphiql/     choose who you are at the top, then run the first tab
  GraphQL     http://127.0.0.1:{port}/graphql
  NOMIS       {nomis}     {"     ".join(f"{key} {url}" for key, url in suppliers.items())}

A sample, asked as {officer.label}:
{query}
It answered {len(moves["nodes"])} of {moves["totalCount"]} moves, {len(answer.get("errors", []))} errors.

Faults to try: curl -X PUT {nomis}/__faults -d '{{"rules":[{{"service":"alerts","down":true}}]}}'"""
    )


if __name__ == "__main__":
    cli()
