"""A crowd: moves that no answer of the bench contains, so that the store holds so many times as many as before."""

from typing import Final

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import sqlalchemy as sa

from gateway.store.escort_record_tables import per_sections, person_escort_records
from gateway.store.tables import moves

# A third is Leeds' of other days, a third others' of the same day, a third others' of other days. Nobody is in two.
CROWD: Final = """CREATE TEMPORARY TABLE crowd AS
    SELECT source, record, id, record_id, place,
        day - CASE WHEN n % 3 = 1 THEN 0 ELSE (1 + n % 400)::integer END AS day,
        'Z' || lpad(to_hex(number), 7, '0') AS reference,
        'B' || lpad((number % 10000)::text, 4, '0') || chr((65 + number / 10000 % 26)::integer) || 'Z' AS prison_number
    FROM (
        SELECT m.id AS source, r.id AS record, m.day, n,
            gen_random_uuid() AS id, gen_random_uuid() AS record_id,
            CASE WHEN n % 3 = 0 THEN 'LEI' ELSE 'MDI' END AS place,
            row_number() OVER (ORDER BY n, m.id) AS number
        FROM moves m JOIN person_escort_records r ON r.move_id = m.id CROSS JOIN generate_series(1, $1) n
    ) made"""


def copied(table: sa.Table, joined: str, **changes: str) -> str:
    """Write the statement that copies rows of a table (`old`) for the crowd (`c`), some columns changed."""
    names = [column.name for column in table.columns]
    values = ", ".join(changes.get(name, f"old.{name}") for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM {table.name} old JOIN {joined}"  # noqa: S608 - all of it is ours


FILL: Final = (
    copied(
        moves,
        "crowd c ON c.source = old.id JOIN locations f ON f.agency_id = c.place "
        "JOIN locations t ON t.agency_id = 'LEEDCC'",
        id="c.id",
        reference="c.reference",
        date="c.day",
        day="c.day",
        arrives_on="c.day",
        prison_number="c.prison_number",
        from_agency="f.agency_id",
        from_title="f.title",
        to_agency="t.agency_id",
        to_title="t.title",
    ),
    copied(
        person_escort_records,
        "crowd c ON c.record = old.id",
        id="c.record_id",
        move_id="c.id",
        prison_number="c.prison_number",
    ),
    copied(per_sections, "crowd c ON c.record = old.record_id", record_id="c.record_id"),
)


async def gather(url: str, times: int) -> int:
    """Have a database hold so many times the moves that it holds, and their dPERs; return how many those are.

    It is vacuumed and analysed in any case, as it would be before long.
    """
    connection = await asyncpg.connect(url)
    try:
        if times > 1:
            await connection.execute("SET maintenance_work_mem = '256MB'")
            await connection.execute(CROWD.replace("$1", str(times - 1)))
            for statement in FILL:
                await connection.execute(statement, timeout=600)
        await connection.execute("VACUUM ANALYZE", timeout=600)
        found: int = await connection.fetchval("SELECT count(*) FROM moves")
    finally:
        await connection.close()
    return found
