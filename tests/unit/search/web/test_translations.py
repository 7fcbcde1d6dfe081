"""The page and the notes of a search exist in Korean and in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest
from helpers import ROOT

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.messages import Note
from search.query import match_notes
from search.query.builder import NO_TERMS
from search.query.expansion import EXPANSION_FORM, LIMIT_FORM
from search.query.plan import Grade
from search.web.translations import NOTES, TEXTS, Translations, choose_language

SEARCH = ROOT / "search"


def forms() -> Iterator[str]:
    """Yield the forms of the notes that the program makes."""
    for path in SEARCH.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Note":
                if isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value)
                else:
                    assert path.name in (
                        "match_notes.py",
                        "expansion.py",
                        "builder.py",
                    ), ast.dump(node)
    yield from (EXPANSION_FORM, LIMIT_FORM, NO_TERMS)
    yield from match_notes.FORMS


def placeholders(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("form", sorted(set(forms())))
def test_every_note_has_a_korean_form(form: str) -> None:
    assert placeholders(NOTES[form]) == placeholders(form)
    assert re.search("[가-힣]", NOTES[form]) or form.startswith("{word} → ")


def test_every_translation_belongs_to_a_note() -> None:
    assert set(NOTES) == set(forms())


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_have_the_same_placeholders(name: str) -> None:
    korean, english = TEXTS[name]

    assert placeholders(korean) == placeholders(english)


def test_every_text_is_used() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (SEARCH / "web").rglob("*")
        if path.suffix in (".py", ".html")
    )
    fields = {"speaker", "act", "document", "paragraph", "year", "side"}
    fields |= {"side_korea", "side_us", "side_both"}
    statuses = {"same", "reworded", "new", "dropped"}
    orders = {"by_rank", "by_date", "by_document"}
    unused = {
        name
        for name in TEXTS
        if not re.search(rf"""(\bt|texts|self)\(\s*"{name}\"""", source)
    }
    # A table has these under the group of speakers or the status that they name.
    tabled = {"side_korea", "side_us", "side_both", "side_other"}
    tabled |= {name for name in TEXTS if name.startswith(("help_", "key_"))}
    tabled |= {f"way_{grade.name.lower()}" for grade in Grade}
    tabled |= {"no_page", "other_host", "bad_request", "server_fault"}
    tabled |= {"too_large"}
    assert unused <= fields | statuses | orders | tabled


@pytest.mark.parametrize(
    ("accepted", "in_url", "language"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "", "en"),
        ("fr, ko;q=0.1", "", "ko"),
        ("ko;q=0.2, en;q=0.7", "", "en"),
        ("ko;q=0, fr", "", "en"),
        ("ko;q=x", "", "en"),
        ("ko; q=0.5, en; q=0.9", "", "en"),
        ("kok, en;q=0.5", "", "en"),
        ("KO-kr, en;q=0.5", "", "ko"),
        ("", "", "en"),
        ("en", "ko", "ko"),
    ],
)
def test_the_language(accepted: str, in_url: str, language: str) -> None:
    assert choose_language(accepted, in_url) == language


def test_notes_are_translated() -> None:
    texts = Translations("ko")
    note = Note(
        "{word} → {forms} ({step})",
        word=("유앤사",),
        forms=("유엔사",),
        step="spelling",
    )

    assert texts.note(note) == "“유앤사” → “유엔사” (맞춤법)"
    assert Translations("en").note(note) == note
    assert texts.note("something new") == "Something new"


@pytest.mark.parametrize(
    ("paragraph", "number", "korean", "english"),
    [
        (11, 3, "11문단 3문장", "paragraph 11, sentence 3"),
        (0, 1, "1문단 앞 1문장", "before paragraph 1, sentence 1"),
        (None, 7, "7번째 문장", "sentence 7"),
        (None, None, "x", "x"),
    ],
)
def test_places(
    paragraph: int | None, number: int | None, korean: str, english: str
) -> None:
    sentence = Sentence("x", "d", paragraph, number, 0, 1, "가")

    assert Translations("ko").place(sentence) == korean
    assert Translations("en").place(sentence) == english


def test_the_citation_of_a_report() -> None:
    edition = Edition("d", "제2차 성명", 2, "2020-10-14", "서울", 2020)
    sentence = Sentence("d:1.2", "d", 1, 2, 0, 1, "가")

    assert (
        Translations("ko").citation(sentence, edition)
        == "제2차 성명, 2020-10-14, 1문단 2문장"
    )
    assert Translations("ko").heading(edition) == "2020-10-14 · 제2차 · 서울"
    assert Translations("en").heading(Edition("d", None, None, None, None, None)) == "d"
