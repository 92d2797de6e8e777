"""What whoever runs the gateway sees of webhooks: the commands, and mistakes in the settings."""

import asyncio
import json
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from gateway.__main__ import cli
from gateway.domain.webhook_signatures import check_secret
from gateway.domain.webhooks import Answer, Message
from gateway.services.webhook_delivery import WebhookDelivery
from gateway.services.webhook_queue import WebhookQueue
from gateway.store.engine import Database
from tests.support.worlds import WEBHOOK_SECRET, Clock
from tests.webhooks.test_sharing_the_work import GEOAMEY, MESSAGES, MOVES, an_outbox

pytestmark = pytest.mark.anyio

REQUIRED: Final = {
    **{
        f"GATEWAY_{part}_URL": "http://127.0.0.1:1"
        for part in ("SIGN_IN", "PRISON_API", "PRISONER_SEARCH", "ALERTS", "MANAGE_USERS")
    },
    "GATEWAY_NOMIS_CLIENT_ID": "gateway",
    "GATEWAY_NOMIS_CLIENT_SECRET": "secret",
}


async def run(*arguments: str, **env: str) -> Result:
    """Run a command; in a thread, as it has a loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, cli, list(arguments), env=REQUIRED | env)


async def _park(database: Database) -> None:
    async def gone(_message: Message) -> Answer:
        return Answer(410)

    node = WebhookDelivery(GEOAMEY, database, gone, asyncio.Event(), Clock(), time_limit=1)
    assert await node.drain() == MOVES


async def test_parked_messages_are_shown_resumed_and_given_up() -> None:
    async with an_outbox("sqlite") as database:
        await _park(database)
        env = {"GATEWAY_DATABASE_URL": f"sqlite:///{database.url.database}"}
        told = (await run("webhooks", "waiting", **env)).stdout
        assert told.startswith(f"geoamey: {MOVES * MESSAGES} messages about {MOVES} moves, {MOVES} parked, the oldest")
        lines = (await run("webhooks", "parked", "--supplier", "geoamey", **env)).stdout.splitlines()
        assert len(lines) == MOVES
        assert all("tried 1 times, answered 410, 5 behind it" in line for line in lines)
        assert (await run("webhooks", "parked", "--supplier", "serco", **env)).stdout == ""
        first, second = (line.split()[0] for line in lines[:2])
        assert (await run("webhooks", "discard", first, **env)).stdout == "1 given up.\n"
        assert (await run("webhooks", "discard", first, **env)).stdout == "0 given up.\n"
        assert (await run("webhooks", "resume", second, **env)).stdout == "1 resumed.\n"
        assert (await run("webhooks", "resume", **env)).stdout == f"{MOVES - 2} resumed.\n"
        assert await WebhookQueue(database).parked(None) == []
        refused = await run("webhooks", "resume", "not an id", **env)
        assert refused.exit_code == 2


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"webhook_url": "http://supplier.test/hook"}, "needs webhook_secrets"),
        ({"webhook_secrets": ["hunter2hunter2hunter2hunter2"]}, "whsec_"),
        ({"inbound_webhook_secrets": ["whsec_hunter2"]}, "24 bytes"),
        ({"webhook_url": "ftp://hunter2.test", "webhook_secrets": [WEBHOOK_SECRET]}, "URL scheme"),
    ],
)
async def test_a_mistake_in_the_settings_is_told_and_not_quoted(more: dict[str, object], words: str) -> None:
    account = {"client_id": "gateway", "client_secret": "secret"}
    supplier = {"key": "geoamey", "name": "GEOAmey", "base_url": "http://supplier.test", **account, **more}
    told = await run("webhooks", "waiting", GATEWAY_SUPPLIERS=json.dumps([supplier]))
    assert told.exit_code == 2
    assert words in told.stderr
    assert "hunter2" not in told.output
    assert "Traceback" not in told.output


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_AAAA", "whsec_" + "A" * 31, "whsec_" + "é" * 40, WEBHOOK_SECRET.removeprefix("whsec_")],
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        check_secret(secret)
    check_secret(WEBHOOK_SECRET)
