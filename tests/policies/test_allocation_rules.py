"""What an allocation may ask for, and what its moves make of it: held against plainer words for the same."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.allocation_states import ALLOCATION_STATES, AllocationAction, status_of
from gateway.domain.allocations import AllocationStatus, ComplexCase
from gateway.domain.problems import ProblemCode
from gateway.policies.allocations.criteria import (
    CATEGORIES,
    COMPLEX_CASES,
    ESTATES,
    SENTENCE_LENGTHS,
    complex_case_problems,
    criteria_problems,
    size_problems,
)

ALLOWED = {
    *product(("adult_male",), ("b", "c", "d", None)),
    *product(("adult_female", "young_offender_female", "young_offender_male"), ("open", "closed", None)),
    *product(("juvenile_female", "juvenile_male", "other_estate", None), (None,)),
    *product((None,), ("b", "c", "d", "open", "closed")),
}
"""Every part of the estate with every category that goes with it."""

WORDS = st.text(max_size=12) | st.none()
STATES = st.sampled_from(AllocationStatus)


@given(
    st.sampled_from([*ESTATES, None]) | WORDS,
    st.sampled_from([*CATEGORIES, None]) | WORDS,
    st.sampled_from([*SENTENCE_LENGTHS, None]) | WORDS,
)
def test_criteria_pass_if_and_only_if_they_go_together(
    estate: str | None, category: str | None, sentence_length: str | None
) -> None:
    found = criteria_problems(estate, category, sentence_length)
    right = (estate, category) in ALLOWED and sentence_length in {"short", "long", "other", None}
    assert (found == []) == right
    assert {one.code for one in found} <= {ProblemCode.INVALID, ProblemCode.REQUIRED}
    assert all(one.field is not None and one.field[0] == "input" for one in found)


@given(st.integers(-(2**31), 2**31 - 1))
def test_an_allocation_is_for_one_to_a_hundred_people(size: int) -> None:
    assert (size_problems(size) == []) == (1 <= size <= 100)


@given(st.lists(st.builds(ComplexCase, st.sampled_from([*COMPLEX_CASES, "other", ""]), st.booleans()), max_size=8))
def test_each_known_need_is_answered_once(cases: list[ComplexCase]) -> None:
    found = complex_case_problems(cases)
    keys = [case.key for case in cases]
    right = len(set(keys)) == len(keys) and set(keys) <= {
        "hold_separately",
        "self_harm",
        "mental_health_issue",
        "under_drug_treatment",
    }
    assert (found == []) == right
    positions = [int(one.field[2]) for one in found if one.field]
    first_ones = {keys.index(key) for key in keys if key in COMPLEX_CASES}
    assert set(positions) == set(range(len(cases))) - first_ones


@given(STATES, st.integers(0, 100), st.data())
def test_the_status_follows_from_the_places(current: AllocationStatus, places: int, data: st.DataObject) -> None:
    filled = data.draw(st.integers(0, places))
    status = status_of(current, places=places, filled=filled)
    if current is AllocationStatus.CANCELLED:
        assert status is current
    else:
        full = places > 0 and filled == places
        assert status is (AllocationStatus.FILLED if full else AllocationStatus.UNFILLED)
    assert status_of(status, places=places, filled=filled) is status
    steps = {target for action in AllocationAction if (target := ALLOCATION_STATES.next(current, action))}
    assert status in steps | {current}


@given(STATES, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_only_the_last_count_matters_and_cancelling_is_for_good(
    begun: AllocationStatus, counts: list[tuple[int, int]]
) -> None:
    status = begun
    for places, filled in counts:
        status = status_of(status, places=places, filled=min(filled, places))
    if counts and begun is not AllocationStatus.CANCELLED:
        places, filled = counts[-1]
        assert status is status_of(AllocationStatus.UNFILLED, places=places, filled=min(filled, places))
    else:
        assert status is begun
    cancelled = ALLOCATION_STATES.next(status, AllocationAction.CANCEL) or status
    assert status_of(cancelled, places=3, filled=3) is AllocationStatus.CANCELLED
