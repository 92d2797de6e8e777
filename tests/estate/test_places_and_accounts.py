"""Places, accounts and clients are the same in every world and hold together."""

from collections import Counter
from datetime import date

import pytest

from estate import Estate
from estate.model import Account, AgencyType, AuthSource, ClientHome, CourtType

WORLD = Estate(today=date(2026, 11, 24))
AGENCIES = {agency.agency_id: agency for agency in WORLD.agencies()}
REGION_KEYS = {
    "south_of_england",
    "london_and_east",
    "midlands_and_yorkshire_and_humberside",
    "north_east_and_north_west",
    "wales",
    "female_estate",
    "fno_prisons_and_ircs",
    "long_term_high_security_estate",
    "youth_custody_service",
}


def _account(persona: str) -> Account:
    (found,) = (account for account in WORLD.accounts() if account.persona == persona)
    return found


def test_no_two_places_share_a_code() -> None:
    assert len(AGENCIES) == len(WORLD.agencies())


def test_every_type_of_place_and_of_court_occurs() -> None:
    assert {agency.agency_type for agency in AGENCIES.values()} == set(AgencyType)
    assert {agency.court_type for agency in AGENCIES.values()} == {None, *CourtType}


def test_codes_fit_into_the_twelve_characters_that_stores_keep_for_them() -> None:
    assert all(code.isalnum() and code.isupper() and len(code) <= 12 for code in AGENCIES)


@pytest.mark.parametrize(
    ("code", "name", "supplier"),
    [
        ("LEI", "Leeds (HMP)", ("geoamey",)),
        ("WWI", "Wandsworth (HMP)", ("serco",)),
        ("WYP1", "Leeds Elland Road police station", ("geoamey",)),
        ("MPS34", "Harrow Road police station", ("serco",)),
        ("LEEDCC", "Leeds Crown Court", ()),
        ("HCI", "Huntercombe (HMP)", ()),
    ],
)
def test_well_known_places_have_their_names_and_suppliers(code: str, name: str, supplier: tuple[str, ...]) -> None:
    assert (AGENCIES[code].name, AGENCIES[code].suppliers) == (name, supplier)


def test_courts_belong_to_no_supplier() -> None:
    assert not any(agency.suppliers for agency in AGENCIES.values() if agency.agency_type is AgencyType.CRT)


def test_one_place_is_closed_and_three_codes_are_only_for_the_books() -> None:
    assert [code for code, agency in AGENCIES.items() if not agency.active] == ["CKI"]
    assert {code for code, agency in AGENCIES.items() if agency.pseudo} == {"OUT", "TRN", "ZZGHI"}


def test_regions_list_exactly_the_places_that_say_they_are_in_them() -> None:
    assert {region.key for region in WORLD.regions()} == REGION_KEYS
    for region in WORLD.regions():
        assert set(region.agency_ids) == {code for code, agency in AGENCIES.items() if region.key in agency.regions}


@pytest.mark.parametrize("code", ["PRI", "FMI"])
def test_two_prisons_are_in_two_regions(code: str) -> None:
    assert len(AGENCIES[code].regions) == 2
    assert "youth_custody_service" in AGENCIES[code].regions


def test_each_supplier_has_its_part_of_the_country() -> None:
    assert {supplier.key: supplier.lot for supplier in WORLD.suppliers()} == {"geoamey": "North", "serco": "South"}


def test_caseloads_of_accounts_exist() -> None:
    known = {caseload.caseload_id for caseload in WORLD.caseloads()}
    assert all(set(account.caseloads) <= known for account in WORLD.accounts())


def test_groups_of_accounts_have_names() -> None:
    assert all(set(account.groups) <= set(WORLD.group_names()) for account in WORLD.accounts())


def test_usernames_personas_and_passwords_are_each_somebodys_own() -> None:
    for name in ("username", "password", "user_id"):
        counts = Counter(getattr(account, name) for account in WORLD.accounts())
        assert max(counts.values()) == 1
    personas = [account.persona for account in WORLD.accounts() if account.persona is not None]
    assert len(set(personas)) == len(personas)


def test_only_prison_staff_have_staff_numbers_and_caseloads_and_only_others_have_groups() -> None:
    for account in WORLD.accounts():
        assert (account.staff_id is not None) is (account.auth_source is AuthSource.NOMIS)
        assert not (account.caseloads and account.auth_source is not AuthSource.NOMIS)
        assert not (account.groups and account.auth_source is not AuthSource.AUTH)


def test_an_active_caseload_is_one_of_the_accounts_own() -> None:
    for account in WORLD.accounts():
        assert account.active_caseload in (account.caseloads or (None,))


def test_every_kind_of_staff_has_an_account() -> None:
    roles = {role for account in WORLD.accounts() for role in account.roles if role.startswith("PECS_")}
    assert roles == {
        *("PECS_PRISON", "PECS_HMYOI", "PECS_OCA", "PECS_PMU", "PECS_PER_AUTHOR", "PECS_POLICE", "PECS_COURT"),
        *("PECS_STC", "PECS_SCH", "PECS_SUPPLIER", "PECS_CDM", "PECS_READ_ONLY", "PECS_STAKEHOLDER_EVENT_AUTHOR"),
        *("PECS_LSA", "PECS_AUDITOR"),
    }


@pytest.mark.parametrize(
    ("persona", "roles", "caseloads", "groups"),
    [
        ("leeds-officer", ("PECS_PRISON",), ("LEI",), ()),
        ("leeds-moorland-officer", ("PECS_PRISON",), ("LEI", "MDI"), ()),
        ("leeds-healthcare", ("PECS_PER_AUTHOR",), ("LEI",), ()),
        ("leeds-oca", ("PECS_OCA", "PECS_PRISON"), ("LEI",), ()),
        ("custody-sergeant", ("PECS_POLICE",), (), ("PECS_WYP1",)),
        ("leeds-court", ("PECS_COURT",), (), ("PECS_LEEDCC",)),
        ("geoamey-staff", ("PECS_SUPPLIER",), (), ("PECS_GEOAMEY",)),
        ("youth-region", ("PECS_HMYOI",), (), ("PECS_YOUTH_CUSTODY_SERVICE",)),
        ("no-caseload", ("PECS_PRISON",), (), ()),
        ("central-admin-officer", ("PECS_PRISON",), ("LEI", "CADM_I"), ()),
    ],
)
def test_personas_hold_what_their_names_promise(
    persona: str, roles: tuple[str, ...], caseloads: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    account = _account(persona)
    assert (account.roles, account.caseloads, account.groups) == (roles, caseloads, groups)


def test_roles_and_authorities_come_without_their_prefix() -> None:
    held = [*(account.roles for account in WORLD.accounts()), *(client.authorities for client in WORLD.clients())]
    assert not any(role.startswith("ROLE_") for roles in held for role in roles)


def test_the_gateway_has_an_account_at_sign_in_and_one_at_each_supplier() -> None:
    homes = [(client.home, client.supplier) for client in WORLD.clients() if client.client_id == "secure-move-gateway"]
    assert homes == [(ClientHome.SIGN_IN, None), (ClientHome.SUPPLIER, "geoamey"), (ClientHome.SUPPLIER, "serco")]


def test_the_gateways_account_may_read_and_not_write() -> None:
    gateway = WORLD.clients()[0]
    assert gateway.scopes == ("read",)
    assert set(gateway.authorities) == {
        "VIEW_PRISONER_DATA",
        "PRISONER_SEARCH__PRISONER__RO",
        "PRISONER_ALERTS__RO",
        "ESTABLISHMENT_ROLL",
        "VIEW_ASSESSMENTS",
    }


def test_systems_are_bound_to_places_or_to_one_supplier() -> None:
    machines = [client for client in WORLD.clients() if client.authorities and client.client_id.endswith("-system")]
    assert len(machines) == 4
    for client in machines:
        assert bool(client.agencies) is not (client.supplier is not None)
        assert set(client.agencies) <= set(AGENCIES)
