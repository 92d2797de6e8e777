"""Gateways that are killed in the middle of deliveries: nothing is lost, nothing comes out of order."""

import asyncio

import pytest

from tests.webhooks.chaos import PEOPLE, a_world, book_and_change, check, cut_connections, nothing_waits

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_a_gateway_over_a_file_is_killed_while_moves_are_booked() -> None:
    async with a_world("sqlite", [(15,)]) as world:
        await book_and_change(world, PEOPLE[:12], 2)
        await asyncio.gather(*world.nodes[0].restarts)
        assert len(world.nodes[0].restarts) == 1
        await nothing_waits(world)
        await check(world)


async def test_one_of_two_nodes_is_killed_and_the_database_cuts_both_off() -> None:
    async with a_world("postgresql", [(10,), ()]) as world:
        await book_and_change(world, PEOPLE[:12], 2)
        await asyncio.gather(*world.nodes[0].restarts)
        assert len(world.nodes[0].restarts) == 1
        await cut_connections(world.url)
        await nothing_waits(world)
        await check(world)
