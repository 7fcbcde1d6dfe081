"""Counting what an index holds against what was read: nothing may be lost on the way."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from indexer.generation import WHOOSH
from indexer.manifest import GenerationDamagedError, Manifest
from indexer.postings import PostingsReader
from indexer.shelf import Shelf


def reconcile(manifest: Manifest, generation: Path) -> int:
    """Return how many sentences the sources have, and as many are stored and searched.

    Raises:
        GenerationDamagedError: The numbers differ.
        FileDamagedError: They cannot be told.
    """
    with closing(Shelf(generation)) as shelf:
        shown = len(shelf)
    with closing(PostingsReader(generation / WHOOSH)) as reader:
        searched = reader.count
    if not manifest.sentences == shown == searched:
        raise GenerationDamagedError(
            generation,
            f"the sources have {manifest.sentences} sentences, of which {shown} are"
            f" stored and {searched} searched",
        )
    return searched
