"""A note is an English sentence that keeps its form and facts for translation."""

from __future__ import annotations

import json

from search.messages import Note, quoted_list


def test_a_note_is_a_string_with_its_facts() -> None:
    note = Note("{word} → {forms} ({step})", word=("가",), forms=("나", "다"), step="x")

    assert note == "“가” → “나”, “다” (x)"
    assert note.facts == {"word": ("가",), "forms": ("나", "다"), "step": "x"}
    assert json.loads(json.dumps([note], ensure_ascii=False)) == [str(note)]


def test_braces_in_a_query_are_literal() -> None:
    assert Note("{word} is nowhere", word=("{0}{word}",)) == "“{0}{word}” is nowhere"


def test_long_lists_are_cut_short() -> None:
    words = [str(number) for number in range(7)]

    assert quoted_list(words).endswith("“4” and 2 more")
    assert quoted_list(words, " 외 {}개").endswith("“4” 외 2개")
    assert quoted_list(["가" * 50]) == f"“{'가' * 40}…”"
