"""The page in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from contextlib import nullcontext, suppress

import pytest
from helpers import HOSTILE

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("playwright", reason="needs the extra `browser`")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, Route, expect

Open = Callable[..., Page]

pytestmark = pytest.mark.browser


def type_first(page: Page, text: str) -> None:
    """Type as soon as the box has the focus."""
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(text)


def settle(page: Page) -> None:
    """Wait until the results of the latest search are shown."""
    expect(page.locator("#results:not([aria-busy])")).to_be_visible()


def hits(page: Page) -> list[str]:
    return page.locator(".hit .text").all_text_contents()


def url_query(page: Page) -> str:
    return str(
        page.evaluate("decodeURIComponent(location.search).replaceAll('+', ' ')")
    )


def test_results_come_while_the_user_types(visit: Open) -> None:
    page = visit()
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("전작권 전환", delay=30)

    expect(page.locator("mark").first).to_have_text("전작권")
    expect(page.locator(".count")).to_have_text("문장 8개")
    expect(page.locator("#q")).to_be_focused()
    assert url_query(page) == "?q=전작권 전환"
    expect(page).to_have_title("전작권 전환 · 공동성명 문장 찾기")
    expect(page.locator("#status")).to_have_text("문장 8개")


def test_slow_answers_do_not_change_the_order(visit: Open) -> None:
    page = visit()
    held: list[Route] = []
    cancelled: list[str] = []
    page.on("requestfailed", lambda request: cancelled.append(request.url))

    def slow(route: Route) -> None:
        if route.request.url.endswith("q=SCM"):
            held.append(route)
        else:
            route.continue_()

    page.route("**/results?*", slow)
    page.fill("#q", "SCM")
    # Playwright handles routes between its own calls only.
    expect(page.locator("html")).to_have_class(re.compile("busy"))
    page.wait_for_timeout(100)
    assert len(held) == 1
    page.fill("#q", "사드")
    expect(page.locator("mark").first).to_have_text("사드")
    assert [url for url in cancelled if url.endswith("q=SCM")]
    # A late answer is ignored.
    with suppress(Error):
        held[0].fulfill(body="<main>too late</main>", content_type="text/html")
    page.wait_for_timeout(200)
    expect(page.locator("mark").first).to_have_text("사드")


def test_a_server_that_does_not_answer_is_reported(visit: Open) -> None:
    page = visit("/?q=사드")
    page.route("**/results?*", lambda route: route.abort("connectionrefused"))
    page.fill("#q", "SCM")
    expect(page.get_by_role("alert")).to_have_text("서버에서 답을 받지 못했습니다.")


def test_suggestions_by_keyboard(visit: Open) -> None:
    page = visit()
    type_first(page, "동맹 전작ㄱ")
    box, options = page.locator("#q"), page.locator("#suggestions [role=option]")
    expect(options.first).to_contain_text("전작권")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    page.keyboard.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("동맹 전작권")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(page.locator("mark", has_text="전작권").first).to_be_visible()
    page.keyboard.type(" 사ㄷ")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("동맹 전작권 사ㄷ")


def test_a_chosen_suggestion_stays_when_a_new_list_arrives(visit: Open) -> None:
    page = visit()
    held: list[Route] = []

    def slow(route: Route) -> None:
        if "%E3%84%B1" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/suggest?*", slow)
    box, options = page.locator("#q"), page.locator("#suggestions [role=option]")
    type_first(page, "전작")
    expect(options.first).to_contain_text("전작권")
    page.keyboard.type("ㄱ")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert len(held) == 1
    with page.expect_response("**/api/suggest?*"):
        held[0].continue_()
    page.wait_for_timeout(100)
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")


def test_a_suggestion_is_clicked(visit: Open) -> None:
    page = visit()
    type_first(page, "ㅈㅈㄱ")
    first = page.locator("#suggestions [role=option]").first
    expect(first).to_contain_text("전작권")
    first.click()
    expect(page.locator("#q")).to_have_value("전작권")
    expect(page.locator("#q")).to_be_focused()


def compose(page: Page, letters: str) -> None:
    """Set the letters that an input method composes at the caret."""
    wire = page.context.new_cdp_session(page)
    end = {"selectionStart": len(letters), "selectionEnd": len(letters)}
    wire.send("Input.imeSetComposition", {"text": letters, **end})


def test_half_a_syllable_is_not_searched_yet(visit: Open) -> None:
    page = visit("/?q=사드")
    page.locator("#q").press("End")
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    with page.expect_request("**/results?*"):
        page.keyboard.type(" ")
    urls.clear()
    for letters in ("ㅊ", "추", "축", "추ㄱ"):
        is_whole = "가" <= letters[-1] <= "힣"
        with page.expect_request("**/results?*") if is_whole else nullcontext():
            compose(page, letters)
    page.wait_for_timeout(80)
    searched = [url.rpartition("q=")[2] for url in urls if "/results?" in url]
    assert len(searched) == 2
    assert any("/api/suggest?" in url for url in urls)


def test_old_hits_stay_while_a_syllable_without_hits_is_composed(visit: Open) -> None:
    page = visit("/?q=사드")
    page.locator("#q").press("End")
    page.keyboard.type(" ")
    page.wait_for_timeout(150)
    before = hits(page)
    page.evaluate(
        """() => {
          window.seen = [];
          const look = () => window.seen.push(
            Boolean(document.querySelector(".none, .meant, .message")));
          const options = { childList: true, subtree: true };
          new MutationObserver(look).observe(document.getElementById("results"), options);
        }"""
    )
    for letters in ("ㅂ", "뷁", "뷁쀍"):
        compose(page, letters)
        page.wait_for_timeout(200)
    assert hits(page) == before
    assert page.evaluate("window.seen.includes(true)") is False
    # Without another key the letters are taken as meant.
    expect(page.locator(".notes")).to_contain_text("뷁쀍")


def test_the_language_link_keeps_the_search_as_it_changes(visit: Open) -> None:
    page = visit("/?q=장관")
    page.locator("#speaker-1").click()
    expect(page.locator(".chip")).to_have_count(1)
    page.fill("#q", "장관 사이버")
    page.check("#all")
    expect(page.locator(".hit [id^=show-]").first).to_be_visible()
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert url_query(page) == "?q=장관 사이버&all=1&speaker=양 장관&lang=en"
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator("#q")).to_have_value("장관 사이버")


def test_a_comparison_that_fails_leaves_the_hits(visit: Open) -> None:
    page = visit("/?q=주한미군&document=new")
    before = hits(page)
    page.route("**/results?*", lambda route: route.abort("connectionrefused"))
    page.get_by_role("link", name="다른 해와 비교").first.click()
    message = page.locator(".hit").first.get_by_role("alert")
    expect(message).to_have_text("서버에서 답을 받지 못했습니다.")
    assert hits(page) == before


def test_an_answer_that_takes_long_is_announced(visit: Open) -> None:
    page = visit("/?q=주한미군&document=new")
    waiting: list[Route] = []
    page.route("**/results?*", lambda route: waiting.append(route))  # noqa: PLW0108
    page.get_by_role("link", name="다른 해와 비교").first.click()
    expect(page.locator("#progress")).to_have_text("비교하고 있습니다…")
    expect(page.locator("#status")).to_have_text("비교하고 있습니다…")
    expect(page.locator("article").first).to_have_attribute("aria-busy", "true")
    waiting[0].continue_()
    expect(page.locator(".history")).to_be_visible()
    expect(page.locator("#progress")).to_be_hidden()
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_facets_narrow_and_history_leads_back(visit: Open) -> None:
    page = visit("/?q=장관")
    before = page.locator(".count").text_content()
    facet = page.locator("#speaker-1")
    number = facet.locator(".number").text_content()
    facet.click()
    chip = page.locator(".chip")
    expect(chip).to_have_count(1)
    expect(page.locator("#speaker-1")).to_be_focused()
    assert url_query(page) == "?q=장관&speaker=양 장관"
    assert (number or "?") in (page.locator(".count").text_content() or "")

    page.go_back()
    expect(chip).to_have_count(0)
    expect(page.locator(".count")).to_have_text(before or "")
    page.go_forward()
    expect(chip).to_have_count(1)
    # Further queries keep the filter, until its chip is clicked.
    page.fill("#q", "사드")
    expect(page.locator("mark").first).to_have_text("사드")
    assert url_query(page) == "?q=사드&speaker=양 장관"
    chip.click()
    expect(chip).to_have_count(0)
    assert url_query(page) == "?q=사드"


def test_options_apply_at_once(visit: Open) -> None:
    page = visit("/?q=장관")
    page.select_option("#from", "2019")
    page.select_option("#to", "2019")
    expect(page.locator(".hit .year").first).to_have_text("2019")
    expect(page.locator(".hit .year", has_text="2020")).to_have_count(0)
    page.select_option("#to", "")
    page.select_option("#document", "new")
    page.select_option("#sort", "date")
    page.check("#all")
    page.wait_for_url(re.compile("all=1"))
    assert url_query(page) == "?q=장관&from=2019&document=new&sort=date&all=1"
    expect(page.locator(".chip")).to_have_count(2)


def test_typing_on_is_one_step_of_history(visit: Open) -> None:
    page = visit("/?q=사드")
    page.locator("#q").press("End")
    page.keyboard.type(" 훈련 여건", delay=20)
    expect(page.locator("mark", has_text="여건").first).to_be_visible()
    page.go_back()
    expect(page.locator("#q")).to_have_value("사드")
    expect(page.locator("mark").first).to_have_text("사드")


def test_a_hit_opens_in_place(visit: Open) -> None:
    page = visit("/?q=주한미군 전력")
    first = page.locator(".hit").first
    opener = first.get_by_role("link", name="문단 보기")
    opener.click()
    expect(first.locator(".passage .match mark").first).to_be_visible()
    expect(first.get_by_role("link", name="문단 닫기")).to_be_focused()
    first.get_by_role("link", name="왜 나왔나?").press("Enter")
    expect(first.locator(".why tbody tr").first).to_contain_text("주한미군")
    expect(first.get_by_role("link", name="까닭 닫기")).to_be_focused()
    first.get_by_role("link", name="다른 해와 비교").click()
    expect(first.locator(".history li").first).to_be_visible()
    expect(first.locator(".passage")).to_be_visible()
    expect(first.locator(".why")).to_be_visible()
    shown = page.locator("#results").inner_html().strip()
    page.reload()
    assert page.locator("#results").inner_html().strip() == shown
    page.go_back()
    expect(first.locator(".history")).to_have_count(0)
    expect(first.locator(".passage")).to_be_visible()
    first.get_by_role("link", name="문단 닫기").click()
    expect(first.locator(".passage")).to_have_count(0)


IN_SIGHT = """(element) => {
  const { top, bottom } = element.getBoundingClientRect();
  const form = document.getElementById("form");
  const sticks = getComputedStyle(form).position === "sticky";
  const covered = sticks ? form.getBoundingClientRect().bottom : 0;
  return top >= covered - 1 && bottom <= innerHeight + 1;
}"""


@pytest.mark.parametrize("javascript", [True, False])
def test_an_opened_paragraph_shows_the_hit_and_the_way_back(
    visit: Open, *, javascript: bool
) -> None:
    page = visit("/?q=양 장관은 재확인", java_script_enabled=javascript)
    hit = page.locator(".hit").nth(9)
    number = hit.locator("[id^=show-]").get_attribute("id")
    hit.get_by_role("link", name="문단 보기").click()
    close = page.locator(f'[id="{number}"]', has_text="문단 닫기")
    expect(close).to_be_visible()
    if javascript:
        assert close.evaluate(IN_SIGHT)
        assert (
            close.locator("xpath=ancestor::article")
            .locator(".match")
            .evaluate(IN_SIGHT)
        )
    else:
        expect(close).to_be_in_viewport()


def test_no_focus_is_hidden_by_the_form(visit: Open) -> None:
    page = visit("/?q=양 장관은")
    page.locator("[id^=copy-]").nth(12).focus()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.closest('main') === null"):
            break
        assert page.locator(":focus").evaluate(IN_SIGHT)


def test_a_link_skips_the_hits(visit: Open) -> None:
    page = visit("/?q=장관")
    page.locator("#literal").focus()
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("결과 좁히기로 건너뛰기")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#year-1")).to_be_focused()


@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_a_narrow_screen_has_room_for_the_hits(visit: Open, locale: str) -> None:
    page = visit("/?q=양 장관은", viewport={"width": 360, "height": 640}, locale=locale)
    top = page.locator(".hit").first.evaluate("e => e.getBoundingClientRect().top")
    assert top < 0.6 * 640
    page.locator(".controls > summary").click()
    page.select_option("#sort", "date")
    page.wait_for_url(re.compile("sort=date"))
    expect(page.locator(".hit").first).to_be_visible()


def test_the_message_of_a_fault_replaces_the_results_alone(visit: Open) -> None:
    page = visit("/")
    html = "<header>머리</header><main><p role='alert'>오류가 났습니다.</p></main>"
    page.route(
        "**/results?*",
        lambda route: route.fulfill(status=500, content_type="text/html", body=html),
    )
    type_first(page, "전작권")
    expect(page.locator("#results")).to_have_text("오류가 났습니다.")
    expect(page.locator("header")).to_have_count(1)


def test_a_print_has_all_hits_up_to_the_limit(visit: Open) -> None:
    page = visit("/?q=양 장관은")
    page.evaluate(
        """() => {
          window.print = () => {
            document.body.dataset.printed = document.querySelectorAll(".hit").length;
          };
        }"""
    )
    page.locator("#print").click()
    expect(page.locator("body")).to_have_attribute("data-printed", re.compile(r"\d"))
    count = page.locator("main").get_attribute("data-count") or ""
    total = int(re.findall(r"\d+", count)[0])
    assert total > 20
    assert page.locator(".hit").count() >= total
    printed = int(page.locator("body").get_attribute("data-printed") or 0)
    assert printed == page.locator(".hit").count()
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_contain_text("양 장관은")
    expect(page.locator(".printed")).to_contain_text(f"문장 {total}개")


def test_everything_is_reachable_by_keyboard(visit: Open) -> None:
    page = visit("/")
    type_first(page, "전작권")
    expect(page.locator("mark").first).to_be_visible()
    page.keyboard.press("Enter")
    settle(page)
    reached: list[str] = []
    for _ in range(70):
        page.keyboard.press("Tab")
        where, ring = page.evaluate(
            """() => {
              const { id, className } = document.activeElement;
              return [id || className, getComputedStyle(document.activeElement).outlineStyle];
            }"""
        )
        reached.append(where)
        assert ring != "none" or where == ""
    ids = page.eval_on_selector_all(
        "main a, main button, aside a, form select, form input",
        "all => all.filter(e => e.checkVisibility() && e.type !== 'hidden').map(e => e.id)",
    )
    # Bars of the picture have no id.
    assert {*ids} - {"q", ""} <= {*reached}
    page.locator("[id^=show-]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".passage .match")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".passage")).to_have_count(0)


@pytest.mark.parametrize(
    ("link", "query", "focused"),
    [
        ("#skip-hits", "장관 사이버", "skip-hits"),
        ("#in-2020", "장관 사이버", "in-2020"),
        (".hit a", "사드", "results"),
    ],
    ids=["still there", "in details", "gone"],
)
def test_results_that_arrive_leave_the_focus_where_it_is(
    visit: Open, link: str, query: str, focused: str
) -> None:
    page = visit("/?q=장관")
    held: list[Route] = []
    page.route("**/results?*", lambda route: held.append(route))  # noqa: PLW0108
    page.evaluate("document.querySelectorAll('details').forEach(e => (e.open = true))")
    with page.expect_request("**/results?*"):
        page.fill("#q", query)
    page.locator(link).first.focus()
    page.keyboard.press("Shift")
    held[0].continue_()
    settle(page)
    assert page.evaluate("document.activeElement.id") == focused


def test_without_javascript_it_finds_the_same(visit: Open) -> None:
    plain = visit("/", java_script_enabled=False)
    plain.fill("#q", "유앤사 준수")
    plain.check("#exact")
    plain.uncheck("#exact")
    plain.locator("#q").press("Enter")
    page = visit("/")
    page.fill("#q", "유앤사 준수")
    expect(page.locator(".meant a")).to_have_text("유엔사 준수")
    assert hits(page) == hits(plain)
    assert len(hits(plain)) > 1
    assert plain.locator(".copy").first.is_hidden()
    assert plain.locator("#copy-all").is_hidden()
    plain.locator("#document-1, #year-1").first.click()
    plain.get_by_role("link", name="문단 보기").first.click()
    expect(plain.locator(".passage .match mark").first).to_be_visible()
    plain.get_by_role("link", name="다른 해와 비교").first.click()
    expect(plain.locator(".history")).to_be_visible()
    plain.get_by_role("link", name="왜 나왔나?").first.click()
    expect(plain.locator(".why mark").first).to_be_visible()


def test_both_languages(visit: Open) -> None:
    english = visit("/?q=유앤사", locale="en-GB")
    expect(english.get_by_role("link", name="Show paragraph").first).to_be_visible()
    expect(english.locator(".notes")).to_contain_text("(spelling)")
    english.fill("#q", "유앤사 준수")
    expect(english.locator(".meant")).to_contain_text("Did you mean 유엔사 준수")
    english.get_by_role("link", name="한국어").click()
    expect(english.locator(".notes")).to_contain_text("(맞춤법)")
    english.fill("#q", "비핵하")
    expect(english.locator(".notes")).to_contain_text("“비핵화” (맞춤법)")
    assert "lang=ko" in url_query(english)


def test_a_citation_is_copied(visit: Open) -> None:
    page = visit("/?q=정전협정", permissions=["clipboard-read", "clipboard-write"])
    sentence = hits(page)[0]
    button = page.locator(".copy").first
    button.click()
    expect(button).to_have_text("복사했습니다")
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith(f"{sentence}\n(")
    assert re.search(r"공동성명, 20\d\d-\d\d-\d\d, \d+문단 \d+문장\)$", copied)
    expect(button).to_have_text("인용 복사")


@pytest.mark.parametrize("view", ["hits", "concordance"])
def test_all_citations_are_copied_at_once(visit: Open, view: str) -> None:
    page = visit(
        f"/?q=양 장관은&view={view}", permissions=["clipboard-read", "clipboard-write"]
    )
    button = page.locator("#copy-all")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_text("복사했습니다")
    expect(button).to_be_focused()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    address = page.locator("#save-citations").get_attribute("href")
    saved = page.request.get(
        page.url.partition("/?")[0] + (address or ""), headers={"Accept-Language": "ko"}
    )
    assert copied == saved.text()
    assert copied.count("문장)\n") > 20
    page.route("**/export?*", lambda route: route.abort("connectionrefused"))
    button.click()
    expect(page.get_by_role("alert")).to_have_text("서버에서 답을 받지 못했습니다.")
    expect(page.locator("#copy-all")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_markup_in_query_and_corpus_is_text(visit: Open, *, javascript: bool) -> None:
    page = visit("/", java_script_enabled=javascript)
    page.fill("#q", f"표시 {HOSTILE}")
    page.locator("#q").press("Enter")
    expect(page.locator(".hit .text").first).to_have_text(f"표시 {HOSTILE} 끝")
    expect(page.locator("#q")).to_have_value(f"표시 {HOSTILE}")
    expect(page.locator("#results script, #results img")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1180, 360])
@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_every_view_is_accessible(
    visit: Open, scheme: str, width: int, locale: str
) -> None:
    """An audit by axe of every view, and no line runs out of a narrow screen."""
    settings = {
        "color_scheme": scheme,
        "locale": locale,
        "viewport": {"width": width, "height": 800},
    }
    first = visit("/?q=전작권", **settings)
    hit = str(first.locator(".hit [id^=show-]").first.get_attribute("id")).removeprefix(
        "show-"
    )
    paper = first.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", paper))) < 60) is (scheme == "dark")
    for query in (
        "",
        f"q=전작권&shown={hit}&compared={hit}&explained={hit}",
        "q=유앤사&document=new&sort=document",
        "q=없는말임&all=1",
        "q=speaker:없음",
    ):
        page = visit(f"/?{query}", **settings)
        if width == 360:
            page.evaluate(
                "document.querySelectorAll('details').forEach(e => (e.open = true))"
            )
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        audit = Axe().run(page)
        assert audit.violations_count == 0, audit.generate_report()
        page.close()


def test_suggestions_pass_the_audit_too(visit: Open) -> None:
    page = visit("/")
    type_first(page, "전작")
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    audit = Axe().run(page)
    assert audit.violations_count == 0, audit.generate_report()


def test_a_print_has_the_citations(visit: Open) -> None:
    page = visit("/?q=정전협정")
    page.emulate_media(media="print")
    for hidden in ("form", "aside", ".actions", "header"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".cite .full").first).to_be_visible()
    expect(page.locator(".cite .full").first).to_contain_text("공동성명, 20")
    assert page.pdf()[:5] == b"%PDF-"


TO_MARKS = """async (text) => {
  const box = document.getElementById("q");
  const results = document.getElementById("results");
  const begun = performance.now();
  const marked = new Promise((done) => {
    new MutationObserver((_, observer) => {
      if ([...results.querySelectorAll("mark")].some((mark) => text.endsWith(mark.textContent))) {
        observer.disconnect();
        requestAnimationFrame(() => done(performance.now() - begun));
      }
    }).observe(results, { childList: true, subtree: true });
  });
  box.value = text;
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  return marked;
}"""


def test_marks_follow_the_keys(visit: Open) -> None:
    """The time is printed (`-s` shows it), and not tested: it depends on the machine."""
    page = visit("/")
    words = ["동맹", "사드", "훈련", "유엔사", "전작권", "북한", "위협", "우주", "감시"]
    page.evaluate(TO_MARKS, "공약")
    taken = [page.evaluate(TO_MARKS, word) for word in words]
    values = ", ".join(f"{each:.0f}" for each in sorted(taken))
    print(f"from key to marks: median {statistics.median(taken):.0f} of {values} ms")
    assert len(taken) == len(words)
