"""What the benches share: processes, the cores that they have, what they take, and what the machine is."""

import asyncio
import os
import platform
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

ROOT: Final = Path(__file__).resolve().parent.parent
SERVER_CORE: Final = 0
OTHER_CORE: Final = 1


def two_cores() -> bool:
    return shutil.which("taskset") is not None and (os.cpu_count() or 1) > 1


def on_core(core: int) -> tuple[str, ...]:
    return ("taskset", "-c", str(core)) if two_cores() else ()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


def family(pid: int) -> list[int]:
    """Give a process and all that descend from it."""
    found = [pid]
    with suppress(FileNotFoundError, ProcessLookupError):  # it may end meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def cpu_seconds(pid: int) -> float:
    """Give the seconds of CPU that a process and its descendants took, in user and system time."""
    return sum(map(_cpu_seconds, family(pid)))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def database_cpu_seconds() -> float:
    """Give the same of the database that this process has started; 0 where it is another's."""
    spent = 0.0
    for pid in family(os.getpid()):
        with suppress(FileNotFoundError, ProcessLookupError):  # one of its processes may end meanwhile
            if Path(f"/proc/{pid}/comm").read_text().strip() == "postgres":
                spent += _cpu_seconds(pid)
    return spent


def resident_mib(pid: int) -> float:
    total = 0
    for one in family(pid):
        line = next(line for line in Path(f"/proc/{one}/status").read_text().splitlines() if line.startswith("VmRSS"))
        total += int(line.split()[1])
    return total / 1024


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def running(command: Sequence[str], env: Mapping[str, str]) -> AsyncIterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, text=True)  # noqa: ASYNC220, S603 - ours
    try:
        yield process
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def answering(port: int, process: subprocess.Popen[str]) -> None:
    """Wait until a process listens. Raises RuntimeError if it ends, TimeoutError if it takes a minute."""
    for _ in range(600):
        if process.poll() is not None:
            message = f"{process.args!r} ended with {process.returncode}"
            raise RuntimeError(message)
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    message = f"{process.args!r} does not listen"
    raise TimeoutError(message)


def machine() -> dict[str, object]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return {"cpu": model, "cores": os.cpu_count(), "system": platform.platform(), "pinned": two_cores()}
