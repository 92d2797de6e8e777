"""Prison API: agencies, their paging and their odd spellings; reference codes."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

pytestmark = pytest.mark.anyio

As = Callable[..., Awaitable[dict[str, str]]]
AGENCIES = "/api/agencies"
DOMAINS = "/api/reference-domains/domains"


async def test_ten_agencies_come_unless_more_are_asked_for(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("powerless")
    few = await nomis.get(AGENCIES, headers=header)
    all_ = await nomis.get(AGENCIES, headers={**header, "Page-Limit": "5000"})

    assert (len(few.json()), few.headers["page-limit"], few.headers["page-offset"]) == (10, "10", "0")
    assert few.headers["total-records"] == all_.headers["total-records"] == "17"
    assert len(all_.json()) == 17


async def test_agencies_are_paged_and_sorted_by_headers(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("powerless")
    second = await nomis.get(AGENCIES, headers={**header, "Page-Offset": "10", "Page-Limit": "10"})
    last = await nomis.get(
        AGENCIES, headers={**header, "Page-Limit": "2", "Sort-Fields": "agencyId", "Sort-Order": "DESC"}
    )

    assert len(second.json()) == 7
    assert [agency["agencyId"] for agency in last.json()] == ["TRN", "RNI"]


@pytest.mark.parametrize("bad", [{"Page-Limit": "many"}, {"Page-Limit": "0"}, {"Page-Offset": "-1"}])
async def test_a_bad_paging_header_is_refused(nomis: httpx.AsyncClient, as_client: As, bad: dict[str, str]) -> None:
    answer = await nomis.get(AGENCIES, headers={**await as_client("powerless"), **bad})

    assert answer.status_code == 400
    assert next(iter(bad)) in answer.json()["userMessage"]


async def test_the_list_has_raw_names_and_the_rest_formatted_ones(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("powerless")
    listed = (await nomis.get(AGENCIES, headers={**header, "Page-Limit": "5000"})).json()
    one = (await nomis.get(f"{AGENCIES}/LEI", headers=header)).json()

    assert next(agency for agency in listed if agency["agencyId"] == "LEI") == {
        "agencyId": "LEI",
        "description": "LEEDS (HMP)",
        "agencyType": "INST",
        "active": True,
    }
    assert one == {"agencyId": "LEI", "description": "Leeds (HMP)", "agencyType": "INST", "active": True}


async def test_agencies_of_a_type_come_all_at_once(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("powerless")
    courts = (await nomis.get(f"{AGENCIES}/type/CRT", headers=header)).json()
    crown = (await nomis.get(f"{AGENCIES}/type/CRT", params={"courtType": "CC"}, headers=header)).json()
    prisons = (await nomis.get(f"{AGENCIES}/type/INST", headers=header)).json()
    closed_too = (await nomis.get(f"{AGENCIES}/type/INST", params={"activeOnly": "false"}, headers=header)).json()

    assert [court["agencyId"] for court in courts] == ["BOLTMC", "LEEDCC"]
    assert [(court["agencyId"], court["courtType"]) for court in crown] == [("LEEDCC", "CC")]
    assert {"OUT", "TRN"} < {prison["agencyId"] for prison in prisons}
    assert {each["agencyId"] for each in closed_too} - {each["agencyId"] for each in prisons} == {"CKI"}


async def test_a_closed_agency_is_not_found_unless_asked_for(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("powerless")
    hidden = await nomis.get(f"{AGENCIES}/CKI", headers=header)
    shown = await nomis.get(f"{AGENCIES}/CKI", params={"activeOnly": "false"}, headers=header)

    assert (hidden.status_code, hidden.json()["userMessage"]) == (404, "Resource with id [CKI] not found.")
    assert (shown.json()["active"], shown.json()["deactivationDate"]) == (False, "2023-12-01")


async def test_an_agency_of_another_type_is_not_found(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.get(f"{AGENCIES}/LEI", params={"agencyType": "CRT"}, headers=await as_client("powerless"))

    assert answer.status_code == 404


async def test_prisons_are_listed_without_the_pseudo_agencies(nomis: httpx.AsyncClient, as_client: As) -> None:
    prisons = (await nomis.get(f"{AGENCIES}/prisons", headers=await as_client("powerless"))).json()

    assert len(prisons) == 12
    assert {prison["agencyType"] for prison in prisons} == {"INST"}
    assert {prison["agencyId"] for prison in prisons}.isdisjoint({"OUT", "TRN", "CKI"})


@pytest.mark.parametrize("path", [AGENCIES, f"{AGENCIES}/LEI", f"{AGENCIES}/type/CRT", f"{AGENCIES}/prisons"])
async def test_agencies_need_a_token(nomis: httpx.AsyncClient, path: str) -> None:
    assert (await nomis.get(path)).status_code == 401


async def test_reference_codes_are_paged_by_headers_too(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("powerless")
    page = await nomis.get(f"{DOMAINS}/ETHNICITY", headers=header)
    flat = await nomis.get(f"{DOMAINS}/ETHNICITY/codes", headers=header)

    assert len(page.json()) == 10
    assert len(flat.json()) == int(page.headers["total-records"])
    assert {code["code"]: code["activeFlag"] for code in flat.json()}["O1"] == "N"


@pytest.mark.parametrize(
    ("domain", "code", "description"),
    [
        ("SEX", "F", "Female"),
        ("ETHNICITY", "W2", "White: Irish"),
        ("HEALTH", "MATSTAT", "Maternity Status"),
        ("HEALTH_PBLM", "VI", "Visual Impairment"),
        ("HEALTH_TREAT", "A%2FB%2FM", "Audio, Braille or Moon"),
        ("HEALTH_TREAT", "LEARN%20SUPP", "Learning support"),
        ("AGY_LOC_TYPE", "CRT", "Court"),
        ("SUP_LVL_TYPE", "V", "YOI Restricted"),
    ],
)
async def test_one_reference_code_is_found_by_its_encoded_name(
    nomis: httpx.AsyncClient, as_client: As, domain: str, code: str, description: str
) -> None:
    answer = await nomis.get(f"{DOMAINS}/{domain}/codes/{code}", headers=await as_client("powerless"))

    assert answer.json()["description"] == description


async def test_health_problems_name_their_parents(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.get(f"{DOMAINS}/HEALTH_PBLM/codes/RM", headers=await as_client("powerless"))

    assert (answer.json()["parentDomain"], answer.json()["parentCode"]) == ("HEALTH", "DISAB")


async def test_unknown_domains_and_codes_are_not_found(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client("powerless")
    domain = await nomis.get(f"{DOMAINS}/NOPE", headers=header)
    code = await nomis.get(f"{DOMAINS}/SEX/codes/NOPE", headers=header)

    assert (domain.status_code, domain.json()["userMessage"]) == (404, "Reference domain [NOPE] not found.")
    assert code.status_code == 404
