"""How long and how often a message is tried, and what becomes of those that nobody takes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.webhooks import Answer
from gateway.policies.webhooks.patience import JITTER, LONGEST_ASKED, PARKED_AFTER, PAUSES, Again, Park, after_failure
from gateway.services.webhook_delivery import Undelivered
from gateway.services.webhook_queue import WebhookQueue
from tests.booking.bed import OFFICER, Bed, a_bed
from tests.booking.test_changing_moves import CANCEL, booked
from tests.support.worlds import NOW
from tests.webhooks.outbox import GEOAMEY, delivery, heard, rows, settled

pytestmark = pytest.mark.anyio

REFUSING: Final = {"service": "supplier", "path": "/webhooks", "status": 500}


@given(
    st.integers(0, 60),
    st.one_of(st.none(), st.integers(0, 10**7)),
    st.floats(0, 1),
    st.sampled_from([None, 301, 400, 401, 404, 429, 500, 503]),
    st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=3))),
)
def test_a_message_is_tried_again_until_a_day_has_passed(
    attempts: int, retry_after: int | None, luck: float, status: int | None, failing: timedelta | None
) -> None:
    since = None if failing is None else NOW - failing
    answer = Answer(status, retry_after)
    outcome = after_failure(answer, attempts=attempts, failed_since=since, at=NOW, luck=luck)
    if failing is not None and failing >= PARKED_AFTER:
        assert isinstance(outcome, Park)
    else:
        assert isinstance(outcome, Again)
        pause = outcome.due_at - NOW
        assert PAUSES[0] <= pause <= max(PAUSES[-1] * (1 + JITTER), LONGEST_ASKED)
        assert pause >= PAUSES[min(attempts, len(PAUSES) - 1)]
        assert retry_after is None or pause >= min(timedelta(seconds=retry_after), LONGEST_ASKED)


def test_who_wants_no_more_is_left_alone() -> None:
    assert isinstance(after_failure(Answer(410), attempts=0, failed_since=None, at=NOW, luck=0), Park)


def test_the_pauses_grow_and_leave_several_tries_in_the_first_minute() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert sum(PAUSES[:3], timedelta()) < timedelta(minutes=1)
    assert sum(PAUSES, timedelta()) < PARKED_AFTER


@pytest.fixture
async def parked() -> AsyncIterator[Bed]:
    """Give a bed in which GEOAmey's system refused for more than a day what it is to hear of one move."""
    async with a_bed(webhooks=True) as bed:
        await bed.gateway.switch(bed.gateway.suppliers[GEOAMEY], REFUSING)
        move = await booked(bed)
        await bed.change(CANCEL, OFFICER, id=move["id"], reason="MADE_IN_ERROR")
        for _ in range(30):
            await settled(bed)
            bed.gateway.clock.advance(timedelta(hours=1))
        await bed.gateway.switch(bed.gateway.suppliers[GEOAMEY])
        yield bed


async def test_what_was_tried_for_a_day_is_parked_and_seen_to_be(parked: Bed) -> None:
    queue = WebhookQueue(parked.gateway.database, parked.gateway.clock)
    first, second = await rows(parked)
    assert first.parked_at - first.failed_since >= PARKED_AFTER
    assert second.attempts == 0
    (one,) = await queue.parked(None)
    assert (one.id, one.reference, one.last_status, one.behind) == (first.id, first.reference, 500, 1)
    (waiting,) = await queue.waiting()
    assert (waiting.supplier, waiting.messages, waiting.moves, waiting.parked) == (GEOAMEY, 2, 1, 1)
    assert waiting.oldest == NOW
    with pytest.raises(Undelivered):
        await delivery(parked).check()
    health = (await parked.gateway.client.get("/health")).json()
    assert health["status"] == "UP"
    assert health["components"]["webhooks to geoamey"] == {"status": "DOWN"}
    assert health["components"]["webhooks to serco"] == {"status": "UP"}
    assert heard(parked) == ()


async def test_what_is_resumed_goes_out_in_order(parked: Bed) -> None:
    queue = WebhookQueue(parked.gateway.database, parked.gateway.clock)
    assert await queue.resume(None, []) == 1
    await settled(parked)
    assert [one.type for one in heard(parked)] == ["move.added", "move.cancelled"]
    assert await queue.waiting() == []
    await delivery(parked).check()
    assert await queue.resume(None, []) == 0


async def test_what_is_given_up_lets_the_rest_go_out(parked: Bed) -> None:
    queue = WebhookQueue(parked.gateway.database, parked.gateway.clock)
    first, second = await rows(parked)
    assert await queue.discard([second.id]) == 0  # it is not parked: nobody gives up what still goes out by itself
    assert await queue.discard([first.id]) == 1
    await settled(parked)
    assert [one.type for one in heard(parked)] == ["move.cancelled"]


async def test_one_move_that_is_refused_keeps_no_other_waiting() -> None:
    async with a_bed(webhooks=True) as bed:
        await bed.gateway.switch(bed.gateway.suppliers[GEOAMEY], {**REFUSING, "times": 1})
        first = await booked(bed)
        await settled(bed)
        other = await booked(bed, prisonNumber="A1002AA")
        await settled(bed)
        assert [one.move_id for one in heard(bed)] == [other["id"]]
        bed.gateway.clock.advance(timedelta(seconds=5))
        await settled(bed)
        assert [one.move_id for one in heard(bed)] == [other["id"], first["id"]]


async def test_delivered_messages_are_kept_for_a_month() -> None:
    async with a_bed(webhooks=True) as bed:
        await booked(bed)
        await settled(bed)
        bed.gateway.clock.advance(timedelta(days=29))
        assert await bed.gateway.app.state.housekeeping.once() == 0
        bed.gateway.clock.advance(timedelta(days=2))
        assert await bed.gateway.app.state.housekeeping.once() == 1
        assert await rows(bed) == []
