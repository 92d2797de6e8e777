"""The printed dPER in a real browser: shown under its policy, and printed onto paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route

from gateway.domain.printed_records import PrintedRecord
from gateway.transport.print.pages import html_page
from gateway.transport.print.routes import page_policy
from tests.browser.conftest import MakeBrowser
from tests.escort_records.pdfs import pages_of
from tests.escort_records.printed import empty, typical, very_long

pytestmark = pytest.mark.slow

ADDRESS = "http://127.0.0.1/print"


@pytest.fixture(scope="module")
def browser(make_browser: MakeBrowser) -> Browser:
    return make_browser()


def opened(browser: Browser, record: PrintedRecord) -> Page:
    """Open a record's page as the gateway serves it."""

    def answer(route: Route) -> None:
        route.fulfill(
            body=html_page(record, nonce="abc"),
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": page_policy("abc")},
        )

    page = browser.new_page(viewport={"width": 820, "height": 1100})
    page.route(ADDRESS, answer)
    page.goto(ADDRESS)
    return page


def printed(page: Page) -> list[str]:
    return pages_of(page.pdf(prefer_css_page_size=True))


@pytest.mark.parametrize(("made", "most"), [(empty, 1), (typical, 3), (very_long, 20)])
def test_a_browser_prints_it_as_it_should(browser: Browser, made: Callable[[], PrintedRecord], most: int) -> None:
    page = opened(browser, made())
    pages = printed(page)
    assert most - 3 <= len(pages) <= most
    confirmed = made is typical
    for number, said in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in said
        assert "OFFICIAL-SENSITIVE" in said
        assert "Żółkowski, M A1234BC ACE1234F" in said
        assert "Printed 24 November 2026 at 09:30 by ITAG_USER" in said
        # In the margin and across the page.
        assert said.count("NOT CONFIRMED") == (0 if confirmed else 2)
    page.close()


def test_rows_are_whole_and_their_headings_come_again(browser: Browser) -> None:
    page = opened(browser, very_long())
    pages = printed(page)
    for number in range(1, 41):
        (said,) = [said for said in pages if f"PB{number:06d}" in said]
        assert f"{number} PB{number:06d} Cash in pounds 20.00 Documents Clothing Two shirts, a coat" in said
        assert "Seal number" in said
    page.close()


def test_nothing_is_wider_than_the_paper(browser: Browser) -> None:
    page = opened(browser, very_long())
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 695, "height": 983})  # what lies within the margins of A4, in CSS pixels
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()


def test_its_style_is_admitted_and_it_fetches_nothing(browser: Browser) -> None:
    page = opened(browser, typical())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    assert asked == [ADDRESS]
    width = page.evaluate("getComputedStyle(document.querySelector('.flag.alert')).borderTopWidth")
    assert float(width.removesuffix("px")) > 2
    page.close()


def test_flags_are_told_apart_without_colour(browser: Browser) -> None:
    page = opened(browser, very_long())
    drawn = page.evaluate(
        "[...document.querySelectorAll('.flag')].map((flag) => { const style = getComputedStyle(flag);"
        " return [flag.className, style.borderTopStyle, style.borderTopWidth, style.borderTopColor].join(' '); })"
    )
    looks = {one.split(" ")[1]: tuple(one.split(" ")[2:4]) for one in drawn}
    assert set(looks) == {"alert", "warning", "attention", "information"}
    assert len(set(looks.values())) == 4
    assert {one.split(" ", 4)[4] for one in drawn} == {"rgb(0, 0, 0)"}
    page.close()
