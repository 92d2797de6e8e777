"""Who changed what and when, told to those who see the move and in as much as they may know."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import pytest

from gateway.domain.changes import Change, ChangedThing, FieldChange
from gateway.policies.history import as_told
from tests.booking.bed import GEOAMEY, MOORLAND, OCA, OFFICER, PMU, SERGEANT, Bed, a_bed
from tests.booking.test_changing_moves import APPROVE, CANCEL, IN_TWO_DAYS, UPDATE, booked
from tests.support.statements import sent_statements
from tests.support.worlds import NOW

pytestmark = pytest.mark.anyio

HISTORY: Final = """query($id: ID!, $first: Int, $after: String) {
  move(id: $id) {
    history(first: $first, after: $after) {
      nodes {version at username fields {name before after}}
      edges {cursor}
      pageInfo {hasNextPage hasPreviousPage}
    }
  }
}"""


async def history(bed: Bed, token: str, move: dict[str, Any], **page: object) -> Any:
    answer = await bed.ask(HISTORY, token, {"id": move["id"], **page})
    return None if answer["move"] is None else answer["move"]["history"]


def fields(entry: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    return {one["name"]: (one["before"], one["after"]) for one in entry["fields"]}


@contextmanager
def statements_with(words: str) -> Iterator[list[str]]:
    """Gather the statements that hold some words."""
    found: list[str] = []

    with sent_statements() as sent:
        yield found
    found += [statement for statement, _ in sent if words in statement]


async def test_each_version_says_who_made_it_when_and_what_differs() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS)
        await bed.change(CANCEL, PMU, id=move["id"], reason="OTHER", comment="By phone.")
        made, approved, cancelled = (await history(bed, OCA, move))["nodes"]
        assert [(one["version"], one["username"]) for one in (made, approved, cancelled)] == [
            (1, "LEEDS_OCA"),
            (2, "PMU_USER"),
            (3, "PMU_USER"),
        ]
        assert {one["at"] for one in (made, approved, cancelled)} == {NOW.isoformat().replace("+00:00", "Z")}
        assert fields(made)["status"] == (None, "proposed")
        assert fields(approved) == {
            "status": ("proposed", "requested"),
            "date": (None, IN_TWO_DAYS),
            "authorised_at": (None, NOW.isoformat()),
        }
        assert fields(cancelled) == {
            "status": ("requested", "cancelled"),
            "cancellation_reason": (None, "other"),
            "cancellation_comment": (None, "By phone."),
            "cancelled_at": (None, NOW.isoformat()),
        }


async def test_it_goes_with_the_move() -> None:
    async with a_bed() as bed:
        move = await booked(bed, OCA)
        for token in (MOORLAND, GEOAMEY, SERGEANT):
            assert await history(bed, token, move) is None
        await bed.change(APPROVE, PMU, id=move["id"], date=IN_TWO_DAYS)
        told = await history(bed, OCA, move)
        assert await history(bed, MOORLAND, move) == told == await history(bed, GEOAMEY, move)
        assert await history(bed, SERGEANT, move) is None


async def test_that_a_person_is_named_is_told_and_not_whom() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        (made,) = (await history(bed, PMU, move))["nodes"]
        assert fields(made)["prison_number"] == (None, None)
        assert "A1001AA" not in str(made)


def test_a_place_in_an_allocation_is_not_told_by_the_history() -> None:
    change = Change(
        ChangedThing.MOVE,
        subject_id=UUID(int=1),
        version=2,
        at=NOW,
        username="X",
        fields=(FieldChange("allocation_id", None, "1"), FieldChange("date", None, "2026-11-24")),
    )
    assert as_told(change).fields == (FieldChange("date", None, "2026-11-24"),)


async def test_pages_follow_one_another_and_cursors_count_nothing_else() -> None:
    async with a_bed() as bed:
        move, other = await booked(bed), await booked(bed, prisonNumber="A1002AA")
        for note in ("One.", "Two.", "Three."):
            await bed.change(UPDATE, OFFICER, id=other["id"], additionalInformation=note)
            await bed.change(UPDATE, OFFICER, id=move["id"], additionalInformation=note)
        whole = await history(bed, OFFICER, move)
        assert [one["version"] for one in whole["nodes"]] == [1, 2, 3, 4]
        first = await history(bed, OFFICER, move, first=2)
        assert (first["nodes"], first["pageInfo"]["hasNextPage"]) == (whole["nodes"][:2], True)
        rest = await history(bed, OFFICER, move, first=5, after=first["edges"][-1]["cursor"])
        assert rest["nodes"] == whole["nodes"][2:]
        assert rest["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
        # The same steps with nothing going on beside them have the same cursors, bar the id of the move itself.
        assert [one["cursor"][:16] for one in whole["edges"]] == [
            one["cursor"][:16] for one in (await history(bed, OFFICER, other))["edges"]
        ]


async def test_the_histories_of_a_list_are_one_statement() -> None:
    async with a_bed() as bed:
        for number in ("A1001AA", "A1002AA", "A1003AA"):
            await booked(bed, prisonNumber=number)
        with statements_with("FROM changes") as statements:
            await bed.ask("{moves {nodes {history {nodes {version}}}}}", OFFICER)
        assert len(statements) == 1


async def test_a_second_change_in_a_document_shows_what_it_made() -> None:
    async with a_bed() as bed:
        move = await booked(bed)
        answer = await bed.ask(
            """mutation($one: UpdateMoveInput!, $two: UpdateMoveInput!) {
              one: updateMove(input: $one) {move {history {nodes {version}} events {nodes {type}}}}
              two: updateMove(input: $two) {move {history {nodes {version}} events {nodes {type}}}}
            }""",
            OFFICER,
            {
                "one": {"id": move["id"], "additionalInformation": "One."},
                "two": {"id": move["id"], "additionalInformation": "Two."},
            },
        )
        assert [len(answer[alias]["move"]["history"]["nodes"]) for alias in ("one", "two")] == [2, 3]
        assert [len(answer[alias]["move"]["events"]["nodes"]) for alias in ("one", "two")] == [2, 3]
