"""What only a real socket shows: bodies that come slowly or without end, and clients that leave."""

import contextlib
import gzip
import socket
from collections.abc import Callable

import pytest

from tests.transport.harness import Harness, serving

HarnessWith = Callable[..., Harness]

HEAD = b"POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"


def connect(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_answer(connection: socket.socket) -> bytes:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def test_a_body_in_pieces_is_put_together(harness: Harness) -> None:
    with serving(harness.app) as url, connect(url) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for piece in (b'{"query": ', b'"{ hello', b' }"}'):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        connection.sendall(b"0\r\n\r\n")
        assert b'{"data":{"hello":"hello world"}}' in read_answer(connection)


def test_a_body_that_never_ends_is_given_up(harness_with: HarnessWith) -> None:
    with serving(harness_with(body_seconds=0.1).app) as url, connect(url) as connection:
        connection.sendall(HEAD + b'Content-Length: 100\r\n\r\n{"query"')
        answer = read_answer(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"REQUEST_TIMEOUT" in answer


def test_a_body_is_refused_by_its_announced_size(harness: Harness) -> None:
    with serving(harness.app) as url, connect(url) as connection:
        connection.sendall(HEAD + b"Content-Length: 99999999999999999999\r\n\r\n")
        answer = connection.recv(65_536)
    assert answer.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 400 "))
    with serving(harness.app) as url, connect(url) as connection:
        connection.sendall(HEAD + b"Content-Length: 1048577\r\n\r\n")
        answer = read_answer(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"REQUEST_TOO_LARGE" in answer


def test_a_body_that_hides_its_size_is_refused_when_it_grows_too_large(harness_with: HarnessWith) -> None:
    with serving(harness_with(body_bytes=1000).app) as url, connect(url) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"320\r\n" + b" " * 800 + b"\r\n")
        connection.sendall(b"320\r\n" + b" " * 800 + b"\r\n")
        assert read_answer(connection).startswith(b"HTTP/1.1 413 ")


def test_a_compressed_body_is_refused_by_its_head(harness: Harness) -> None:
    with serving(harness.app) as url, connect(url) as connection:
        body = gzip.compress(b'{"query": "{ hello }"}')
        connection.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        assert read_answer(connection).startswith(b"HTTP/1.1 415 ")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_operation_is_stopped_when_its_client_leaves(harness: Harness, method: str) -> None:
    body = b'{"query": "{ forever }"}'
    request = {
        "POST": HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body,
        "GET": b"GET /graphql?query=%7Bforever%7D HTTP/1.1\r\nHost: gateway\r\n\r\n",
    }[method]
    with serving(harness.app) as url:
        with connect(url) as connection:
            connection.sendall(request)
            assert harness.probe.running.wait(timeout=10)
        assert harness.probe.cancelled.wait(timeout=10)


def test_a_client_that_leaves_in_the_middle_of_its_body_does_no_harm(harness: Harness) -> None:
    with serving(harness.app) as url:
        with connect(url) as connection:
            connection.sendall(HEAD + b'Content-Length: 100\r\n\r\n{"query"')
        with connect(url) as connection:
            body = b'{"query": "{ hello }"}'
            connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            assert read_answer(connection).startswith(b"HTTP/1.1 200 ")
    assert len(harness.probe.contexts) == 1


@pytest.mark.parametrize("piece", [b"a" * 8192, b"x-a: b\r\n" * 1000], ids=["one header", "many headers"])
def test_a_head_that_never_ends_is_given_up(harness: Harness, piece: bytes) -> None:
    sent = 0
    answer = b""
    with serving(harness.app) as url, connect(url) as connection:
        connection.sendall(b"GET /graphql HTTP/1.1\r\nHost: gateway\r\nx: ")
        with contextlib.suppress(ConnectionError):  # it is closed with what was sent still unread
            while sent < 8 * 1024 * 1024:
                connection.sendall(piece)
                sent += len(piece)
        with contextlib.suppress(ConnectionError):
            answer = connection.recv(65_536)
    assert sent < 8 * 1024 * 1024
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 ")


def test_a_large_body_counts_for_no_head(harness: Harness) -> None:
    body = b'{"query": "{ hello }"}'.ljust(400_000)
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with serving(harness.app) as url, connect(url) as connection:
        for _ in range(2):
            connection.sendall(whole + whole[:40])
            assert read_answer(connection).startswith(b"HTTP/1.1 200 ")
            connection.sendall(whole[40:])
            assert read_answer(connection).startswith(b"HTTP/1.1 200 ")


def test_the_longest_head_that_is_allowed_is_read(harness: Harness) -> None:
    with serving(harness.app) as url, connect(url) as connection:
        connection.sendall(b"GET /graphql?query=%7Bhello%7D HTTP/1.1\r\nHost: gateway\r\nx: " + b"a" * 60_000)
        connection.sendall(b"\r\n\r\n")
        assert read_answer(connection).startswith(b"HTTP/1.1 200 ")


def test_a_url_that_is_too_long_is_told_so(harness: Harness) -> None:
    with serving(harness.app) as url, connect(url) as connection:
        connection.sendall(b"GET /graphql?query=" + b"a" * 50_000 + b" HTTP/1.1\r\nHost: gateway\r\n\r\n")
        answer = read_answer(connection)
    assert answer.startswith(b"HTTP/1.1 414 ")
    assert b"REQUEST_TOO_LARGE" in answer
