"""Uncovered bigrams: with the noun bigrams, they are those of whole sentences."""

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
from indexer.invert.inversion import FieldTerms, Inversion
from indexer.invert.inverted_field import InvertedField
from indexer.storage.morpheme_cache import KnownRuns
from indexer.text.folding import compact

TEXTS = st.lists(
    st.text("전작권을한·미9,019제차고 SCM對ㅋ’년). \t\n", max_size=24), max_size=12
)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def inverted(
    texts: Sequence[str], grams: Callable[[Run], Iterable[str]]
) -> tuple[InvertedField, InvertedField]:
    """Return the uncovered bigrams, and the terms: noun bigrams and whole runs."""
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


def terms_by_sentence(field: InvertedField, count: int) -> list[set[str]]:
    """Return the set of terms of each of *count* sentences."""
    terms: list[set[str]] = [set() for _ in range(count)]
    for term, numbers in field.with_prefix(""):
        for number in numbers.tolist():
            terms[number].add(term)
    return terms


@given(TEXTS | st.lists(ANYTHING, max_size=5), st.sampled_from([1, 2, 3, 10**6]))
@example([], 1)
@example(["", "…"], 1)
@example(["한", "미", "한 미", "한미 한미"], 1)
@example(["- 한 … 미", "한미 미한"], 1)
def test_covered_and_uncovered_bigrams_are_those_of_whole_sentences(
    texts: list[str], every: int
) -> None:
    """Bigrams cross words but not sentences; some or all Hangul bigrams are covered."""

    def grams(run: Run) -> list[str]:
        hangul = run.script is Script.HANGUL
        letters = map("".join, pairwise(run.text if hangul else ""))
        return [pair for pair in letters if not sum(map(ord, pair)) % every]

    uncovered, terms = inverted(texts, grams)
    marked = [
        {term[1:] for term in each if term.startswith(BIGRAM_MARK)}
        for each in terms_by_sentence(terms, len(texts))
    ]

    for text, others, known in zip(
        texts, terms_by_sentence(uncovered, len(texts)), marked, strict=True
    ):
        assert others | known == all_pairs(text)
        in_words = [
            all_pairs(word) - {pair for run in runs(word) for pair in grams(run)}
            for word in split_words(text)
        ]
        ends = [compact(word) for word in split_words(text) if compact(word)]
        between = {one[-1] + other[0] for one, other in pairwise(ends)}
        assert others == between.union(*in_words)
    assert uncovered.terms == sorted(
        set().union(*terms_by_sentence(uncovered, len(texts)))
    )


@given(ANYTHING | st.text("한·미제1차對‧ㆍ・. ", max_size=12))
def test_a_word_contains_the_letters_of_its_runs_in_sequence(text: str) -> None:
    """A sentence with a noun bigram therefore contains its letters."""
    for word in split_words(text):
        for run in runs(word):
            if run.script is Script.HANGUL:
                assert run.text in compact(word)


def test_the_bigrams_of_the_communique(communique: Document) -> None:
    """Hardly half of them are uncovered."""
    analyzer = Analyzer(KnownRuns(kiwi.morphemes).morphemes)

    def grams(run: Run) -> list[str]:
        (parts,) = kiwi.morphemes([run.key]) if run.script is Script.HANGUL else ((),)
        return [
            token.term[1:] for token in analyzer.run_tokens(run, parts).noun_bigrams
        ]

    texts = [sentence.text for sentence in communique.sentences]
    uncovered, terms = inverted(texts, grams)
    every = list(map(all_pairs, texts))
    by_sentence = (terms_by_sentence(each, len(texts)) for each in (uncovered, terms))

    assert [
        others | {term[1:] for term in each if term.startswith(BIGRAM_MARK)}
        for others, each in zip(*by_sentence, strict=True)
    ] == every
    assert 0 < sum(uncovered.counts) < 0.7 * sum(map(len, every))


@pytest.mark.parametrize("letters", [300, 9000])
def test_any_number_of_letters(letters: int) -> None:
    """A few thousand letters make more bigrams than the table holds."""
    texts = [chr(0x4E00 + n) + chr(0x4E00 + n * 7 % letters) for n in range(letters)]
    uncovered, _ = inverted(texts, lambda _: [])

    assert terms_by_sentence(uncovered, letters) == list(map(all_pairs, texts))
