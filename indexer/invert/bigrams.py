"""The bigrams of the text of each sentence, without those that its noun bigrams cover.

A bigram is two neighbouring letters of a sentence when spaces and marks are left out.
The noun bigram `_동맹` is a term of every sentence with a noun such as 한미동맹; its posting
list has those sentences. Only the others that contain 동맹, in another word or across two
words, are computed and stored here.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING

import numpy as np

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.invert.inversion import (
    FieldTerms,
    Inversion,
    rank_values,
)
from indexer.invert.inverted_field import InvertedField, Occurrences
from indexer.invert.ragged_array import FlatRows, RaggedArray
from indexer.text.folding import compact

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CODE_POINTS = 0x110000
"""How many code points Unicode has."""


def invert_uncovered(
    inversion: Inversion, terms: FieldTerms, run_rows: array[int]
) -> InvertedField:
    """Return the postings of the bigrams that no noun bigram in *terms* covers.

    *run_rows* has for each run the row of *terms* with its terms, as in
    `Inversion.terms_in_order`.
    """
    words = _WordLetters.of(inversion.words)
    runs = inversion.words.word_runs.flat()
    rows = FlatRows(np.frombuffer(run_rows, dtype=np.uint32)[runs.values], runs.rows)
    uncovered = words.bigrams_except(words.noun_bigrams(terms, rows))
    codes, ranks = rank_values(uncovered.values, words.code_count)
    by_word = RaggedArray.of(FlatRows(ranks, uncovered.rows), len(words))

    def occurrences(sentences: FlatRows, count: int) -> Occurrences:
        inner = by_word.gather(sentences)
        across = words.bigrams_across(sentences)
        return Occurrences(
            np.concatenate([codes[inner.values], across.values]),
            np.concatenate([inner.rows, across.rows]),
            count,
        )

    blocks = starmap(occurrences, inversion.blocks())
    return InvertedField(blocks, words.bigram, inversion.folder)


@dataclass(frozen=True)
class _WordLetters:
    """The letters of the distinct words of a corpus, without marks, end to end.

    `letters` are indices in the sorted `alphabet`. Word `i` has the letters before
    `ends[i]`, `lengths[i]` of them. The code of a bigram is the index of its first letter
    times the size of the alphabet, plus the index of its second.
    """

    alphabet: str
    letters: NDArray[np.int64]
    ends: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, words: Iterable[str]) -> _WordLetters:
        texts = [compact(word) for word in words]
        points = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4")
        alphabet, letters = rank_values(points, _CODE_POINTS)
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
    def code_count(self) -> int:
        """The number of possible bigrams."""
        return len(self.alphabet) ** 2

    def bigram(self, code: int) -> str:
        """Return the two letters of a bigram."""
        first, second = divmod(code, len(self.alphabet))
        return self.alphabet[first] + self.alphabet[second]

    def bigrams_except(self, covered: FlatRows) -> FlatRows:
        """Return the codes of the bigrams of each word, without those *covered* in it."""
        rows = np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)
        same_word = rows[:-1] == rows[1:]
        codes = self.letters[:-1] * len(self.alphabet) + self.letters[1:]
        bigrams = FlatRows(codes[same_word], rows[:-1][same_word])
        keys, covered_keys = (
            flat.rows.astype(np.int64) * self.code_count + flat.values
            for flat in (bigrams, covered)
        )
        covered_keys = np.append(np.sort(covered_keys), -1)
        left = covered_keys[np.searchsorted(covered_keys[:-1], keys)] != keys
        return FlatRows(bigrams.values[left], bigrams.rows[left])

    def bigrams_across(self, sentences: FlatRows) -> FlatRows:
        """Return the codes of the bigrams of neighbouring words of each sentence."""
        has_letters = self.lengths[sentences.values] > 0
        words, rows = (column[has_letters] for column in sentences)
        same_sentence = rows[:-1] == rows[1:]
        lasts = self.letters[self.ends[words[:-1][same_sentence]] - 1]
        next_words = words[1:][same_sentence]
        firsts = self.letters[self.ends[next_words] - self.lengths[next_words]]
        return FlatRows(lasts * len(self.alphabet) + firsts, rows[:-1][same_sentence])

    def noun_bigrams(self, terms: FieldTerms, rows: FlatRows) -> FlatRows:
        """Return the codes of the noun bigrams of each word.

        The values of *rows* are rows of *terms*, and its rows are words.
        """
        indices = {letter: index for index, letter in enumerate(self.alphabet)}
        codes = np.array(
            [
                indices[term[1]] * len(indices) + indices[term[2]]
                if term.startswith(BIGRAM_MARK)
                else -1
                for term in terms.terms
            ],
            dtype=np.int64,
        )
        numbers = terms.rows.gather(rows)
        word_codes = codes[terms.ranks()[numbers.values]]
        return FlatRows(word_codes[word_codes >= 0], numbers.rows[word_codes >= 0])
