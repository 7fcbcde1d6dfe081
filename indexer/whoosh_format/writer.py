"""Writes the Whoosh index of a generation from inverted fields.

The files are those that Whoosh's own codec reads. Whoosh's writer adds one posting at a
time, which is ten times as slow. A short posting list is stored with its term. A longer one
is one block whose numbers are arrays of the narrowest type instead of tuples: NumPy reads
them without conversion, and Whoosh's matchers read them as any sequence of numbers.
"""

from __future__ import annotations

import hashlib
import struct
import warnings
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np

from indexer.invert.inverted_field import Gaps, InvertedField, PostingsPart
from indexer.storage import new_file
from indexer.storage.hardlink import link
from indexer.whoosh_format import columns, pickles, segment_list
from indexer.whoosh_format.lengths import length_byte
from indexer.whoosh_format.reader import EXTENT, ID_FIELD, INFO, TAGS, TERMS
from indexer.whoosh_format.segment_list import Segment
from indexer.whoosh_format.terms import TermTableWriter

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes in plain strings that newer Pythons warn of.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
    from whoosh.columns import VarBytesColumn
    from whoosh.fields import COLUMN, ID, TEXT, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.formats import Existence
    from whoosh.index import TOC

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAME = "MAIN"
"""The name of an index in Whoosh, unless another is chosen."""
_INLINE = 24
"""Up to this many postings are stored with their term, which is shorter."""
_SEPARATE = 400
"""From this many postings on, frequencies are compressed apart from gaps."""
_LEVEL = 6
_INT = struct.Struct("!i")


def schema() -> Schema:
    """Return the schema; texts come analysed, so it pickles no analyzer of this program."""
    terms = TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False)
    # Postings carry their frequency as a weight, and nothing else.
    terms.format = Existence()
    tags = {name: ID() for name in TAGS}
    return Schema(**{ID_FIELD: COLUMN(VarBytesColumn()), TERMS: terms, **tags})


class Content(NamedTuple):
    """The content of a segment.

    `ids` are the ids of its sentences, `lengths` their lengths for BM25, and `fields` the
    postings in each field, of which TERMS alone is scored.
    """

    ids: Iterable[str]
    lengths: NDArray[np.int64]
    fields: Mapping[str, InvertedField]


def write(folder: Path, content: Content) -> None:
    """Write an index with one segment to *folder*, which does not exist yet."""
    folder.mkdir()
    segment = _write_segment(folder, content)
    segment_list.write(folder, [_described(segment, content)])
    TOC(schema(), [segment], 1).write(FileStorage(str(folder)), _NAME)


def add(
    folder: Path,
    previous: Path,
    deleted: Mapping[int, Iterable[int]],
    content: Content | None,
) -> None:
    """Write an index with segments of another, and a new one.

    Args:
        folder: A folder that does not exist yet.
        previous: The folder of the other index.
        deleted: For each of its segments whose files are linked, by their numbers in
            ascending order, the numbers of all its deleted sentences.
        content: The content of the new segment; None if there is none.
    """
    folder.mkdir()
    old_segments = TOC.read(FileStorage(str(previous)), _NAME).segments
    old_descriptions = segment_list.read(previous)
    segments = [old_segments[number] for number in deleted]
    descriptions = [old_descriptions[number] for number in deleted]
    for segment, sentences in zip(segments, deleted.values(), strict=True):
        for path in previous.glob(f"{segment.segment_id()}.*"):
            link(path, folder / path.name)
        for sentence in sentences:
            segment.delete_document(sentence)
    if content:
        segments.append(_write_segment(folder, content))
        descriptions.append(_described(segments[-1], content))
    segment_list.write(folder, descriptions)
    TOC(schema(), segments, 1).write(FileStorage(str(folder)), _NAME)


def _described(segment: Any, content: Content) -> Segment:
    lengths = content.lengths
    return Segment(segment.segment_id(), len(lengths), int(lengths.sum()))


def _write_segment(folder: Path, content: Content) -> Any:
    storage = FileStorage(str(folder))
    segment = W3Codec().new_segment(storage, _NAME)
    lengths = _length_bytes(content.lengths)
    _write_columns(folder, segment, content, lengths)
    terms = folder / segment.make_filename(W3Codec.TERMS_EXT)
    lists = folder / segment.make_filename(W3Codec.POSTS_EXT)
    with (
        new_file.create(terms) as terms_file,
        new_file.create(lists) as lists_file,
    ):
        table = TermTableWriter(terms_file, content.fields)
        list_file = _ListFile(lists_file)
        for name, inverted in content.fields.items():
            scored = lengths if name == TERMS else None
            for part in inverted.parts():
                for term, postings in zip(
                    part.terms, _lists(part, scored), strict=True
                ):
                    table.add(name, term, _info(postings) + list_file.add(postings))
        table.finish()
    segment.set_doc_count(len(lengths))
    return segment


def _write_columns(
    folder: Path, segment: Any, content: Content, lengths: NDArray[np.uint8]
) -> None:
    """Write the columns of the sentences; that of stored fields has empty values."""

    def path(name: str) -> Path:
        return Path(folder, W3Codec.column_filename(segment, name))

    columns.write(path(ID_FIELD), map(str.encode, content.ids))
    columns.write(path("_stored"), repeat(b"", len(lengths)))
    # Zeros at the end of a column of numbers are left out.
    encoded = lengths.tobytes().rstrip(b"\0")
    if encoded:
        new_file.write(path(f"_{TERMS}_len"), encoded)
    total = int(content.lengths.sum())
    segment._fieldlengths = {TERMS: total}  # noqa: SLF001


class _PostingList(NamedTuple):
    """A posting list with its statistics; `shortest` and `longest` are length bytes."""

    size: int
    gaps: Gaps
    frequencies: bytes | None
    first: int
    last: int
    weight: int
    most: int
    shortest: int
    longest: int


def _info(postings: _PostingList) -> bytes:
    return INFO.pack(
        postings.size <= _INLINE,
        postings.weight,
        postings.size,
        postings.shortest,
        postings.longest,
        postings.most,
        postings.first,
        postings.last,
    )


class _ListFile:
    """Writes the file of the posting lists; equal lists are written once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = 0
        self._written: dict[bytes, bytes] = {}

    def add(self, postings: _PostingList) -> bytes:
        """Return the postings, if they are stored inline, or else their extent in the file."""
        if postings.size <= _INLINE:
            return _pickle(postings, pickles.number_tuple(accumulate(postings.gaps)))
        block = _block(postings)
        digest = hashlib.blake2b(block, digest_size=16).digest()
        if digest not in self._written:
            self._written[digest] = EXTENT.pack(self._end, len(block))
            self._end += self._file.write(block)
        return self._written[digest]


def _block(postings: _PostingList) -> bytes:
    gaps = postings.gaps
    row = (
        pickles.array_of(gaps) if isinstance(gaps, array) else pickles.byte_string(gaps)
    )
    # Posting lists repeat numbers, but rarely sequences of them.
    packer = zlib.compressobj(_LEVEL, strategy=zlib.Z_FILTERED)
    data = _pickle(postings, row)
    packed = packer.compress(data[: len(row)])
    if postings.size >= _SEPARATE:
        packed += packer.flush(zlib.Z_BLOCK)
    packed += packer.compress(data[len(row) :]) + packer.flush()
    head = pickles.number_tuple(
        (
            postings.size,
            postings.last,
            postings.most,
            _LEVEL,
            postings.shortest,
            postings.longest,
        )
    )
    block = pickles.complete(head) + packed
    # A negative length marks the last block.
    return bytes(WHOOSH3_HEADER_MAGIC) + _INT.pack(-len(block)) + block


def _pickle(postings: _PostingList, sentences: bytes) -> bytes:
    frequencies = postings.frequencies
    part = pickles.byte_string(frequencies) if frequencies else pickles.NONE
    return pickles.complete(pickles.tuple_of([sentences, part, pickles.NONE]))


def _lists(
    part: PostingsPart, lengths: NDArray[np.uint8] | None
) -> Iterator[_PostingList]:
    """Yield the posting list of each term.

    *lengths* are those of all sentences as bytes, None for a field that is not scored.
    """
    starts, numbers = part.starts, part.sentences
    first = starts[:-1]
    frequencies = part.frequencies if lengths is not None else np.ones_like(numbers)
    of_each = np.zeros_like(numbers) if lengths is None else lengths[numbers]
    columns = (
        first,
        starts[1:],
        numbers[first],
        numbers[starts[1:] - 1],
        np.add.reduceat(frequencies, first, dtype=np.int64),
        np.maximum.reduceat(frequencies, first),
        np.minimum.reduceat(of_each, first),
        np.maximum.reduceat(of_each, first),
    )
    packed = part.frequencies.tobytes()
    rows = zip(*(column.tolist() for column in columns), part.gaps(), strict=True)
    for start, end, low, high, weight, most, shortest, longest, gaps in rows:
        yield _PostingList(
            size=end - start,
            gaps=gaps,
            frequencies=None if most == 1 else packed[start:end],
            first=low,
            last=high,
            weight=weight,
            most=most,
            shortest=shortest,
            longest=longest,
        )


def _length_bytes(lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return *lengths* rounded to a byte each, as Whoosh stores them, in their order."""
    distinct, indices = np.unique(lengths, return_inverse=True)
    encoded = [length_byte(length) for length in distinct.tolist()]
    return np.array(encoded, dtype=np.uint8)[indices]
