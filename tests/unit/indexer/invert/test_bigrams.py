"""Pairs: with the grams they are those of whole sentences, and none is told twice."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import BIGRAM_MARK, Analyzer
from indexer.analysis.script_runs import Run, Script, runs, split_words
from indexer.ingest.document import Document
from indexer.invert import bigrams
from indexer.invert.inversion import FieldTerms, Inversion, InvertedField
from indexer.storage.morpheme_cache import KnownRuns
from indexer.text.folding import compact

TEXTS = st.lists(
    st.text("전작권을한·미9,019제차고 SCM對ㅋ’년). \t\n", max_size=24), max_size=12
)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def found(
    texts: Sequence[str], grams: Callable[[Run], Iterable[str]]
) -> tuple[InvertedField, InvertedField]:
    """Return the pairs that are told, and the terms, which are grams and whole runs."""
    inversion, terms = Inversion(), FieldTerms()
    for text in texts:
        inversion.add(text)
    for run in inversion.words.runs:
        terms.add([run.text, *(f"{BIGRAM_MARK}{pair}" for pair in grams(run))])
    rows = array("I", range(len(inversion.words.runs)))
    return bigrams.invert_uncovered(inversion, terms, rows), inversion.invert(
        terms, rows
    )


def all_pairs(text: str) -> set[str]:
    return set(map("".join, pairwise(compact(text))))


def having(found: InvertedField, count: int) -> list[set[str]]:
    """Return what each of *count* sentences has."""
    told: list[set[str]] = [set() for _ in range(count)]
    for place, term in enumerate(found.terms):
        for number in found.sentences_of(place):
            told[number].add(term)
    return told


@given(TEXTS | st.lists(ANYTHING, max_size=5), st.sampled_from([1, 2, 3, 10**6]))
@example([], 1)
@example(["", "…"], 1)
@example(["한", "미", "한 미", "한미 한미"], 1)
@example(["- 한 … 미", "한미 미한"], 1)
def test_with_the_grams_they_are_those_of_whole_sentences(
    texts: list[str], every: int
) -> None:
    """A word ends no pair, and a sentence does; some or all Hangul pairs are grams."""

    def grams(run: Run) -> list[str]:
        hangul = run.script is Script.HANGUL
        letters = map("".join, pairwise(run.text if hangul else ""))
        return [pair for pair in letters if not sum(map(ord, pair)) % every]

    told, terms = found(texts, grams)
    marked = [
        {term[1:] for term in each if term.startswith(BIGRAM_MARK)}
        for each in having(terms, len(texts))
    ]

    for text, others, known in zip(
        texts, having(told, len(texts)), marked, strict=True
    ):
        assert others | known == all_pairs(text)
        in_words = [
            all_pairs(word) - {pair for run in runs(word) for pair in grams(run)}
            for word in split_words(text)
        ]
        ends = [compact(word) for word in split_words(text) if compact(word)]
        between = {one[-1] + other[0] for one, other in pairwise(ends)}
        assert others == between.union(*in_words)
    assert told.terms == sorted(set().union(*having(told, len(texts))))


@given(ANYTHING | st.text("한·미제1차對‧ㆍ・. ", max_size=12))
def test_a_word_has_the_letters_of_its_runs_side_by_side(text: str) -> None:
    """So that where a gram is, its pair is."""
    for word in split_words(text):
        for run in runs(word):
            if run.script is Script.HANGUL:
                assert run.text in compact(word)


def test_the_pairs_of_the_communique(communique: Document) -> None:
    """Hardly half of them are told."""
    analyzer = Analyzer(KnownRuns(kiwi.morphemes).morphemes)

    def grams(run: Run) -> list[str]:
        (parts,) = kiwi.morphemes([run.key]) if run.script is Script.HANGUL else ((),)
        return [
            token.term[1:] for token in analyzer.run_tokens(run, parts).noun_bigrams
        ]

    texts = [sentence.text for sentence in communique.sentences]
    told, terms = found(texts, grams)
    every = list(map(all_pairs, texts))
    with_grams = zip(having(told, len(texts)), having(terms, len(texts)), strict=True)

    assert [
        others | {term[1:] for term in each if term.startswith(BIGRAM_MARK)}
        for others, each in with_grams
    ] == every
    assert 0 < len(told.sentences) < 0.7 * sum(map(len, every))


@pytest.mark.parametrize("letters", [300, 9000])
def test_any_number_of_letters(letters: int) -> None:
    """A few thousand make more pairs than there are kept a table for."""
    texts = [chr(0x4E00 + n) + chr(0x4E00 + n * 7 % letters) for n in range(letters)]
    told, _ = found(texts, lambda _: [])

    assert having(told, letters) == list(map(all_pairs, texts))
