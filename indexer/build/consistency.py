"""Count the sentences of a generation where they are stored and where they are searched."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from indexer.build.generation import GenerationDamagedError
from indexer.segments import multi_reader


def check_counts(folder: Path, sentences: int) -> None:
    """Compare the number of *sentences* in the sources with those in the files of *folder*.

    Raises:
        GenerationDamagedError: The numbers differ.
        FileDamagedError: A file that holds them is damaged.
    """
    with ExitStack() as stack:
        segments = multi_reader.open_segments(folder, stack)
        stored, searched = len(segments.sentences), segments.postings.count
    if not sentences == stored == searched:
        raise GenerationDamagedError(
            folder,
            f"the sources have {sentences} sentences, of which {stored} are stored and"
            f" {searched} searched",
        )
