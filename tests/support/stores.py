"""Stores for tests: each an empty copy of a migrated one, on either database."""

import asyncio
import functools
import shutil
import tempfile
import threading
import uuid
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from gateway.store import migrate
from gateway.store.engine import Database
from tests.support import pg

BACKENDS: Final = ("sqlite", "postgresql")

_TEMPLATE: Final = "gateway_template"


@asynccontextmanager
async def empty_store_url(backend: str) -> AsyncIterator[str]:
    """Lend the address of a migrated store without rows, and drop it afterwards."""
    if backend == "sqlite":
        with tempfile.TemporaryDirectory(prefix="gateway-store-") as folder:
            shutil.copy(_migrated_file(), f"{folder}/store.sqlite3")
            yield f"sqlite:///{folder}/store.sqlite3"
    else:
        name = f"gateway_{uuid.uuid4().hex}"
        url = await pg.create_database(name, _migrated_database())
        try:
            yield url
        finally:
            await pg.drop_database(name)


@asynccontextmanager
async def empty_store(backend: str) -> AsyncIterator[Database]:
    """Lend a migrated store without rows."""
    async with empty_store_url(backend) as url:
        database = Database(url, pool_size=4)
        try:
            yield database
        finally:
            await database.aclose()


@functools.cache
def _migrated_file() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="gateway-template-")
    path = Path(folder.name) / "store.sqlite3"
    _run(migrate.upgrade(f"sqlite:///{path}"))
    _KEPT.append(folder)
    return path


@functools.cache
def _migrated_database() -> str:
    async def make() -> None:
        await migrate.upgrade(await pg.create_database(_TEMPLATE))

    pg.server()  # here, not in the thread below, with whose end it would end
    _run(make())
    return _TEMPLATE


_KEPT: Final[list[tempfile.TemporaryDirectory[str]]] = []
"""Folders that live until the end of the run."""


def _run(work: Coroutine[None, None, None]) -> None:
    """Run to the end in a loop of its own: a test's loop may be running already."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work)
        except BaseException as problem:  # noqa: BLE001 - raised again in the caller's thread
            failed.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
