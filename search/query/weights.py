"""The weights of the terms of a query, and the kinds of term that have them.

    명칭  →  {"명칭": 1.0, "_명칭": 1.0, "=명칭": 0.5}
    MVNO  →  {"mvno": 2.0}
    무엇  →  {"무엇": 1.0}

A noun of two syllables thus weighs 2.5 in all, and a longer noun more. Each weight was
chosen on the statute articles, the encyclopaedia questions and the judged queries; the
table in tests/README.md has the measurement of each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from indexer.analysis.analyzer import PAIR_SEPARATOR, Analysis, Token
from indexer.analysis.question_words import QUESTION_WORDS
from search.engine.clauses import WordQuery

MORPHEME = 1.0
"""The unit of the others; the weight of each term without one of its own."""
PIECE = MORPHEME
"""A part of a code, or of a date, for texts that write the rest otherwise."""
NOUN_BIGRAM = 1.0
"""A noun that another text divides differently still scores by its syllables."""
NOUN_RUN = 0.5
"""It ranks the word that stands alone above the same word in a compound."""
SINGLE_TERM = MORPHEME + NOUN_BIGRAM
"""A number, a Latin word or a noun of one syllable has no bigram; its one term counts for
both."""
OTHER_FORM = 0.2
"""A factor for the terms of another form of a word: a form as typed ranks above it."""

PAIR = 0.5
"""Two morphemes side by side, in the order of the query, score once more: neighbours on the
topic have the morphemes, but not in that order."""

_NUMBER_OR_LATIN_TAGS = frozenset(("SN", "SL"))
_NOUN_TAGS = frozenset(("NNG", "NNP", "NNB", "NR", "NP", "XR", "SH"))


def term_weights(analysis: Analysis) -> dict[str, float]:
    """Return the weight of each distinct term of a query; the highest if it has several.

    A question word has its morpheme alone: sentences that answer lack it.
    """
    questions = [t for t in analysis.morphemes if t.term in QUESTION_WORDS]
    bigrams = _outside(questions, analysis.noun_bigrams)
    runs = _outside(questions, analysis.noun_run_terms)
    in_bigram = _coverage(analysis.noun_bigrams)
    weights: dict[str, float] = {}
    for token in analysis.morphemes:
        weight = _morpheme_weight(token, in_bigram)
        weights[token.term] = max(weight, weights.get(token.term, 0.0))
    others = (*analysis.spellings, *analysis.readings)
    weights |= dict.fromkeys((token.term for token in bigrams), NOUN_BIGRAM)
    weights |= dict.fromkeys((token.term for token in runs), NOUN_RUN)
    weights |= dict.fromkeys((token.term for token in others), MORPHEME)
    weights |= dict.fromkeys((token.term for token in analysis.pieces), PIECE)
    return weights


def adjacent_pairs(words: Iterable[WordQuery]) -> Iterator[str]:
    """Yield the pair of each two morphemes in a row, without question words.

    `신뢰를 구축` yields `신뢰 구축`. This is the ordered part of the sequential dependence
    model: Metzler and Croft, "A Markov Random Field Model for Term Dependencies" (2005).
    """
    terms = (term for word in words for term in word.morphemes)
    content = (term for term in terms if term not in QUESTION_WORDS)
    return map(PAIR_SEPARATOR.join, pairwise(content))


def _morpheme_weight(token: Token, in_bigram: Callable[[Token], bool]) -> float:
    if token.term in QUESTION_WORDS:
        return MORPHEME
    is_single = token.tag in _NUMBER_OR_LATIN_TAGS or (
        token.tag in _NOUN_TAGS and len(token.term) == 1 and not in_bigram(token)
    )
    return SINGLE_TERM if is_single else MORPHEME


def _outside(outer: Sequence[Token], tokens: Sequence[Token]) -> Sequence[Token]:
    """Return the *tokens* that are not inside one of *outer*."""
    covers = _coverage(outer)
    return [token for token in tokens if not covers(token)] if outer else tokens


def _coverage(outer: Sequence[Token]) -> Callable[[Token], bool]:
    """Return a function: whether a token is inside one of *outer*, found by bisection."""
    ordered = sorted(outer, key=lambda token: token.start)
    starts = [token.start for token in ordered]
    ends = [*accumulate((token.end for token in ordered), max)]

    def covers(token: Token) -> bool:
        count = bisect_right(starts, token.start)
        return bool(count) and token.end <= ends[count - 1]

    return covers
