"""`python -m demo.cluster`: PostgreSQL, two gateways and a reverse proxy over the invented world, to be tried."""

import asyncio
import shutil
import signal
import time
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from demo import load, personas
from demo.__main__ import FOLDER, gateway_environment, leave
from demo.processes import Processes, StartFailed, busy_ports
from demo.progress import shown
from estate import Estate
from estate.extent import LARGEST_SCALE, SMALLEST_SCALE
from gateway.domain.times import business_day, utc_now
from gateway.store import migrate
from gateway.store.engine import Database
from tests.support import pg  # it knows where PostgreSQL's programs come from

RESTART_SECONDS: Final = 3.0
PROXY: Final = Path(__file__).parent / "proxy"

cli = typer.Typer(add_completion=False)


@cli.command()
def main(
    seed: Annotated[int, typer.Option(help="Which world; the same one each time.")] = 1,
    scale: Annotated[
        float, typer.Option(min=SMALLEST_SCALE, max=LARGEST_SCALE, help="How large: 1 has 2,000 moves.")
    ] = 1,
    port: Annotated[int, typer.Option(min=1, max=65_533, help="The proxy's port; the nodes have the next two.")] = 8080,
    upstream_port: Annotated[
        int, typer.Option(min=1, max=65_533, help="NOMIS's port; the suppliers have the next two.")
    ] = 9101,
) -> None:
    """Start the cluster. Everything in it is invented, and its database goes when it stops."""
    try:
        _run(seed, scale, port, upstream_port)
    except StartFailed as failure:
        typer.echo(f"The cluster is not running: {failure}", err=True)
        raise typer.Exit(code=1) from None


def _run(seed: int, scale: float, port: int, upstream_port: int) -> None:
    node = shutil.which("node")
    if node is None or not (PROXY / "node_modules").is_dir():
        message = "the proxy needs node and its packages: start it with `make run-cluster`"
        raise StartFailed(message)
    today = business_day(utc_now())
    estate = Estate(seed=seed, scale=scale, today=today)
    nodes = [port + 1, port + 2]
    if busy := busy_ports([port, *nodes, *(upstream_port + n for n in range(1 + len(estate.suppliers())))]):
        message = f"ports in use: {', '.join(map(str, busy))}. Choose others: make run-cluster "
        raise StartFailed(message + 'ARGS="--port 8090 --upstream-port 9201"')
    FOLDER.mkdir(exist_ok=True)
    personas_file = FOLDER / "personas.json"
    personas.write(estate, personas_file)
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, leave)
    try:
        server = pg.start_crashable()
        url = asyncio.run(_fill(estate, server.url))
        _serve(estate, url, personas_file, (node, port, nodes), upstream_port, (seed, scale, today))
    except KeyboardInterrupt:
        typer.echo("\nStopping.")


async def _fill(estate: Estate, server: str) -> str:
    url = await pg.create_database("secure_move", address=server)
    await migrate.upgrade(url)
    database = Database(url)
    try:
        with shown("Loading the invented world", len(estate.days())) as advance:
            await load.load(estate, database, progress=advance)
    finally:
        await database.aclose()
    return url


def _serve(
    estate: Estate,
    url: str,
    personas_file: Path,
    proxy: tuple[str, int, list[int]],
    upstream_port: int,
    world: tuple[int, float, date],
) -> None:
    node, port, nodes = proxy
    seed, scale, today = world
    nomis = f"http://127.0.0.1:{upstream_port}"
    suppliers = {one.key: f"http://127.0.0.1:{upstream_port + 1 + n}" for n, one in enumerate(estate.suppliers())}
    given = ["--seed", str(seed), "--scale", str(scale), "--today", today.isoformat()]
    with Processes() as processes:
        processes.start("mocks.nomis", ["--port", str(upstream_port), *given])
        for n, key in enumerate(suppliers):
            processes.start("mocks.supplier", ["--supplier", key, "--port", str(upstream_port + 1 + n), *given])
        processes.wait_until_answering(*(f"{one}/health/ping" for one in (nomis, *suppliers.values())))

        def start(one: int) -> None:
            environment = gateway_environment(estate, url, nomis, suppliers, personas_file, one)
            processes.start("gateway", ["serve"], env={**environment, "GATEWAY_MIGRATE_ON_START": "false"})

        for one in nodes:
            start(one)
        processes.run([node, str(PROXY / "proxy.mjs"), str(port), *map(str, nodes)])
        processes.wait_until_answering(*(f"http://127.0.0.1:{one}/health/ready" for one in (*nodes, port)))
        running = dict(zip(nodes, processes.running[-1 - len(nodes) : -1], strict=True))
        typer.echo(
            f"""
Two nodes over one PostgreSQL are running behind a proxy. Everything that they show is invented.

  GraphiQL      http://127.0.0.1:{port}/graphiql/     open it twice: run WatchMoves in one, change a move in the other
  nodes         {"     ".join(f"port {one}, process {process.pid}" for one, process in running.items())}
  PostgreSQL    {url}

Kill a node and see what the subscription does: it is started again after a few seconds. Stop with Ctrl-C."""
        )
        while True:
            time.sleep(0.5)
            for one, process in running.items():
                if process.poll() is not None:
                    time.sleep(RESTART_SECONDS)
                    processes.running.remove(process)
                    start(one)
                    running[one] = processes.running[-1]
                    typer.echo(f"The node at port {one} ended; it is started again as process {running[one].pid}.")
            if any(other.poll() is not None for other in processes.running if other not in running.values()):
                message = "a process ended by itself; its last words are above"
                raise StartFailed(message)


if __name__ == "__main__":
    cli()
