"""The nouns within the runs of a corpus, of which runs that it lacks are composed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from indexer.analysis import nouns_of
from indexer.kiwi import Morphemes
from indexer.particles import moved, without_particles
from indexer.runs import text_of


def nouns_in(known: Mapping[str, Morphemes]) -> dict[str, Morphemes]:
    """Return the nouns in the *known* runs, but those that are runs themselves.

    A noun is cut as it is in the first run that has it, in the order of code points.
    """
    nouns: dict[str, Morphemes] = {}
    seen: set[tuple[str, Morphemes]] = set()
    for run in sorted(known):
        # Runs that differ in their particles have the same nouns.
        kept = without_particles(known[run])
        text = text_of(run)[: kept[-1].end] if kept else ""
        if (text, kept) in seen:
            continue
        seen.add((text, kept))
        for noun, inner in nouns_of(text, kept):
            if noun not in known and noun not in nouns:
                nouns[noun] = moved(inner, -inner[0].start)
    return nouns


def renewed(
    before: Mapping[str, Morphemes],
    runs: Iterable[str],
    morphemes: Callable[[str], Morphemes],
    appeared: Mapping[str, Morphemes],
    vanished: Mapping[str, Morphemes],
) -> dict[str, Morphemes | None]:
    """Return what changes of `nouns_in` with the runs; None is for a noun that goes.

    Args:
        before: The nouns in the runs that there were.
        runs: The runs that there are.
        morphemes: Gives the morphemes of one of them.
        appeared: Those that there were not.
        vanished: The runs that there were and are no more.
    """
    known = set(runs)
    lines = "\n".join(("", *sorted(known), ""))
    changed: dict[str, Morphemes | None] = {}
    doubtful = {*vanished, *(noun for noun, _ in _all(vanished))}
    for noun, parts in _all(appeared):
        if noun not in before and noun not in vanished:
            changed.setdefault(noun, parts)
        elif before.get(noun) != parts:
            doubtful.add(noun)
    for noun in doubtful - known:
        changed[noun] = _first(noun, lines, morphemes)
    # What is a run itself is no noun within others.
    return changed | dict.fromkeys(known & (before.keys() | changed.keys()))


def _all(runs: Mapping[str, Morphemes]) -> Iterator[tuple[str, Morphemes]]:
    for run in sorted(runs):
        yield from _within(run, runs[run])


def _first(
    noun: str, lines: str, morphemes: Callable[[str], Morphemes]
) -> Morphemes | None:
    """Return *noun* as it is cut in the first of the runs, a line each, that has it."""
    place = lines.find(noun)
    while place >= 0:
        start, end = lines.rfind("\n", 0, place) + 1, lines.find("\n", place)
        run = lines[start:end]
        for found, parts in _within(run, morphemes(run)):
            if found == noun:
                return parts
        place = lines.find(noun, end)
    return None


def _within(run: str, parts: Morphemes) -> Iterator[tuple[str, Morphemes]]:
    """Yield the nouns in a run, each cut as it is there."""
    for noun, inner in nouns_of(text_of(run), without_particles(parts)):
        yield noun, moved(inner, -inner[0].start)
