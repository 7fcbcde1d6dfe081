"""The Whoosh index of a generation, written whole from inverted fields.

What is written is what Whoosh's own codec reads: its writer would take each posting by
itself, which is ten times as slow. A posting list is one block, whose numbers are arrays
of the narrowest type rather than tuples, so that NumPy reads them as they lie there and
Whoosh's matchers read them as any sequence of numbers.
"""

from __future__ import annotations

import pickle
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from indexer import verified
from indexer.errors import CommuniqueError
from indexer.verified import FileDamagedError, Verified

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes in plain strings that newer Pythons warn of.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3TermInfo
    from whoosh.columns import VarBytesColumn
    from whoosh.fields import COLUMN, ID, TEXT, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.filedb.structfile import StructFile
    from whoosh.formats import Existence
    from whoosh.index import TOC, FileIndex
    from whoosh.reading import TermNotFound
    from whoosh.util.numeric import byte_to_length, length_to_byte

if TYPE_CHECKING:
    from indexer.inversion import Gaps, Inverted

TERMS = "terms"
"""The field of the terms, which scores: morphemes, grams and wholes."""
EDGES = "edges"
"""The field of the syllable pairs at the edges of morphemes; it does not score."""
TAGS = ("document", "paragraph", "speaker", "act")
"""The fields that results are narrowed by; a sentence has one value of each, or none."""
ID_FIELD = "id"
"""The column of the sentences' ids."""

_FEW = 16
"""Up to so many gaps are pickled as a tuple, which an array's own pickle is longer than."""
_PICKLE = 3
"""The pickle protocol: the first with bytes, and the last without frames."""
_COMPRESSED_FROM = 64
"""Bytes of a block below which compressing it gains nothing."""
_INT = struct.Struct("!i")


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of a term.

    `gaps` are the differences between the ascending numbers of its sentences, the first
    counted from 0; `frequencies` how often each has it, None where each has it once.
    """

    count: int
    gaps: Sequence[int]
    frequencies: Sequence[int] | None


def kept_length(length: int) -> int:
    """Return a sentence's length as nearly as the index remembers it."""
    return int(byte_to_length(length_to_byte(length)))


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
        self._file.write(WHOOSH3_HEADER_MAGIC + _INT.pack(-len(block)) + block)
        info.set_extent(start, self._file.tell() - start)
        return info


def _lists(inverted: Inverted, *, scored: bool) -> Iterator[_List]:
    """Yield the posting list of each term of a field."""
    import numpy as np

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


class _VerifiedStorage(FileStorage):  # type: ignore[misc]
    """A folder of which nothing is read, let alone unpickled, that was not written so."""

    def open_file(self, name: str, **extra: Any) -> StructFile:
        return StructFile(verified.stream(Path(self.folder, name)), name=name, **extra)


def _opened(folder: Path) -> Any:
    """Open what Whoosh wrote to *folder*."""
    try:
        return FileIndex(_VerifiedStorage(str(folder), readonly=True)).reader()
    except (CommuniqueError, OSError):
        raise
    except Exception:  # noqa: BLE001 (Whoosh's own, and whatever bytes lead it to)
        raise FileDamagedError(folder) from None


class PostingsReader:
    """Reads the postings of an index, from several threads at once."""

    def __init__(self, folder: Path) -> None:
        reader = _opened(folder)
        storage, segment = reader.storage(), reader.segment()
        self.count: int = reader.doc_count_all()
        self.average_length: float = reader.field_length(TERMS) / self.count
        self._folder = folder
        self._lock = Lock()
        self._reader = reader
        self._lists = Verified(folder / segment.make_filename(W3Codec.POSTS_EXT))
        self._ids = reader.column_reader(ID_FIELD)
        self._lengths = b""
        name = W3Codec.column_filename(segment, f"_{TERMS}_len")
        if storage.file_exists(name):
            with storage.open_file(name) as column:
                self._lengths = column.read()
        # A column ends with its last number that is not 0.
        self._lengths = self._lengths.ljust(self.count, b"\0")

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()
        self._lists.close()

    def postings(self, field: str, term: str) -> Postings | None:
        """Return the postings of *term*, or None where no sentence has it."""
        with self._lock:
            try:
                info = self._reader.term_info(field, term.encode(errors="replace"))
            except TermNotFound:
                return None
        if info.is_inlined():
            numbers, weights, _ = info.inlined_postings()
            return Postings(1, numbers, None if weights[0] == 1 else weights)
        # The extent's length is a tuple in Whoosh 2.7.4; the block tells its own.
        start = info.extent()[0] + len(WHOOSH3_HEADER_MAGIC) + _INT.size
        (length,) = _INT.unpack(self._lists[start - _INT.size : start])
        data = BytesIO(self._lists[start : start - length])
        try:
            count, _, _, level, _, _ = pickle.load(data)  # noqa: S301 (the manifest is ours)
            rest = zlib.decompress(data.read()) if level else data.read()
            gaps, frequencies, _ = pickle.loads(rest)  # noqa: S301
        except Exception:  # noqa: BLE001 (whatever pickles of bytes that nobody wrote raise)
            raise FileDamagedError(self._folder) from None
        return Postings(count, gaps, frequencies)

    def terms(self, field: str) -> list[str]:
        """Return the terms of a field, sorted."""
        with self._lock:
            return [str(term, "utf-8") for term in self._reader.lexicon(field)]

    def id(self, number: int) -> str:
        """Return the id of the sentence of that number."""
        with self._lock:
            return str(self._ids[number], "utf-8")

    def length(self, number: int) -> int:
        """Return how many terms a sentence has, as nearly as Whoosh remembers."""
        return int(byte_to_length(self._lengths[number]))

    def lengths(self) -> list[int]:
        """Return `length` for every sentence."""
        table = [byte_to_length(byte) for byte in range(256)]
        return [table[byte] for byte in self._lengths]
