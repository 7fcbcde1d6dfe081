"""Counting what an index holds against what was read: nothing may be lost on the way."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from indexer.build.manifest import GenerationDamagedError, Manifest
from indexer.segments import multi_reader


def reconcile(manifest: Manifest, generation: Path) -> int:
    """Return how many sentences the sources have, and as many are stored and searched.

    Raises:
        GenerationDamagedError: The numbers differ.
        FileDamagedError: They cannot be told.
    """
    with ExitStack() as stack:
        found = multi_reader.opened(generation, stack)
        shown, searched = len(found.sentences), found.postings.count
    if not manifest.sentences == shown == searched:
        raise GenerationDamagedError(
            generation,
            f"the sources have {manifest.sentences} sentences, of which {shown} are"
            f" stored and {searched} searched",
        )
    return searched
