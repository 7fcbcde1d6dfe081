"""A real browser for the tests of the pages: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from helpers import HOSTILE, served, write_records

from indexer.build.plan import CORPUS
from indexer.build.rebuild import rebuild

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT = 60_000
"""Milliseconds after which an expectation fails; a busy machine is slow."""


# Playwright runs an event loop in the thread of the tests while the browser is open, which
# the asynchronous tests of other modules cannot share.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the browser; skip the test without it."""
    pytest.importorskip("playwright", reason="needs the extra `browser`")
    from playwright.sync_api import expect, sync_playwright

    if not (path := shutil.which("chromium")):
        pytest.skip("chromium is not installed")
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(
    tmp_path_factory: pytest.TempPathFactory, statements_folder: Path
) -> Iterator[str]:
    """Serve an index of two statements, the communiqué and markup; return its URL."""
    folder = tmp_path_factory.mktemp("browser")
    markup = write_records(folder / "markup.jsonl", {"markup": f"표시 {HOSTILE} 끝"})
    statements = statements_folder.parent / "corpus"
    rebuild(folder / "index", [statements, CORPUS, markup])
    with served(folder / "index") as url:
        yield url


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page at `address` in a browser with other settings.

    A message of the browser fails the test, such as that of a script which the policy
    forbids, and so does a dialogue.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str = "/", **settings: Any) -> Page:
        wide = {"width": 1180, "height": 860}
        context = browser.new_context(
            **{"locale": "ko-KR", "viewport": wide, **settings}
        )
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # Expected are failed requests, and a test that entered the box before autofocus.
    expected = re.compile("Failed to load|Autofocus processing was blocked")
    assert [each for each in complaints if not expected.search(each)] == []
