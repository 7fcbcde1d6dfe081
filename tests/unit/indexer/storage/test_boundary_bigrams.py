"""Edges: for each sentence of a gram whether its pair is at a morpheme's edge."""

from __future__ import annotations

from array import array
from contextlib import closing
from itertools import compress, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.invert.inversion import FieldTerms, Inversion
from indexer.storage import boundary_bigrams
from indexer.storage.boundary_bigrams import BoundaryBigrams

TEXTS = st.lists(st.lists(st.text("가나다", min_size=1, max_size=5)).map(" ".join))


@given(TEXTS)
@example([])
@example(["가나", "가나다", "다가나 가나"])
def test_the_sentences_of_a_boundary_bigram_are_among_those_of_the_noun_bigram(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    """An edge is here what begins a run of more than two syllables."""
    inversion, terms, begun = Inversion(), FieldTerms(), FieldTerms()
    for text in texts:
        inversion.add(text)
    for run in inversion.words.runs:
        grams = [BIGRAM_MARK + "".join(pair) for pair in pairwise(run.text)]
        terms.add([run.text, *grams])
        begun.add([run.text[:2]] if len(run.text) > 2 else [])
    rows = array("I", range(len(inversion.words.runs)))
    inverted = inversion.invert(terms, rows)
    path = tmp_path_factory.getbasetemp() / "edges.bin"
    boundary_bigrams.write(path, inversion.invert(begun, rows), inverted)

    with closing(BoundaryBigrams(path)) as opened:
        for pair in map("".join, pairwise("가나다가다나가가나나다다")):
            expected = [
                number
                for number, text in enumerate(texts)
                if any(word[:2] == pair and len(word) > 2 for word in text.split())
            ]
            flags = opened.flags(pair)
            gram = BIGRAM_MARK + pair
            if not expected:
                assert flags == b""
                continue
            numbers = dict(inverted.with_prefix(gram))[gram].tolist()
            assert len(flags) == len(numbers)
            assert list(compress(numbers, flags)) == expected
