"""Which supplier is told of a change, as a rule: whatever the change, and whoever made it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.events import EVENTS_OF_THE_SENDER, Event, EventClassification, EventDetail
from gateway.domain.ids import AgencyId, EventId, JourneyId, MoveId, MoveReference, PrisonNumber, SupplierKey
from gateway.domain.moves import Move, MoveStatus, MoveType, VehicleKind, VehicleNeeds
from gateway.domain.webhooks import MessageType, Notice
from gateway.policies.events.catalogue import CATALOGUE
from gateway.policies.webhooks.notices import notices_of
from gateway.resolvers.webhooks import body_of
from tests.support.worlds import NOW, TODAY

SUPPLIERS: Final = [SupplierKey("geoamey"), SupplierKey("serco")]
MOVE: Final = Move(
    id=MoveId(UUID(int=1)),
    reference=MoveReference("ABC1234D"),
    type=MoveType.COURT_APPEARANCE,
    status=MoveStatus.REQUESTED,
    date=TODAY,
    date_from=None,
    date_to=None,
    time_due=None,
    prison_number=PrisonNumber("A1234BC"),
    from_agency=AgencyId("LEI"),
    to_agency=AgencyId("LEEDCC"),
    supplier=SUPPLIERS[0],
    vehicle_needs=VehicleNeeds(VehicleKind.CELLULAR, None),
    prison_transfer_reason=None,
    additional_information="SECRET",
    recall_date=None,
    cancellation=None,
    allocation_id=None,
    recorded_retrospectively=False,
    authorised_at=NOW,
    created_at=NOW,
    updated_at=NOW,
    version=1,
)


JOURNEYS: Final = [JourneyId(UUID(int=100 + number)) for number in range(3)]
DRIVERS: Final = dict(zip(JOURNEYS, SUPPLIERS, strict=False))
"""The last of the journeys is known to the system of its supplier alone."""


def an_event(kind: str, by: SupplierKey | None = None, number: int = 1, journey: JourneyId | None = None) -> Event:
    details = (EventDetail("reason", "SECRET"),)
    return Event(
        EventId(UUID(int=number)),
        0,
        MOVE.id,
        journey,
        kind,
        EventClassification.DEFAULT,
        NOW,
        NOW,
        by,
        "SECRET",
        details,
    )


MOVES: Final = st.builds(
    lambda suppliers, authorised, status, version: replace(
        MOVE,
        supplier=suppliers[0],
        receiving_supplier=suppliers[1],
        authorised_at=NOW if authorised else None,
        status=status,
        version=version,
    ),
    st.sampled_from([(None, None), *((one, None) for one in SUPPLIERS), SUPPLIERS, SUPPLIERS[::-1]]),
    st.booleans(),
    st.sampled_from(MoveStatus),
    st.integers(1, 9),
)
EVENTS: Final = st.lists(
    st.builds(
        an_event,
        st.sampled_from([*sorted(CATALOGUE), "MoveUpdate", "MoveEscortCheckPassed"]),
        st.sampled_from([None, *SUPPLIERS]),
        st.integers(1, 99),
        st.sampled_from([None, *JOURNEYS]),
    ),
    max_size=4,
    unique_by=lambda event: event.id,
)


def told(before: Move | None, after: Move, *events: Event) -> list[tuple[SupplierKey, MessageType]]:
    return [(one.supplier, one.type) for one in notices_of(before, after, events, DRIVERS)]


def parties(move: Move | None) -> set[SupplierKey]:
    if move is None or move.authorised_at is None:
        return set()
    return {one for one in (move.supplier, move.receiving_supplier) if one is not None}


def may_hear(supplier: SupplierKey, event: Event) -> bool:
    if event.type in EVENTS_OF_THE_SENDER:
        return False
    return event.journey_id is None or supplier in (event.supplier, DRIVERS.get(event.journey_id))


@given(st.one_of(st.none(), MOVES), MOVES, EVENTS)
def test_nobody_is_told_of_what_they_may_not_see(before: Move | None, after: Move, events: list[Event]) -> None:
    had, has = parties(before), parties(after)
    found = notices_of(before, after, events, DRIVERS)
    for notice in found:
        assert notice.supplier in (had - has if notice.type is MessageType.MOVE_REMOVED else has)
        assert (notice.type is MessageType.MOVE_ADDED) <= (notice.supplier not in had)
        assert notice.event is None or may_hear(notice.supplier, notice.event)
    for kind, expected in ((MessageType.MOVE_REMOVED, had - has), (MessageType.MOVE_ADDED, has - had)):
        assert sorted(one.supplier for one in found if one.type is kind) == sorted(expected)
    for supplier in has:
        named = [one.event.id for one in found if one.event is not None and one.supplier == supplier]
        others = [one.id for one in events if one.supplier != supplier and may_hear(supplier, one)]
        assert [one for one in named if one in others] == [one for one in others if one in named]
        assert set(others) <= set(named)


@given(MOVES, EVENTS)
def test_no_body_says_more_than_ids_types_states_and_times(after: Move, events: list[Event]) -> None:
    for notice in notices_of(None, after, events, DRIVERS):
        assert "SECRET" not in body_of(notice)
        assert "A1234BC" not in body_of(notice)
        assert body_of(notice) == body_of(notice)


def test_a_move_that_changes_hands_is_taken_from_one_and_given_to_the_other() -> None:
    after = replace(MOVE, supplier=SUPPLIERS[1], version=2, updated_at=NOW + timedelta(minutes=1))
    found = notices_of(MOVE, after, [an_event("MoveUpdate")], {})
    assert [(one.supplier, one.type) for one in found] == [
        (SUPPLIERS[0], MessageType.MOVE_REMOVED),
        (SUPPLIERS[1], MessageType.MOVE_ADDED),
    ]
    gone = body_of(found[0])
    assert re.search(r'"move":{"id":"[^"]+","reference":"ABC1234D"}}', gone)
    assert "serco" not in gone


def test_what_sort_of_news_it_is() -> None:
    changed = replace(MOVE, version=2)
    cases = {
        ("MoveUpdate", changed): MessageType.MOVE_CHANGED,
        ("MoveStart", replace(changed, status=MoveStatus.IN_TRANSIT)): MessageType.MOVE_STATUS_CHANGED,
        ("MoveCancel", replace(changed, status=MoveStatus.CANCELLED)): MessageType.MOVE_CANCELLED,
        ("MoveOperationTornado", MOVE): MessageType.EVENT_RECORDED,
        ("PersonMoveAssault", MOVE): MessageType.EVENT_RECORDED,
        ("PerCompletion", MOVE): MessageType.ESCORT_RECORD_CHANGED,
        ("PerHandover", changed): MessageType.ESCORT_RECORD_CHANGED,
        ("PerConfirmation", replace(changed, status=MoveStatus.IN_TRANSIT)): MessageType.ESCORT_RECORD_CHANGED,
    }
    for (kind, after), expected in cases.items():
        assert told(MOVE, after, an_event(kind)) == [(SUPPLIERS[0], expected)], kind


def test_a_change_without_an_event_is_told_too() -> None:
    after = replace(MOVE, version=2)
    assert notices_of(MOVE, after, [], {}) == [Notice(SUPPLIERS[0], MessageType.MOVE_CHANGED, after, None)]
    assert notices_of(MOVE, MOVE, [], {}) == []


def test_what_a_supplier_said_itself_is_no_news_to_it() -> None:
    ours, theirs = SUPPLIERS
    for kind in ("MoveAccept", "JourneyStart", "JourneyCreate"):
        assert told(MOVE, MOVE, an_event(kind, ours)) == []
        assert told(MOVE, MOVE, an_event(kind, theirs)) == [(ours, MessageType.EVENT_RECORDED)]
    # What the gateway concluded from it is.
    assert told(MOVE, MOVE, an_event("PerConfirmation", ours)) == [(ours, MessageType.ESCORT_RECORD_CHANGED)]
