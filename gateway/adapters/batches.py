"""Asking about many keys at once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from typing import Final, TypeVar

from gateway.domain.errors import UpstreamError, UpstreamTimeout, UpstreamUnavailable

Key = TypeVar("Key", bound=Hashable)
Part = TypeVar("Part")
Answer = TypeVar("Answer")

CHUNK: Final = 500
"""Upstreams take 1,000 keys at most where they say so; half of it keeps bodies small and answers quick."""

AT_ONCE: Final = 6
GIVE_UP_AFTER: Final = 6


async def in_chunks(keys: Collection[Key], ask: Callable[[Sequence[Key]], Awaitable[Answer]]) -> list[Answer]:
    """Ask about each key once, up to 500 at a time, all chunks side by side; no keys, no call.

    Raises:
        GatewayError: what the first chunk that failed raised; the others are given up.

    """
    distinct = list(dict.fromkeys(keys))
    chunks = [distinct[start : start + CHUNK] for start in range(0, len(distinct), CHUNK)]
    return await side_by_side(ask, chunks)


async def side_by_side(ask: Callable[[Part], Awaitable[Answer]], parts: Sequence[Part]) -> list[Answer]:
    """Ask once for each part, at the same time; answers come in the order of the parts. Raises as `in_chunks` does."""
    if len(parts) == 1:
        return [await ask(parts[0])]
    tasks = [asyncio.ensure_future(ask(part)) for part in parts]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def one_by_one(
    keys: Collection[Key], ask: Callable[[Key], Awaitable[Answer]]
) -> dict[Key, Answer | UpstreamError]:
    """Ask about each key by itself, six at a time, where an upstream has no question about many.

    Each key has its answer or its error. Once six in a row found the upstream not available, the rest are not asked
    and share that error: who is behind a slow outage must not wait for every one of them.
    """
    found: dict[Key, Answer | UpstreamError] = {}
    places = asyncio.Semaphore(AT_ONCE)
    in_a_row: list[UpstreamError] = []

    async def one(key: Key) -> None:
        async with places:
            if len(in_a_row) >= GIVE_UP_AFTER:
                found[key] = in_a_row[-1]
                return
            try:
                found[key] = await ask(key)
            except (UpstreamUnavailable, UpstreamTimeout) as error:
                in_a_row.append(error)
                found[key] = error
            except UpstreamError as error:
                in_a_row.clear()
                found[key] = error
            else:
                in_a_row.clear()

    await side_by_side(one, list(dict.fromkeys(keys)))
    return found
