"""Huge pages: for what the process took as its heap, and for nothing else."""

import ctypes
import mmap
import re
import sys
from pathlib import Path

from gateway.transport.huge_pages import PAGE, HugePages, regions

MAPS = """\
55d0c0000000-55d0c0400000 r-xp 00000000 08:01 1234 /usr/bin/python3.11
55d0c1000000-55d0c1800000 rw-p 00000000 00:00 0 [heap]
7f0000000000-7f0000400000 rw-p 00000000 00:00 0
7f0000400000-7f0000401000 ---p 00000000 00:00 0
7f0000401000-7f0000c01000 rw-p 00000000 00:00 0
7f0001000000-7f0001100000 rw-p 00000000 00:00 0
7f0002000000-7f0002400000 rw-p 00000000 08:01 99 /usr/lib/libpython3.11.so
7f0003000000-7f0003400000 rw-s 00000000 00:01 77 /dev/zero (deleted)
7f0004000000-7f0004400000 r--p 00000000 00:00 0
7ffc00000000-7ffc00400000 rw-p 00000000 00:00 0 [stack]
"""


def test_only_the_heap_is_asked_for() -> None:
    """Neither files, nor shared or small pieces, nor stacks, of which those of threads lie above a guard."""
    assert list(regions(MAPS)) == [(0x55D0C1000000, 0x55D0C1800000), (0x7F0000000000, 0x7F0000400000)]


def test_each_piece_is_asked_for_once_and_collapsed_in_whole_pages() -> None:
    asked: list[tuple[int, int, int]] = []

    def advise(start: int, length: int, advice: int) -> int:
        asked.append((start, length, advice))
        return -1  # a system that refuses is not asked again either

    pages = HugePages(advise)
    pages.ask()
    first = len(asked)
    taken = mmap.mmap(-1, 8 * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    pages.ask()
    taken.close()
    collapsed = [one for one in asked if one[2] == 25]
    assert all(start % PAGE == length % PAGE == 0 for start, length, _ in collapsed)
    assert not set(asked[:first]) & set(asked[first:])
    assert sys.platform != "linux" or len(asked) > first


def test_the_system_does_as_it_is_asked() -> None:
    taken = mmap.mmap(-1, 8 * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    HugePages().ask()
    at = ctypes.addressof(ctypes.c_char.from_buffer(taken))
    smaps = Path("/proc/self/smaps")
    if smaps.exists() and Path("/sys/kernel/mm/transparent_hugepage").exists():
        flags = ""
        for piece in re.split(r"(?m)^(?=[0-9a-f]+-[0-9a-f]+ )", smaps.read_text()):
            span = re.match(r"([0-9a-f]+)-([0-9a-f]+) ", piece)
            if span and int(span[1], 16) <= at < int(span[2], 16):
                flags = piece.partition("VmFlags:")[2]
        assert "hg" in flags.split()
    taken[:4] = b"kept"
    assert taken[:4] == b"kept"
