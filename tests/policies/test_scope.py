from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.ids import AgencyId, SupplierKey
from gateway.domain.viewer import Permission, Viewer, ViewerKind
from gateway.policies.permissions import NATIONAL_ROLES, PERMISSIONS, permissions_of
from gateway.policies.scope import allocation_scope_of, escort_record_scope_of, scope_of


def a_viewer(*roles: str, agencies: frozenset[str] = frozenset({"LEI"}), supplier: str | None = None) -> Viewer:
    return Viewer(
        username="USER",
        client_id="client",
        name=None,
        kind=ViewerKind.PRISON,
        roles=frozenset(roles),
        permissions=permissions_of(roles),
        caseloads=(),
        agencies=frozenset(AgencyId(agency) for agency in agencies),
        supplier=None if supplier is None else SupplierKey(supplier),
        session_expires_at=datetime(2026, 11, 24, tzinfo=UTC),
    )


def test_no_role_is_no_scope_whatever_the_caseloads() -> None:
    for viewer in (a_viewer(), a_viewer("GLOBAL_SEARCH", "PECS_JPC"), a_viewer("PECS_LSA"), a_viewer("PECS_AUDITOR")):
        assert scope_of(viewer).is_empty


def test_a_prison_role_sees_its_caseloads_and_nothing_of_a_supplier() -> None:
    scope = scope_of(a_viewer("PECS_PRISON", supplier="serco"))
    assert (scope.agencies, scope.supplier, scope.national) == (frozenset({"LEI"}), None, False)


def test_a_supplier_role_sees_its_moves_and_nothing_of_a_caseload() -> None:
    scope = scope_of(a_viewer("PECS_SUPPLIER", supplier="serco"))
    assert (scope.agencies, scope.supplier, scope.national) == (frozenset(), "serco", False)


def test_a_supplier_role_without_a_supplier_sees_nothing() -> None:
    assert scope_of(a_viewer("PECS_SUPPLIER")).is_empty


def test_allocations_need_their_permission() -> None:
    assert allocation_scope_of(a_viewer("PECS_PRISON")).is_empty
    assert not allocation_scope_of(a_viewer("PECS_OCA")).is_empty


def test_records_need_their_permission() -> None:
    viewer = a_viewer("PECS_PRISON")
    without = replace(viewer, permissions=viewer.permissions - {Permission.VIEW_PER})
    assert escort_record_scope_of(without).is_empty
    assert not escort_record_scope_of(viewer).is_empty


@given(st.frozensets(st.sampled_from(sorted(PERMISSIONS))))
def test_only_national_roles_are_national(roles: frozenset[str]) -> None:
    assert scope_of(a_viewer(*roles)).national == bool(roles & NATIONAL_ROLES)
