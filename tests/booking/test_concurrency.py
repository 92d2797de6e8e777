"""Fifty clients at once, on a database that really runs them side by side."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import pytest

from tests.booking.allocating import (
    ASSIGN,
    CANCEL,
    CANCEL_MOVE,
    CREATE,
    FREE,
    READ,
    REMOVE,
    WANTED,
    created,
    move_of,
    nodes,
    numbers,
)
from tests.booking.bed import BOOK, OCA, OFFICER, PMU, Bed, a_bed, codes
from tests.booking.consistency import contradictions
from tests.booking.test_book_move import TO_COURT

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

CLIENTS = 50


async def test_fifty_clients_book_and_fill_the_same_allocation() -> None:
    """Half of them fill 20 places with 30 people, two each and each wanted by two; half book for ten of those."""
    async with a_bed(backend="postgresql") as bed:
        allocation = await created(bed, movesCount=20)
        pairs = [[FREE[n % 30], FREE[(n + 1) % 30]] for n in range(CLIENTS // 2)]
        answers = await asyncio.gather(
            *(bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=pair) for pair in pairs),
            *(bed.change(BOOK, OFFICER, **(TO_COURT | {"prisonNumber": FREE[n % 10]})) for n in range(CLIENTS // 2)),
        )
        assigned, booked = answers[: len(pairs)], answers[len(pairs) :]
        kept = [pair for pair, answer in zip(pairs, assigned, strict=True) if answer["problems"] == []]
        refusals = {codes(answer)[0][0] for answer in assigned if answer["problems"]}
        now = (await bed.ask(READ, OCA, allocation))["allocation"]
        people = [number for pair in kept for number in pair]
        assert sorted(numbers(now)) == sorted(people)
        assert now["filledCount"] == len(people) == len(set(people)) <= 20
        # Where two more would go in, nobody was refused but those who are in already.
        assert refusals <= {"DUPLICATE", "CONFLICT"}
        if len(people) < 19:
            assert "CONFLICT" not in refusals
        assert now["version"] == 1 + len(kept)
        assert Counter(answer["problems"] == [] for answer in booked) == {True: 10, False: 15}
        assert await contradictions(bed.gateway.database) == []


async def test_twenty_places_are_filled_by_fifty_clients_and_not_one_more() -> None:
    async with a_bed(backend="postgresql") as bed:
        allocation = await created(bed, movesCount=20)
        wanted = [FREE[n % 30] for n in range(CLIENTS)]
        answers = await asyncio.gather(
            *(bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=[number]) for number in wanted)
        )
        done = [number for number, answer in zip(wanted, answers, strict=True) if answer["problems"] == []]
        now = (await bed.ask(READ, OCA, allocation))["allocation"]
        assert len(done) == len(set(done)) == 20
        assert (now["status"], now["filledCount"], numbers(now)) == ("FILLED", 20, set(done))
        assert await contradictions(bed.gateway.database) == []


async def test_filling_emptying_and_cancelling_at_once_wait_for_each_other() -> None:
    """Nobody waits in a circle, and whatever comes first, the counts are right."""
    dice = random.Random(3)  # noqa: S311 - which client does what
    async with a_bed(backend="postgresql") as bed:
        allocation = await created(bed, movesCount=20)
        given = {"allocationId": allocation["id"]}
        filled = (await bed.change(ASSIGN, OCA, **given, prisonNumbers=list(FREE[:12])))["allocation"]
        work: list[Awaitable[dict[str, Any]]] = [
            *(bed.change(REMOVE, OCA, **given, moveId=move_of(filled, number)["id"]) for number in FREE[:8]),
            *(bed.change(REMOVE, OCA, **given, moveId=move_of(filled, number)["id"]) for number in FREE[:8]),
            *(bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[n]]) for n in range(8, 26)),
            *(
                bed.change(CANCEL_MOVE, PMU, id=move["id"], reason="SUPPLIER_NO_RESOURCE")
                for move in dice.sample(nodes(filled), 16)
            ),
        ]
        assert len(work) == CLIENTS
        dice.shuffle(work)
        await asyncio.gather(*work)
        assert await contradictions(bed.gateway.database) == []


async def test_an_allocation_that_is_called_off_while_it_is_filled_keeps_nobody() -> None:
    async with a_bed(backend="postgresql") as bed:
        allocation = await created(bed, movesCount=20)
        given = {"allocationId": allocation["id"]}
        work = [bed.change(ASSIGN, OCA, **given, prisonNumbers=[FREE[n]]) for n in range(20)]
        work.insert(10, bed.change(CANCEL, PMU, id=allocation["id"], reason="MADE_IN_ERROR"))
        answers = await asyncio.gather(*work)
        assert answers[10]["problems"] == []
        late = [codes(one) for n, one in enumerate(answers) if n != 10 and one["problems"]]
        assert all(one == [("NOT_ALLOWED_IN_STATE", ("allocationId",))] for one in late)
        now = (await bed.ask(READ, OCA, allocation))["allocation"]
        assert (now["status"], now["movesCount"], now["filledCount"]) == ("CANCELLED", 0, 0)
        assert {move["status"] for move in now["moves"]["nodes"]} == {"CANCELLED"}
        assert await contradictions(bed.gateway.database) == []


async def test_one_person_in_two_allocations_at_once_gets_one_place() -> None:
    async with a_bed(backend="postgresql") as bed:
        both = [await created(bed), await created(bed)]
        answers = await asyncio.gather(
            *(
                bed.change(ASSIGN, OCA, allocationId=allocation["id"], prisonNumbers=list(order))
                for allocation in both
                for order in (FREE[:3], FREE[2::-1])
            )
        )
        assert [one["problems"] == [] for one in answers].count(True) == 1
        assert await contradictions(bed.gateway.database) == []


async def test_one_key_makes_one_allocation_however_often_it_is_sent() -> None:
    async def send(bed: Bed) -> dict[str, Any]:
        return await bed.change(CREATE, PMU, **WANTED, idempotencyKey="one")

    async with a_bed(backend="postgresql") as bed:
        answers = await asyncio.gather(*(send(bed) for _ in range(CLIENTS)))
        assert len({one["allocation"]["id"] for one in answers}) == 1
        assert (await bed.ask("{allocations {totalCount}}", PMU)) == {"allocations": {"totalCount": 1}}
        assert await contradictions(bed.gateway.database) == []
