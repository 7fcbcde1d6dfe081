"""The documents of sentences on a server, and the file where sentences wait."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.ingest.sentence import Sentence
from indexer.opensearch.mapping import (
    bigram_variants,
    document,
    frequency,
    key,
    sentence_of,
)
from indexer.opensearch.staging import BATCH, Spool
from indexer.storage.morpheme_cache import KnownRuns
from indexer.whoosh_format.lengths import stored_length
from search.engine.highlighting import substring_spans

ANALYZER = Analyzer(KnownRuns(kiwi.morphemes).morphemes)


@example("1 1", "11")
@given(
    st.text(alphabet=" 19·a한미동맹’년", max_size=12),
    st.text("19a한미동맹년", min_size=2),
)
def test_a_substring_matches_by_its_pairs_of_letters(text: str, substring: str) -> None:
    """Its pairs are consecutive in a document exactly if its letters are in the text."""
    sentence = Sentence("a", "d", None, None, 0, 0, text)
    pairs = document(0, sentence, ANALYZER.analyze(""))["letters"].split(" ")

    is_in_text = bool(substring_spans(text, substring))
    assert has_phrase(pairs, bigram_variants(substring, spaced=True)) is is_in_text
    is_in_word = any(substring_spans(word, substring) for word in text.split())
    assert has_phrase(pairs, bigram_variants(substring, spaced=False)) is is_in_word


def has_phrase(pairs: Sequence[str], phrase: Sequence[Sequence[str]]) -> bool:
    """Return whether consecutive *pairs* are among the variants of *phrase*, in order."""
    size = len(phrase)
    return any(
        all(pair in one for pair, one in zip(pairs[n : n + size], phrase, strict=True))
        for n in range(len(pairs) - size + 1)
    )


def test_a_document_has_terms_with_frequency_and_length() -> None:
    text = "양 장관은 전작권 전환을 논의하고 전작권을 평가하였다."
    sentence = Sentence("s:1.1", "s", 1, 1, 0, len(text), text, "양 장관", "평가")
    analysis = ANALYZER.analyze(text)
    made = document(7, sentence, analysis)

    terms = dict(term.split("|") for term in made["terms"].split(" "))
    length = stored_length(analysis.length)
    assert {term: frequency(float(n)) for term, n in terms.items()} == {
        term: (analysis.terms.count(term), length) for term in analysis.terms
    }
    assert terms["전작권"] != terms["전환"]
    assert made["morphemes"].split(" ") == analysis.words
    assert sentence_of(made) == sentence
    assert (made["place"], made["paragraph"], made["speaker"]) == (7, "1", "양 장관")


def test_a_very_long_key_is_replaced_by_its_hash() -> None:
    assert key("가" * 170) == "가" * 170
    assert len(key("가" * 171)) == 65
    assert key("가" * 171) != key("가" * 172)


def test_a_spool_returns_the_sentences_that_fill_it(tmp_path: Path) -> None:
    sentences = [
        Sentence(f"a{n}", "a", n % 3, n, n, n + 1, f"문장\u2028 {n}\x85")
        for n in range(BATCH * 2 + 7)
    ]
    spool = Spool(tmp_path / "spool")
    assert list(spool.fill(sentences)) == sentences

    assert list(spool) == sentences == list(spool)
    assert spool.count == len(sentences)
    numbered = [pair for batch in spool.batches for pair in spool.read(batch)]
    assert numbered == list(enumerate(sentences))
    assert [batch.first for batch in spool.batches] == [0, BATCH, BATCH * 2]


def test_a_batch_of_long_sentences_has_fewer(tmp_path: Path) -> None:
    """A server refuses requests of more than 100 MB."""
    sizes = [300_000, 10, 900_000, 10, 10]
    sentences = [
        Sentence(f"a{n}", "a", None, None, 0, size, "가" * (size // 3))
        for n, size in enumerate(sizes)
    ]
    spool = Spool(tmp_path / "spool")
    assert list(spool.fill(sentences)) == sentences

    assert list(spool) == sentences
    assert [batch.first for batch in spool.batches] == [0, 3]
