"""Inversion: what NumPy sorts is what counting the terms of each sentence gives."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analysis, Analyzer
from indexer.analysis.script_runs import Run, Script, runs
from indexer.ingest.document import Document
from indexer.invert.inversion import FieldTerms, Inversion, InvertedField
from indexer.invert.ragged_array import RaggedArray
from indexer.storage.morpheme_cache import KnownRuns

TEXTS = st.lists(
    st.text("전작권을한·미9,019제차고 SCM對ㅋ’년). \t\n", max_size=24), max_size=12
)


def letters(run: Run) -> list[str]:
    """Take the letters of a run for its terms, some of them more than once."""
    return [*run.key, *run.text[::2]]


def inverted(
    texts: Sequence[str], terms: Callable[[Run], Sequence[str]]
) -> InvertedField:
    inversion = Inversion()
    for text in texts:
        inversion.add(text)
    field = FieldTerms()
    rows, distinct = in_common(map(terms, inversion.words.runs))
    for row in distinct:
        field.add(row)
    return inversion.invert(field, rows)


def in_common(of_runs: Iterable[Sequence[str]]) -> tuple[array[int], list[list[str]]]:
    """Return the number of each run's row, and the rows, which runs have in common."""
    numbers: dict[tuple[str, ...], int] = {}
    rows = [numbers.setdefault(tuple(row), len(numbers)) for row in of_runs]
    return array("I", rows), list(map(list, numbers))


def postings(found: InvertedField) -> dict[str, list[tuple[int, int]]]:
    """Return the sentences and frequencies of each term."""
    rows = list(zip(found.sentences.tolist(), found.frequencies.tolist(), strict=True))
    starts = found.starts.tolist()
    return {
        term: rows[start:end]
        for term, start, end in zip(found.terms, starts, starts[1:], strict=False)
    }


def counted(
    counts: Sequence[Counter[str]],
) -> dict[str, list[tuple[int, int]]]:
    """Return what *counts*, one a sentence, say of each term."""
    terms = sorted({term for count in counts for term in count})
    return {
        term: [(n, count[term]) for n, count in enumerate(counts) if count[term]]
        for term in terms
    }


@given(TEXTS)
@example([])
@example([""])
@example(["", "…", ""])
@example(["전작권", "", "전작권 전작권"])
def test_postings_are_those_that_counting_gives(texts: list[str]) -> None:
    found = inverted(texts, letters)
    counts = [Counter(t for run in runs(text) for t in letters(run)) for text in texts]

    assert postings(found) == counted(counts)
    assert list(found.terms) == sorted(found.terms)
    assert found.lengths.tolist() == [count.total() for count in counts]
    assert found.sentence_counts() == {
        term: sum(term in count for count in counts) for term in found.terms
    }


@given(TEXTS, st.sampled_from([1, 2, 3]))
def test_a_field_may_have_no_term_of_a_run(texts: list[str], every: int) -> None:
    """As edges: what has none of them is of no length, and stands in no posting."""

    def some(run: Run) -> list[str]:
        return [char for char in run.text if not ord(char) % every]

    found = inverted(texts, some)
    counts = [Counter(t for run in runs(text) for t in some(run)) for text in texts]

    assert postings(found) == counted(counts)
    assert found.lengths.tolist() == [count.total() for count in counts]


@given(TEXTS)
def test_a_run_is_given_once_however_often_it_stands(texts: list[str]) -> None:
    """By the sentence that first has it."""
    inversion = Inversion()
    new = [number for text in texts for number in inversion.add(text)]
    keys = [(run.key, run.script) for run in inversion.words.runs]

    assert new == list(range(len(inversion.words.runs)))
    assert len(set(keys)) == len(keys)
    assert set(keys) == {(run.key, run.script) for text in texts for run in runs(text)}


@given(TEXTS)
def test_the_terms_of_a_sentence_are_followed_in_its_order(texts: list[str]) -> None:
    inversion = Inversion()
    for text in texts:
        inversion.add(text)
    field = FieldTerms()
    rows, distinct = in_common(map(letters, inversion.words.runs))
    for row in distinct:
        field.add(row)

    found = inversion.terms_in_order(field, rows)

    terms = [field.by_number[number] for number in found.values.tolist()]
    assert list(zip(found.rows.tolist(), terms, strict=True)) == [
        (number, term)
        for number, text in enumerate(texts)
        for run in runs(text)
        for term in letters(run)
    ]


@pytest.mark.parametrize("kind", ["terms", "boundary_bigrams", "morphemes"])
def test_the_communique_is_inverted_as_it_is_analysed(
    communique: Document, kind: str
) -> None:
    """Cutting each run once gives what cutting each sentence gives."""
    analyzer = Analyzer(KnownRuns(kiwi.morphemes).morphemes)

    def terms(analysis: Analysis) -> list[str]:
        if kind == "terms":
            return analysis.terms
        return [token.term for token in getattr(analysis, kind)]

    def of_run(run: Run) -> list[str]:
        (parts,) = kiwi.morphemes([run.key]) if run.script is Script.HANGUL else ((),)
        return terms(analyzer.run_tokens(run, parts))

    texts = [sentence.text for sentence in communique.sentences]
    found = inverted(texts, of_run)

    assert postings(found) == counted(
        [Counter(terms(analyzer.analyze(text))) for text in texts]
    )


@given(
    st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=5), max_size=20),
    st.lists(st.lists(st.integers(0, 19), max_size=6), max_size=8),
)
def test_rows_are_followed_as_loops_would(
    rows: list[list[int]], asked: list[list[int]]
) -> None:
    kept, asking = RaggedArray(), RaggedArray()
    for row in rows:
        kept.append(row)
    asked = [[n for n in row if n < len(rows)] for row in asked]
    for row in asked:
        asking.append(row)
    found = kept.gather(asking.flat())
    again = RaggedArray.of(kept.flat(), len(kept))

    assert [list(row) for row in again] == rows
    assert len(kept) == len(rows)
    assert [list(row) for row in kept] == rows
    assert list(zip(found.values.tolist(), found.rows.tolist(), strict=True)) == [
        (value, owner)
        for owner, row in enumerate(asked)
        for number in row
        for value in rows[number]
    ]
