"""The forward index: the morphemes of each sentence in their order, for finding phrases.

Each distinct morpheme is assigned a character, the most frequent ones those that UTF-8
encodes shortest, and a sentence becomes a line of UTF-8. A phrase is then a substring, at
the same bytes as its characters. Two files:

    sequences.bin   the lines, the offset of each as a 32-bit number, the offset of the
                    offsets and the number of lines; not compressed, so that a search reads
                    only the pages of its candidates from the memory map
    morphemes.bin   the morphemes, sorted, each with the number of its character
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import CommuniqueError
from indexer.storage import new_file, sorted_lines
from indexer.storage.checksums import PIECE, FileDamagedError, VerifiedParts
from indexer.storage.sorted_lines import SortedLines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from indexer.invert.inversion import TermsInOrder
    from indexer.invert.ragged_array import FlatRows
    from indexer.storage.line_arrays import LineArrays

_FIRST = ord("\n") + 1
"""The character of the most frequent morpheme."""
_TAIL = struct.Struct("<QQ")
"""At the end of the file: where the offsets of the lines begin, and the number of lines."""
_BOUNDS = struct.Struct("<II")
"""The offset of a line and of the next; the last has the end of the lines behind it."""
_LARGEST = (1 << 32) - 1
"""The largest offset."""
_OFFSET = 4
"""Bytes of an offset."""
_MANY = 256
"""Candidates from which reading their lines as arrays is faster than one by one."""
_MANY_WITHOUT_NUMPY = 20_000
"""Candidates from which it is faster even if NumPy has to be imported."""
_CACHED = 1024
"""How many morphemes have their characters cached."""


class CorpusTooLargeError(CommuniqueError):
    """The lines of a corpus do not fit into the file."""

    def __init__(self) -> None:
        super().__init__(
            "the corpus is too large for one index: its morphemes take more than 4 GiB;"
            " split it into several indexes."
        )


def write(
    paths: tuple[Path, Path],
    terms: Sequence[str],
    blocks: Callable[[], Iterable[TermsInOrder]],
) -> None:
    """Write the forward index of all sentences to two new files.

    Args:
        paths: The files of the lines and of the morphemes.
        terms: The distinct terms of the morphemes.
        blocks: Returns the indices in *terms* of the morphemes of each sentence, in
            order; it is called twice.

    Raises:
        CorpusTooLargeError: The lines take more bytes than an offset counts.
    """
    import numpy as np

    frequencies = np.zeros(len(terms), dtype=np.int64)
    for numbers, _ in blocks():
        frequencies += np.bincount(numbers.values, minlength=len(terms))
    order = np.argsort(-frequencies, kind="stable")
    characters = np.empty(len(terms), dtype="<u4")
    characters[order] = np.arange(_FIRST, _FIRST + len(terms))
    size, offsets = 0, [np.zeros(1, dtype="<u4")]
    with new_file.create(paths[0]) as file:
        for numbers, count in blocks():
            lines = _lines(characters, numbers, count)
            ends = np.flatnonzero(np.frombuffer(lines, np.uint8) == ord("\n")) + 1
            offsets.append((ends + size).astype("<u4"))
            size += file.write(lines)
            if size > _LARGEST:
                raise CorpusTooLargeError
        file.write(np.concatenate(offsets).tobytes())
        file.write(_TAIL.pack(size, sum(map(len, offsets)) - 1))
    named = zip(terms, characters.tolist(), strict=True)
    sorted_lines.write(paths[1], sorted(_line(*each) for each in named))


def _lines(characters: NDArray[np.uint32], numbers: FlatRows, count: int) -> bytes:
    """Return the lines of *count* sentences, whose morphemes have these *numbers*."""
    import numpy as np

    text = np.full(len(numbers.values) + count, ord("\n"), dtype="<u4")
    text[np.arange(len(numbers.values)) + numbers.rows] = characters[numbers.values]
    letters = str(text.data, "utf-32-le", "surrogatepass")
    return letters.encode(errors="surrogatepass")


def _line(term: str, character: int) -> bytes:
    return f"{term}\t{character}".encode()


def _are_many(candidates: Sequence[int]) -> bool:
    many = _MANY if "numpy" in sys.modules else _MANY_WITHOUT_NUMPY
    return len(candidates) >= many


class ForwardIndex:
    """Reads the lines of the sentences in which a phrase is looked up, and no others.

    See `indexer.segments.protocols.PhraseSource`.

    Raises:
        FileDamagedError: A file is not as it was written.
    """

    def __init__(self, lines: Path, morphemes: Path) -> None:
        self._character = lru_cache(_CACHED)(self._read_character)
        with ExitStack() as stack:
            self._lines = stack.enter_context(closing(VerifiedParts(lines)))
            self._morphemes = stack.enter_context(closing(SortedLines(morphemes)))
            tail = self._lines[-_TAIL.size :]
            if len(tail) != _TAIL.size:
                raise FileDamagedError(lines)
            stack.pop_all()
        self._offsets, self._count = _TAIL.unpack(tail)

    def close(self) -> None:
        """Close the files."""
        # Arrays keep the memory map open.
        self.__dict__.pop("_arrays", None)
        self._lines.close()
        self._morphemes.close()

    def with_phrase(self, terms: Sequence[str], among: Sequence[int]) -> list[int]:
        """Return the sentences of *among* in which *terms* are adjacent, ascending."""
        phrase = self._phrase(terms)
        if not phrase:
            return []
        if _are_many(among):
            return [n for n, _ in self._arrays.phrase_counts(phrase, among)]
        return [number for number, line in self._read_lines(among) if phrase in line]

    def phrase_counts(
        self, terms: Sequence[str], among: Sequence[int]
    ) -> list[tuple[int, int]]:
        """Return each sentence of *among* that has adjacent *terms*, and how often."""
        phrase = self._phrase(terms)
        if not phrase:
            return []
        if _are_many(among):
            return self._arrays.phrase_counts(phrase, among)
        return [
            (number, _count(phrase, line))
            for number, line in self._read_lines(among)
            if phrase in line
        ]

    @cached_property
    def _arrays(self) -> LineArrays:
        from indexer.storage.line_arrays import LineArrays

        return LineArrays(self._lines, self._offsets, self._count)

    def _phrase(self, terms: Sequence[str]) -> bytes:
        """Return the bytes of adjacent *terms*; none if a term is in no sentence."""
        characters = [self._character(term) for term in terms]
        return b"".join(characters) if all(characters) else b""

    def _read_character(self, term: str) -> bytes:
        prefix = f"{term}\t".encode(errors="replace")
        for line in self._morphemes.with_prefix(prefix, 1):
            return chr(int(line.removeprefix(prefix))).encode(errors="surrogatepass")
        return b""

    def _read_lines(self, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Yield each of *numbers* with its line."""
        bounds, mapped = _BOUNDS.unpack_from, self._lines.mapped
        check, read = self._lines.check, self._lines.read
        first = last = -1
        for number in numbers:
            offset = self._offsets + number * _OFFSET
            if not first <= offset <= last:
                # Both bounds are in one piece, except at its end.
                piece = offset // PIECE
                check(piece)
                check((offset + _BOUNDS.size - 1) // PIECE)
                first, last = piece * PIECE, (piece + 1) * PIECE - _BOUNDS.size
            yield number, read(*bounds(mapped, offset))


def _count(phrase: bytes, line: bytes) -> int:
    """Return how often *line* has *phrase*, also where occurrences overlap."""
    position = count = 0
    while position := line.find(phrase, position) + 1:
        count += 1
    return count
