"""The pairs of letters that stand side by side in a corpus, but for those of its grams.

A word with a gram among its terms has the pair of the same letters: the sentences of a
pair are those of its gram, and those where it stands in another word, or where a word
ends and the next begins. These are told here.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.invert.inversion import (
    FieldTerms,
    FlatRows,
    Inversion,
    InvertedField,
    RaggedArray,
    inverted,
    ranked,
)
from indexer.text.folding import compact

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CODES = 0x110000
"""How many code points Unicode has."""


def of_no_gram(
    inversion: Inversion, terms: FieldTerms, rows: array[int]
) -> InvertedField:
    """Return the postings of the pairs in squeezed sentences, but where *terms* tell.

    Each of the runs of *inversion* has one of the *rows* of terms.
    """
    words, sentences = _Words.of(inversion.spoken), inversion.sentences.flat()
    runs = inversion.words.flat()
    cut = FlatRows(np.frombuffer(rows, dtype=np.uint32)[runs.numbers], runs.owners)
    left = words.without(words.grams(terms, cut))
    within, numbers = ranked(left.numbers, words.codes)
    found = RaggedArray.of(FlatRows(numbers, left.owners), len(words)).follow(sentences)
    others = words.across(sentences)
    across, numbers = ranked(others.numbers, words.codes)
    codes = np.union1d(within, across)
    places = [
        np.searchsorted(codes, part).astype(np.int32) for part in (within, across)
    ]
    numbers = np.concatenate([places[0][found.numbers], places[1][numbers]])
    owners = np.concatenate([found.owners, others.owners])
    del found, others
    pairs = [words.pair(code) for code in codes.tolist()]
    return inverted(pairs, FlatRows(numbers, owners), len(inversion.sentences))


@dataclass(frozen=True)
class _Words:
    """The squeezed words of a corpus, their letters as places in its sorted alphabet.

    A pair is a number too: the place of its first letter times the size of the alphabet,
    and that of the second.
    """

    alphabet: str
    letters: NDArray[Any]
    ends: NDArray[Any]
    lengths: NDArray[Any]

    @classmethod
    def of(cls, words: Iterable[str]) -> _Words:
        texts = [compact(word) for word in words]
        points = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4")
        alphabet, letters = ranked(points, _CODES)
        lengths = np.array(list(map(len, texts)), dtype=np.int64)
        return cls(
            "".join(map(chr, alphabet.tolist())),
            letters.astype(np.int64),
            np.cumsum(lengths),
            lengths,
        )

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def codes(self) -> int:
        """How many pairs may be."""
        return len(self.alphabet) ** 2

    def pair(self, code: int) -> str:
        """Return the letters of a pair."""
        first, second = divmod(code, len(self.alphabet))
        return self.alphabet[first] + self.alphabet[second]

    def without(self, known: FlatRows) -> FlatRows:
        """Return the pairs within words, but those *known*, in the order of the words."""
        owners = np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)
        inside = owners[:-1] == owners[1:]
        codes = self.letters[:-1] * len(self.alphabet) + self.letters[1:]
        pairs = FlatRows(codes[inside], owners[:-1][inside])
        keys, sought = (
            each.owners.astype(np.int64) * self.codes + each.numbers
            for each in (pairs, known)
        )
        sought = np.append(np.sort(sought), -1)
        left = sought[np.searchsorted(sought[:-1], keys)] != keys
        return FlatRows(pairs.numbers[left], pairs.owners[left])

    def across(self, sentences: FlatRows) -> FlatRows:
        """Return the pairs between words of the same sentence, and which that is."""
        has_letters = self.lengths[sentences.numbers] > 0
        words, owners = (column[has_letters] for column in sentences)
        same = owners[:-1] == owners[1:]
        lasts = self.letters[self.ends[words[:-1][same]] - 1]
        nexts = words[1:][same]
        firsts = self.letters[self.ends[nexts] - self.lengths[nexts]]
        return FlatRows(lasts * len(self.alphabet) + firsts, owners[:-1][same])

    def grams(self, terms: FieldTerms, rows: FlatRows) -> FlatRows:
        """Return the pairs that are grams in *rows* of *terms*, and the word of each."""
        places = {letter: place for place, letter in enumerate(self.alphabet)}
        codes = np.array(
            [
                places[term[1]] * len(places) + places[term[2]]
                if term.startswith(BIGRAM_MARK)
                else -1
                for term in terms.terms
            ],
            dtype=np.int64,
        )
        found = terms.rows.follow(rows)
        told = codes[terms.ranks()[found.numbers]]
        return FlatRows(told[told >= 0], found.owners[told >= 0])
