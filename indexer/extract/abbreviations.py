"""Abbreviations that a corpus defines, such as `북방한계선 ( NLL )`.

Of the candidates that `definitions` finds in single sentences, one long form is elected
for each definition by all sentences, and contradictory pairs are dropped. A missing pair
costs a search one expansion, a wrong pair its results: uncertain pairs are dropped too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from indexer.extract.definition_cache import SentenceDefinitions
from indexer.extract.long_forms import form_key
from indexer.storage.synonyms import Abbreviation

MOST_LONG_FORMS = 4
"""How many long forms a short form may have: those that are defined most often."""

LONGEST_CHAIN = 2
"""How many pairs may form a chain, in which a short form is the next pair's long form."""


def mine_abbreviations(
    definitions: Iterable[SentenceDefinitions],
) -> list[Abbreviation]:
    """Return the pairs of long and short form that sentences define, each pair once.

    They are in the order of the sentences that define them first.
    """
    all_definitions = list(definitions)
    return list(_consistent(_elected(all_definitions), _ambiguous(all_definitions)))


def _elected(definitions: Sequence[SentenceDefinitions]) -> list[Abbreviation]:
    """Choose for each definition the long form that most definitions allow."""
    defined = [
        (in_sentence.sentence, each)
        for in_sentence in definitions
        for each in in_sentence.definitions
    ]
    votes = Counter(
        (form_key(each.short), long)
        for _, each in defined
        for long in {*map(form_key, each.longs)}
    )

    def likeliest(short: str, longs: Sequence[str]) -> str:
        """Return the first of *longs* unless another has more votes."""
        counts = [votes[form_key(short), form_key(long)] for long in longs]
        if counts[0] == max(counts):
            return longs[0]
        return min(
            (-n, len(long), long) for n, long in zip(counts, longs, strict=True)
        )[2]

    return [
        Abbreviation(likeliest(each.short, each.longs), each.short, sentence)
        for sentence, each in defined
        if each.longs
    ]


def _ambiguous(definitions: Sequence[SentenceDefinitions]) -> set[str]:
    """Return the local names with several meanings: many bodies in laws are 위원회."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for each in (each for group in definitions for each in group.definitions):
        if each.local:
            named[form_key(each.short)].add("".join(map(form_key, each.longs)))
    return {short for short, longs in named.items() if len(longs) > 1}


def _consistent(
    pairs: Sequence[Abbreviation], ambiguous: AbstractSet[str]
) -> Iterator[Abbreviation]:
    """Yield each pair once, within the limits on long forms and on chains."""
    times = Counter((form_key(pair.long), form_key(pair.short)) for pair in pairs)
    longs: defaultdict[str, list[str]] = defaultdict(list)
    for (long, short), _ in times.most_common():
        longs[short].append(long)
    above: defaultdict[str, set[str]] = defaultdict(set)
    below: defaultdict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        long, short = form_key(pair.long), form_key(pair.short)
        if long == short or short in ambiguous or short in below[long]:
            continue
        if long not in longs[short][:MOST_LONG_FORMS]:
            continue
        # A cycle is an endless chain.
        if _depth(above, long) + 1 + _depth(below, short) <= LONGEST_CHAIN:
            above[short].add(long)
            below[long].add(short)
            yield pair


def _depth(graph: Mapping[str, set[str]], form: str) -> int:
    """Return the length of the longest chain from *form*."""
    return max((1 + _depth(graph, each) for each in graph.get(form, ())), default=0)
