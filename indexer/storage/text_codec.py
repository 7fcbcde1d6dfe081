"""A text codec: recodes texts so that the most frequent letters take the fewest bytes.

A Hangul syllable is three bytes in UTF-8. Each letter is replaced by the character whose
code is its rank by frequency: most then are one byte and nearly all others two. That halves
the input of the compression and saves a fifth of its output.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cached_property
from itertools import islice

END = "\0"
"""A character of no encoded text; that of the most frequent letter is the next one."""


_COUNTED_TOGETHER = 1 << 14
"""Texts whose letters are counted at once."""


class TextCodec:
    """Encodes and decodes texts of the *letters*, the most frequent one first."""

    def __init__(self, letters: str) -> None:
        self.letters = letters

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextCodec:
        """Return the codec with the letters of *texts*."""
        import numpy as np

        counts = np.zeros(sys.maxunicode + 1, dtype=np.int64)
        rest = iter(texts)
        while some := list(islice(rest, _COUNTED_TOGETHER)):
            text = "".join(some).encode("utf-32-le", errors="surrogatepass")
            letters = np.frombuffer(text, dtype="<i4")
            counts += np.bincount(letters, minlength=len(counts))
        order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
        return cls("".join(map(chr, order.tolist())))

    def coded(self, text: str) -> str:
        """Return *text*, which has letters of this codec only, encoded.

        With very many letters, some are encoded as surrogates.
        """
        return text.translate(self._codes)

    def text(self, coded: str) -> str:
        """Return the text of an encoded one; the inverse of `coded`."""
        return coded.translate(self._letters)

    @cached_property
    def _codes(self) -> dict[int, str]:
        return {ord(letter): chr(n) for n, letter in enumerate(self.letters, 1)}

    @cached_property
    def _letters(self) -> str:
        return END + self.letters
