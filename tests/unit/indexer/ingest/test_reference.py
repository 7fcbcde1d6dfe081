"""References: which things a typed name may stand for, and in which order."""

from __future__ import annotations

import pytest

from indexer.ingest.document import Document
from indexer.ingest.reference import (
    DocumentRef,
    ParagraphRef,
    RecordRef,
    Reference,
    SentenceRef,
    candidates,
    paragraph_of,
    reference_of,
)
from indexer.ingest.sentence import Sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", (RecordRef("a"), DocumentRef("a"))),
        ("a:", (RecordRef("a:"), DocumentRef("a"))),
        ("annex.7", (RecordRef("annex.7"), DocumentRef("annex.7"))),
        ("a:3", (RecordRef("a:3"), SentenceRef("a:3"), ParagraphRef("a", "3"))),
        ("a:b:3", (RecordRef("a:b:3"), SentenceRef("a:b:3"), ParagraphRef("a", "b:3"))),
        ("", (RecordRef(""), DocumentRef(""))),
        (":", (RecordRef(":"), DocumentRef(""))),
    ],
)
def test_a_name_has_candidates_in_order_of_preference(
    text: str, expected: tuple[Reference, ...]
) -> None:
    assert candidates(text) == expected


def test_references_of_different_kinds_are_unequal() -> None:
    references = {DocumentRef("a"), SentenceRef("a"), RecordRef("a")}

    assert len(references) == 3


def test_each_sentence_of_the_communique_has_a_reference(communique: Document) -> None:
    for sentence in communique.sentences:
        paragraph = paragraph_of(sentence)

        assert reference_of(sentence) == SentenceRef(sentence.id)
        assert reference_of(sentence) in candidates(sentence.id)
        assert paragraph
        assert paragraph in candidates(paragraph.name)
        assert sentence.id.startswith(f"{paragraph.name}.")


@pytest.mark.parametrize("id_", ["annex.7", "a:annex1.2", "a:3.1", "a"])
def test_a_record_has_no_paragraph_whatever_its_id(id_: str) -> None:
    record = Sentence(id_, "a", None, None, 0, 1, "글")

    assert reference_of(record) == RecordRef(id_)
    assert paragraph_of(record) is None
    assert record.part is None


def test_an_annex_is_a_paragraph_of_its_document() -> None:
    sentence = Sentence("a:annex1.2", "a", None, 2, 0, 1, "글")

    assert paragraph_of(sentence) == ParagraphRef("a", "annex1")
