"""The question sets as clients read them."""

from collections.abc import AsyncIterator

import pytest

from tests.federated.estates import OFFICER, a_day_at_leeds
from tests.support.worlds import Gateway, token_for

pytestmark = pytest.mark.anyio


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with a_day_at_leeds(1) as day:
        yield day.gateway


async def test_a_form_can_be_drawn_from_what_is_served(gateway: Gateway) -> None:
    answer = await gateway.ask(
        "{ perQuestionSet { kind version title sections questions(section: PROPERTY) { key section page text summary"
        " hint type format required prefill itemName dependsOn { questionKey option }"
        " options { value label detailsRequired details detailsFormat detailsLabel guidance followUps flags { key } }"
        " itemQuestions { key type dependsOn { option } options { value details detailsFormat } } } } }",
        OFFICER,
    )
    assert "errors" not in answer
    served = answer["data"]["perQuestionSet"]
    assert (served["kind"], served["version"]) == ("ESCORT_RECORD", "1.0.0")
    assert served["sections"] == ["RISK", "OFFENCE", "HEALTH", "PROPERTY"]
    moved, _, kept, bags = served["questions"]
    assert [option["followUps"] for option in moved["options"]] == [["property-bags"], []]
    assert [(option["details"], option["detailsRequired"]) for option in kept["options"]] == [
        ("REQUIRED", True),
        ("NONE", False),
    ]
    assert bags["dependsOn"] == {"questionKey": "property-being-moved", "option": "yes"}
    assert (bags["type"], bags["itemName"]) == ("ITEMS", "bag")
    seal, contents = bags["itemQuestions"]
    assert (seal["key"], seal["type"], seal["options"]) == ("property-bag-seal-number", "TEXT", [])
    assert {"value": "gbp", "details": "REQUIRED", "detailsFormat": "POUNDS"} in contents["options"]


async def test_flags_and_guidance_come_with_their_options(gateway: Gateway) -> None:
    answer = await gateway.ask(
        "{ perQuestionSet { questions(section: HEALTH) { key"
        " options { value guidance flags { key title severity } } } } }",
        OFFICER,
    )
    options = {
        (question["key"], option["value"]): option
        for question in answer["data"]["perQuestionSet"]["questions"]
        for option in question["options"]
    }
    envelope = options["sensitive-medication", "yes"]
    assert envelope["flags"] == [
        {"key": "sensitive-medical-info", "title": "Sealed medical information", "severity": "ATTENTION"}
    ]
    assert "envelope" in envelope["guidance"]


async def test_a_version_is_asked_for_by_its_name_and_form(gateway: Gateway) -> None:
    answer = await gateway.ask(
        '{ perQuestionSet(version: "1.0.0", kind: YOUTH_RISK_ASSESSMENT) { title sections questions { key } } }',
        OFFICER,
    )
    served = answer["data"]["perQuestionSet"]
    assert served["sections"] == ["RISK", "OFFENCE", "HEALTH", "GENERAL_CARE", "CONTACTS"]
    assert len(served["questions"]) == 12


async def test_a_version_that_does_not_exist_is_an_error_that_names_the_others(gateway: Gateway) -> None:
    answer = await gateway.ask('{ perQuestionSet(version: "0.9.0") { version } }', OFFICER)
    assert answer["data"] is None
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["field"] == ["version"]
    assert "1.0.0" in error["message"]


async def test_the_questions_are_no_secret_of_any_establishment(gateway: Gateway) -> None:
    answer = await gateway.ask("{ perQuestionSet { version } }", token_for("NOBODY", "PECS_COURT"))
    assert answer["data"] == {"perQuestionSet": {"version": "1.0.0"}}
