"""Takes the README's picture of a running demonstration: `make run`, then `python docs/picture.py`."""

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.chromium import FLAGS, find_browser

PICTURE = Path(__file__).parent / "graphiql.png"


def main(address: str = "http://127.0.0.1:8080/graphiql/") -> None:
    found = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable, args=list(FLAGS), env={**os.environ, **found.environment}
        )
        page = browser.new_page(viewport={"width": 1400, "height": 860})
        page.goto(address)
        page.get_by_role("button", name=re.compile("^Sign(ed)? in")).click()
        page.get_by_role("menuitem", name="Prison officer, Leeds", exact=False).first.click()
        expect(page.get_by_role("button", name=re.compile("^Signed in as"))).to_be_visible()
        page.get_by_role("button", name="Execute query").click()
        expect(page.get_by_role("region", name="Result Window")).to_contain_text("totalCount", timeout=20_000)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
