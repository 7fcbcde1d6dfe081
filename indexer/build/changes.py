"""The changes of a corpus since a generation was made, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from indexer.file_names import SENTENCE_HASHES
from indexer.ingest.sentence import Sentence
from indexer.segments import multi_reader
from indexer.segments.docid_map import SegmentSizes
from indexer.storage import sentence_hashes
from indexer.storage.sentence_hashes import SentenceHashes

MIN_SENTENCES = 10_000
"""A smaller corpus is indexed anew in the same time."""
MAX_CHANGED_ONE_IN = 10
"""Of this many sentences of the first segment, one may be deleted and one be added."""


class Changes(NamedTuple):
    """The changes since a generation was made.

    Attributes:
        generation: The folder of that generation.
        sizes: The sizes of its segments.
        hashes: The hashes of all present sentences.
        segment_numbers: Their segment numbers (see `indexer.segments.docid_map`).
        new: The sentences of the second segment.
        added: The sentences that the generation lacks; they are part of `new`.
        removed: The sentences that only the generation has.
        has_same_ids: Whether the ids and parts of all sentences are as before.
    """

    generation: Path
    sizes: SegmentSizes
    hashes: SentenceHashes
    segment_numbers: list[int]
    new: list[Sentence]
    added: list[Sentence]
    removed: list[Sentence]
    has_same_ids: bool

    @property
    def summary(self) -> str:
        """A message for the user."""
        return (
            f"{len(self.added)} sentences are new or changed and {len(self.removed)}"
            f" gone; the other {len(self.segment_numbers) - len(self.added)} are kept"
        )

    def deleted(self) -> list[int]:
        """Return the numbers of the deleted sentences of the first segment, ascending."""
        return sorted(set(range(self.sizes.first)).difference(self.segment_numbers))


def find_changes(
    generation: Path, term_count: int, sentences: Sequence[Sentence]
) -> Changes | None:
    """Return the changes since *generation*; None if a full build is as fast.

    Args:
        generation: The folder of an undamaged generation of these versions.
        term_count: The number of its distinct terms.
        sentences: All sentences of the present corpus.
    """
    if len(sentences) < MIN_SENTENCES:
        return None
    now = sentence_hashes.of(sentences)
    before = sentence_hashes.read(generation / SENTENCE_HASHES)
    with ExitStack() as stack:
        readers = multi_reader.open_segments(generation, stack)
        sizes = SegmentSizes(len(before.each), 0, readers.postings.size, term_count)
        old_segment_numbers: Sequence[int] = range(sizes.first)
        if docid_map := readers.docid_map:
            sizes = docid_map.sizes
            old_segment_numbers = docid_map.segment_numbers.tolist()
        unmatched = {digest: number for number, digest in enumerate(before.each)}
        segment_numbers: list[int] = []
        new: list[Sentence] = []
        added: list[Sentence] = []
        for sentence, digest in zip(sentences, now.each, strict=True):
            number = unmatched.pop(digest, None)
            if number is None:
                added.append(sentence)
            elif old_segment_numbers[number] < sizes.first:
                segment_numbers.append(old_segment_numbers[number])
                continue
            segment_numbers.append(sizes.first + len(new))
            new.append(sentence)
        deleted = sizes.first - (len(segment_numbers) - len(new))
        if max(len(new), deleted) > sizes.first // MAX_CHANGED_ONE_IN:
            return None
        removed = [readers.sentences.sentence(number) for number in unmatched.values()]
    return Changes(
        generation,
        sizes,
        now,
        segment_numbers,
        new,
        added,
        removed,
        has_same_ids=before.ids == now.ids,
    )
