"""How far a long piece of work has come: a bar where a person watches, lines where a file or a pipe does."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import typer

_LINE_EVERY: Final = 0.05


@contextmanager
def shown(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """Give what takes note of steps done, of `length` in all.

    A bar is redrawn in place, which only a terminal can show; elsewhere each further 5 % is a line of its own.
    """
    if sys.stdout.isatty():
        with typer.progressbar(length=length, label=label) as bar:
            yield bar.update
    else:
        yield _Lines(label, length).advance


class _Lines:
    def __init__(self, label: str, length: int) -> None:
        self._label = label
        self._length = max(1, length)
        self._done = 0
        self._told = 0.0
        typer.echo(f"{label}: begins")

    def advance(self, steps: int) -> None:
        self._done += steps
        share = self._done / self._length
        if share - self._told >= _LINE_EVERY or (share >= 1 > self._told):
            self._told = share
            typer.echo(f"{self._label}: {share:.0%}")
