"""The nouns within the runs of a corpus, from which `unseen_words` derives other runs.

The run 국방장관이 has the nouns 국방장관, 국방 and 장관.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from itertools import groupby
from operator import itemgetter

import numpy as np

from indexer.analysis.analyzer import nouns_of
from indexer.analysis.josa import shift, strip_particles
from indexer.analysis.kiwi import Morphemes
from indexer.analysis.script_runs import run_text


def collect_nouns(known: Mapping[str, Morphemes]) -> dict[str, Morphemes]:
    """Return the nouns in the *known* runs with their morphemes, except whole runs.

    A noun has the morphemes that it has in the first run, in the order of code points.
    """
    nouns: dict[str, Morphemes] = {}
    seen: set[tuple[str, Morphemes]] = set()
    for run in sorted(known):
        # Runs that differ in their particles have the same nouns.
        parts = strip_particles(known[run])
        text = run_text(run)[: parts[-1].end] if parts else ""
        if (text, parts) in seen:
            continue
        seen.add((text, parts))
        for noun, inner in nouns_of(text, parts):
            if noun not in known and noun not in nouns:
                nouns[noun] = shift(inner, -inner[0].start)
    return nouns


def changed_nouns(
    before: Mapping[str, Morphemes],
    runs: Iterable[str],
    morphemes: Callable[[str], Morphemes],
    appeared: Mapping[str, Morphemes],
    vanished: Mapping[str, Morphemes],
) -> dict[str, Morphemes | None]:
    """Return the changes of `collect_nouns` when runs are added and removed.

    Args:
        before: The nouns of the previous runs.
        runs: The present runs.
        morphemes: Returns the morphemes of a present run.
        appeared: The runs that were added, with their morphemes.
        vanished: The runs that were removed, with their morphemes.

    Returns:
        The morphemes of each noun that is new or cut differently, None for one that is
        removed.
    """
    known = set(runs)
    changed: dict[str, Morphemes | None] = {}
    doubtful = {*vanished, *(noun for noun, _ in _all(vanished))}
    for noun, parts in _all(appeared):
        if noun not in before and noun not in vanished:
            changed.setdefault(noun, parts)
        elif before.get(noun) != parts:
            doubtful.add(noun)
    changed |= _first(doubtful - known, sorted(known), morphemes)
    # A whole run is not stored as a noun.
    return changed | dict.fromkeys(known & (before.keys() | changed.keys()))


def _all(runs: Mapping[str, Morphemes]) -> Iterator[tuple[str, Morphemes]]:
    for run in sorted(runs):
        yield from _within(run, runs[run])


def _first(
    nouns: Collection[str], runs: Sequence[str], morphemes: Callable[[str], Morphemes]
) -> dict[str, Morphemes | None]:
    """Return the morphemes of each of *nouns* in the first run that has it, None without."""
    first: dict[str, Morphemes | None] = dict.fromkeys(nouns)
    for run, candidates in _containing(nouns, runs):
        missing = [noun for noun in candidates if not first[noun]]
        within = _within(run, morphemes(run)) if missing else ()
        for noun, parts in within:
            if noun in missing and not first[noun]:
                first[noun] = parts
    return first


def _containing(
    nouns: Collection[str], runs: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield, in order, the runs whose text contains any of *nouns*, with these nouns.

    All runs are searched at once, for the first two characters of each noun as one
    integer.
    """
    text = "\n".join(runs)
    letters = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.int64)
    pairs = (letters[:-1] << 32) + letters[1:]
    beginning = defaultdict[int, list[str]](list)
    for noun in nouns:
        if len(noun) > 1:  # Nouns of one syllable are not stored.
            beginning[(ord(noun[0]) << 32) + ord(noun[1])].append(noun)
    offsets = np.flatnonzero(np.isin(pairs, np.fromiter(beginning, np.int64)))
    ends = np.cumsum(np.fromiter(map(len, runs), np.int64) + 1)
    run_numbers = np.searchsorted(ends, offsets, "right")
    hits = zip(run_numbers.tolist(), offsets.tolist(), strict=True)
    for number, group in groupby(hits, itemgetter(0)):
        contained = [
            noun
            for _, offset in group
            for noun in beginning[int(pairs[offset])]
            if text.startswith(noun, offset)
        ]
        if contained:
            yield runs[number], contained


def _within(run: str, parts: Morphemes) -> Iterator[tuple[str, Morphemes]]:
    """Yield the nouns in a run with their morphemes, whose spans begin at the noun."""
    for noun, inner in nouns_of(run_text(run), strip_particles(parts)):
        yield noun, shift(inner, -inner[0].start)
