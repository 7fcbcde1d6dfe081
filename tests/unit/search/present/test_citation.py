"""Citations of sentences in paragraphs, in annexes and in files of records."""

from __future__ import annotations

import pytest

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.present.citation import citation, full_citation


@pytest.mark.parametrize(
    ("id_", "paragraph", "number", "expected"),
    [
        ("scm:11.3", 11, 3, "paragraph 11, sentence 3"),
        ("scm:0.2", 0, 2, "before paragraph 1, sentence 2"),
        ("scm:7", None, 7, "sentence 7"),
        ("scm:annex1.4", None, 4, "annex 1, sentence 4"),
        ("a", None, None, "scm"),
    ],
)
def test_a_sentence_is_cited_by_its_place(
    id_: str, paragraph: int | None, number: int | None, expected: str
) -> None:
    sentence = Sentence(id_, "scm", paragraph, number, 0, 1, "a")

    assert citation(sentence) == expected


@pytest.mark.parametrize(
    ("title", "date", "expected"),
    [
        ("제2차 성명", "2020-10-14", "제2차 성명, 2020-10-14, paragraph 1, sentence 2"),
        (None, None, "scm, paragraph 1, sentence 2"),
    ],
)
def test_a_full_citation_has_the_title_and_the_date(
    title: str | None, date: str | None, expected: str
) -> None:
    sentence = Sentence("scm:1.2", "scm", 1, 2, 0, 1, "a")
    edition = Edition("scm", title, 2, date, None, None)

    assert full_citation(sentence, edition) == expected


def test_a_record_is_cited_by_its_file_once() -> None:
    record = Sentence("a", "기록", None, None, 0, 1, "a")

    assert full_citation(record, Edition("기록", *[None] * 5)) == "기록"
