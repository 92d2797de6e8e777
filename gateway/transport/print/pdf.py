"""The printed page of a dPER as PDF."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

AT_ONCE: Final = 2
"""How many pages are set at the same time; others wait."""
SECONDS: Final = 20.0
"""How long setting one may take: hundreds of times what the longest record needs."""

FACES: Final = (("font:regular", "normal"), ("font:bold", "bold"))
"""The fonts that a page may name, and their weights."""

PROGRAM: Final = (sys.executable, "-I", str(Path(__file__).with_name("typesetting.py")))
"""It is not imported: its engine would take memory in every gateway, for what few pages need."""


class PdfPrinter:
    """Has pages set by a program of its own (typesetting.py), which may take so many seconds."""

    def __init__(self, program: Sequence[str] = PROGRAM, *, seconds: float = SECONDS) -> None:
        self._program = program
        self._seconds = seconds
        self._places = asyncio.Semaphore(AT_ONCE)

    async def pdf(self, html: str) -> bytes:
        """Set a page.

        Raises:
            RuntimeError: the engine could not set it.
            TimeoutError: it took too long.

        """
        async with self._places:
            process = await asyncio.create_subprocess_exec(
                *self._program,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # the engine's warnings may quote the page
                env={},
            )
            try:
                async with asyncio.timeout(self._seconds):
                    made, _ = await process.communicate(html.encode())
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode or not made.startswith(b"%PDF-"):
            raise RuntimeError(f"the typesetting program ended with {process.returncode}")
        return made
