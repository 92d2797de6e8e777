"""Asking about many keys at once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)
Part = TypeVar("Part")
Answer = TypeVar("Answer")

CHUNK: Final = 500
"""Upstreams take 1,000 keys at most where they say so; half of it keeps bodies small and answers quick."""


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
