"""GraphiQL in a real browser that can reach nothing but this machine."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.conftest import MakeBrowser
from tests.browser.gateway import OFFICER, PREFIX, SERGEANT, STRANGER, SmallGateway, serving

pytestmark = pytest.mark.slow

PATIENCE_MS = 20_000
"""For each expectation: the editor is large, and the machine may be busy."""

WATCH_POLICY = """
    window.refusedByPolicy = [];
    document.addEventListener('securitypolicyviolation', (event) => {
        window.refusedByPolicy.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
"""


@dataclass
class Visit:
    """The page as somebody has it open, and all that it asked for and complained about."""

    page: Page
    gateway: SmallGateway
    addresses: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.add_init_script(WATCH_POLICY)
        self.page.context.on("request", lambda request: self.addresses.append(request.url))
        self.page.on("websocket", lambda opened: self.addresses.append(opened.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def sign_in_as(self, label: str) -> None:
        self.page.get_by_role("button", name=re.compile("^Sign(ed)? in")).click()
        self.page.get_by_role("menuitem", name=label).click()

    def note_says(self, text: str) -> None:
        expect(self.page.locator(".top-bar").get_by_role("status")).to_contain_text(text)

    def run(self) -> None:
        self.page.get_by_role("button", name="Execute query").click()

    def result_says(self, text: str) -> None:
        expect(self.page.get_by_role("region", name="Result Window")).to_contain_text(text)

    def headers(self) -> str:
        return self._text_of("request-headers.json")

    def query(self) -> str:
        return self._text_of("operation.graphql")

    def _text_of(self, name: str) -> str:
        text = self.page.evaluate(
            "(name) => window.__MONACO.editor.getModels().find((model) => model.uri.path.endsWith(name)).getValue()",
            name,
        )
        assert isinstance(text, str)
        return text

    def header_becomes(self, token: str) -> None:
        self.page.wait_for_function(
            """(token) => window.__MONACO?.editor.getModels()
                .find((model) => model.uri.path.endsWith('request-headers.json'))?.getValue().includes(token)""",
            arg=f'"Bearer {token}"',
        )

    def kept(self) -> str:
        return json.dumps(self.page.evaluate("({...localStorage})"))

    def refused_by_policy(self) -> list[str]:
        refused = self.page.evaluate("window.refusedByPolicy")
        assert isinstance(refused, list)
        return refused


Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser(make_browser: MakeBrowser) -> Browser:
    return make_browser()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open the page for a newcomer; whatever happens, it must stay quiet and on this machine."""
    expect.set_options(timeout=PATIENCE_MS)
    gateway = SmallGateway()
    with serving(gateway.app((OFFICER, SERGEANT, STRANGER))) as offering, serving(gateway.app(())) as bare:
        context = browser.new_context()
        visit = Visit(context.new_page(), gateway)
        visit.watch()

        def make(*, personas: bool = True, expires_in: int = 1200) -> Visit:
            gateway.expires_in = expires_in
            visit.page.goto(f"{offering if personas else bare}{PREFIX}/graphiql/")
            # GraphiQL mixes tabs up when one is chosen before the editors have loaded.
            expect(visit.page.get_by_role("region", name="Operation Editor")).to_contain_text("MovesOfTheDay")
            return visit

        yield make
        refused = visit.refused_by_policy()
        context.close()
    assert refused == []
    assert {urlsplit(address).hostname for address in visit.addresses if not address.startswith("data:")} == {
        "127.0.0.1"
    }


def test_a_persona_signs_in_runs_the_example_explores_and_subscribes(open_page: Open) -> None:
    visit = open_page()
    visit.note_says("Nobody is signed in.")
    visit.result_says("Nobody is signed in yet.")
    assert visit.gateway.seen == [], "nothing is asked of the gateway before there is a token"

    visit.sign_in_as("Omar Leeds")
    visit.note_says("Prison officer at Leeds.")
    expect(visit.page.get_by_role("button", name="Signed in as Omar Leeds")).to_be_visible()
    visit.header_becomes("leeds-1")
    expect(visit.page.get_by_role("region", name="Result Window")).not_to_contain_text("Nobody")
    visit.run()
    visit.result_says('"reference": "ABC1234D"')

    visit.page.get_by_role("button", name="Show GraphiQL Explorer").click()
    visit.page.locator(".graphiql-explorer-root").get_by_text("status", exact=True).click()
    visit.run()
    visit.result_says('"status": "IN_TRANSIT"')
    assert "status" in visit.query()

    visit.page.get_by_role("tab", name="Countdown").click()
    visit.header_becomes("leeds-1")
    visit.run()
    visit.result_says('"countdown": 0')
    expect(visit.page.get_by_role("button", name="Execute query")).to_be_visible()
    assert visit.gateway.sockets == [{"Authorization": "Bearer leeds-1"}]

    assert set(visit.gateway.seen) == {"Bearer leeds-1"}
    assert visit.complaints == []


def test_another_persona_replaces_the_header_of_every_tab(open_page: Open) -> None:
    visit = open_page()
    visit.sign_in_as("Omar Leeds")
    visit.header_becomes("leeds-1")
    visit.page.get_by_role("tab", name="Countdown").click()
    visit.sign_in_as("Pat Station")
    visit.note_says("Custody sergeant.")
    visit.header_becomes("sergeant-2")
    visit.page.get_by_role("tab", name="MovesOfTheDay").click()
    visit.header_becomes("sergeant-2")
    assert json.loads(visit.headers()) == {"Authorization": "Bearer sergeant-2"}
    visit.page.get_by_role("button", name="New tab").click()
    visit.header_becomes("sergeant-2")
    assert visit.complaints == []


def test_signing_out_takes_the_header_away(open_page: Open) -> None:
    visit = open_page()
    visit.sign_in_as("Omar Leeds")
    visit.header_becomes("leeds-1")
    visit.sign_in_as("Sign out")
    visit.note_says("Nobody is signed in.")
    assert "Bearer" not in visit.headers()
    visit.run()
    visit.result_says("UNAUTHENTICATED")


def test_a_reload_keeps_the_persona_and_the_tabs_and_never_kept_the_token(open_page: Open) -> None:
    visit = open_page()
    visit.sign_in_as("Omar Leeds")
    visit.header_becomes("leeds-1")
    visit.run()
    visit.result_says("ABC1234D")
    visit.page.get_by_role("tab", name="Countdown").click()
    visit.page.get_by_role("button", name="Close Tab").click()  # of the tab in view: the others' is hidden
    visit.page.get_by_role("tab", name="MovesOfTheDay").click()
    visit.page.wait_for_function("() => !localStorage.getItem('graphiql:tabState').includes('Countdown')")
    visit.page.wait_for_function("() => localStorage.getItem('graphiql:queries')?.includes('MovesOfTheDay')")
    assert "leeds-1" not in visit.kept()
    visit.page.reload()
    visit.note_says("Prison officer at Leeds.")
    visit.header_becomes("leeds-2")
    assert "MovesOfTheDay" in visit.query()
    expect(visit.page.get_by_role("tab")).to_have_count(2)
    visit.run()
    visit.result_says("ABC1234D")
    assert visit.complaints == []


def test_a_token_is_renewed_before_it_expires(open_page: Open) -> None:
    visit = open_page(expires_in=2)
    visit.sign_in_as("Omar Leeds")
    visit.header_becomes("leeds-3")
    visit.gateway.expires_in = 1200
    assert visit.gateway.issued[:3] == ["leeds-1", "leeds-2", "leeds-3"]
    assert visit.complaints == []


def test_a_sign_in_that_fails_says_so_in_words(open_page: Open) -> None:
    visit = open_page()
    visit.sign_in_as("Sam Stranger")
    visit.note_says("Signing in as Sam Stranger failed. SIGN_IN is not available just now.")
    visit.sign_in_as("Omar Leeds")
    visit.note_says("Prison officer at Leeds.")
    assert [text for text in visit.complaints if "502" not in text] == []


def test_the_menu_of_personas_is_worked_by_keyboard(open_page: Open) -> None:
    visit = open_page()
    visit.page.get_by_role("button", name="Sign in as").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("menuitem", name="Omar Leeds")).to_be_focused()
    visit.page.keyboard.press("ArrowDown")
    expect(visit.page.get_by_role("menuitem", name="Pat Station")).to_be_focused()
    visit.page.keyboard.press("Enter")
    visit.note_says("Custody sergeant.")
    expect(visit.page.get_by_role("button", name="Signed in as Pat Station")).to_be_focused()


def test_without_personas_a_pasted_header_loads_the_schema(open_page: Open) -> None:
    visit = open_page(personas=False)
    visit.note_says("into the Headers editor")
    expect(visit.page.get_by_role("button", name="Sign in as")).to_have_count(0)
    assert visit.gateway.seen == []
    visit.page.get_by_role("region", name="Headers").locator(".monaco-editor:visible").click()
    visit.page.keyboard.insert_text('{"authorization": "Bearer pasted"}')
    expect(visit.page.locator(".top-bar").get_by_role("status")).to_have_text("")
    visit.page.get_by_role("button", name="Show Documentation Explorer").click()
    expect(visit.page.locator(".graphiql-doc-explorer")).to_contain_text("Query")
    visit.run()
    visit.result_says("ABC1234D")
    assert visit.complaints == []


def test_a_subscription_is_stopped_by_the_button(open_page: Open) -> None:
    visit = open_page()
    visit.sign_in_as("Omar Leeds")
    visit.page.get_by_role("tab", name="Watch").click()
    visit.header_becomes("leeds-1")
    visit.run()
    visit.result_says('"watch": "watching"')
    assert not visit.gateway.left.is_set()
    visit.page.get_by_role("button", name="Stop query").click()
    assert visit.gateway.left.wait(timeout=10)
    assert visit.complaints == []


def test_a_subscription_that_is_refused_says_so(open_page: Open) -> None:
    visit = open_page(personas=False)
    visit.note_says("into the Headers editor")
    visit.page.get_by_role("tab", name="Watch").click()
    visit.page.get_by_role("region", name="Headers").locator(".monaco-editor:visible").click()
    visit.page.keyboard.insert_text('{"Authorization": "Bearer out-of-date"}')
    visit.note_says("The schema could not be loaded. Sign in first.")
    visit.run()
    visit.result_says("The connection was closed with code 4403. Forbidden")


def test_a_header_that_is_not_accepted_is_told_in_words(open_page: Open) -> None:
    visit = open_page(personas=False)
    visit.note_says("into the Headers editor")
    visit.page.get_by_role("region", name="Headers").locator(".monaco-editor:visible").click()
    visit.page.keyboard.insert_text('{"Authorization": "Bearer out-of-date"}')
    visit.note_says("The schema could not be loaded. Sign in first.")
