"""Inversion: the sorted arrays equal a count of the terms of each sentence."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer import spill_file
from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analysis, Analyzer
from indexer.analysis.script_runs import Run, Script, runs_of, spelled_runs, words
from indexer.ingest.document import Document
from indexer.invert import inversion as inversion_module
from indexer.invert import inverted_field
from indexer.invert.inversion import FieldTerms, Inversion
from indexer.invert.inverted_field import InvertedField
from indexer.invert.ragged_array import RaggedArray
from indexer.storage.morpheme_cache import KnownRuns

TEXTS = st.lists(
    st.text("전작권을한·미9,019제차고 SCM對ㅋ’년). \t\n", max_size=24), max_size=12
)


def all_runs(text: str) -> Iterator[Run]:
    """Yield the runs of *text*, those of a word's Hanja as written behind its others."""
    for _, word in words(text):
        yield from runs_of(word)
        yield from spelled_runs(word)


def letters(run: Run) -> list[str]:
    """Return the letters of a run as its terms, some of them twice."""
    return [*run.key, *run.text[::2]]


def inverted(
    texts: Sequence[str], terms: Callable[[Run], Sequence[str]]
) -> InvertedField:
    inversion = Inversion()
    for text in texts:
        inversion.add(text)
    field = FieldTerms()
    rows, distinct = shared_rows(map(terms, inversion.words.runs))
    for row in distinct:
        field.add(row)
    return inversion.invert(field, rows)


def shared_rows(
    terms_of_runs: Iterable[Sequence[str]],
) -> tuple[array[int], list[list[str]]]:
    """Return the number of each run's row, and the distinct rows."""
    numbers: dict[tuple[str, ...], int] = {}
    rows = [numbers.setdefault(tuple(row), len(numbers)) for row in terms_of_runs]
    return array("I", rows), list(map(list, numbers))


def postings(field: InvertedField) -> dict[str, list[tuple[int, int]]]:
    """Return the sentences and frequencies of each term."""
    result = {}
    for part in field.parts():
        rows = zip(part.sentences.tolist(), part.frequencies.tolist(), strict=True)
        bounds = pairwise(part.starts.tolist())
        of_part = list(rows)
        for term, (start, end) in zip(part.terms, bounds, strict=True):
            result[term] = of_part[start:end]
    return result


def expected_postings(
    counts: Sequence[Counter[str]],
) -> dict[str, list[tuple[int, int]]]:
    """Return the sentences and frequencies of each term, given the counts by sentence."""
    terms = sorted({term for count in counts for term in count})
    return {
        term: [(n, count[term]) for n, count in enumerate(counts) if count[term]]
        for term in terms
    }


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@given(TEXTS)
@example([])
@example([""])
@example(["", "…", ""])
@example(["전작권", "", "전작권 전작권"])
def test_postings_equal_the_counts_of_terms(size: int, texts: list[str]) -> None:
    """Blocks and parts of any size make no difference."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inversion_module, "BLOCK", size)
        patch.setattr(inverted_field, "_PART", size)
        patch.setattr(spill_file, "_IN_MEMORY", size)
        check_postings(texts)


def check_postings(texts: list[str]) -> None:
    result = inverted(texts, letters)
    counts = [
        Counter(t for run in all_runs(text) for t in letters(run)) for text in texts
    ]

    assert postings(result) == expected_postings(counts)
    assert list(result.terms) == sorted(result.terms)
    assert result.sentence_counts() == {
        term: sum(term in count for count in counts) for term in result.terms
    }


@given(TEXTS, st.sampled_from([1, 2, 3]))
def test_a_run_may_have_no_term_in_a_field(texts: list[str], every: int) -> None:
    """Like boundary bigrams: a sentence without any has no posting."""

    def some(run: Run) -> list[str]:
        return [char for char in run.text if not ord(char) % every]

    result = inverted(texts, some)
    counts = [Counter(t for run in all_runs(text) for t in some(run)) for text in texts]

    assert postings(result) == expected_postings(counts)


@given(TEXTS)
def test_add_returns_each_run_once(texts: list[str]) -> None:
    """The sentence that first contains it returns it."""
    inversion = Inversion()
    new = [number for text in texts for number in inversion.add(text)]
    keys = [(run.key, run.script) for run in inversion.words.runs]

    assert new == list(range(len(inversion.words.runs)))
    assert len(set(keys)) == len(keys)
    assert set(keys) == {
        (run.key, run.script) for text in texts for run in all_runs(text)
    }


@given(TEXTS)
def test_the_terms_of_a_sentence_are_in_its_order(texts: list[str]) -> None:
    inversion = Inversion()
    for text in texts:
        inversion.add(text)
    field = FieldTerms()
    rows, distinct = shared_rows(map(letters, inversion.words.runs))
    for row in distinct:
        field.add(row)

    result: list[tuple[int, str]] = []
    first = 0
    for (numbers, owners), size in inversion.terms_in_order(field, rows):
        terms = [field.by_number[number] for number in numbers.tolist()]
        result += zip((owners + first).tolist(), terms, strict=True)
        first += size

    assert first == len(texts)
    assert result == [
        (number, term)
        for number, text in enumerate(texts)
        for run in all_runs(text)
        for term in letters(run)
    ]


@pytest.mark.parametrize("kind", ["terms", "boundary_bigrams", "morphemes"])
def test_the_inverted_communique_equals_the_analysed_one(
    communique: Document, kind: str
) -> None:
    """Analysing each run once equals analysing each sentence."""
    analyzer = Analyzer(KnownRuns(kiwi.morphemes).morphemes)

    def terms(analysis: Analysis) -> list[str]:
        if kind == "terms":
            return analysis.terms
        return [token.term for token in getattr(analysis, kind)]

    def of_run(run: Run) -> list[str]:
        (parts,) = kiwi.morphemes([run.key]) if run.script is Script.HANGUL else ((),)
        return terms(analyzer.run_tokens(run, parts))

    texts = [sentence.text for sentence in communique.sentences]
    result = inverted(texts, of_run)

    assert postings(result) == expected_postings(
        [Counter(terms(analyzer.analyze(text))) for text in texts]
    )


@given(
    st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=5), max_size=20),
    st.lists(st.lists(st.integers(0, 19), max_size=6), max_size=8),
)
def test_gathering_rows_equals_a_loop(
    rows: list[list[int]], requests: list[list[int]]
) -> None:
    array_of_rows, requested = RaggedArray(), RaggedArray()
    for row in rows:
        array_of_rows.append(row)
    requests = [[n for n in row if n < len(rows)] for row in requests]
    for row in requests:
        requested.append(row)
    result = array_of_rows.gather(requested.flat())
    again = RaggedArray.of(array_of_rows.flat(), len(array_of_rows))

    assert [list(row) for row in again] == rows
    assert len(array_of_rows) == len(rows)
    assert [list(row) for row in array_of_rows] == rows
    assert list(zip(result.values.tolist(), result.rows.tolist(), strict=True)) == [
        (value, owner)
        for owner, row in enumerate(requests)
        for number in row
        for value in rows[number]
    ]
