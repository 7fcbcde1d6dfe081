"""Writing the Whoosh index of a generation, whole, from inverted fields.

What is written is what Whoosh's own codec reads: its writer would take each posting by
itself, which is ten times as slow. A posting list is one block, whose numbers are arrays
of the narrowest type rather than tuples, so that NumPy reads them as they lie there and
Whoosh's matchers read them as any sequence of numbers.
"""

from __future__ import annotations

import pickle
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer.inversion import Gaps, Inverted
from indexer.postings import EDGES, ID_FIELD, INT, TAGS, TERMS

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes in plain strings that newer Pythons warn of.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3TermInfo
    from whoosh.columns import VarBytesColumn
    from whoosh.fields import COLUMN, ID, TEXT, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.formats import Existence
    from whoosh.index import TOC
    from whoosh.util.numeric import length_to_byte

_FEW = 16
"""Up to so many gaps are pickled as a tuple, which an array's own pickle is longer than."""
_PICKLE = 3
"""The pickle protocol: the first with bytes, and the last without frames."""
_COMPRESSED_FROM = 64
"""Bytes of a block below which compressing it gains nothing."""


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
    storage = FileStorage(str(folder))
    made = schema()
    segment = W3Codec().new_segment(storage, "MAIN")
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
    codec = _ListCodec()
    writer = codec.field_writer(storage, segment)
    for name, inverted in fields.items():
        codec.lists = _lists(inverted, scored=made[name].scorable)
        writer.start_field(name, made[name])
        for term in inverted.terms:
            writer.start_term(term.encode())
            writer.finish_term()
        writer.finish_field()
    writer.close()
    segment.set_doc_count(len(ids))
    TOC(made, [segment], 1).write(storage, "MAIN")


@dataclass(frozen=True, slots=True)
class _List:
    """A posting list with what Whoosh keeps about it."""

    count: int
    gaps: Gaps | tuple[int, ...]
    frequencies: bytes | None
    first: int
    last: int
    weight: float
    most: float
    shortest: int
    longest: int


class _ListCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec, but for its writer of postings, which takes whole lists."""

    lists: Iterator[_List]

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:  # noqa: ARG002, FBT002
        return _ListWriter(dbfile, self.lists)


class _ListWriter:
    """Writes, for each term that is started and finished, the next list."""

    def __init__(self, file: Any, lists: Iterator[_List]) -> None:
        self._file = file
        self._lists = lists

    def start_postings(self, format_: Any, terminfo: Any) -> None:
        """Begin a term; its list is at hand."""

    def finish_postings(self) -> Any:
        """Write the list and return Whoosh's record of it."""
        found = next(self._lists)
        info = W3TermInfo(
            weight=found.weight,
            df=found.count,
            minlength=found.shortest,
            maxlength=found.longest,
            maxweight=found.most,
            minid=found.first,
            maxid=found.last,
        )
        if found.count == 1:
            info.set_inlined((found.first,), (found.most,), (None,))
            return info
        data = pickle.dumps((found.gaps, found.frequencies, None), _PICKLE)
        level = 1 if len(data) >= _COMPRESSED_FROM else 0
        if level:
            data = zlib.compress(data, level)
        head = (
            found.count,
            found.last,
            found.most,
            level,
            length_to_byte(found.shortest),
            length_to_byte(found.longest),
        )
        block = pickle.dumps(head, _PICKLE) + data
        start = self._file.tell()
        # A negative length is that of a last block.
        self._file.write(WHOOSH3_HEADER_MAGIC + INT.pack(-len(block)) + block)
        info.set_extent(start, self._file.tell() - start)
        return info


def _lists(inverted: Inverted, *, scored: bool) -> Iterator[_List]:
    """Yield the posting list of each term of a field."""
    if not inverted.terms:
        return
    starts, numbers = inverted.starts, inverted.sentences
    first = starts[:-1]
    # More than a byte holds makes no difference to a score.
    frequencies = np.minimum(inverted.frequencies if scored else 1, 255)
    frequencies = np.broadcast_to(frequencies, numbers.shape)
    lengths = inverted.lengths[numbers] if scored else np.zeros_like(numbers)
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
            gaps=gaps if isinstance(gaps, bytes) or len(gaps) > _FEW else tuple(gaps),
            frequencies=None if most == 1 else counted[start:end],
            first=low,
            last=high,
            weight=weight,
            most=most,
            shortest=shortest,
            longest=longest,
        )
