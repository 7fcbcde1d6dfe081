"""Write the Whoosh index of a generation from inverted fields: the postings are here.

The files are in the format of Whoosh's own codec, whose writer takes one posting at a
time and is ten times as slow. Up to 24 postings are stored with their term. A longer list
is one block; its numbers are arrays of the narrowest type rather than tuples, so that
NumPy reads them in place and Whoosh's matchers read them as sequences of numbers.
"""

from __future__ import annotations

import hashlib
import struct
import warnings
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np

from indexer.invert.inversion import Gaps, InvertedField
from indexer.storage.hardlink import link
from indexer.whoosh_format import columns, pickles
from indexer.whoosh_format.reader import EXTENT, ID_FIELD, INFO, TAGS, TERMS
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
    from whoosh.util.numeric import length_to_byte

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAME = "MAIN"
"""Whoosh's default name of an index."""
_FEW = 24
"""Up to this number, postings are stored with their term: shorter than a list."""
_MANY = 400
"""From this number on, frequencies are compressed apart from the gaps."""
_LEVEL = 6
_INT = struct.Struct("!i")


def schema() -> Schema:
    """Return the schema. Terms arrive split, so that no analyser of ours is pickled."""
    terms = TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False)
    # The weight of a posting is its frequency; it has nothing else.
    terms.format = Existence()
    tags = {name: ID() for name in TAGS}
    return Schema(**{ID_FIELD: COLUMN(VarBytesColumn()), TERMS: terms, **tags})


def write(
    folder: Path, ids: Sequence[str], fields: Mapping[str, InvertedField]
) -> None:
    """Write a new index to *folder*: the sentences' *ids* and their postings."""
    folder.mkdir()
    segment = _write_segment(folder, ids, fields)
    TOC(schema(), [segment], 1).write(FileStorage(str(folder)), _NAME)


def add(
    folder: Path,
    before: Path,
    gone: Iterable[int],
    ids: Sequence[str],
    fields: Mapping[str, InvertedField],
) -> None:
    """Write to *folder* the first segment of the index *before*, and a new one.

    The files of the first segment are hard links. Its sentences with the numbers *gone*
    are marked as deleted. *ids* and *fields* are those of the new segment.
    """
    folder.mkdir()
    first = TOC.read(FileStorage(str(before)), _NAME).segments[0]
    for path in before.glob(f"{first.segment_id()}.*"):
        link(path, folder / path.name)
    for number in gone:
        first.delete_document(number)
    segments = [first, _write_segment(folder, ids, fields)]
    TOC(schema(), segments, 1).write(FileStorage(str(folder)), _NAME)


def _write_segment(
    folder: Path, ids: Sequence[str], fields: Mapping[str, InvertedField]
) -> Any:
    storage = FileStorage(str(folder))
    segment = W3Codec().new_segment(storage, _NAME)
    _write_columns(folder, segment, ids, fields[TERMS].lengths)
    made = schema()
    terms = folder / segment.make_filename(W3Codec.TERMS_EXT)
    lists = folder / segment.make_filename(W3Codec.POSTS_EXT)
    with terms.open("wb") as terms_file, lists.open("wb") as lists_file:
        table, list_writer = TermTableWriter(terms_file, fields), _Lists(lists_file)
        for name, inverted in fields.items():
            for term, postings in zip(
                inverted.terms,
                _lists(inverted, scored=made[name].scorable),
                strict=True,
            ):
                table.add(name, term, _info(postings) + list_writer.add(postings))
        table.finish()
    segment.set_doc_count(len(ids))
    return segment


def _write_columns(
    folder: Path, segment: Any, ids: Sequence[str], lengths: NDArray[np.int64]
) -> None:
    """Write a column each of ids, of stored fields (all empty), and of lengths."""

    def path(name: str) -> Path:
        return Path(folder, W3Codec.column_filename(segment, name))

    columns.write(path(ID_FIELD), [id_.encode() for id_ in ids])
    columns.write(path("_stored"), [b""] * len(ids))
    # A column of numbers ends with its last that is not 0.
    length_bytes = _in_bytes(lengths).tobytes().rstrip(b"\0")
    if length_bytes:
        path(f"_{TERMS}_len").write_bytes(length_bytes)
    segment._fieldlengths = {TERMS: int(lengths.sum())}  # noqa: SLF001


class _List(NamedTuple):
    """A posting list and its statistics; lengths are in Whoosh's one-byte form."""

    size: int
    gaps: Gaps
    frequencies: bytes | None
    first: int
    last: int
    weight: int
    most: int
    shortest: int
    longest: int


def _info(postings: _List) -> bytes:
    return INFO.pack(
        postings.size <= _FEW,
        postings.weight,
        postings.size,
        postings.shortest,
        postings.longest,
        postings.most,
        postings.first,
        postings.last,
    )


class _Lists:
    """Writes the file of posting lists; equal lists are written once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = 0
        self._written: dict[bytes, bytes] = {}

    def add(self, postings: _List) -> bytes:
        """Return the postings themselves if they are few, otherwise their extent."""
        if postings.size <= _FEW:
            return _pickled(postings, pickles.numbers(accumulate(postings.gaps)))
        block = _block(postings)
        digest = hashlib.blake2b(block, digest_size=16).digest()
        if digest not in self._written:
            self._written[digest] = EXTENT.pack(self._end, len(block))
            self._end += self._file.write(block)
        return self._written[digest]


def _block(postings: _List) -> bytes:
    gaps = postings.gaps
    row = pickles.values_of(gaps) if isinstance(gaps, array) else pickles.octets(gaps)
    # Some numbers are frequent in a list, but sequences hardly ever repeat.
    packer = zlib.compressobj(_LEVEL, strategy=zlib.Z_FILTERED)
    data = _pickled(postings, row)
    packed = packer.compress(data[: len(row)])
    if postings.size >= _MANY:
        packed += packer.flush(zlib.Z_BLOCK)
    packed += packer.compress(data[len(row) :]) + packer.flush()
    head = pickles.numbers(
        (
            postings.size,
            postings.last,
            postings.most,
            _LEVEL,
            postings.shortest,
            postings.longest,
        )
    )
    block = pickles.whole(head) + packed
    # A negative length marks the last block.
    return bytes(WHOOSH3_HEADER_MAGIC) + _INT.pack(-len(block)) + block


def _pickled(postings: _List, sentences: bytes) -> bytes:
    counted = (
        pickles.octets(postings.frequencies) if postings.frequencies else pickles.NONE
    )
    return pickles.whole(pickles.several([sentences, counted, pickles.NONE]))


def _lists(inverted: InvertedField, *, scored: bool) -> Iterator[_List]:
    """Yield the posting list of each term of a field."""
    if not inverted.terms:
        return
    starts, numbers = inverted.starts, inverted.sentences
    first = starts[:-1]
    # Frequencies above 255 make no difference to a score.
    frequencies = np.minimum(inverted.frequencies if scored else 1, 255)
    frequencies = np.broadcast_to(frequencies, numbers.shape)
    lengths = _in_bytes(inverted.lengths)[numbers] if scored else np.zeros_like(numbers)
    columns = (
        first,
        starts[1:],
        numbers[first],
        numbers[starts[1:] - 1],
        np.add.reduceat(frequencies, first),
        np.maximum.reduceat(frequencies, first),
        np.minimum.reduceat(lengths, first),
        np.maximum.reduceat(lengths, first),
    )
    counted = frequencies.astype(np.uint8).tobytes()
    rows = zip(*(column.tolist() for column in columns), inverted.gaps(), strict=True)
    for start, end, low, high, weight, most, shortest, longest, gaps in rows:
        yield _List(
            size=end - start,
            gaps=gaps,
            frequencies=None if most == 1 else counted[start:end],
            first=low,
            last=high,
            weight=weight,
            most=most,
            shortest=shortest,
            longest=longest,
        )


def _in_bytes(lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return *lengths* in Whoosh's one-byte form, which keeps their order."""
    distinct, places = np.unique(lengths, return_inverse=True)
    in_bytes = [length_to_byte(length) for length in distinct.tolist()]
    return np.array(in_bytes, dtype=np.uint8)[places]
