"""The changes of a corpus since a generation was made, sentence by sentence."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import compress
from pathlib import Path
from typing import NamedTuple

from indexer.file_names import SENTENCE_HASHES
from indexer.ingest.sentence import Sentence
from indexer.segments import multi_reader
from indexer.segments.docid_map import SegmentSizes
from indexer.segments.renumbering import OldNumbers, Renumbering, missing_numbers
from indexer.storage import sentence_hashes
from indexer.storage.sentence_hashes import SentenceHashes
from indexer.storage.sentence_spool import SentenceSpool

MIN_SENTENCES = 10_000
"""A smaller corpus is indexed anew in the same time."""
MAX_CHANGED_ONE_IN = 10
"""Of this many sentences of the first segment, one may be deleted and one be added."""
MAX_SMALL_SEGMENTS = 4
"""The most segments that follow the first; one more is merged with all of them."""


class Changes(NamedTuple):
    """The changes since a generation was made.

    Attributes:
        generation: The folder of that generation.
        numbers: The old segments that are linked, and the numbers of the sentences.
        hashes: The hashes of all present sentences.
        new: The sentences of the new segment.
        added: The sentences that the generation lacks; they are part of `new`.
        removed: The sentences that only the generation has.
        has_same_ids: Whether the ids and parts of all sentences are as before.
    """

    generation: Path
    numbers: Renumbering
    hashes: SentenceHashes
    new: list[Sentence]
    added: list[Sentence]
    removed: list[Sentence]
    has_same_ids: bool

    @property
    def summary(self) -> str:
        """A message for the user."""
        return (
            f"{len(self.added)} sentences are new or changed and {len(self.removed)}"
            f" gone; the other {len(self.hashes.each) - len(self.added)} are kept"
        )


def find_changes(
    generation: Path, term_count: int, sentences: SentenceSpool, now: SentenceHashes
) -> Changes | None:
    """Return the changes since *generation*; None if a full build is as fast.

    Args:
        generation: The folder of an undamaged generation of these versions.
        term_count: The number of its distinct terms.
        sentences: All sentences of the present corpus.
        now: Their hashes.
    """
    if len(sentences) < MIN_SENTENCES:
        return None
    before = sentence_hashes.read(generation / SENTENCE_HASHES)
    old_numbers = sentence_hashes.match(now.each, before.each)
    old_count = len(before.each)
    with ExitStack() as stack:
        readers = multi_reader.open_segments(generation, stack)
        sizes = SegmentSizes((old_count,), (term_count,), readers.postings.size)
        if readers.docid_map:
            sizes = readers.docid_map.sizes
        numbers = OldNumbers(sizes, readers.docid_map, old_numbers)
        live = numbers.live()
        first = sizes.sentences[0]
        if max(len(sentences) - live[0], first - live[0]) > first // MAX_CHANGED_ONE_IN:
            return None
        removed_numbers = missing_numbers(old_numbers, old_count)
        removed = [readers.sentences.sentence(number) for number in removed_numbers]
    is_added = old_numbers < 0
    renumbering = numbers.renumbering(_unmerged(live, has_new=bool(is_added.any())))
    is_new = renumbering.is_new()
    new = sentences.select(is_new)
    return Changes(
        generation,
        renumbering,
        now,
        new=new,
        added=list(compress(new, is_added[is_new].tolist())),
        removed=removed,
        has_same_ids=before.ids == now.ids,
    )


def _unmerged(live: list[int], *, has_new: bool) -> list[int]:
    """Return the segments that are not merged into the new one.

    *live* has for each segment the number of its sentences that are still in the corpus,
    and *has_new* is whether the corpus has others.
    """
    small = [segment for segment, count in enumerate(live) if segment and count]
    return [0, *small] if len(small) + has_new <= MAX_SMALL_SEGMENTS else [0]
