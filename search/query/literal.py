"""Literal matching: the letters, marks and spaces of a query as typed.

Only case, width and runs of space are folded: `나가야  한다` matches 나가야 한다, but
neither 나가야한다 nor 나가기로 하였다. Operators, quotation marks and filters of the query
language are text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.analysis.analyzer import Analyzer
from indexer.text.folding import compact, fold_literal, has_hanja
from search.engine.clauses import WordQuery
from search.engine.protocol import Engine
from search.query.builder import EMPTY_QUERY
from search.query.plan import QueryPlan
from search.query.weights import term_weights

_NUMBER_AT_END = re.compile(r"^\d+|\d+$")


def literal_plan(
    text: str, analyzer: Analyzer, engine: Engine, sentence_count: int
) -> QueryPlan:
    """Return the plan for the sentences that contain *text*, which is in NFC.

    The texts of all candidates are read: the index has no marks and no spaces.
    """
    letters, _ = fold_literal(text.strip())
    if not letters:
        return QueryPlan(None, (EMPTY_QUERY,))
    candidates = _candidates(letters, engine, sentence_count)
    sentences = engine.stored_sentences(candidates)
    numbers = tuple(
        number
        for number, sentence in zip(candidates, sentences, strict=True)
        if letters in fold_literal(sentence.text)[0]
    )
    weights = tuple(term_weights(analyzer.analyze(text)).items())
    word = WordQuery(text.strip(), literal=letters, numbers=numbers, weights=weights)
    return QueryPlan(word, ())


def _candidates(letters: str, engine: Engine, sentence_count: int) -> Sequence[int]:
    """Return the numbers of the sentences that may contain *letters*.

    The readings of Hanja depend on their neighbours, so the index excludes none for them.
    A substring matches numbers as a whole, so a number at either end may not be in it.
    """
    substring = _NUMBER_AT_END.sub("", compact(letters))
    if len(substring) < 2 or has_hanja(letters):
        return range(sentence_count)
    clause = WordQuery(letters, substring=substring)
    hits = engine.rank([clause], {}, limit=sentence_count, offset=0).hits
    return sorted(hit.number for hit in hits)
