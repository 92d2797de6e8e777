import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.categories import EXCLUSIONS, KNOWN_CODES
from gateway.domain.people import EscortEligibility, EscortExclusion
from gateway.policies.eligibility import escort_eligibility


@pytest.mark.parametrize("code", ["A", "E", "H", "P"])
def test_category_a_of_any_kind_is_not_carried(code: str) -> None:
    assert escort_eligibility(code, ()) == EscortEligibility(eligible=False, reasons=(EscortExclusion.CATEGORY_A,))


@pytest.mark.parametrize("code", ["Q", "V"])
def test_restricted_status_is_not_carried(code: str) -> None:
    assert escort_eligibility(code, ()) == EscortEligibility(
        eligible=False, reasons=(EscortExclusion.RESTRICTED_STATUS,)
    )


@pytest.mark.parametrize("code", [None, "C", "U"])
def test_only_the_heightened_escape_list_excludes(code: str | None) -> None:
    assert escort_eligibility(code, ("XEL", "XER")) == EscortEligibility(eligible=True, reasons=())
    assert escort_eligibility(code, ("XELH",)) == EscortEligibility(
        eligible=False, reasons=(EscortExclusion.ESCAPE_LIST_HEIGHTENED,)
    )


def test_every_reason_is_named() -> None:
    assert escort_eligibility("A", ("XELH",)) == EscortEligibility(
        eligible=False, reasons=(EscortExclusion.CATEGORY_A, EscortExclusion.ESCAPE_LIST_HEIGHTENED)
    )


@given(st.text(min_size=1).filter(lambda code: code not in KNOWN_CODES and code not in EXCLUSIONS))
def test_a_category_that_nobody_knows_is_left_to_a_person(code: str) -> None:
    assert escort_eligibility(code, ("XEL",)) is None
    assert escort_eligibility(code, ("XELH",)) is not None
