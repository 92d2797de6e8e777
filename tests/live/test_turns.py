"""Those who come back from places of their own share the pages that they have in common."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from gateway.domain.event_log import LogPosition
from gateway.transport.live.turns import Turns

pytestmark = pytest.mark.anyio

HEAD = 3_000
PAGE = 200


@dataclass(eq=False)
class Reader:
    position: LogPosition
    got: list[int] = field(default_factory=list)


@dataclass
class Log:
    """A log of numbered events, of which a page is read at a time."""

    pages: int = 0
    fails: bool = False

    async def serve(self, start: LogPosition, there: Callable[[LogPosition], Sequence[Reader]]) -> None:
        self.pages += 1
        await asyncio.sleep(0)
        if self.fails:
            raise ConnectionError
        last = min(start.number + PAGE, HEAD)
        for reader in there(LogPosition(0, last)):
            reader.got += range(reader.position.number + 1, last + 1)
            reader.position = LogPosition(0, last)


def at(*numbers: int) -> list[Reader]:
    return [Reader(LogPosition(0, number)) for number in numbers]


async def catch_up(turns: Turns[Reader], reader: Reader) -> None:
    while reader.position.number < HEAD:
        await turns.turn(reader)


async def test_two_hundred_at_places_of_their_own_cost_little_more_than_one() -> None:
    log, readers = Log(), at(*range(0, HEAD, HEAD // 200))
    turns = Turns(log.serve)
    starts = [reader.position.number for reader in readers]
    await asyncio.gather(*(catch_up(turns, reader) for reader in readers))
    assert [reader.got for reader in readers] == [list(range(start + 1, HEAD + 1)) for start in starts]
    assert log.pages <= 2 * HEAD // PAGE + 1


async def test_whoever_comes_from_far_behind_keeps_nobody_waiting() -> None:
    log, (far, near) = Log(), at(0, HEAD - 1)
    turns = Turns(log.serve)
    long = asyncio.create_task(catch_up(turns, far))
    await asyncio.sleep(0)
    await catch_up(turns, near)
    assert (near.got, far.position.number < HEAD) == ([HEAD], True)
    await long
    assert far.got == list(range(1, HEAD + 1))


async def test_a_page_that_cannot_be_read_is_told_to_who_waits_for_it_and_can_be_asked_for_again() -> None:
    log, (reader,) = Log(fails=True), at(HEAD - 1)
    turns = Turns(log.serve)
    with pytest.raises(ConnectionError):
        await turns.turn(reader)
    log.fails = False
    await catch_up(turns, reader)
    assert reader.got == [HEAD]


async def test_one_who_leaves_is_handed_nothing_more() -> None:
    log, (leaving, staying) = Log(), at(0, 0)
    turns = Turns(log.serve)
    tasks = [asyncio.create_task(catch_up(turns, reader)) for reader in (leaving, staying)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.wait(tasks)
    assert leaving.got == []
    assert staying.got == list(range(1, HEAD + 1))
