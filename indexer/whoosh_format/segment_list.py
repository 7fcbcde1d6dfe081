"""The segments of a Whoosh index: what a search needs of Whoosh's table of contents.

That one is a pickle of Whoosh's own classes. To import them takes a third of the time of
a search that runs as a process, so the file segments.json repeats the facts:

    [["MAIN_8k2…", 82, 2041], …]      name, sentences, and terms of all sentences together
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.storage import checksums, new_file
from indexer.storage.checksums import FileDamagedError

_SEGMENTS = "segments.json"


class Segment(NamedTuple):
    """A segment: its name, which begins the names of its files, and its sizes.

    `sentences` includes deleted ones; `terms` is the sum of the lengths of the sentences.
    """

    name: str
    sentences: int
    terms: int


def write(folder: Path, segments: Sequence[Segment]) -> None:
    """Write the list of the segments of the index in *folder*."""
    new_file.write(folder / _SEGMENTS, json.dumps(segments).encode())


def read(folder: Path) -> list[Segment]:
    """Return the segments of the index in *folder*.

    Raises:
        FileDamagedError: The list is not as it was written.
    """
    path = folder / _SEGMENTS
    data = checksums.read(path)
    try:
        segments = [Segment(str(n), int(s), int(t)) for n, s, t in json.loads(data)]
    except (ValueError, TypeError):
        segments = []
    if not segments:
        raise FileDamagedError(path)
    return segments
