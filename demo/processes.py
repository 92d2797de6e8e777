"""Processes of the demonstration: started together, watched, and stopped together."""

import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import environ
from typing import Self

import httpx

START_SECONDS = 60.0


class StartFailed(Exception):
    """A process cannot be started, ended before it answered, or did not answer in time."""


def busy_ports(ports: Sequence[int]) -> list[int]:
    """Return those that somebody listens on already: what answers there would pass for what is started here."""
    busy = []
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do, or a stop would leave it busy
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                busy.append(port)
    return busy


@dataclass
class Processes:
    """Python modules run as processes; leaving the block ends those that still run, the last one first."""

    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.running):
            process.terminate()
        for process in reversed(self.running):
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self, module: str, arguments: Sequence[str], *, env: Mapping[str, str] | None = None) -> None:
        self.run([sys.executable, "-m", module, *arguments], env=env)

    def run(self, command: Sequence[str], *, env: Mapping[str, str] | None = None) -> None:
        """Start any program of ours."""
        self.running.append(subprocess.Popen(command, env={**environ, **(env or {})}))  # noqa: S603 - our own programs

    def wait_until_answering(self, *urls: str) -> None:
        """Wait until every address answers.

        Raises:
            StartFailed: a process ended, or one does not answer in time.

        """
        deadline = time.monotonic() + START_SECONDS
        for url in urls:
            while not _answers(url):
                if any(process.poll() is not None for process in self.running):
                    message = "a process ended before it answered; its last words are above"
                    raise StartFailed(message)
                if time.monotonic() > deadline:
                    raise StartFailed(f"{url} does not answer")
                time.sleep(0.1)

    def wait(self) -> None:
        """Wait until one of them ends, which none should.

        Raises:
            StartFailed: always, in the end.

        """
        while all(process.poll() is None for process in self.running):
            time.sleep(0.5)
        message = "a process ended by itself; its last words are above"
        raise StartFailed(message)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
