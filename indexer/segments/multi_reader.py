"""Reads the segments of a generation as if they were one.

The first segment's files lie beside the manifest, and those of each other segment in a
folder of its own. If there are others, or the first has deleted sentences, a `DocIdMap`
translates the numbers of the sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.file_names import (
    BIGRAM_INDEX,
    BOUNDARY_BIGRAMS,
    DOCID_MAP,
    FORWARD_INDEX,
    MORPHEMES,
    WHOOSH,
    segment_folder,
)
from indexer.ingest.sentence import Sentence
from indexer.storage.bigram_index import BigramIndex
from indexer.storage.boundary_bigrams import BoundaryBigrams
from indexer.storage.citations import REFERENCES, Citations
from indexer.storage.forward_index import ForwardIndex
from indexer.storage.stored_sentences import SENTENCES, StoredSentences
from indexer.whoosh_format.reader import (
    CACHED_POSTINGS,
    TERMS,
    Postings,
    PostingsReader,
)

if TYPE_CHECKING:
    from indexer.segments.docid_map import DocIdMap
    from indexer.segments.protocols import (
        BigramSource,
        BoundarySource,
        PhraseSource,
        PostingsSource,
        SentenceSource,
    )

_NO, _YES = 1, 2
"""Flags as frequencies, which count from 1, so that they are merged with the postings."""
_FLAGS = bytes([0, 0, 1]).ljust(256, b"\0")
_FREQUENCIES = bytes([_NO, _YES]).ljust(256, b"\0")


class _Closable(Protocol):
    def close(self) -> None: ...


File = TypeVar("File", bound=_Closable)


class SegmentReaders(NamedTuple):
    """The open files of a generation; `docid_map` is None after a full build."""

    postings: PostingsSource
    sentences: SentenceSource
    bigrams: BigramSource
    boundaries: BoundarySource
    forward_index: PhraseSource
    citations: Citations
    docid_map: DocIdMap | None = None


class _Segment(NamedTuple):
    """The open files of one segment."""

    postings: PostingsReader
    sentences: StoredSentences
    bigrams: BigramIndex
    boundaries: BoundaryBigrams
    forward_index: ForwardIndex


def open_segments(generation: Path, stack: ExitStack) -> SegmentReaders:
    """Open the segments of the generation in a folder; *stack* closes them.

    Raises:
        FileNotFoundError: A file is missing.
        FileDamagedError: A file is not as it was written.
    """
    first = _open_segment(generation, 0, stack)
    citations = stack.enter_context(closing(Citations(generation / REFERENCES)))
    if not (generation / DOCID_MAP).exists():
        return SegmentReaders(*first, citations)
    from indexer.segments.docid_map import DocIdMap

    docid_map = stack.enter_context(closing(DocIdMap(generation / DOCID_MAP)))
    others = range(1, len(docid_map.sizes.sentences))
    segments = [first, *(_open_segment(generation, n, stack) for n in others)]
    postings = [segment.postings for segment in segments]
    boundaries = [segment.boundaries for segment in segments]
    return SegmentReaders(
        MultiSegmentPostings(docid_map, postings),
        MultiSegmentSentences(docid_map, [segment.sentences for segment in segments]),
        MultiSegmentBigrams(docid_map, [segment.bigrams for segment in segments]),
        MultiSegmentBoundaries(docid_map, postings, boundaries),
        MultiSegmentForwardIndex(docid_map, [each.forward_index for each in segments]),
        citations,
        docid_map,
    )


def _open_segment(generation: Path, number: int, stack: ExitStack) -> _Segment:
    """Open the files of the segment with that number, counted from 0."""

    def entered(file: File) -> File:
        return stack.enter_context(closing(file))

    folder = segment_folder(generation, number)
    return _Segment(
        entered(PostingsReader(generation / WHOOSH, number)),
        entered(StoredSentences(folder / SENTENCES)),
        entered(BigramIndex(folder / BIGRAM_INDEX)),
        entered(BoundaryBigrams(folder / BOUNDARY_BIGRAMS)),
        entered(ForwardIndex(folder / FORWARD_INDEX, folder / MORPHEMES)),
    )


class MultiSegmentPostings:
    """The `PostingsSource` of several segments."""

    def __init__(self, docid_map: DocIdMap, segments: Sequence[PostingsReader]) -> None:
        self._docid_map = docid_map
        self._segments = segments
        self.postings = lru_cache(CACHED_POSTINGS)(self._merged_postings)

    @property
    def count(self) -> int:
        """The number of sentences, without deleted ones."""
        return len(self._docid_map)

    @property
    def size(self) -> int:
        """The number of terms of all sentences together."""
        return self._docid_map.sizes.size

    @property
    def average_length(self) -> float:
        """The average number of terms of a sentence."""
        return self.size / self.count

    def _merged_postings(self, field: str, term: str) -> Postings | None:
        return self._docid_map.merge(s.postings(field, term) for s in self._segments)

    def frequency(self, field: str, term: str) -> int:
        """Return the number of sentences that have a term, without deleted ones."""
        postings = self.postings(field, term)
        return postings.count if postings else 0

    def terms(self, field: str) -> list[str]:
        """Return the terms of a field, sorted, without those of deleted sentences only."""
        terms = {term for segment in self._segments for term in segment.terms(field)}
        return [term for term in sorted(terms) if self.postings(field, term)]

    def id(self, number: int) -> str:
        """Return the id of a sentence."""
        segment, inner = self._docid_map.locate(number)
        return self._segments[segment].id(inner)

    def length(self, number: int) -> int:
        """Return the number of terms of a sentence, rounded as Whoosh stores it."""
        segment, inner = self._docid_map.locate(number)
        return self._segments[segment].length(inner)

    def length_bytes(self) -> bytes:
        """Return a byte for the length of each sentence."""
        stored = b"".join(segment.length_bytes() for segment in self._segments)
        return bytes(map(stored.__getitem__, self._docid_map.segment_numbers.tolist()))


class MultiSegmentSentences:
    """The `SentenceSource` of several segments."""

    def __init__(
        self, docid_map: DocIdMap, segments: Sequence[StoredSentences]
    ) -> None:
        self._docid_map = docid_map
        self._segments = segments

    def __len__(self) -> int:
        return len(self._docid_map)

    def sentence(self, number: int) -> Sentence:
        """Return a sentence, with its present offsets in its source."""
        segment, inner = self._docid_map.locate(number)
        start, end = self._docid_map.bounds[number].tolist()
        return self._segments[segment].sentence(inner)._replace(start=start, end=end)

    def text(self, number: int) -> str:
        """Return the text of a sentence; faster than `sentence`."""
        segment, inner = self._docid_map.locate(number)
        return self._segments[segment].text(inner)


class MultiSegmentBigrams:
    """The `BigramSource` of several segments."""

    def __init__(self, docid_map: DocIdMap, segments: Sequence[BigramIndex]) -> None:
        self._docid_map = docid_map
        self._segments = segments

    def gaps(self, bigram: str) -> Sequence[int]:
        """Return the gaps between the numbers of the sentences; empty if there are none."""
        by_segment = (segment.gaps(bigram) for segment in self._segments)
        merged = self._docid_map.merge(
            Postings(len(gaps), gaps, None) for gaps in by_segment
        )
        return merged.gaps if merged else b""


class MultiSegmentBoundaries:
    """The `BoundarySource` of several segments."""

    def __init__(
        self,
        docid_map: DocIdMap,
        postings: Sequence[PostingsReader],
        segments: Sequence[BoundaryBigrams],
    ) -> None:
        self._docid_map = docid_map
        self._segments = tuple(zip(postings, segments, strict=True))

    def flags(self, bigram: str) -> bytes:
        """Return 1 or 0 for each sentence of the noun bigram; empty if all are 0."""
        merged = self._docid_map.merge(
            _with_flags(
                postings.postings(TERMS, BIGRAM_MARK + bigram), boundaries.flags(bigram)
            )
            for postings, boundaries in self._segments
        )
        if not merged:
            return b""
        frequencies = bytes(merged.frequencies or [_NO] * merged.count)
        return frequencies.translate(_FLAGS)


def _with_flags(postings: Postings | None, flags: bytes) -> Postings | None:
    """Return the postings of a noun bigram, its flags in place of its frequencies."""
    if not postings:
        return None
    frequencies = flags.translate(_FREQUENCIES) or bytes([_NO]) * postings.count
    return Postings(postings.count, postings.gaps, frequencies)


class MultiSegmentForwardIndex:
    """The `PhraseSource` of several segments."""

    def __init__(self, docid_map: DocIdMap, segments: Sequence[ForwardIndex]) -> None:
        self._docid_map = docid_map
        self._segments = segments

    def with_phrase(self, terms: Sequence[str], among: Sequence[int]) -> list[int]:
        """Return the sentences of *among* in which *terms* are adjacent, ascending."""
        parts = zip(self._segments, self._docid_map.split(among), strict=True)
        matches = (index.with_phrase(terms, part.tolist()) for index, part in parts)
        return self._docid_map.join(matches)

    def phrase_counts(
        self, terms: Sequence[str], among: Sequence[int]
    ) -> list[tuple[int, int]]:
        """Return each sentence of *among* that has adjacent *terms*, and how often."""
        parts = zip(self._segments, self._docid_map.split(among), strict=True)
        counts = (index.phrase_counts(terms, part.tolist()) for index, part in parts)
        return self._docid_map.join_counts(counts)
