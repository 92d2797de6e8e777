"""Finds a Chromium to drive: one that is named, one of the system's, or the one that comes from npm."""

import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
PACKAGE: Final = FOLDER / "node_modules" / "@sparticuz" / "chromium"
UNPACKED: Final = FOLDER / "node_modules" / ".chromium"
SYSTEM_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNPACK_SECONDS: Final = 120

FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
"""The last one makes every name outside this machine unknown: a page that needs one fails here as in a closed network.
Pages under test are our own, so the sandbox, which containers often cannot give, is left out."""


class NoBrowser(Exception):
    """No Chromium: the message says how to get one."""


@dataclass(frozen=True, slots=True)
class Browser:
    """An executable and what its environment needs beside the usual."""

    executable: Path
    environment: dict[str, str] = field(default_factory=dict)


def find_browser() -> Browser:
    """Return the first that is there of: CHROMIUM_PATH, the system's Chromium, the npm package's.

    Raises:
        NoBrowser: there is none, or CHROMIUM_PATH names no program.

    """
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        if not os.access(named, os.X_OK):
            raise NoBrowser("CHROMIUM_PATH names no program that can be run")
        return Browser(Path(named))
    for name in SYSTEM_NAMES:
        found = shutil.which(name)
        if found:
            return Browser(Path(found))
    if PACKAGE.is_dir():
        return _from_package()
    raise NoBrowser("no Chromium: set CHROMIUM_PATH or run `npm ci --prefix tests/browser --ignore-scripts`")


def _from_package() -> Browser:
    """Unpack the package's browser beside it, once, whichever of several runs comes first."""
    with (FOLDER / "node_modules" / ".chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = UNPACKED / "fonts.conf"  # written last
        if not ready.exists() or ready.stat().st_mtime < (PACKAGE / "package.json").stat().st_ctime:
            shutil.rmtree(UNPACKED, ignore_errors=True)
            node = shutil.which("node")
            if node is None:
                raise NoBrowser("the Chromium of the npm package needs node to be unpacked")
            subprocess.run(  # noqa: S603 - our own script
                [node, FOLDER / "unpack.mjs", UNPACKED], check=True, timeout=UNPACK_SECONDS
            )
    # The libraries that the package brings stand in where the system lacks them.
    libraries = [str(UNPACKED / "al2023" / "lib"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    return Browser(
        UNPACKED / "chromium",
        {"LD_LIBRARY_PATH": ":".join(libraries), "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf")},
    )
