"""Keys of one letter and past searches in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("playwright", reason="needs the extra `browser`")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Open = Callable[..., Page]

pytestmark = pytest.mark.browser

REMEMBERED = "localStorage.getItem('searches')"


def focused_hit(page: Page) -> int:
    """Return the number of the hit that has the focus, from 1; 0 if none has it."""
    return int(
        page.evaluate(
            """[...document.querySelectorAll(".hit article, .line.match")]
                 .indexOf(document.activeElement) + 1"""
        )
    )


def wait_until(page: Page, condition: str) -> None:
    """Wait; `wait_for_function` evaluates text, which the policy of the page forbids."""
    end = time.monotonic() + 60
    while not page.evaluate(condition):
        assert time.monotonic() < end
        page.wait_for_timeout(100)


def test_keys_move_among_hits_and_to_the_box(visit: Open) -> None:
    page = visit("/?q=장관")
    page.locator("#language").focus()
    expected = [("j", 1), ("j", 2), ("ㅓ", 3), ("k", 2), ("ㅏ", 1), ("k", 1)]
    for key, number in expected:
        page.evaluate(
            """(key) => document.activeElement.dispatchEvent(
                 new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))""",
            key,
        )
        assert focused_hit(page) == number
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    assert focused_hit(page) == 2
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("장관")
    page.keyboard.press("ArrowDown")
    assert focused_hit(page) == 1
    # Each hit is reached, and seen below the form.
    for _ in range(8):
        page.keyboard.press("j")
    assert focused_hit(page) == 9
    expect(page.locator(":focus")).to_be_in_viewport()


def test_keys_work_in_a_document_too(visit: Open) -> None:
    page = visit("/documents/new?q=장관")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused_hit(page) == 2
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_keys_are_letters_where_one_types_composes_or_holds_a_modifier(
    visit: Open,
) -> None:
    page = visit("/?q=장관")
    page.locator("#q").press("End")
    page.keyboard.type("j/k?")
    expect(page.locator("#q")).to_have_value("장관j/k?")
    page.locator("#sort").focus()
    page.keyboard.press("j")
    page.locator("#all").focus()
    for press in ("Control+j", "Alt+j", "Meta+j", "Shift+J", "Control+/"):
        page.keyboard.press(press)
    page.evaluate(
        """() => {
          for (const settings of [{ isComposing: true }, { keyCode: 229 }]) {
            document.activeElement.dispatchEvent(
              new KeyboardEvent("keydown", { key: "j", bubbles: true, ...settings }));
          }
        }"""
    )
    assert focused_hit(page) == 0
    expect(page.locator("#all")).to_be_focused()
    expect(page.locator("#keys")).to_be_hidden()


@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_the_list_of_keys_can_turn_them_off(visit: Open, locale: str) -> None:
    page = visit("/?q=장관", locale=locale, viewport={"width": 360, "height": 640})
    page.locator("#language").focus()
    page.keyboard.press("?")
    dialog = page.locator("#keys")
    expect(dialog).to_be_visible()
    audit = Axe().run(page)
    assert audit.violations_count == 0, audit.generate_report()
    page.keyboard.press("j")
    assert focused_hit(page) == 0
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    page.locator("#language").focus()
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert focused_hit(page) == 0
    expect(dialog).to_be_hidden()
    page.locator("#open-keys").click()
    page.locator("#keys-on").check()
    dialog.get_by_role("button").click()
    page.locator("#language").focus()
    page.keyboard.press("j")
    assert focused_hit(page) == 1


def test_past_searches_are_listed_run_and_cleared(visit: Open) -> None:
    page = visit("/?q=사드&speaker=양+장관&lang=en", locale="en-US")
    expect(page.locator("#past")).to_be_hidden()
    page.locator("[id^=show-]").first.click()
    expect(page.locator(".passage")).to_be_visible()
    page.fill("#q", "유엔사")
    expect(page.locator("mark").first).to_have_text("유엔사")
    page.goto(page.url.partition("?")[0] + "?lang=en")

    links = page.locator("#past a")
    expect(links).to_have_text(["유엔사 · 양 장관", "사드 · 양 장관"])
    audit = Axe().run(page)
    assert audit.violations_count == 0, audit.generate_report()
    links.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("사드")
    expect(page.locator(".chip")).to_contain_text("양 장관")
    expect(page.locator("#past")).to_be_hidden()
    assert "lang=en" in page.url
    page.go_back()
    page.get_by_role("button", name="Clear them").click()
    expect(page.locator("#past")).to_be_hidden()
    expect(page.locator("#q")).to_be_focused()
    assert page.evaluate(REMEMBERED) == "[]"


def test_a_search_is_remembered_once_it_stands(visit: Open) -> None:
    page = visit("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("전작권", delay=40)
    expect(page.locator("mark").first).to_be_visible()
    assert page.evaluate(REMEMBERED) is None
    wait_until(page, f"{REMEMBERED} !== null")
    page.keyboard.type(" 전환", delay=40)
    wait_until(page, f"{REMEMBERED}.includes('%EC%A0%84%ED%99%98')")
    page.fill("#q", "없는말임")
    page.goto(re.sub("[?].*", "", page.url))

    expect(page.locator("#past a")).to_have_text(["전작권 전환"])


def test_without_javascript_or_storage_the_page_works(visit: Open) -> None:
    plain = visit("/", java_script_enabled=False)
    for hidden in ("#past", "#open-keys", "#keys"):
        expect(plain.locator(hidden)).to_be_hidden()
    plain.get_by_role("link", name="도움말").click()
    expect(plain.get_by_text("다음 결과로").first).to_be_visible()
    plain.locator("#example-and").click()
    expect(plain.locator("mark").first).to_be_visible()

    page = visit("/?q=장관")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error(); } })"
    )
    page.reload()
    page.locator("[id^=show-]").first.click()
    expect(page.locator(".passage")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
