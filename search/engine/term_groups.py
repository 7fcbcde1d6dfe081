"""Terms that occur in about the same sentences, in groups whose scores are added up once.

A noun is indexed as a morpheme, as its bigrams and as a noun run, so a list of scores for
all of them is hardly longer than one of them. Any division into groups gives the same
scores, except for rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TypeAlias

from indexer.analysis.analyzer import BIGRAM_MARK, NOUN_RUN_MARK, PAIR_SEPARATOR

Group: TypeAlias = "tuple[tuple[str, float], ...]"
"""Terms with their weights, of which the first is 1."""


def term_groups(weights: Mapping[str, float]) -> list[tuple[Group, float]]:
    """Return the terms of *weights* in groups, each with a factor for its weights.

    전작권 with the weights of another form, {"전작권": 0.2, "_전작": 0.2, "_작권": 0.2,
    "=전작권": 0.1}, gives one group, (("전작권", 1.0), ("_전작", 1.0), ("_작권", 1.0),
    ("=전작권", 0.5)), with the factor 0.2. The terms 동맹 and 한미동맹 are of two groups.
    """
    groups: dict[str, list[str]] = {}
    hosts: dict[str, str] = {}
    for term in sorted(weights, key=_rank):
        letters = term.replace(PAIR_SEPARATOR, "")
        if term.startswith((BIGRAM_MARK, NOUN_RUN_MARK)):
            letters = letters[1:]
        host = letters
        if _rank(term) > 1:
            first = term.find(PAIR_SEPARATOR) - 1
            host = hosts.get(letters[first : first + 2] if first >= 0 else letters, "")
            host = host if letters in host else letters
        if host not in groups:
            for pair in map("".join, pairwise(host)):
                hosts.setdefault(pair, host)
        groups.setdefault(host, []).append(term)
    return [_divided(terms, weights) for terms in groups.values()]


def _rank(term: str) -> int:
    """Return the place of a kind of term: a morpheme, a noun run, a pair, a bigram."""
    if term.startswith(BIGRAM_MARK):
        return 3
    if PAIR_SEPARATOR in term:
        return 2
    return int(term.startswith(NOUN_RUN_MARK))


def _divided(terms: list[str], weights: Mapping[str, float]) -> tuple[Group, float]:
    """Return *terms* with their weights divided by the first, and that."""
    factor = weights[terms[0]]
    return tuple((term, weights[term] / factor) for term in terms), factor
