"""The guide for suppliers is true: its recipe verifies what we sign, and its examples are what the gateway takes."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from gateway.domain.webhook_signatures import signed_headers, verified_id
from gateway.domain.webhooks import MessageType
from gateway.policies.webhooks.patience import PAUSES
from gateway.resolvers.supplier_reports import read_report
from tests.support.worlds import INBOUND_SECRET, NOW, WEBHOOK_SECRET

GUIDE: Final = (Path(__file__).parents[2] / "docs" / "supplier-guide.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def recipe() -> dict[str, Any]:
    """Run the Python of the guide."""
    found: dict[str, Any] = {}
    (code,) = blocks("python")
    exec(compile(code, "supplier-guide.md", "exec"), found)  # noqa: S102 - our own document
    return found


def message() -> tuple[dict[str, str], bytes]:
    (example,) = blocks("http")
    head, body = example.split("\n\n", 1)
    headers = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    return headers, body.strip().encode()


def test_the_example_is_signed_as_it_says_and_as_we_sign() -> None:
    headers, body = message()
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    (secret,) = re.findall(r"`(whsec_\S+)`", GUIDE)
    assert secret == WEBHOOK_SECRET
    ours = signed_headers([secret], headers["webhook-id"], at, body.decode())
    assert ours.items() <= headers.items()
    assert recipe()["verify"](secret, headers, body, now=at.timestamp()) == headers["webhook-id"]
    assert at == NOW
    assert json.loads(body)["type"] == "move.added"


@pytest.mark.parametrize(
    ("change", "seconds"),
    [({"webhook-id": "msg_2"}, 0), ({"webhook-signature": "v1,AAAA"}, 0), ({}, 301), ({}, -301)],
)
def test_the_recipe_refuses_what_is_not_from_us_or_not_from_now(change: dict[str, str], seconds: int) -> None:
    headers, body = message()
    with pytest.raises(ValueError, match=r"too old|not signed"):
        recipe()["verify"](WEBHOOK_SECRET, headers | change, body, now=NOW.timestamp() + seconds)


def test_the_recipe_takes_either_of_two_secrets_and_signs_what_we_take() -> None:
    both = signed_headers([INBOUND_SECRET, WEBHOOK_SECRET], "msg_3", NOW, "{}")
    assert recipe()["verify"](WEBHOOK_SECRET, both, b"{}", now=NOW.timestamp()) == "msg_3"
    stamp = str(int(NOW.timestamp()))
    theirs = {
        "webhook-id": "msg_4",
        "webhook-timestamp": stamp,
        "webhook-signature": recipe()["sign"](INBOUND_SECRET, "msg_4", stamp, b"{}"),
    }
    assert verified_id([INBOUND_SECRET], theirs, b"{}", at=NOW) == "msg_4"


def test_the_report_in_it_is_one_that_is_taken() -> None:
    report = read_report(blocks("json")[0].encode())
    (event,) = report.events("msg_1")
    (position,) = report.positions()
    assert (event.type, event.idempotency_key) == ("MoveNotifyPremisesOfDropOffEta", "trip 77 eta 2")
    assert position.position.latitude == 53.75


def test_every_type_and_every_pause_is_told() -> None:
    assert {one.value for one in MessageType} == set(re.findall(r"`((?:move|person_escort_record)\.\w+)`", GUIDE))
    assert [int(one.total_seconds()) for one in PAUSES] == [2, 5, 15, 60, 300, 900]
    assert "after 2, 5, 15 and 60\nseconds, 5 minutes, and then every 15 minutes for a day" in GUIDE
