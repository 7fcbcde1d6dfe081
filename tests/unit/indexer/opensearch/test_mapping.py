"""What is sent to a server: addresses, documents, and sentences on their way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.ingest.sentence import Sentence
from indexer.opensearch.address import Server, ServerUrlError, server_of
from indexer.opensearch.mapping import (
    document,
    frequency,
    key,
    pair_variants,
    sentence_of,
)
from indexer.opensearch.staging import BATCH, Spool
from indexer.storage.morpheme_cache import KnownRuns
from indexer.whoosh_format.reader import kept_length
from search.engine.highlighting import substring_spans

ANALYZER = Analyzer(KnownRuns(kiwi.morphemes).morphemes)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("http://localhost:9200/main", Server(("http://localhost:9200",), "main")),
        ("http://localhost", Server(("http://localhost:9200",), "main")),
        ("https://a:1,https://b:2/x_1/", Server(("https://a:1", "https://b:2"), "x_1")),
        ("http://[::1]:9/x", Server(("http://[::1]:9",), "x")),
    ],
)
def test_an_address_names_nodes_and_an_index(url: str, server: Server) -> None:
    assert server_of(url) == server
    assert server_of(str(server)) == server


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("localhost:9200", "no http or https address"),
        ("http://", "no http or https address"),
        ("http://a:x/main", "is no address"),
        ("http://a/main?x=1", "says more than"),
        ("http://a/one,http://b/two", "different index names"),
        ("http://a/Main", "'Main' is no name of an index"),
        ("http://a/a-b", "'a-b' is no name of an index"),
        ("http://a/..", "is no name of an index"),
        ("http://user:secret@a/main", "an address holds no user or password"),
        ("http://a,http://user:secret@b/main", "an address holds no user or password"),
    ],
)
def test_what_is_no_address_is_refused(url: str, told: str) -> None:
    with pytest.raises(ServerUrlError, match=told) as caught:
        server_of(url)
    assert "secret" not in str(caught.value)


@example("1 1", "11")
@given(
    st.text(alphabet=" 19·a한미동맹’년", max_size=12),
    st.text("19a한미동맹년", min_size=2),
)
def test_letters_are_found_where_they_are_spelt(text: str, stretch: str) -> None:
    """The pairs of a stretch stand in a row just where its letters do."""
    sentence = Sentence("a", "d", None, None, 0, 0, text)
    pairs = document(0, sentence, ANALYZER.analyze(""))["letters"].split(" ")

    found = stands(pairs, pair_variants(stretch, spaced=True))
    assert found is bool(substring_spans(text, stretch))
    together = [word for word in text.split() if substring_spans(word, stretch)]
    assert stands(pairs, pair_variants(stretch, spaced=False)) is bool(together)


def stands(pairs: Sequence[str], places: Sequence[Sequence[str]]) -> bool:
    size = len(places)
    return any(
        all(pair in one for pair, one in zip(pairs[n : n + size], places, strict=True))
        for n in range(len(pairs) - size + 1)
    )


def test_a_document_has_the_terms_with_how_often_and_how_long() -> None:
    text = "양 장관은 전작권 전환을 논의하고 전작권을 평가하였다."
    sentence = Sentence("s:1.1", "s", 1, 1, 0, len(text), text, "양 장관", "평가")
    analysis = ANALYZER.analyze(text)
    made = document(7, sentence, analysis)

    terms = dict(term.split("|") for term in made["terms"].split(" "))
    length = kept_length(len(analysis.terms))
    assert {term: frequency(float(n)) for term, n in terms.items()} == {
        term: (analysis.terms.count(term), length) for term in analysis.terms
    }
    assert terms["전작권"] != terms["전환"]
    assert made["morphemes"].split(" ") == analysis.words
    assert sentence_of(made) == sentence
    assert (made["place"], made["paragraph"], made["speaker"]) == (7, "1", "양 장관")


def test_what_is_very_long_goes_by_its_hash() -> None:
    assert key("가" * 170) == "가" * 170
    assert len(key("가" * 171)) == 65
    assert key("가" * 171) != key("가" * 172)


def test_a_spool_gives_back_what_was_put_in(tmp_path: Path) -> None:
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


def test_a_spool_sends_fewer_of_long_sentences(tmp_path: Path) -> None:
    """A server takes no request of more than 100 MB."""
    sizes = [300_000, 10, 900_000, 10, 10]
    sentences = [
        Sentence(f"a{n}", "a", None, None, 0, size, "가" * (size // 3))
        for n, size in enumerate(sizes)
    ]
    spool = Spool(tmp_path / "spool")
    assert list(spool.fill(sentences)) == sentences

    assert list(spool) == sentences
    assert [batch.first for batch in spool.batches] == [0, 3]
