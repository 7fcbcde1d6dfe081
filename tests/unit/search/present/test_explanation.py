"""Explanations for a person: how a query is parsed, and why a sentence matches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.index import Index, open_index
from search.present.explanation import explanation_lines


@pytest.fixture(scope="module")
def index(index_folder: Path) -> Iterator[Index]:
    with open_index(index_folder) as opened:
        yield opened


def test_a_query_is_shown_with_its_terms_and_notes(index: Index) -> None:
    assert list(explanation_lines(index.explain("비핵하"))) == [
        "query   비핵하",
        "  비핵하: 비/XPN + 핵/NNG + 하/XSV → 비 핵",
        (
            "terms   비 핵 _비핵 =비핵^0.5 =비핵하다^0.5"
            ' 비핵^0.2 화^0.2 _핵화^0.2 =비핵화^0.1 "비 핵"^0.5'
        ),
        "note    “비핵하” → “비핵화” (spelling)",
    ]


def test_a_sentence_is_shown_with_its_score(index: Index) -> None:
    explanation = index.explain("전작권", "scm-52-2020:12.1")

    lines = list(explanation_lines(explanation))

    assert explanation.sentence
    scores = lines[lines.index("found: as typed") + 1 :]
    assert [line.split()[1] for line in scores] == [
        *(f"{each.term}:" for each in explanation.sentence.scores),
        "in",
    ]
    assert scores[-1] == f"{explanation.sentence.score:9.4f}  in all"


def test_a_sentence_that_does_not_match_is_shown_with_the_reason(index: Index) -> None:
    lines = list(explanation_lines(index.explain("비핵화 협상", "scm-52-2020:12.1")))

    assert lines[-1] == "not found: the sentence does not have “비핵화 OR 협상”"


def test_a_query_cannot_control_the_terminal(index: Index) -> None:
    (line, *_) = explanation_lines(index.explain("전작권\x1b[2J"))

    assert line == "query   전작권 [2J"
