"""What is on a printed dPER: as much as was entered, and the same in the page and in the PDF."""

import ast
import asyncio
import html
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.domain.answers import Answer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.escort_records import EscortRecordFlag, EscortRecordSection, FlagSeverity, SectionStatus
from gateway.domain.moves import MoveStatus
from gateway.domain.printed_records import PrintedAlerts, PrintedRecord
from gateway.domain.questions import Flag, QuestionSet, Section
from gateway.policies.escort_records.printing import printed_flags, printed_sections
from gateway.transport.print.pages import html_page
from gateway.transport.print.pdf import FACES, PdfPrinter
from tests.escort_records.answering import PER, question
from tests.escort_records.pdfs import pages_of
from tests.escort_records.printed import (
    ALERTS,
    MOVE,
    NOW,
    PERSON,
    a_page,
    alert,
    empty,
    half_reviewed,
    plain,
    response,
    typical,
    very_long,
)

pytestmark = pytest.mark.anyio


def text_of(page: PrintedRecord) -> str:
    """Give what a page says, without its style and tags."""
    made = re.sub(r"<style.*?</style>", "", html_page(page), flags=re.DOTALL)
    made = re.sub(r"</(td|th|div|p|h2|li)>", " ", made)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", made)).split())


async def pdf_of(page: PrintedRecord) -> list[str]:
    return pages_of(await PdfPrinter().pdf(html_page(page, faces=FACES)))


def test_an_empty_record_names_what_is_not_answered() -> None:
    said = text_of(empty())
    assert "Not confirmed: nothing is answered." in said
    assert "None from what is answered so far." in said
    asked = [question for question in PER.questions() if question.depends_on is None]
    assert all(question.summary in said for question in asked)
    assert not any(question.text in said for question in asked)


def test_a_plain_no_takes_a_word_and_a_yes_its_question() -> None:
    said = text_of(a_page({**plain(), "arsonist": OptionAnswer("yes", "A bin, in 2024")}))
    assert "Has this person set fires? Yes A bin, in 2024" in said
    assert "Answered no: Hostage taker; Sexual offence; Terrorism-related offence." in said
    assert "Has this person taken a hostage" not in said
    assert "Not answered yet" not in said


def test_a_no_is_printed_in_full_where_nomis_says_otherwise() -> None:
    said = text_of(a_page(plain(), nomis=(alert("XHT", "Hostage Taker", "Took a nurse hostage."),)))
    assert "Has this person taken a hostage, or threatened to? No In NOMIS: Hostage Taker (XHT)" in said


@pytest.mark.parametrize(
    "telling",
    [
        {"flags": (Flag("careful", "Careful", FlagSeverity.ALERT),)},
        {"follow_ups": ("hostage-taker",)},
    ],
    ids=["it raises a flag", "it reveals a question"],
)
def test_a_no_is_printed_in_full_where_it_tells_something(telling: dict[str, Any]) -> None:
    one = question("arsonist")
    no = replace(one.options[-1], **telling)
    asked = QuestionSet(
        PER.kind, "9.9.9", PER.title, (Section(one.section, "Offences", (replace(one, options=(no,)),)),)
    )
    sections = [EscortRecordSection(one.section, SectionStatus.COMPLETED, 1, 0, 1)]
    (printed,) = printed_sections(asked, sections, {one.key: response(OptionAnswer("no"))}, {})
    assert [entry.question.key for entry in printed.entries] == ["arsonist"]
    assert printed.answered_no == ()


def test_a_comment_of_nomis_stands_once_however_many_questions_it_bears_on() -> None:
    said = text_of(a_page(plain(), nomis=(alert("MSP", "Speech impairment", "Give him time."),)))
    assert said.count("Speech impairment (MSP)") == 2
    assert said.count("Give him time.") == 1


def test_a_question_without_an_answer_shows_what_nomis_knows() -> None:
    said = text_of(a_page({}, nomis=ALERTS))
    assert "Is there a risk that this person will try to escape? Not answered In NOMIS: Escape Risk (XER)" in said


def test_what_was_revealed_stands_below_what_revealed_it() -> None:
    said = text_of(typical())
    order = ["kill themselves?", "What points to self-harm", "harmed themselves before?", "last harm", "be checked?"]
    assert sorted(order, key=said.index) == order


def test_a_copied_answer_says_when_it_was_entered_and_that_nobody_reviewed_it() -> None:
    said = text_of(half_reviewed())
    assert (
        "Threw a chair at an officer in 2025. Copied from the record of 3 June 2026 at 08:05 and not reviewed" in said
    )
    assert "Has this person set fires? No Copied from the record of" in said


def test_alerts_that_nomis_cannot_tell_are_not_none() -> None:
    assert "Not known. NOMIS could not be read. This does not mean that there are none." in text_of(a_page({}))
    said = text_of(half_reviewed())
    assert "NOMIS could not be read just now. These are the alerts as they were on 24 November 2026 at 04:30." in said
    assert "could not be brought up to date: alerts as of 24 November 2026 at 04:30." in said
    assert "None in force on 24 November 2026 at 09:30." in text_of(empty())


def test_alerts_have_their_dates() -> None:
    ending = replace(alert("XHT", "Hostage Taker"), end_date=NOW.date())
    told = PrintedAlerts((alert("XER", "Escape Risk"), ending), NOW, current=True)
    said = text_of(a_page({}, alerts=told))
    assert "Escape Risk (XER) 11 Feb 2025 Open" in said
    assert "Hostage Taker (XHT) 11 Feb 2025 24 Nov 2026" in said


@pytest.mark.parametrize(("made", "printed"), [(empty, "NOT CONFIRMED"), (typical, "Confirmed")])
async def test_every_page_says_whose_it_is_how_far_and_how_many(
    made: Callable[[], PrintedRecord], printed: str
) -> None:
    pages = await pdf_of(made())
    for number, said in enumerate(pages, start=1):
        assert "Żółkowski, M A1234BC ACE1234F" in said
        assert "OFFICIAL-SENSITIVE" in said
        assert f"Page {number} of {len(pages)}" in said
        assert "Printed 24 November 2026 at 09:30 by ITAG_USER" in said
        # In the margin of each page; and across it, until it is confirmed.
        assert said.count(printed) >= (2 if printed == "NOT CONFIRMED" else 1)
        assert ("NOT CONFIRMED" in said) is (printed == "NOT CONFIRMED")


async def test_a_record_takes_as_much_paper_as_was_entered() -> None:
    assert len(await pdf_of(empty())) == 1
    assert len(await pdf_of(typical())) == 3


async def test_a_very_long_record_loses_nothing_and_splits_nowhere_in_a_row() -> None:
    pages = await pdf_of(very_long())
    whole = " ".join(pages)
    for one in PER.questions():
        assert one.text in whole, one.key
    for number in range(1, 41):
        on = [said for said in pages if f"PB{number:06d}" in said]
        assert len(on) == 1
        assert f"{number} PB{number:06d} Cash in pounds 20.00 Documents Clothing Two shirts, a coat" in on[0]
    assert all("Seal number" in said for said in pages if "PB0000" in said)
    assert all(f"{number}. Was moved from the wing" in whole for number in range(1, 41))
    titles = (
        "(NOMIS alerts|(Risk|Offence|Health|Property) information|Handover|\\?)( Completed| In progress| Not started)?"
    )
    for said in pages:
        body = re.sub(r"(NOT CONFIRMED|OFFICIAL-SENSITIVE|Printed .*? by ITAG_USER|Page \d+ of \d+)", "", said).strip()
        assert not re.search(f"{titles}$", body), body[-100:]


@pytest.mark.parametrize("made", [empty, typical, half_reviewed, very_long])
def test_who_answered_is_not_printed(made: Callable[[], PrintedRecord]) -> None:
    assert "SECRET_AUTHOR" not in html_page(made())


async def test_whatever_was_entered_stays_text() -> None:
    nasty = "</style><script>alert(1)</script><b>&lt;{{ 7 * 7 }}"
    answers: dict[str, Answer] = {
        "arsonist": OptionAnswer("yes", nasty),
        "current-offences": TextAnswer(nasty),
        "has-concealed-items": OptionAnswer("yes"),
        "concealed-items": OptionsAnswer((OptionAnswer("drugs-hidden", nasty),)),
    }
    page = a_page(
        answers,
        nomis=(alert("XER", nasty, nasty),),
        alerts=PrintedAlerts((alert("XER", nasty, nasty),), NOW, current=True),
        move=replace(MOVE, additional_information=nasty),
        person=replace(PERSON, last_name=nasty, first_names='"; } * { display: none }'),
    )
    made = html_page(replace(page, printed_by=nasty))
    assert "<script" not in made
    assert "<b>&lt;{{" not in made
    assert made.count("</style>") == 1
    said = " ".join(await pdf_of(page))
    assert said.count(nasty) >= 4
    assert text_of(page).count(nasty) == 9
    assert "Not confirmed" in said


def test_letters_of_every_alphabet_are_kept() -> None:
    name = "Nguyễn Πέτρος Иван مريم"
    assert name in text_of(a_page({}, person=replace(PERSON, last_name=name)))


def test_a_person_who_is_not_shown_is_not_named() -> None:
    made = html_page(a_page({}, person=None))
    assert "This move no longer gives sight of the person." in made
    assert "A1234BC" not in made


def test_a_cancelled_move_says_so() -> None:
    assert "The move was cancelled." in text_of(a_page({}, move=replace(MOVE, status=MoveStatus.CANCELLED)))


def test_flags_stand_once_the_severest_first_and_say_how_severe_in_words() -> None:
    raised = [
        EscortRecordFlag("next-of-kin", "Next of kin", FlagSeverity.INFORMATION, "next-of-kin"),
        EscortRecordFlag("medication", "Medication", FlagSeverity.ATTENTION, "prescribed-medication"),
        EscortRecordFlag("special-vehicle", "Special vehicle", FlagSeverity.WARNING, "requires-special-vehicle"),
        EscortRecordFlag("hold-separately", "Hold separately", FlagSeverity.ALERT, "held-separately"),
        EscortRecordFlag("hold-separately", "Hold separately", FlagSeverity.ALERT, "risk-from-other-people"),
    ]
    page = replace(empty(), flags=printed_flags(raised))
    said = text_of(page)
    assert (
        "Flags Alert Hold separately Warning Special vehicle Attention Medication Information Next of kin NOMIS" in said
    )
    shapes = re.findall(
        r'class="flag (\w+)"><svg viewBox="0 0 20 20" aria-hidden="true"><(\w+ \w+="[^"]+)', html_page(page)
    )
    assert [severity for severity, _ in shapes] == ["alert", "warning", "attention", "information"]
    assert len({shape for _, shape in shapes}) == 4


async def test_a_program_that_hangs_is_stopped() -> None:
    printer = PdfPrinter((sys.executable, "-c", "import time; time.sleep(600)"), seconds=0.2)
    with pytest.raises(TimeoutError):
        await printer.pdf("<p>page</p>")


@pytest.mark.parametrize("script", ["import os; os.abort()", "raise SystemExit(3)", "print('no PDF')"])
async def test_a_program_that_fails_is_an_error(script: str) -> None:
    with pytest.raises(RuntimeError, match="the typesetting program ended with"):
        await PdfPrinter((sys.executable, "-c", script)).pdf("<p>page</p>")


async def test_it_is_told_nothing_of_the_gateway() -> None:
    """Neither the environment, where secrets are, nor anything of what the gateway holds open."""
    script = "import os, sys; sys.stdin.read(); print('%PDF-', sorted(os.environ))"
    made = await PdfPrinter((sys.executable, "-c", script)).pdf("<p>page</p>")
    assert set(ast.literal_eval(made.decode().partition(" ")[2])) <= {"LC_CTYPE", "PATH"}


async def test_many_pages_at_once_are_all_set() -> None:
    printer = PdfPrinter()
    made = await asyncio.gather(*(printer.pdf(f"<p>page {number}</p>") for number in range(6)))
    assert [pages_of(pdf) for pdf in made] == [[f"page {number}"] for number in range(6)]


async def test_a_page_that_cannot_be_set_is_an_error_and_the_next_one_is_set() -> None:
    printer = PdfPrinter()
    with pytest.raises(UnicodeEncodeError):
        await printer.pdf("\ud800")
    made = await printer.pdf('<link rel="stylesheet" href="http://127.0.0.1:9/"><img src="file:///etc/passwd"><p>set')
    assert pages_of(made) == ["set"]
