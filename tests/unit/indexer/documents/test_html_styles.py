"""Elements of a page that its style sheets hide are no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.documents.extract import extract

BODY = "<p>양측은 협력을 강화하였다.</p>"


@pytest.mark.parametrize(
    ("sheet", "elements"),
    [
        (".a { display: none }", "<p class='a b'>숨김</p>"),
        ("#a{color:red;display:none !important}", "<p id=a>숨김</p>"),
        ("/* .b */ .b, div.a > p {visibility: hidden}", "<div class=a><p>숨김</div>"),
        (
            ".a{display:none}",
            "<div class=a>숨김<p class=a>안</p><script>1</script></div>",
        ),
        (
            ".a{display:none} .a.on{display:block}",
            "<p class=a>숨김<p class='a on'>나옴",
        ),
        ("#b{display:block} .a{display:none}", "<p class=a>숨김<p class=a id=b>나옴"),
        (".a{display:none}", "<p class=a style='display:block'>나옴"),
        ("@media print {.a{display:none}} .b{color:red}", "<p class=a>나옴"),
        ("@import 'x'; .a{display:none}", "<p class=a>숨김"),
        (".a:hover, .a::after {display:none}", "<p class=a>나옴"),
        (".a{display:none", "<p class=a>나옴"),
        ("}}{.a{;p[{display:none}", "<p class=a>나옴"),
        ("ol {list-style: none}", "<ol><li>나옴</ol>"),
    ],
)
def test_elements_that_a_style_sheet_hides_are_no_text(
    sheet: str, elements: str
) -> None:
    page = (
        f"<html><head><style>{sheet}</style></head><body>{BODY}{elements}</body></html>"
    )

    text = extract(Path("a.html"), page.encode()).text

    rest = "나옴\n" if "나옴" in elements else ""
    assert text.split("\n\n", 1)[1:] == [rest] * bool(rest)


def test_a_sheet_for_print_hides_nothing() -> None:
    page = f"<style media=print>p{{display:none}}</style>{BODY}"

    assert extract(Path("a.html"), page.encode()).text == "양측은 협력을 강화하였다.\n"


def test_a_page_that_appears_by_a_script_is_read() -> None:
    page = (
        f"<style>.main{{display:none}}</style><div class=main>{BODY}</div><p>알림</p>"
    )

    assert "강화하였다" in extract(Path("a.html"), page.encode()).text
