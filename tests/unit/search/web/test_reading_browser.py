"""The pages for reading in a real browser: without JavaScript, by keyboard, in print."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("playwright", reason="needs the extra `browser`")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Open = Callable[..., Page]

pytestmark = pytest.mark.browser

VIEWS = (
    "/documents/new?q=장관",
    "/documents/none",
    "/help",
    "/about",
    "/?q=장관",
    "/?q=장관&view=concordance&sort=left",
    "/compare?before=old&after=new",
    "/compare?kind=dropped&speaker=양측",
    "/trace?phrase=장관&phrase=사이버+협력",
)
"""An address of each page."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1180, 360])
@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_every_page_is_accessible(
    visit: Open, scheme: str, width: int, locale: str
) -> None:
    """An audit by axe, and no line runs out of a narrow screen."""
    for view in VIEWS:
        page = visit(
            view,
            color_scheme=scheme,
            locale=locale,
            viewport={"width": width, "height": 800},
        )
        page.evaluate(
            "document.querySelectorAll('details').forEach(e => (e.open = true))"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        audit = Axe().run(page)
        assert audit.violations_count == 0, audit.generate_report()
        page.close()


def test_a_reader_goes_from_a_hit_to_the_document_and_on(visit: Open) -> None:
    page = visit("/?q=유엔사&document=new", java_script_enabled=False)
    page.get_by_role("link", name="전문에서 보기").first.click()
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    expect(target.locator("mark").first).to_have_text("유엔사")
    page.locator("#q").fill("양")
    page.locator("#q").press("Enter")
    first = page.locator(".hit-bar li a").first
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(":target")).to_have_id("s-2.1")
    page.get_by_role("link", name="다음 결과").first.click()
    expect(page.locator(":target")).to_have_id("s-3.1")
    expect(page.locator(":target")).to_be_in_viewport()
    page.locator("aside a", has_text="2019-11-15").click()
    expect(page).to_have_url(re.compile("/documents/old"))
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Paragraph 2")).to_be_visible()


def test_a_document_in_print_is_its_text(visit: Open) -> None:
    page = visit("/documents/new?q=장관")
    page.emulate_media(media="print")
    for hidden in ("form", "aside", ".hit-bar", ".step", "header"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("mark").first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_bar_and_a_row_narrow_to_their_year(visit: Open, *, javascript: bool) -> None:
    page = visit("/?q=장관", java_script_enabled=javascript)
    page.locator(".timeline a").first.click()
    expect(page.locator(".chip")).to_contain_text("2019")
    page.get_by_text("표로 보기").focus()
    page.keyboard.press("Enter")
    page.locator("#in-2020").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_contain_text("2020")
    expect(page.locator(".timeline .chosen")).to_have_count(1)


def test_a_phrase_leads_to_the_place_where_it_first_appears(visit: Open) -> None:
    page = visit("/?q=사이버", java_script_enabled=False)
    page.locator("#trace").click()
    page.locator("#phrase-2").fill("유엔사")
    page.locator("#phrase-2").press("Enter")
    expect(page.locator(".timeline path.l2")).to_have_count(2)
    page.locator(".first dd a").first.click()
    expect(page.locator(":target mark").first).to_have_text("사이버")
    expect(page).to_have_url(re.compile("/documents/old"))


@pytest.mark.parametrize("javascript", [True, False])
def test_the_hits_in_context_are_sorted_by_keyboard(
    visit: Open, *, javascript: bool
) -> None:
    page = visit("/?q=장관", java_script_enabled=javascript)
    page.locator("#view-concordance").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#view-concordance")).to_have_attribute("aria-current", "true")
    expect(page.locator("#sort")).to_be_hidden()
    page.locator("#sort-right").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sort-right")).to_have_attribute("aria-current", "true")
    # Another query keeps the view and its order.
    page.locator("#q").fill("사이버")
    page.locator("#q").press("Enter")
    expect(page.locator(".kwic mark").first).to_have_text("사이버")
    expect(page).to_have_url(re.compile("view=concordance&sort=right"))
    page.locator("#view-hits").click()
    expect(page.locator(".hit .text").first).to_be_visible()
    expect(page.locator("#sort")).to_be_visible()
    page.go_back()
    expect(page.locator(".kwic mark").first).to_have_text("사이버")
    page.locator("#line-1").click()
    expect(page.locator(":target mark").first).to_have_text("사이버")


def test_matches_are_in_one_column_also_in_print(visit: Open) -> None:
    page = visit("/?q=장관&view=concordance")
    page.emulate_media(media="print")
    for hidden in ("form", ".bar", ".kwic-heads"):
        expect(page.locator(hidden).first).to_be_hidden()
    edges = page.locator(".kwic mark").evaluate_all(
        "all => all.map(e => Math.round(e.getBoundingClientRect().left))"
    )
    assert len(edges) > 2
    assert len({*edges}) == 1
