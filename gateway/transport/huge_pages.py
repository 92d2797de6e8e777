"""Huge pages: the heap in pages of 2 MiB, where the system leaves that to whoever asks (`madvise`, Linux's default).

A request touches some ten thousand objects all over the heap. With pages of 4 KiB the processor does not know where
most of them are, and in a virtual machine finding one out takes twice as long. Python takes its memory in pieces as it
needs them and has no setting for this, so it is asked for after the fact.
"""

import ctypes
import mmap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

PAGE: Final = 2 * 1024 * 1024
EVERY_SECONDS: Final = 15.0

_MAPS: Final = Path("/proc/self/maps")
_HUGEPAGE: Final = getattr(mmap, "MADV_HUGEPAGE", 14)
_COLLAPSE: Final = 25
"""Linux 6.1 and later: what is there already is moved at once. Python has no name for it."""

Advise = Callable[[int, int, int], int]


def regions(maps: str) -> Iterator[tuple[int, int]]:
    """Give the start and end of the memory that is nobody's file, from the text of /proc/self/maps.

    What lies directly above memory that may not be touched is a thread's stack, and stays as it is.
    """
    guarded = 0
    for line in maps.splitlines():
        span, permissions, _, _, _, *name = line.split()
        start, end = (int(part, 16) for part in span.split("-"))
        if permissions.startswith("---"):
            guarded = end
        elif permissions == "rw-p" and name in ([], ["[heap]"]) and start != guarded and end - start >= PAGE:
            yield start, end


class HugePages:
    """Asks for huge pages for what the process has taken since the last time."""

    def __init__(self, advise: Advise | None = None) -> None:
        self._advise = advise or _madvise()
        self._asked: set[tuple[int, int]] = set()

    def ask(self) -> int:
        """Ask, and return for how many bytes that were not asked for yet: none where there is no such thing."""
        try:
            found = set(regions(_MAPS.read_text()))
        except OSError:
            return 0
        fresh = found - self._asked
        self._asked = found
        for start, end in fresh:
            self._advise(start, end - start, _HUGEPAGE)
            first, last = -(-start // PAGE) * PAGE, end // PAGE * PAGE
            if last > first:
                self._advise(first, last - first, _COLLAPSE)
        return sum(end - start for start, end in fresh)

    def keep_asking(self) -> None:
        """Ask now, and from time to time for as long as the process lives."""

        def run() -> None:
            while True:
                self.ask()
                pause.wait(EVERY_SECONDS)

        pause = threading.Event()
        threading.Thread(target=run, name="huge pages", daemon=True).start()


def _madvise() -> Advise:
    """Return the system's own call; what it refuses costs nothing but speed, and is not told."""
    call = getattr(ctypes.CDLL(None), "madvise", None)
    if call is None:
        return lambda _start, _length, _advice: -1
    call.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return call  # type: ignore[no-any-return]  # ctypes types no function
