"""Sets of sentences as NumPy arrays, for indexes of many sentences.

A set of few sentences is an array of their numbers, one of many an array of bits. The
operators are those of the sets that are integers (`search.engine.scoring.SentenceSet`), and
take such integers too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WORD = 64
"""Sentences in a word of the bits."""
_SPARSE = 32
"""A set of at most one in 32 sentences takes no more memory as numbers than as bits."""
_FEW = 4096
"""Numbers that are set bit by bit in less time than by a byte for each sentence."""


class ArraySet:
    """A set of the sentences of an index; it does not change.

    `numbers` ascend, and are None in a set that has its bits instead. *count* is the number
    of sentences of the index.
    """

    __slots__ = ("_words", "count", "numbers")

    def __init__(
        self,
        count: int,
        numbers: NDArray[np.int32] | None,
        words: NDArray[np.uint64] | None = None,
    ) -> None:
        self.count = count
        self.numbers = numbers
        self._words = words

    @classmethod
    def of_numbers(cls, numbers: NDArray[np.int32], count: int) -> ArraySet:
        """Return the set of the ascending *numbers*."""
        if len(numbers) * _SPARSE <= count:
            return cls(count, numbers)
        return cls(count, None, _bits_of(numbers, count))

    @classmethod
    def of_integer(cls, sentences: int, count: int) -> ArraySet:
        """Return the set of the bits of an integer; -1 is the set of all sentences."""
        size = -(-count // WORD) * WORD // 8
        data = (sentences & (1 << count) - 1).to_bytes(size, "little")
        return cls(count, None, np.frombuffer(data, "<u8"))

    @property
    def words(self) -> NDArray[np.uint64]:
        """The bits, 64 sentences a word."""
        if self._words is None:
            return _bits_of(np.asarray(self.numbers), self.count)
        return self._words

    @property
    def nbytes(self) -> int:
        """The bytes of its array."""
        array = self.numbers if self._words is None else self._words
        return 0 if array is None else array.nbytes

    def flags(self) -> NDArray[np.bool_]:
        """Return for each sentence of the index whether it is in the set."""
        if self.numbers is None:
            data = self.words.view(np.uint8)
            return np.unpackbits(data, count=self.count, bitorder="little").view(bool)
        flags = np.zeros(self.count, dtype=bool)
        flags[self.numbers] = True
        return flags

    def all_numbers(self) -> NDArray[np.int32]:
        """Return the numbers of the sentences in ascending order."""
        if self.numbers is not None:
            return self.numbers
        filled = np.flatnonzero(self.words)
        bits = np.unpackbits(self.words[filled].view(np.uint8), bitorder="little")
        places = np.flatnonzero(bits)
        numbers = filled[places // WORD] * WORD + places % WORD
        return numbers.astype(np.int32)

    def has(self, numbers: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return for each of *numbers* whether it is in the set."""
        bits = self.words.view(np.uint8)[numbers >> 3]
        flags: NDArray[np.bool_] = (
            bits >> (numbers & 7).astype(np.uint8) & np.uint8(1)
        ).view(bool)
        return flags

    def shortened(self) -> ArraySet:
        """Return the set as numbers if these take less memory."""
        if self.numbers is None and self.bit_count() * _SPARSE <= self.count:
            return ArraySet(self.count, self.all_numbers())
        return self

    def bit_count(self) -> int:
        """Return how many sentences the set has."""
        if self.numbers is not None:
            return len(self.numbers)
        return int(bits_in(self.words).sum(dtype=np.int64))

    def __bool__(self) -> bool:
        return self.bit_count() > 0 if self._words is None else bool(self._words.any())

    def __and__(self, other: ArraySet | int) -> ArraySet:
        if isinstance(other, int):
            if other == -1:
                return self
            other = ArraySet.of_integer(other, self.count)
        few, many = (self, other) if other.numbers is None else (other, self)
        if few.numbers is None:
            return ArraySet(self.count, None, self.words & other.words)
        if many.numbers is not None and len(many.numbers) < len(few.numbers):
            few, many = many, few
        numbers = np.asarray(few.numbers)
        return ArraySet(self.count, numbers[many.has(numbers)])

    def __or__(self, other: ArraySet | int) -> ArraySet:
        if isinstance(other, int):
            if not other:
                return self
            other = ArraySet.of_integer(other, self.count)
        for one, rest in ((self, other), (other, self)):
            if one.numbers is not None and not len(one.numbers):
                return rest
        return ArraySet(self.count, None, self.words | other.words)

    __rand__ = __and__
    __ror__ = __or__

    def __invert__(self) -> ArraySet:
        """Return the other sentences."""
        words = ~self.words
        if self.count % WORD:
            words[-1] &= np.uint64((1 << self.count % WORD) - 1)
        return ArraySet(self.count, None, words)


def _bits_of(numbers: NDArray[np.int32], count: int) -> NDArray[np.uint64]:
    words = np.zeros(-(-count // WORD), dtype="<u8")
    data = words.view(np.uint8)
    if len(numbers) <= _FEW:
        bits = np.left_shift(np.uint8(1), (numbers & 7).astype(np.uint8))
        np.bitwise_or.at(data, numbers >> 3, bits)
        return words
    flags = np.zeros(count, dtype=bool)
    flags[numbers] = True
    packed = np.packbits(flags, bitorder="little")
    data[: len(packed)] = packed
    return words


def bits_in(words: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return how many bits are set in each of *words*."""
    counts: NDArray[np.uint8]
    if hasattr(np, "bitwise_count"):
        counts = np.bitwise_count(words)
        return counts
    # NumPy 1 has no such function.
    by_byte = _BITS_OF_BYTE[words.view(np.uint8)]
    counts = by_byte.reshape(-1, WORD // 8).sum(axis=1, dtype=np.uint8)
    return counts


_BITS_OF_BYTE = np.array([byte.bit_count() for byte in range(256)], dtype=np.uint8)
