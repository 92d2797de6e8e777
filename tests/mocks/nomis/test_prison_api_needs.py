"""Prison API: care needs, adjustments, assessments, contacts and movements."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

pytestmark = pytest.mark.anyio

As = Callable[..., Awaitable[dict[str, str]]]
NEEDS = "/api/bookings/offenderNo/personal-care-needs"
MOVEMENTS = "/api/movements/offenders"


async def test_needs_come_in_order_of_number_without_those_who_have_none(
    nomis: httpx.AsyncClient, as_client: As
) -> None:
    answer = await nomis.post(
        NEEDS,
        params={"type": "MATSTAT,PHY"},
        json=["A1003AA", "A1002AA", "A1001AA", "Z9999ZZ"],
        headers=await as_client(),
    )

    assert answer.json() == [
        {
            "offenderNo": "A1001AA",
            "personalCareNeeds": [
                {
                    "personalCareNeedId": 3,
                    "problemType": "PHY",
                    "problemCode": "ASTH",
                    "problemStatus": "I",
                    "problemDescription": "Asthmatic",
                    "startDate": "2025-01-01",
                    "endDate": "2025-06-01",
                }
            ],
        },
        {
            "offenderNo": "A1003AA",
            "personalCareNeeds": [
                {
                    "personalCareNeedId": 4,
                    "problemType": "MATSTAT",
                    "problemCode": "ACCU9",
                    "problemStatus": "ON",
                    "problemDescription": "Preg, acc under 9mths",
                    "startDate": "2026-05-01",
                }
            ],
        },
    ]


@pytest.mark.parametrize(("query", "codes"), [("type=DISAB%2BRM", ["RM"]), ("type=DISAB", ["RM", "D"])])
async def test_needs_may_be_narrowed_to_a_code_whose_plus_is_encoded(
    nomis: httpx.AsyncClient, as_client: As, query: str, codes: list[str]
) -> None:
    answer = await nomis.post(f"{NEEDS}?{query}", json=["A1001AA"], headers=await as_client())

    assert [need["problemCode"] for need in answer.json()[0]["personalCareNeeds"]] == codes


async def test_a_bare_plus_reads_as_a_space_and_finds_nothing(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post(f"{NEEDS}?type=DISAB+RM", json=["A1001AA"], headers=await as_client())

    assert answer.json() == []


@pytest.mark.parametrize(("query", "body"), [("", ["A1001AA"]), ("?type=PHY", []), ("?type=PHY", "A1001AA")])
async def test_needs_want_a_type_and_a_list(nomis: httpx.AsyncClient, as_client: As, query: str, body: object) -> None:
    assert (await nomis.post(f"{NEEDS}{query}", json=body, headers=await as_client())).status_code == 400


async def test_needs_in_bulk_need_a_role_not_a_caseload(nomis: httpx.AsyncClient, as_user: As) -> None:
    answer = await nomis.post(f"{NEEDS}?type=PHY", json=["A1001AA"], headers=await as_user())

    assert (answer.status_code, answer.json()) == (403, {"status": 403, "userMessage": "Access Denied"})


async def test_needs_of_one_booking(nomis: httpx.AsyncClient, as_user: As) -> None:
    header = await as_user()
    some = await nomis.get("/api/bookings/100101/personal-care-needs?type=PHY", headers=header)
    every = await nomis.get("/api/bookings/100101/personal-care-needs/all", headers=header)
    none_named = await nomis.get("/api/bookings/100101/personal-care-needs", headers=header)

    assert [need["problemCode"] for need in some.json()["personalCareNeeds"]] == ["ASTH"]
    assert len(every.json()["personalCareNeeds"]) == 3
    assert none_named.status_code == 400


async def test_adjustments_are_asked_for_by_treatment(nomis: httpx.AsyncClient, as_user: As) -> None:
    header = await as_user()
    base = "/api/bookings/100101/reasonable-adjustments"
    some = await nomis.get(base, params={"type": "LEARN SUPP,WHEELCHR_ACC"}, headers=header)
    every = await nomis.get(f"{base}/all", headers=header)
    none_named = await nomis.get(base, headers=header)

    assert some.json() == {
        "reasonableAdjustments": [
            {
                "treatmentCode": "LEARN SUPP",
                "treatmentDescription": "Learning support",
                "startDate": "2026-01-02",
                "agencyId": "LEI",
                "agencyDescription": "Leeds (HMP)",
                "personalCareNeedId": 2,
            }
        ]
    }
    assert [each["treatmentCode"] for each in every.json()["reasonableAdjustments"]] == ["LEARN SUPP", "A/B/M"]
    assert none_named.status_code == 400


@pytest.mark.parametrize("what", ["personal-care-needs/all", "reasonable-adjustments/all"])
async def test_needs_and_adjustments_of_others_are_forbidden(nomis: httpx.AsyncClient, as_user: As, what: str) -> None:
    header = await as_user()

    assert (await nomis.get(f"/api/bookings/100102/{what}", headers=header)).status_code == 403
    assert (await nomis.get(f"/api/bookings/1/{what}", headers=header)).status_code == 404


async def test_categories_name_code_and_description(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post(
        "/api/offender-assessments/CATEGORY",
        json=["A1001AA", "A1002AA", "A1003AA", "A1007AA", "A1008AA"],
        headers=await as_client(),
    )

    assert [(row["offenderNo"], row["classificationCode"], row["classification"]) for row in answer.json()] == [
        ("A1001AA", "C", "Cat C"),
        ("A1002AA", "P", "Prov A"),
        ("A1003AA", "Q", "Fem Restricted"),
        ("A1008AA", "V", "YOI Restricted"),
    ]


async def test_cell_sharing_risk_leaves_out_pending_ratings(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post(
        "/api/offender-assessments/csra/list", json=["A1001AA", "A1007AA"], headers=await as_client()
    )

    assert answer.json() == [
        {
            "bookingId": 100101,
            "offenderNo": "A1001AA",
            "classificationCode": "STANDARD",
            "classification": "Standard",
            "assessmentCode": "CSR",
            "assessmentDescription": "CSR Rating",
            "cellSharingAlertFlag": True,
            "assessmentDate": "2026-01-05",
            "approvalDate": "2026-01-05",
            "assessmentAgencyId": "LEI",
            "assessmentStatus": "A",
            "assessmentSeq": 1,
        }
    ]


async def test_cell_sharing_risk_comes_whatever_code_its_assessment_has(
    nomis: httpx.AsyncClient, as_client: As
) -> None:
    (row,) = (
        await nomis.post("/api/offender-assessments/csra/list", json=["A1002AA"], headers=await as_client())
    ).json()
    by_code = {
        code: (
            await nomis.post(f"/api/offender-assessments/{code}", json=["A1002AA"], headers=await as_client())
        ).json()
        for code in ("CSR", "CSRREV")
    }

    told = {"assessmentCode": "CSRREV", "nextReviewDate": "2026-12-01", "assessmentComment": "Single cell"}
    assert {name: row[name] for name in told} == told
    assert (row["classificationCode"], row["cellSharingAlertFlag"]) == ("HI", True)
    assert by_code == {"CSR": [], "CSRREV": [row]}


async def test_contacts_are_next_of_kin_and_others_with_those_who_are_inactive(
    nomis: httpx.AsyncClient, as_client: As
) -> None:
    answer = await nomis.get("/api/bookings/100101/contacts", headers=await as_client())
    nobodys = await nomis.get("/api/bookings/100102/contacts", headers=await as_client())

    flags = {"approvedVisitorFlag": False, "awareOfChargesFlag": False, "bookingId": 100101}
    assert answer.json() == {
        "bookingId": 100101,
        "nextOfKin": [
            {
                "lastName": "SMITH-JONES",
                "firstName": "ANNA",
                "contactType": "S",
                "contactTypeDescription": "Social/Family",
                "relationship": "MOT",
                "relationshipDescription": "Mother",
                "commentText": "Call first",
                "emergencyContact": True,
                "nextOfKin": True,
                "relationshipId": 71,
                "personId": 71,
                "activeFlag": True,
                "canBeContactedFlag": True,
                "createDateTime": "2026-07-01T13:00:00",
                **flags,
            }
        ],
        "otherContacts": [
            {
                "lastName": "ICITOR",
                "firstName": "SOL",
                "contactType": "O",
                "contactTypeDescription": "Official",
                "relationship": "SOL",
                "relationshipDescription": "Solicitor",
                "emergencyContact": False,
                "nextOfKin": False,
                "relationshipId": 72,
                "personId": 72,
                "activeFlag": False,
                "expiryDate": "2026-11-24",
                "canBeContactedFlag": False,
                "createDateTime": "2026-01-01T12:00:00",
                **flags,
            }
        ],
    }
    assert nobodys.json() == {"bookingId": 100102, "nextOfKin": [], "otherContacts": []}


async def test_contacts_want_a_role_and_a_booking(nomis: httpx.AsyncClient, as_client: As, as_user: As) -> None:
    denied = await nomis.get("/api/bookings/100101/contacts", headers=await as_user())
    unknown = await nomis.get("/api/bookings/1/contacts", headers=await as_client())
    malformed = await nomis.get("/api/bookings/abc/contacts", headers=await as_client())
    without = await nomis.get("/api/bookings/100101/contacts")

    assert (denied.status_code, denied.json()) == (403, {"status": 403, "userMessage": "Access Denied"})
    assert (unknown.status_code, unknown.json()["userMessage"]) == (404, "Offender booking with id 1 not found.")
    assert malformed.status_code == 400
    assert (without.status_code, without.content) == (401, b"")


async def test_an_unknown_assessment_is_nobodys(nomis: httpx.AsyncClient, as_client: As) -> None:
    answer = await nomis.post("/api/offender-assessments/PAROLE", json=["A1001AA"], headers=await as_client())

    assert (answer.status_code, answer.json()) == (200, [])


async def test_the_latest_movement_is_told_in_london_time(nomis: httpx.AsyncClient, as_client: As) -> None:
    (row,) = (await nomis.post(MOVEMENTS, json=["A1001AA", "A1002AA"], headers=await as_client())).json()

    wanted = {
        "offenderNo": "A1001AA",
        "fromAgency": "LEEDCC",
        "toAgencyDescription": "Leeds (HMP)",
        "movementType": "CRT",
        "directionCode": "IN",
        "movementDate": "2026-07-01",
        "movementTime": "17:00:00",
        "createDateTime": "2026-07-01T17:00:00",
    }
    assert {name: row[name] for name in wanted} == wanted


async def test_all_movements_of_a_kind_may_be_had(nomis: httpx.AsyncClient, as_client: As) -> None:
    header = await as_client()
    every = await nomis.post(MOVEMENTS, params={"latestOnly": "false"}, json=["A1001AA"], headers=header)
    arrivals = await nomis.post(MOVEMENTS, params={"movementTypes": "ADM"}, json=["A1001AA"], headers=header)

    assert len(every.json()) == 3
    assert [(row["movementType"], row["movementTime"]) for row in arrivals.json()] == [("ADM", "18:30:00")]


async def test_movements_need_a_role(nomis: httpx.AsyncClient, as_user: As) -> None:
    assert (await nomis.post(MOVEMENTS, json=["A1001AA"], headers=await as_user())).status_code == 403
