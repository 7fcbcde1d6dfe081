"""Abbreviations that a corpus defines itself, such as `북방한계선 ( NLL )`.

What sentences define is read by `indexer.extract.definitions`; here one long form is elected for
each definition, and what does not agree is left out. A pair that is missed costs a search
one step, a wrong one its results: what is not sure is none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from indexer.extract.definition_cache import SentenceDefinitions
from indexer.extract.definitions import form_key
from indexer.storage.synonyms import Abbreviation

MOST_LONG_FORMS = 4
"""How many long forms a short form may have; the most often defined are kept."""

LONGEST_CHAIN = 2
"""How many pairs may follow each other, the short form of one being long in the next."""


def mine_abbreviations(findings: Iterable[SentenceDefinitions]) -> list[Abbreviation]:
    """Return the pairs that sentences define, in order, each once."""
    found = list(findings)
    return list(_consistent(_elected(found), _shared(found)))


def _elected(found: Sequence[SentenceDefinitions]) -> list[Abbreviation]:
    """Give each short form the long form that most of its definitions allow."""
    defined = [(finding.sentence, each) for finding in found for each in finding.found]
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


def _shared(found: Sequence[SentenceDefinitions]) -> set[str]:
    """Return the local names of several things: in laws every second body is 위원회."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for each in (each for finding in found for each in finding.found):
        if each.local:
            named[form_key(each.short)].add("".join(map(form_key, each.longs)))
    return {short for short, longs in named.items() if len(longs) > 1}


def _consistent(
    found: Sequence[Abbreviation], shared: AbstractSet[str]
) -> Iterator[Abbreviation]:
    """Yield each pair once, within the bounds on long forms and on chains."""
    times = Counter((form_key(pair.long), form_key(pair.short)) for pair in found)
    longs: defaultdict[str, list[str]] = defaultdict(list)
    for (long, short), _ in times.most_common():
        longs[short].append(long)
    above: defaultdict[str, set[str]] = defaultdict(set)
    below: defaultdict[str, set[str]] = defaultdict(set)
    for pair in found:
        long, short = form_key(pair.long), form_key(pair.short)
        if long == short or short in shared or short in below[long]:
            continue
        if long not in longs[short][:MOST_LONG_FORMS]:
            continue
        # A circle is an endless chain.
        if _depth(above, long) + 1 + _depth(below, short) <= LONGEST_CHAIN:
            above[short].add(long)
            below[long].add(short)
            yield pair


def _depth(graph: Mapping[str, set[str]], form: str) -> int:
    """Return how many pairs follow each other from *form* on."""
    return max((1 + _depth(graph, each) for each in graph.get(form, ())), default=0)
