"""A headless Chromium that knows this machine alone."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import FLAGS, find_browser

MakeBrowser = Callable[[], Browser]


@pytest.fixture(scope="module")
def make_browser() -> Iterator[MakeBrowser]:
    """Start a browser; all are closed at the end.

    For one module at a time: while the driver runs, its event loop is in the way of asynchronous tests.
    """
    found = find_browser()
    with sync_playwright() as playwright:
        started: list[Browser] = []

        def make() -> Browser:
            browser = playwright.chromium.launch(
                executable_path=found.executable,
                args=list(FLAGS),
                env={**os.environ, **found.environment},
                timeout=60_000,
            )
            started.append(browser)
            return browser

        yield make
        for browser in started:
            browser.close()
