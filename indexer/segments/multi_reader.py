"""The segments of a generation, which are read as if they were one.

A generation that was made whole has one segment, the files beside its manifest. One
that was changed in part has those of the generation it was made of, and in a folder of
its own the sentences that are new (see `indexer.segments.docid_map`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    NEW_SEGMENT,
    WHOOSH,
)
from indexer.ingest.sentence import Sentence
from indexer.storage.bigram_index import BigramIndex
from indexer.storage.boundary_bigrams import BoundaryBigrams
from indexer.storage.citations import REFERENCES, Citations
from indexer.storage.forward_index import ForwardIndex
from indexer.storage.stored_sentences import SENTENCES, StoredSentences
from indexer.whoosh_format.reader import KEPT, TERMS, Postings, PostingsReader

if TYPE_CHECKING:
    from indexer.segments.docid_map import DocIdMap


class _Closable(Protocol):
    def close(self) -> None: ...


File = TypeVar("File", bound=_Closable)

_NO, _YES = 1, 2
"""What stands for a flag where places are merged, as frequencies are, from 1 on."""
_FLAGS = bytes([0, 0, 1]).ljust(256, b"\0")
_TIMES = bytes([_NO, _YES]).ljust(256, b"\0")


class SegmentReaders(NamedTuple):
    """What is read of the sentences of a generation; of two segments, also their places."""

    postings: PostingsReader | MultiSegmentPostings
    sentences: StoredSentences | MultiSegmentSentences
    citations: Citations
    pairs: BigramIndex | MultiSegmentBigrams
    edges: BoundaryBigrams | MultiSegmentBoundaries
    sequences: ForwardIndex | MultiSegmentForwardIndex
    places: DocIdMap | None = None


def opened(generation: Path, stack: ExitStack) -> SegmentReaders:
    """Open the segments of the generation in a folder; *stack* lets go of them.

    Raises:
        FileNotFoundError: A file is not there.
        FileDamagedError: A file is not as it was written.
    """

    def kept(file: File) -> File:
        return stack.enter_context(closing(file))

    postings = kept(PostingsReader(generation / WHOOSH))
    sentences = kept(StoredSentences(generation / SENTENCES))
    citations = kept(Citations(generation / REFERENCES))
    pairs = kept(BigramIndex(generation / BIGRAM_INDEX))
    edges = kept(BoundaryBigrams(generation / BOUNDARY_BIGRAMS))
    sequences = kept(ForwardIndex(generation / FORWARD_INDEX))
    if not (generation / DOCID_MAP).exists():
        return SegmentReaders(postings, sentences, citations, pairs, edges, sequences)
    from indexer.segments.docid_map import DocIdMap

    places = kept(DocIdMap(generation / DOCID_MAP))
    changed = generation / NEW_SEGMENT
    new_postings = kept(PostingsReader(generation / WHOOSH, 1))
    new_sentences = kept(StoredSentences(changed / SENTENCES))
    new_pairs = kept(BigramIndex(changed / BIGRAM_INDEX))
    new_edges = kept(BoundaryBigrams(changed / BOUNDARY_BIGRAMS))
    new_sequences = kept(ForwardIndex(changed / FORWARD_INDEX))
    return SegmentReaders(
        MultiSegmentPostings(places, (postings, new_postings)),
        MultiSegmentSentences(places, (sentences, new_sentences)),
        citations,
        MultiSegmentBigrams(places, (pairs, new_pairs)),
        MultiSegmentBoundaries(places, (postings, new_postings), (edges, new_edges)),
        MultiSegmentForwardIndex(places, (sequences, new_sequences)),
        places,
    )


class MultiSegmentPostings:
    """Reads the postings of two segments; see `indexer.whoosh_format.reader.PostingsReader`."""

    def __init__(self, places: DocIdMap, segments: Sequence[PostingsReader]) -> None:
        self._places = places
        self._segments = segments
        self.postings = lru_cache(KEPT)(self._merged_postings)

    @property
    def count(self) -> int:
        """How many sentences there are."""
        return len(self._places)

    @property
    def size(self) -> int:
        """How many terms all sentences have together."""
        return self._places.head.size

    @property
    def average_length(self) -> float:
        """How many terms a sentence has on average."""
        return self.size / self.count

    def _merged_postings(self, field: str, term: str) -> Postings | None:
        """Return the postings of *term*, or None where no sentence has it."""
        return self._places.merged(s.postings(field, term) for s in self._segments)

    def terms(self, field: str) -> list[str]:
        """Return the terms of a field, sorted."""
        kept = {term for segment in self._segments for term in segment.terms(field)}
        return [term for term in sorted(kept) if self.postings(field, term)]

    def id(self, number: int) -> str:
        """Return the id of the sentence of that number."""
        segment, place = self._places.find(number)
        return self._segments[segment].id(place)

    def length(self, number: int) -> int:
        """Return how many terms a sentence has, as nearly as Whoosh remembers."""
        segment, place = self._places.find(number)
        return self._segments[segment].length(place)

    def lengths(self) -> list[int]:
        """Return `length` for every sentence."""
        kept = [length for segment in self._segments for length in segment.lengths()]
        return [kept[place] for place in self._places.numbers.tolist()]


class MultiSegmentSentences:
    """Reads the sentences of two segments.

    See `indexer.storage.stored_sentences.StoredSentences`.
    """

    def __init__(self, places: DocIdMap, segments: Sequence[StoredSentences]) -> None:
        self._places = places
        self._segments = segments

    def __len__(self) -> int:
        return len(self._places)

    def sentence(self, number: int) -> Sentence:
        """Return the sentence of that number."""
        segment, place = self._places.find(number)
        start, end = self._places.bounds[number].tolist()
        sentence = self._segments[segment].sentence(place)
        return sentence._replace(start=start, end=end)

    def text(self, number: int) -> str:
        """Return the text of that sentence, sooner than `sentence` does."""
        segment, place = self._places.find(number)
        return self._segments[segment].text(place)


class MultiSegmentBigrams:
    """Reads the bigram index of two segments; see `indexer.storage.bigram_index`."""

    def __init__(self, places: DocIdMap, segments: Sequence[BigramIndex]) -> None:
        self._places = places
        self._segments = segments

    def gaps(self, pair: str) -> Sequence[int]:
        """Return the gaps between the numbers of the sentences that have *pair*."""
        found = (segment.gaps(pair) for segment in self._segments)
        merged = self._places.merged(Postings(len(g), g, None) for g in found)
        return merged.gaps if merged else b""


class MultiSegmentBoundaries:
    """Reads the edges of morphemes of two segments.

    See `indexer.storage.boundary_bigrams.BoundaryBigrams`.
    """

    def __init__(
        self,
        places: DocIdMap,
        postings: Sequence[PostingsReader],
        segments: Sequence[BoundaryBigrams],
    ) -> None:
        self._places = places
        self._segments = tuple(zip(postings, segments, strict=True))

    def get(self, pair: str) -> bytes:
        """Return for each sentence of the gram of *pair* whether it is an edge there."""
        merged = self._places.merged(
            _flagged(postings.postings(TERMS, BIGRAM_MARK + pair), edges.get(pair))
            for postings, edges in self._segments
        )
        if not merged:
            return b""
        times = bytes(merged.frequencies or [_NO] * merged.count)
        return times.translate(_FLAGS)


def _flagged(gram: Postings | None, flags: bytes) -> Postings | None:
    """Return the postings of a gram with its flags; without any, it is no edge."""
    if not gram:
        return None
    times = flags.translate(_TIMES) or bytes([_NO]) * gram.count
    return Postings(gram.count, gram.gaps, times)


class MultiSegmentForwardIndex:
    """Reads the order of morphemes in two segments.

    See `indexer.storage.forward_index.ForwardIndex`.
    """

    def __init__(self, places: DocIdMap, segments: Sequence[ForwardIndex]) -> None:
        self._places = places
        self._segments = segments

    def holding(self, sequence: Sequence[str], among: Iterable[int]) -> Iterator[int]:
        """Yield those numbers of sentences *among* where *sequence* stands side by side."""
        asked = zip(self._segments, self._places.parted(among), strict=True)
        found = (segment.holding(sequence, part.tolist()) for segment, part in asked)
        yield from self._places.joined(found)
