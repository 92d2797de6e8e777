"""Cursors: opaque, and nothing but what was given out is taken back."""

import base64
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.errors import InvalidInput
from gateway.domain.moves import MoveFilter, MoveOrder, MoveOrderField, OrderDirection
from gateway.domain.pages import PageRequest
from gateway.store import move_pages
from gateway.store.engine import Database
from gateway.store.keysets import Position
from gateway.store.move_pages import keyset_of
from tests.store.worlds import NOON, World, make_move, scope

BY_DATE = keyset_of(MoveOrder())
SOME_ID = make_move(1).id


def written(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


GOOD = written(["date", "2026-01-01", str(SOME_ID)])

HOSTILE = {
    "nothing": "",
    "no base64": "%%%",
    "beyond ASCII": "é" * 8,
    "padded": GOOD + "=" * (-len(GOOD) % 4 or 4),
    "the other alphabet": base64.b64encode(b'["\xff\xfe?>"]').decode(),
    "spaces within": GOOD[:4] + " " + GOOD[4:],
    "no JSON": base64.urlsafe_b64encode(b"hello").rstrip(b"=").decode(),
    "spaced JSON": base64.urlsafe_b64encode(json.dumps(["date", "2026-01-01", str(SOME_ID)]).encode()).decode(),
    "no list": written({"date": "2026-01-01"}),
    "too short": written(["date", "2026-01-01"]),
    "too long": written(["date", "2026-01-01", str(SOME_ID), 1]),
    "another order": written(["created_at", "2026-01-01T00:00:00+00:00", str(SOME_ID)]),
    "no date": written(["date", "tomorrow", str(SOME_ID)]),
    "a week date": written(["date", "2026-W01-1", str(SOME_ID)]),
    "a date as a number": written(["date", 20260101, str(SOME_ID)]),
    "an empty date": written(["date", None, str(SOME_ID)]),
    "an impossible date": written(["date", "2026-02-30", str(SOME_ID)]),
    "no id": written(["date", "2026-01-01", "1"]),
    "an id in capitals": written(["date", "2026-01-01", str(SOME_ID).upper()]),
    "an id as a list": written(["date", "2026-01-01", [str(SOME_ID)]]),
    "huge": GOOD * 100_000,
    "deep": base64.urlsafe_b64encode(b"[" * 1400).rstrip(b"=").decode(),
    "a number without end": base64.urlsafe_b64encode(b"1" * 1400).rstrip(b"=").decode(),
}


def test_a_good_cursor_is_read() -> None:
    assert BY_DATE.decode(GOOD, argument="after") == Position(date(2026, 1, 1), SOME_ID)


@pytest.mark.parametrize("cursor", HOSTILE.values(), ids=HOSTILE.keys())
def test_anything_else_is_refused_by_the_name_of_the_argument(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="before is not a cursor of this list") as refusal:
        BY_DATE.decode(cursor, argument="before")
    assert refusal.value.field == ("before",)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_text_breaks_the_reading(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        BY_DATE.decode(cursor, argument="after")


instants = keyset_of(MoveOrder(MoveOrderField.CREATED_AT))
titles = keyset_of(MoveOrder(MoveOrderField.TO_LOCATION))


@pytest.mark.parametrize(
    "instant",
    ["2026-01-01T00:00:00", "2026-01-01T01:00:00+01:00", "0001-01-01T00:00:00+14:00", "2026-01-01 00:00:00+00:00"],
)
def test_an_instant_is_one_of_utc(instant: str) -> None:
    with pytest.raises(InvalidInput):
        instants.decode(written(["created_at", instant, str(SOME_ID)]), argument="after")


@pytest.mark.parametrize("title", ["nul \0", "\ud800"])
def test_a_title_is_text_that_both_databases_take(title: str) -> None:
    with pytest.raises(InvalidInput):
        titles.decode(written(["to_location", title, str(SOME_ID)]), argument="after")


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200))
def test_every_title_comes_back(title: str) -> None:
    position = Position(title, SOME_ID)
    assert titles.decode(titles.encode(position), argument="after") == position


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_instant_comes_back(instant: datetime) -> None:
    assert instants.decode(instants.encode(Position(instant, SOME_ID)), argument="after").key == instant


@pytest.mark.anyio
@pytest.mark.parametrize("direction", list(OrderDirection))
async def test_rows_that_appear_and_vanish_between_pages_shift_nothing(
    store: Database, direction: OrderDirection
) -> None:
    order = MoveOrder(MoveOrderField.CREATED_AT, direction)
    early, late = (
        World(tuple((make_move(number, created_at=NOON + timedelta(hours=number)), ()) for number in numbers))
        for numbers in (range(10, 20), (*range(10), 15 + 20, 40))
    )
    shown = [move for move, _ in early.moves]
    if direction is OrderDirection.DESC:
        shown.reverse()
    async with store.transaction() as conn:
        await early.write(conn)
    async with store.read() as conn:
        first = await move_pages.page(
            conn, PageRequest(4), matching=MoveFilter(), order=order, within=scope(national=True)
        )
    async with store.transaction() as conn:
        await late.write(conn)
    async with store.read() as conn:
        request = PageRequest(4, first.edges[-1].cursor)
        second = await move_pages.page(conn, request, matching=MoveFilter(), order=order, within=scope(national=True))
    assert [*first.nodes, *second.nodes] == shown[:8]
    assert second.has_previous


@pytest.mark.anyio
async def test_a_page_of_no_rows_tells_what_is_around_it(store: Database) -> None:
    everything = scope(national=True)
    async with store.transaction() as conn:
        await World(tuple((make_move(number), ()) for number in range(3))).write(conn)
    async with store.read() as conn:
        empty = await move_pages.page(conn, PageRequest(0), matching=MoveFilter(), order=MoveOrder(), within=everything)
        whole = await move_pages.page(
            conn, PageRequest(50), matching=MoveFilter(), order=MoveOrder(), within=everything
        )
        last = PageRequest(0, whole.edges[-1].cursor)
        end = await move_pages.page(conn, last, matching=MoveFilter(), order=MoveOrder(), within=everything)
    assert (empty.edges, empty.has_next, empty.has_previous) == ((), True, False)
    assert (whole.has_next, whole.has_previous) == (False, False)
    assert (end.edges, end.has_next, end.has_previous) == ((), False, True)
