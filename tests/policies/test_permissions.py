from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.viewer import Permission, ViewerKind
from gateway.policies.permissions import (
    ESTABLISHMENT_ROLES,
    NATIONAL_ROLES,
    PERMISSIONS,
    SUPPLIER_ROLE,
    kind_of,
    permissions_of,
)

ROLES = st.frozensets(st.sampled_from(sorted(PERMISSIONS)) | st.text(max_size=20))


@given(ROLES)
def test_permissions_are_the_union_of_those_of_each_role(roles: frozenset[str]) -> None:
    assert permissions_of(roles) == frozenset(
        permission for role in roles for permission in PERMISSIONS.get(role, frozenset())
    )


@given(st.frozensets(st.text(max_size=20).filter(lambda role: role not in PERMISSIONS)))
def test_a_role_that_nobody_knows_permits_nothing(roles: frozenset[str]) -> None:
    assert permissions_of(roles) == frozenset()
    assert kind_of(roles) is ViewerKind.READ_ONLY


def test_health_staff_edit_the_health_section_and_never_confirm() -> None:
    held = permissions_of({"PECS_PER_AUTHOR"})
    assert Permission.EDIT_PER_HEALTH in held
    assert Permission.EDIT_PER not in held
    assert Permission.CONFIRM_PER not in held


def test_courts_read_records_and_do_not_print_them() -> None:
    held = permissions_of({"PECS_COURT"})
    assert Permission.VIEW_PER in held
    assert Permission.PRINT_PER not in held


def test_every_role_that_views_moves_has_a_place_to_view_them_at() -> None:
    viewing = {role for role, held in PERMISSIONS.items() if Permission.VIEW_MOVES in held}
    assert viewing == ESTABLISHMENT_ROLES | NATIONAL_ROLES | {SUPPLIER_ROLE}


def test_each_kind_of_account_is_told_by_its_roles() -> None:
    assert {
        kind_of(roles)
        for roles in (
            {"PECS_PMU", "PECS_PRISON"},
            {"PECS_SUPPLIER"},
            {"PECS_CDM"},
            {"PECS_POLICE", "PECS_PER_AUTHOR"},
            {"PECS_COURT"},
            {"PECS_HMYOI"},
            {"PECS_OCA"},
            {"PECS_PER_AUTHOR"},
            {"PECS_LSA"},
            {"PECS_AUDITOR"},
            {"PECS_READ_ONLY"},
        )
    } == set(ViewerKind)
    assert kind_of({"PECS_POLICE", "PECS_PER_AUTHOR"}) is ViewerKind.POLICE
