"""Writing the Whoosh index of a generation, whole, from inverted fields.

What is written is what Whoosh's own codec reads: its writer would take each posting by
itself, which is ten times as slow. A few postings are kept with their term; a longer
list is one block, whose numbers are arrays of the narrowest type rather than tuples, so
that NumPy reads them as they lie there and Whoosh's matchers read them as any sequence
of numbers.
"""

from __future__ import annotations

import hashlib
import struct
import warnings
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer import pickled
from indexer.inversion import Gaps, Inverted
from indexer.linking import link
from indexer.postings import EDGES, ID_FIELD, INT, TAGS, TERMS

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes in plain strings that newer Pythons warn of.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
    from whoosh.columns import VarBytesColumn
    from whoosh.fields import COLUMN, ID, TEXT, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.filedb.filetables import OrderedHashWriter
    from whoosh.formats import Existence
    from whoosh.index import TOC
    from whoosh.util.numeric import length_to_byte

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAME = "MAIN"
"""What Whoosh calls an index that is given no name."""
_FEW = 24
"""Up to so many postings are kept with their term, which is shorter than a list."""
_LEVEL = 6
_FIELD = struct.Struct("!H")
"""What a term's key begins with: the number of its field."""
_INFO = struct.Struct("!BfIBBfII")
"""What is kept of a term: whether its postings are kept with it, their weights added
up, their number, the shortest and the longest length in a byte each, the greatest
weight, and the first and the last sentence."""
_EXTENT = struct.Struct("!qi")
"""Where a list is, and how many bytes it has."""
_SLOT = struct.Struct("!Iq")
"""A slot of a table of hashes: the hash of a key, and where the key is, or 0."""


def schema() -> Schema:
    """Return the schema; the terms come cut, so that no analyser of ours is pickled."""
    terms = TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False)
    # Postings carry their frequency as a weight, and nothing else.
    terms.format = Existence()
    tags = {name: ID() for name in TAGS}
    return Schema(
        **{ID_FIELD: COLUMN(VarBytesColumn()), TERMS: terms, EDGES: ID(), **tags}
    )


def write(folder: Path, ids: Sequence[str], fields: Mapping[str, Inverted]) -> None:
    """Write a new index to *folder*: the sentences' *ids* and their postings."""
    folder.mkdir()
    segment = _write_segment(folder, ids, fields)
    TOC(schema(), [segment], 1).write(FileStorage(str(folder)), _NAME)


def add(
    folder: Path,
    before: Path,
    gone: Iterable[int],
    ids: Sequence[str],
    fields: Mapping[str, Inverted],
) -> None:
    """Write to *folder* the first segment of the index *before*, and a new one.

    Of the first nothing is written but which of its sentences are *gone*: its files are
    the same files.
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
    folder: Path, ids: Sequence[str], fields: Mapping[str, Inverted]
) -> Any:
    storage = FileStorage(str(folder))
    made = schema()
    segment = W3Codec().new_segment(storage, _NAME)
    per_document = W3Codec().per_document_writer(storage, segment)
    lengths = fields[TERMS].lengths.tolist()
    column = made[ID_FIELD].column_type
    for number, (id_, length) in enumerate(zip(ids, lengths, strict=True)):
        per_document.start_doc(number)
        per_document.add_column_value(ID_FIELD, column, id_.encode())
        per_document.add_field(TERMS, made[TERMS], None, length)
        per_document.finish_doc()
    per_document.close()
    # Whoosh leaves the folder of its temporary files.
    (folder / f"{segment.indexname}.tmp").rmdir()
    _write_terms(storage, segment, made, fields)
    segment.set_doc_count(len(ids))
    return segment


def _write_terms(
    storage: Any, segment: Any, made: Schema, fields: Mapping[str, Inverted]
) -> None:
    table = _TermTable(segment.create_file(storage, W3Codec.TERMS_EXT))
    kept = _Lists(segment.create_file(storage, W3Codec.POSTS_EXT))
    table.extras["fieldmap"] = {name: number for number, name in enumerate(fields)}
    for number, (name, inverted) in enumerate(fields.items()):
        field = _FIELD.pack(number)
        lists = _lists(inverted, scored=made[name].scorable)
        for term, found in zip(inverted.terms, lists, strict=True):
            table.add(field + term.encode(), _info(found) + kept.add(found))
    table.close()
    kept.close()


@dataclass(frozen=True, slots=True)
class _List:
    """A posting list with what Whoosh keeps about it; lengths are in its bytes."""

    count: int
    gaps: Gaps
    frequencies: bytes | None
    first: int
    last: int
    weight: int
    most: int
    shortest: int
    longest: int


class _TermTable(OrderedHashWriter):  # type: ignore[misc]
    """Whoosh's table of terms, with five slots for the hashes of four terms.

    Whoosh itself makes two slots for each; its readers take their number from the file.
    """

    def _write_hashes(self) -> None:
        for entries in self.buckets:
            size = len(entries) * 5 // 4 + 1
            slots = [(0, 0)] * size
            for hashed, place in entries:
                slot = (hashed >> 8) % size
                while slots[slot][1]:
                    slot = (slot + 1) % size
                slots[slot] = hashed, place
            self.directory.append((self.dbfile.tell(), size))
            self.dbfile.write(b"".join([_SLOT.pack(*slot) for slot in slots]))


def _info(found: _List) -> bytes:
    return _INFO.pack(
        found.count <= _FEW,
        found.weight,
        found.count,
        found.shortest,
        found.longest,
        found.most,
        found.first,
        found.last,
    )


class _Lists:
    """The file of the posting lists; what several terms have is written once."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._written: dict[bytes, bytes] = {}

    def add(self, found: _List) -> bytes:
        """Return the postings themselves, if they are few, or where they are written."""
        if found.count <= _FEW:
            return _pickled(found, pickled.numbers(accumulate(found.gaps)))
        block = _block(found)
        digest = hashlib.blake2b(block, digest_size=16).digest()
        if digest not in self._written:
            self._written[digest] = _EXTENT.pack(self._file.tell(), len(block))
            self._file.write(block)
        return self._written[digest]

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _block(found: _List) -> bytes:
    gaps = found.gaps
    row = pickled.values_of(gaps) if isinstance(gaps, array) else pickled.octets(gaps)
    # Lists of numbers have numbers that come often, but hardly rows of them.
    packer = zlib.compressobj(_LEVEL, strategy=zlib.Z_FILTERED)
    packed = packer.compress(_pickled(found, row)) + packer.flush()
    head = pickled.numbers(
        (found.count, found.last, found.most, _LEVEL, found.shortest, found.longest)
    )
    block = pickled.whole(head) + packed
    # A negative length is that of a last block.
    return bytes(WHOOSH3_HEADER_MAGIC) + INT.pack(-len(block)) + block


def _pickled(found: _List, sentences: bytes) -> bytes:
    counted = pickled.octets(found.frequencies) if found.frequencies else pickled.NONE
    return pickled.whole(pickled.several([sentences, counted, pickled.NONE]))


def _lists(inverted: Inverted, *, scored: bool) -> Iterator[_List]:
    """Yield the posting list of each term of a field."""
    if not inverted.terms:
        return
    starts, numbers = inverted.starts, inverted.sentences
    first = starts[:-1]
    # More than a byte holds makes no difference to a score.
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
            count=end - start,
            gaps=gaps,
            frequencies=None if most == 1 else counted[start:end],
            first=low,
            last=high,
            weight=weight,
            most=most,
            shortest=shortest,
            longest=longest,
        )


def _in_bytes(lengths: NDArray[Any]) -> NDArray[Any]:
    """Return *lengths* as Whoosh keeps them, in a byte each; longer is never less."""
    distinct, places = np.unique(lengths, return_inverse=True)
    kept = [length_to_byte(length) for length in distinct.tolist()]
    return np.array(kept, dtype=np.uint8)[places]
