"""What one operation asks for is asked for once: together, again, and while the answer is on its way."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from gateway.domain.errors import InvalidInput
from gateway.services.loaders import MISSING, Loaders, asks_upstream

pytestmark = pytest.mark.anyio


@dataclass
class Source:
    """Answers with a key's own letter doubled, once it may; of `x` it knows nothing, and `!` fails."""

    asked: list[list[str]] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def stored(self, keys: Sequence[str]) -> Mapping[str, str]:
        return await self._answer(keys)

    @asks_upstream
    async def upstream(self, keys: Sequence[str]) -> Mapping[str, str]:
        return await self._answer(keys)

    async def _answer(self, keys: Sequence[str]) -> Mapping[str, str]:
        self.asked.append(list(keys))
        self.begun.set()
        await self.may_answer.wait()
        if "!" in keys:
            raise InvalidInput("It fails.")
        return {key: 2 * key for key in keys if key != "x"}


@pytest.mark.parametrize("name", ["stored", "upstream"])
async def test_many_and_single_keys_of_one_moment_are_one_question(name: str) -> None:
    source, loaders = Source(), Loaders()
    source.may_answer.set()
    bulk = getattr(source, name)
    many, one, absent = await asyncio.gather(
        loaders.load_many(bulk, ["a", None, "b", "a"]), loaders.load(bulk, "c", "?"), loaders.load(bulk, "x", "?")
    )
    assert source.asked == [["a", "b", "c", "x"]]
    assert (many["a"], many["b"], many["x"], one, absent) == ("aa", "bb", MISSING, "cc", "?")


@pytest.mark.parametrize("name", ["stored", "upstream"])
async def test_what_is_on_its_way_is_not_asked_for_again(name: str) -> None:
    source, loaders = Source(), Loaders()
    bulk = getattr(source, name)
    first = asyncio.create_task(loaders.load_many(bulk, ["a", "b"]))
    await source.begun.wait()
    source.begun.clear()
    second = asyncio.create_task(loaders.load_many(bulk, ["b", "c"]))
    third = asyncio.create_task(loaders.load(bulk, "a", "?"))
    await source.begun.wait()
    source.may_answer.set()
    assert (await first)["a"] == await third == "aa"
    assert (await second)["b"] == "bb"
    assert source.asked == [["a", "b"], ["c"]]


async def test_a_failure_is_remembered_and_given_to_each_that_asks() -> None:
    source, loaders = Source(), Loaders()
    source.may_answer.set()
    found = await loaders.load_many(source.upstream, ["!", "a"])
    assert isinstance(found["a"], InvalidInput)
    with pytest.raises(InvalidInput):
        await loaders.load(source.upstream, "!", "?")
    assert source.asked == [["!", "a"]]


async def test_whoever_gives_up_does_not_end_the_question_for_others() -> None:
    source, loaders = Source(), Loaders()
    hasty = asyncio.create_task(loaders.load(source.stored, "a", "?"))
    await source.begun.wait()
    patient = asyncio.create_task(loaders.load(source.stored, "a", "?"))
    await asyncio.sleep(0)
    hasty.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hasty
    source.may_answer.set()
    assert await patient == "aa"
    assert source.asked == [["a"]]
