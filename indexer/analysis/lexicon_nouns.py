"""The nouns within the runs of a corpus, of which runs that it lacks are composed."""

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
    """Return the nouns in the *known* runs, but those that are runs themselves.

    A noun is cut as it is in the first run that has it, in the order of code points.
    """
    nouns: dict[str, Morphemes] = {}
    seen: set[tuple[str, Morphemes]] = set()
    for run in sorted(known):
        # Runs that differ in their particles have the same nouns.
        kept = strip_particles(known[run])
        text = run_text(run)[: kept[-1].end] if kept else ""
        if (text, kept) in seen:
            continue
        seen.add((text, kept))
        for noun, inner in nouns_of(text, kept):
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
    """Return what changes of `collect_nouns` with the runs; None is for a noun that goes.

    Args:
        before: The nouns in the runs that there were.
        runs: The runs that there are.
        morphemes: Gives the morphemes of one of them.
        appeared: Those that there were not.
        vanished: The runs that there were and are no more.
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
    # What is a run itself is no noun within others.
    return changed | dict.fromkeys(known & (before.keys() | changed.keys()))


def _all(runs: Mapping[str, Morphemes]) -> Iterator[tuple[str, Morphemes]]:
    for run in sorted(runs):
        yield from _within(run, runs[run])


def _first(
    nouns: Collection[str], runs: Sequence[str], morphemes: Callable[[str], Morphemes]
) -> dict[str, Morphemes | None]:
    """Return each of *nouns* as it is cut in the first of *runs* that has it, or None."""
    found: dict[str, Morphemes | None] = dict.fromkeys(nouns)
    for run, inside in _having(nouns, runs):
        wanted = [noun for noun in inside if not found[noun]]
        within = _within(run, morphemes(run)) if wanted else ()
        for noun, parts in within:
            if noun in wanted and not found[noun]:
                found[noun] = parts
    return found


def _having(
    nouns: Collection[str], runs: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield in order those of *runs* that any of *nouns* is in, and which of them are."""
    text = "\n".join(runs)
    letters = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.int64)
    pairs = (letters[:-1] << 32) + letters[1:]
    beginning = defaultdict[int, list[str]](list)
    for noun in nouns:
        if len(noun) > 1:  # None of one syllable is kept.
            beginning[(ord(noun[0]) << 32) + ord(noun[1])].append(noun)
    places = np.flatnonzero(np.isin(pairs, np.fromiter(beginning, np.int64)))
    ends = np.cumsum(np.fromiter(map(len, runs), np.int64) + 1)
    at = zip(
        np.searchsorted(ends, places, "right").tolist(), places.tolist(), strict=True
    )
    for number, group in groupby(at, itemgetter(0)):
        inside = [
            noun
            for _, place in group
            for noun in beginning[int(pairs[place])]
            if text.startswith(noun, place)
        ]
        if inside:
            yield runs[number], inside


def _within(run: str, parts: Morphemes) -> Iterator[tuple[str, Morphemes]]:
    """Yield the nouns in a run, each cut as it is there."""
    for noun, inner in nouns_of(run_text(run), strip_particles(parts)):
        yield noun, shift(inner, -inner[0].start)
