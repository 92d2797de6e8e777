"""One request, over a real connection, to systems that answer in every way they should not."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from pydantic import SecretStr

from gateway.adapters.webhooks import WebhookConfig, WebhookSender, connect
from gateway.domain.ids import MoveId, SupplierKey
from gateway.domain.times import utc_now
from gateway.domain.webhooks import Answer, Message
from tests.adapters.scripted_server import Act, ScriptedServer, http, scripted
from tests.support.worlds import WEBHOOK_SECRET

pytestmark = pytest.mark.anyio


def a_message() -> Message:
    return Message(uuid4(), SupplierKey("geoamey"), MoveId(uuid4()), '{"type":"move.added"}', 0, None, utc_now())


@asynccontextmanager
async def a_sender(
    *script: bytes | Act, time_limit_s: float = 5
) -> AsyncIterator[tuple[WebhookSender, ScriptedServer]]:
    async with scripted(*script) as server:
        config = WebhookConfig(
            url=f"{server.base_url}/hooks/", secrets=[SecretStr(WEBHOOK_SECRET)], time_limit_s=time_limit_s
        )
        sender = connect(config, utc_now)
        try:
            yield sender, server
        finally:
            await sender.aclose()


@pytest.mark.parametrize(
    ("answered", "found"),
    [
        (http(200, "{}"), Answer(200)),
        (http(204, ""), Answer(204)),
        (http(302, "", "Location: http://169.254.169.254/"), Answer(302)),
        (http(307, "", "Location: /elsewhere"), Answer(307)),
        (http(503, "<html>", "Retry-After: 120"), Answer(503, 120)),
        (http(503, "", "Retry-After: Wed, 25 Nov 2026 07:28:00 GMT"), Answer(503)),
        (http(429, "", "Retry-After: 99999999999"), Answer(429)),
        (http(200, "short", length=100), Answer(200)),
        (http(200, "x" * 500_000), Answer(200)),
        (b"no HTTP at all\r\n\r\n", Answer(None)),
        (Act.DROP, Answer(None)),
    ],
)
async def test_the_status_is_all_that_counts(answered: bytes | Act, found: Answer) -> None:
    async with a_sender(answered) as (sender, server):
        assert await sender.send(a_message()) == found
        assert len(server.seen) == 1
        assert server.seen[0].startswith("POST /hooks/ HTTP/1.1")


async def test_who_does_not_answer_in_time_has_not_answered() -> None:
    async with a_sender(Act.HANG, time_limit_s=0.2) as (sender, _):
        began = time.monotonic()
        assert await sender.send(a_message()) == Answer(None)
        assert time.monotonic() - began < 4


async def test_nobody_there_is_no_answer() -> None:
    config = WebhookConfig(url="http://127.0.0.1:9/", secrets=[SecretStr(WEBHOOK_SECRET)], time_limit_s=2)
    sender = connect(config, utc_now)
    assert await sender.send(a_message()) == Answer(None)
    await sender.aclose()


async def test_a_message_carries_its_id_its_time_and_a_signature_and_no_secret() -> None:
    async with a_sender(http(204, "")) as (sender, server):
        message = a_message()
        await sender.send(message)
        head = server.seen[0].lower()
        assert f"webhook-id: msg_{message.id.hex}" in head
        assert "webhook-signature: v1," in head
        assert "webhook-timestamp: " in head
        assert WEBHOOK_SECRET.lower() not in head
        assert WEBHOOK_SECRET not in repr(WebhookConfig(url="u", secrets=[SecretStr(WEBHOOK_SECRET)], time_limit_s=1))
