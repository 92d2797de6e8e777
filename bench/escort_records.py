"""Two clients edit a hundred escort records at once, over HTTP and against each other; then all of it is checked.

    python bench/escort_records.py [--records 100] [--seconds 30]

A gateway process on PostgreSQL, and a process for each client with many requests under way. A client answers questions
with the versions that it saw last, whatever the other one did since, and notes every answer that the gateway took. In
the end every one of those has to stand in the record's history, each on top of the one before it, and the status and
sections of each record have to be those that follow from its answers.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import platform
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this folder is on the path and not the one above

import httpx  # noqa: E402
import sqlalchemy as sa  # noqa: E402

from gateway.domain.ids import AgencyId, PrisonNumber, SupplierKey  # noqa: E402
from gateway.domain.times import utc_now  # noqa: E402
from gateway.resolvers.global_ids import NodeType, decode, encode  # noqa: E402
from gateway.store import moves_writer  # noqa: E402
from gateway.store.engine import Database  # noqa: E402
from gateway.store.escort_record_tables import per_responses, per_sections, person_escort_records  # noqa: E402
from gateway.store.tables import changes  # noqa: E402
from tests.booking.bed import PLACES  # noqa: E402
from tests.booking.test_killed import a_killable_gateway  # noqa: E402
from tests.escort_records.plain_model import ASKED, Held, Record  # noqa: E402
from tests.escort_records.test_any_sequence_of_answers import OFTEN, said_of  # noqa: E402
from tests.store.worlds import make_move  # noqa: E402
from tests.support.record_answers import whole  # noqa: E402
from tests.support.worlds import token_for  # noqa: E402

START: Final = "mutation S($input: StartPersonEscortRecordInput!) {startPersonEscortRecord(input: $input) %s}"
RECORD: Final = "mutation R($input: RecordPerResponsesInput!) {recordPerResponses(input: $input) %s}"
OUTCOME: Final = "{personEscortRecord {id sections {responses {version applies question {key}}}} problems {code field}}"
IN_FLIGHT: Final = 20
"""Requests of one client that are under way at the same time, to whichever of the records: they take turns."""

READ: Final = "query R($id: ID!) {personEscortRecord(id: $id) {sections {responses {version applies question {key}}}}}"


@dataclass
class Told:
    """What one client knows in the end. `taken`: record, question, what was said."""

    taken: list[tuple[str, str, str]] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass
class Client:
    """One client process: all records are edited at the same time, each by a task of its own."""

    url: str
    token: str
    name: str
    until: float
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(IN_FLIGHT))
    told: Told = field(default_factory=Told)

    async def ask(self, http: httpx.AsyncClient, query: str, variables: object) -> dict[str, Any]:
        started = time.perf_counter()
        answer = await http.post(
            f"{self.url}/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        self.told.milliseconds.append((time.perf_counter() - started) * 1000)
        body: dict[str, Any] = answer.json()
        if "errors" in body:
            code = body["errors"][0]["extensions"]["code"]
            raise TimeoutError if code == "DEADLINE_EXCEEDED" else RuntimeError(body["errors"])
        data: dict[str, Any] = body["data"]
        return data

    async def edit(self, http: httpx.AsyncClient, record_id: str, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - what is said
        seen: dict[str, int] = {}
        while time.time() < self.until:
            try:
                async with self.gate:
                    if time.time() < self.until:
                        seen = await self._turn(http, record_id, dice, seen)
            except (TimeoutError, httpx.TransportError) as cut_off:
                # Whether it was done is not known then: look again.
                self.told.outcomes.update([type(cut_off).__name__])
                seen = {}

    async def _turn(
        self, http: httpx.AsyncClient, record_id: str, dice: random.Random, seen: dict[str, int]
    ) -> dict[str, int]:
        """Answer some questions; give the versions to go on with."""
        if not seen:
            data = await self.ask(http, READ, {"id": record_id})
            seen = _versions(data["personEscortRecord"])
        given = self._said(dice, seen)
        data = await self.ask(http, RECORD % OUTCOME, {"input": {"id": record_id, "responses": given}})
        payload = data["recordPerResponses"]
        codes = {one["code"] for one in payload["problems"]}
        self.told.outcomes.update(["taken"] if not codes else [*codes])
        if not codes:
            self.told.taken += [(record_id, one["questionKey"], _mark(one)) for one in given]
            return _versions(payload["personEscortRecord"])
        # Now and then one goes on with what one saw long ago.
        return seen if dice.random() < 0.2 else {}  # noqa: PLR2004

    def _said(self, dice: random.Random, seen: dict[str, int]) -> list[dict[str, Any]]:
        """Say something that nobody else says, where the question takes words."""
        found = []
        asked = [key for key in OFTEN if key in seen]
        for key in dice.sample(asked, dice.randint(1, 3)):
            said = dict(said_of(key, dice.randrange(8)))
            if "text" in said:
                said["text"] = f"{self.name} {dice.getrandbits(60)}"
            elif "details" in said:
                said["details"] = f"{self.name} {dice.getrandbits(60)}"
            found.append({"questionKey": key, **said, "version": seen[key]})
        return found


def _versions(record: dict[str, Any]) -> dict[str, int]:
    """Give the versions of what is asked at present."""
    return {
        one["question"]["key"]: one["version"]
        for section in record["sections"]
        for one in section["responses"]
        if one["applies"]
    }


def _mark(given: dict[str, Any]) -> str:
    return json.dumps({name: given[name] for name in ("option", "details", "options", "text") if name in given})


def run_client(url: str, token: str, name: str, records: list[str], seconds: float, seed: int) -> Told:
    """Edit for a while, in a process of its own."""

    async def work() -> Told:
        client = Client(url, token, name, time.time() + seconds)
        limits = httpx.Limits(max_connections=len(records))
        async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as http:
            tasks = [client.edit(http, one, seed * 1000 + number) for number, one in enumerate(records)]
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if outcome is not None:
                    client.told.faults.append(repr(outcome)[:300])
        return client.told

    return asyncio.run(work())


async def made_records(url: str, token: str, database: Database, count: int) -> list[str]:
    """Put moves into the store, and start and answer a record for each over HTTP."""
    titles = {AgencyId(code): title for code, (title, _) in PLACES.items()}
    moves = [
        make_move(
            number,
            prison_number=PrisonNumber(f"B{number:04}BB"),
            from_agency=AgencyId("LEI"),
            to_agency=AgencyId("MDI"),
            supplier=SupplierKey("geoamey"),
        )
        for number in range(count)
    ]
    async with database.transaction() as conn:
        await moves_writer.insert_moves(conn, [(move, ()) for move in moves], titles=titles)
    client = Client(url, token, "setting up", 0)
    found = []
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        for move in moves:
            given = {"input": {"moveId": encode(NodeType.MOVE, move.id)}}
            data = await client.ask(http, START % OUTCOME, given)
            record_id = data["startPersonEscortRecord"]["personEscortRecord"]["id"]
            await client.ask(http, RECORD % OUTCOME, {"input": {"id": record_id, "responses": whole()}})
            found.append(record_id)
    return found


@dataclass
class Findings:
    """What was wrong in the end: all of it has to be nothing."""

    lost_answers: int = 0
    silent_overwrites: int = 0
    wrong_statuses: int = 0
    wrong_sections: int = 0
    versions: int = 0


async def check(database: Database, records: list[str], told: list[Told]) -> Findings:
    """Hold what clients were told against the history, and what stands against a plain recomputation."""
    found = Findings()
    taken = Counter(one for client in told for one in client.taken)
    async with database.read() as conn:
        for global_id in records:
            decoded = decode(global_id)
            assert decoded is not None  # noqa: S101 - the gateway gave it
            record_id = decoded[1][0]
            history = await _history(conn, record_id)
            found.versions += len(history)
            stands: dict[str, str | None] = {}
            said: Counter[tuple[str, str, str]] = Counter()
            for fields in history:
                for one in fields:
                    if one["name"] not in ASKED:
                        continue
                    if stands.get(one["name"]) != one["before"]:
                        found.silent_overwrites += 1
                    stands[one["name"]] = one["after"]
                    after = json.loads(one["after"])
                    said[global_id, one["name"], _kept_mark(after)] += 1
            mine = Counter({key: count for key, count in taken.items() if key[0] == global_id})
            found.lost_answers += sum(1 for key in mine if key not in said)
            await _compare(conn, record_id, found)
    return found


async def _history(conn: Any, record_id: str) -> list[list[dict[str, Any]]]:
    rows = await conn.execute(
        sa.select(changes.c.fields)
        .where(changes.c.subject_id == sa.cast(record_id, sa.Uuid()))
        .order_by(changes.c.version)
    )
    return [row.fields for row in rows]


def _kept_mark(after: dict[str, Any]) -> str:
    return json.dumps({name: after[name] for name in ("option", "details", "options", "text") if name in after})


async def _compare(conn: Any, record_id: str, found: Findings) -> None:
    wanted = sa.cast(record_id, sa.Uuid())
    kept = await conn.scalar(sa.select(per_responses.c.responses).where(per_responses.c.record_id == wanted))
    status = await conn.scalar(sa.select(person_escort_records.c.status).where(person_escort_records.c.id == wanted))
    model = Record()
    for key, one in kept["responses"].items():
        said = {name: one[name] for name in ("option", "options", "text", "items") if name in one} or None
        model.held[key] = Held(said, one["version"], responded=one["responded_at"] is not None)
    found.wrong_statuses += model.status() != status.upper()
    for row in await conn.execute(sa.select(per_sections).where(per_sections.c.record_id == wanted)):
        expected = model.progress(row.key.upper())
        found.wrong_sections += (row.status.upper(), row.answered, row.outstanding) != expected


async def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--records", type=int, default=100)
    arguments.add_argument("--seconds", type=float, default=30)
    given = arguments.parse_args()
    until = utc_now() + timedelta(hours=1)
    officer = token_for("LEEDS_OFFICER", "PECS_PRISON", expires_at=until)
    oca = token_for("LEEDS_OCA", "PECS_OCA", expires_at=until)
    async with a_killable_gateway() as (gateway, database):
        gateway.marks.clear()  # nobody is killed here
        print(f"making {given.records} records ...", flush=True)
        records = await made_records(gateway.url, officer, database, given.records)
        print(f"editing for {given.seconds:g} s ...", flush=True)
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            told = list(
                await asyncio.gather(
                    *(
                        asyncio.get_running_loop().run_in_executor(
                            pool, run_client, gateway.url, token, name, records, given.seconds, seed
                        )
                        for seed, (token, name) in enumerate(((officer, "officer"), (oca, "oca")), 1)
                    )
                )
            )
        async with database.read() as conn:
            server: str = await conn.scalar(sa.text("SHOW server_version")) or ""
        findings = await check(database, records, told)
    times = sorted(one for client in told for one in client.milliseconds)
    outcomes = sum((client.outcomes for client in told), Counter[str]())
    results = {
        "requests": len(times),
        "outcomes": dict(outcomes.most_common()),
        "answers_taken": sum(len(client.taken) for client in told),
        "median_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[len(times) * 95 // 100], 1),
        "faults": [one for client in told for one in client.faults],
        **asdict(findings),
    }
    written = {
        "bench": "escort_records",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "records": given.records,
        "seconds": given.seconds,
        "clients": len(told),
        "versions": {"python": platform.python_version(), "postgresql": server},
        "results": results,
    }
    print(json.dumps(results, indent=2))
    target = ROOT / "bench" / "results" / "escort_records.json"
    target.write_text(json.dumps(written, indent=2) + "\n")
    print(f"written to {target.relative_to(ROOT)}")
    wrong = findings.lost_answers + findings.silent_overwrites + findings.wrong_statuses + findings.wrong_sections
    return 1 if wrong or results["faults"] else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(main()))
