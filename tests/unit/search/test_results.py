"""Search results: iteration, and the JSON of results, hits and sentences."""

from __future__ import annotations

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.results import SCHEMA, Hit, SearchResult, sentence_to_json

SENTENCE = Sentence(
    "scm:11.1", "scm", 11, 1, 40, 52, "전작권을 전환한다.", "양측", "전환"
)
HIT = Hit(3, SENTENCE, 1.23456789, ((0, 3), (5, 7)))
RESULT = SearchResult("전작권 *", {"word": "전작권"}, 9, (HIT, HIT), ("A note.",))
WITH_FACETS = SearchResult(
    **{
        **vars(RESULT),
        "facets": {"act": {"전환": 9}},
        "editions": {"scm": Edition("scm", None, 52, None, None, 2020)},
    }
)


def test_iterating_over_a_result_gives_its_hits() -> None:
    assert list(RESULT) == [HIT, HIT]
    assert list(RESULT) == list(RESULT)


def test_the_json_of_a_sentence() -> None:
    record = Sentence("a", "records", None, None, 0, 9, "전작권")

    assert list(sentence_to_json(SENTENCE).items()) == [
        ("id", "scm:11.1"),
        ("document", "scm"),
        ("paragraph", 11),
        ("sentence", 1),
        ("start", 40),
        ("end", 52),
        ("text", "전작권을 전환한다."),
        ("speaker", "양측"),
        ("act", "전환"),
        ("page", None),
    ]
    assert sentence_to_json(record)["paragraph"] is None
    assert sentence_to_json(record)["sentence"] is None
    assert sentence_to_json(record)["speaker"] is None
    assert sentence_to_json(record)["act"] is None


def test_the_json_of_a_hit() -> None:
    assert list(HIT.to_json().items()) == [
        ("rank", 3),
        *sentence_to_json(SENTENCE).items(),
        ("score", 1.234568),
        ("spans", [[0, 3], [5, 7]]),
    ]


def test_the_json_of_a_result() -> None:
    assert SCHEMA == 1
    assert list(WITH_FACETS.to_json().items()) == [
        ("schema", 1),
        ("query", "전작권 *"),
        ("understood", {"word": "전작권"}),
        ("total", 9),
        ("uncounted", 0),
        ("hits", [{**HIT.to_json(), "year": 2020}] * 2),
        ("notes", ["A note."]),
        ("facets", {"act": {"전환": 9}}),
    ]


def test_a_hit_of_a_document_without_a_year_has_no_year() -> None:
    assert RESULT.year(HIT) is None
    assert RESULT.to_json()["hits"][0]["year"] is None
    assert WITH_FACETS.year(HIT) == 2020


def test_the_json_of_no_hits() -> None:
    assert SearchResult("", None, 0, (), ("The query is empty.",)).to_json() == {
        "schema": 1,
        "query": "",
        "understood": None,
        "total": 0,
        "uncounted": 0,
        "hits": [],
        "notes": ["The query is empty."],
        "facets": {},
    }
