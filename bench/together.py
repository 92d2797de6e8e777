"""Sixty-four viewers of one establishment who ask the same board at once: what they may share, beside a peer."""

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from bench.federation import CASELOAD, a_server, a_world, sources
from bench.loading import Case, Load, agree, kept, passes, ratio, table
from tests.support.estate_builders import an_account
from tests.support.worlds import token_for

VIEWERS: Final = 64
MOVES: Final = 50
SHARED_ANSWERS: Final = {"GATEWAY_SHARE_QUERIES_MS": "100"}
SHARED_QUESTIONS: Final = {
    "GATEWAY_COALESCE_MS": "20",
    "GATEWAY_CACHE_PEOPLE_SECONDS": "10",
    "GATEWAY_CACHE_ALERTS_SECONDS": "10",
}
SETTINGS: Final = {
    "together": {**SHARED_ANSWERS, **SHARED_QUESTIONS},
    "shared_answers": SHARED_ANSWERS,
    "shared_questions": SHARED_QUESTIONS,
    "alone": {},
}


def tokens() -> list[str]:
    """Sign in everybody, each by their own name."""
    ends = datetime.now(UTC) + timedelta(hours=3)
    return [token_for(f"OFFICER{n}", "PECS_PRISON", expires_at=ends) for n in range(VIEWERS)]


async def together(load: Load, day: date, *, seconds: int, count: int) -> dict[str, Any]:
    """Measure the gateway, with all that viewers may share, with parts of it and without, and a peer."""
    world = a_world(MOVES, day)
    accounts = tuple(an_account(f"OFFICER{n}", "PECS_PRISON", caseloads=CASELOAD) for n in range(VIEWERS))
    world = replace(world, nomis=replace(world.nomis, account_list=accounts))
    async with sources(world) as found, AsyncExitStack() as stack:
        servers = {
            name: await stack.enter_async_context(a_server("ours", replace(found, env={**found.env, **settings})))
            for name, settings in SETTINGS.items()
        }
        servers["mercurius_jit"] = await stack.enter_async_context(a_server("mercurius_jit", found))
        await agree(load, servers.values(), MOVES)
        cases = [Case(name, server, MOVES, VIEWERS, tokens=tokens()) for name, server in servers.items()]
        samples = await passes(load, cases, seconds=seconds, count=count)
    print(f"\n{VIEWERS} viewers\n\n{table(samples)}\n", flush=True)
    peer = samples["mercurius_jit"]
    return {
        "ratios": {
            f"{name}_vs_mercurius_jit_{VIEWERS}_viewers": ratio(samples[name], peer, lambda one: one.per_cpu_second)
            for name in SETTINGS
        },
        "viewers": VIEWERS,
        "settings": SETTINGS,
        "cases": kept(samples),
    }
