"""The nouns within the runs of a corpus, of which runs that it lacks are composed."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.analysis import nouns_of
from indexer.kiwi import Morphemes
from indexer.particles import moved, without_particles
from indexer.runs import text_of


def nouns_in(known: Mapping[str, Morphemes]) -> dict[str, Morphemes]:
    """Return the nouns in the *known* runs, but those that are runs themselves.

    A noun is cut as it is in the first run that has it, in the order of code points.
    """
    nouns: dict[str, Morphemes] = {}
    seen: set[Morphemes] = set()
    for run in sorted(known):
        # Runs that differ in their particles have the same nouns.
        kept = without_particles(known[run])
        if kept in seen:
            continue
        seen.add(kept)
        for noun, inner in nouns_of(text_of(run), kept):
            if noun not in known and noun not in nouns:
                nouns[noun] = moved(inner, -inner[0].start)
    return nouns
