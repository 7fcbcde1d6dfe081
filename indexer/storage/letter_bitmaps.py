"""The letters of the words of an index as bitmaps, to find the words near a misspelt one.

A bitmap has a bit for each word, in the order of the words. There is one for each letter,
one for two of a letter, and one for each number of letters. A search reads those of the
letters of one word, and of a few lengths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_OF_A_LETTER = 2
"""How many of a letter have a bitmap; a third saves some words, but takes a fifth more space."""
_CACHED = 256
"""How many bitmaps stay in memory, of 9 KB each with 75,000 words."""


def is_bitmapped(letter: str) -> bool:
    """Return whether *letter* has bitmaps: digits, marks and Hanja have none."""
    return letter.isalpha() and letter < "㐀"


def blocks(spellings: Sequence[str]) -> Iterator[bytes]:
    """Yield the names of the bitmaps of words of these letters, and then each bitmap.

    ㄱ names that of the words with a ㄱ, ㄱㄱ that of those with two or more, and 7 that of the
    words of seven letters.
    """
    import numpy as np

    text = "\n".join([*spellings, ""])
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    ends = np.flatnonzero(codes == ord("\n"))
    lengths = np.diff(ends, prepend=-1) - 1
    words = np.repeat(np.arange(len(lengths)), lengths + 1)
    bitmaps = {
        str(length): _packed(lengths == length)
        for length in np.unique(lengths).tolist()
    }
    for letter in sorted(filter(is_bitmapped, set(text))):
        counts = np.bincount(words[codes == ord(letter)], minlength=len(lengths))
        for many in range(1, min(int(counts.max()), _MOST_OF_A_LETTER) + 1):
            bitmaps[letter * many] = _packed(counts >= many)
    yield "\n".join(bitmaps).encode()
    yield from bitmaps.values()


def _packed(members: NDArray[np.bool_]) -> bytes:
    import numpy as np

    return np.packbits(members, bitorder="little").tobytes()


class LetterBitmaps:
    """Finds words by their letters; *read* returns each of what `blocks` yields, by number."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._bitmap = lru_cache(_CACHED)(self._read_bitmap)

    def near(self, spelling: str, edits: int) -> Iterator[int]:
        """Yield the numbers of the words that at most *edits* edits may turn into *spelling*.

        Only the letters are compared, not their order, so that further words are among them.
        An edit adds, removes or replaces a letter, which must be one that has bitmaps, or
        swaps two (bag distance: Bartolini, Ciaccia and Patella, "String Matching with Metric
        Trees Using an Approximate Distance", 2002).
        """
        # Of each number from 1 on, the words that lack as many letters or more.
        lacking = [0] * (edits + 1)
        for letter, count in Counter(spelling).items():
            for many in range(1, min(count, _MOST_OF_A_LETTER) + 1):
                without = ~self._bitmap(letter * many)
                for number in range(edits, 0, -1):
                    lacking[number] |= lacking[number - 1] & without
                lacking[0] |= without
        words = 0
        for length in range(len(spelling) - edits, len(spelling) + edits + 1):
            further = max(0, length - len(spelling))
            words |= self._bitmap(str(length)) & ~lacking[edits - further]
        digits = f"{words:b}"[::-1]
        number = digits.find("1")
        while number >= 0:
            yield number
            number = digits.find("1", number + 1)

    @cached_property
    def _blocks(self) -> dict[str, int]:
        names = self._read(0).decode().split("\n")
        return {name: number for number, name in enumerate(names, 1)}

    def _read_bitmap(self, name: str) -> int:
        """Return the bitmap of that name; without one, no word has the letters."""
        number = self._blocks.get(name)
        return int.from_bytes(self._read(number), "little") if number else 0
