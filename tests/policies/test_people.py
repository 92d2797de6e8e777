from datetime import UTC, date, datetime

import pytest

from gateway.domain.ids import AgencyId, PrisonNumber
from gateway.domain.people import Person
from gateway.domain.provenance import Provenance, SourceSystem
from gateway.domain.times import business_day
from gateway.policies.people import may_see, sight_window
from gateway.policies.scope import scope_of
from tests.policies.test_scope import a_viewer


def a_person(agency: str | None) -> Person:
    return Person(
        prison_number=PrisonNumber("A1234BC"),
        first_names="Sam",
        last_name="Vale",
        date_of_birth=None,
        gender=None,
        ethnicity=None,
        nationality=None,
        pnc_number=None,
        cro_number=None,
        category=None,
        agency_id=None if agency is None else AgencyId(agency),
        provenance=Provenance(SourceSystem.NOMIS, datetime(2026, 11, 24, tzinfo=UTC), stale=False),
    )


@pytest.mark.parametrize(
    ("roles", "agency", "sighted", "seen"),
    [
        (("PECS_PRISON",), "LEI", False, True),
        (("PECS_PRISON",), "MDI", False, False),
        (("PECS_PRISON",), "MDI", True, True),
        (("PECS_PRISON",), None, False, False),
        (("PECS_PRISON",), None, True, True),
        (("PECS_PMU",), "MDI", False, True),
        (("PECS_PMU",), None, False, True),
        ((), "LEI", False, False),
    ],
)
def test_a_person_is_seen_where_they_are_or_through_a_move(
    *, roles: tuple[str, ...], agency: str | None, sighted: bool, seen: bool
) -> None:
    assert may_see(scope_of(a_viewer(*roles)), a_person(agency), sighted=sighted) is seen


@pytest.mark.parametrize(("role", "sighted"), [("PECS_PRISON", True), ("PECS_PRISON", False), ("PECS_PMU", False)])
def test_of_whom_nothing_can_be_read_only_those_learn_who_may_see_them_anywhere(role: str, *, sighted: bool) -> None:
    scope = scope_of(a_viewer(role))

    assert may_see(scope, None, sighted=sighted) is may_see(scope, a_person(None), sighted=sighted)


def test_sight_lasts_a_day_after_completion_and_four_weeks_past_a_forgotten_move() -> None:
    window = sight_window(date(2026, 11, 24))
    assert window.completed_since == date(2026, 11, 23)
    assert window.open_since == date(2026, 10, 27)


def test_the_day_turns_at_midnight_in_london_in_summer_too() -> None:
    assert business_day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert business_day(datetime(2026, 12, 1, 23, 30, tzinfo=UTC)) == date(2026, 12, 1)
