"""A word in other spacing: 서욱 is 서 욱 in the texts, and 919군사합의 is 9·19 군사합의."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.text.folding import compact
from indexer.text.numerals import is_number
from indexer.text.scripts import DOT, kinds
from search.engine.clauses import WordQuery
from search.engine.highlighting import occurrences
from search.query.corpus_words import MOST_READ, CorpusWords


def in_other_spacing(word: WordQuery, words: CorpusWords) -> Sequence[WordQuery]:
    """Return *word* as sentences spell it with other spaces: 서욱 as 서 욱."""
    letters = compact(word.text)
    if is_number(word.text) and not word.text.isdecimal():
        return []
    for substring in dict.fromkeys((letters, word.key)):
        cut = substring != letters and words.analyzer.lacks_ending(word.text)
        if len(substring) > 1 and not cut:
            sequences = tuple(dict.fromkeys(_spelt_with_spaces(substring, words)))
            if sequences:
                return [WordQuery(word.text, term_sequences=sequences, step="spacing")]
    return []


def _spelt_with_spaces(substring: str, words: CorpusWords) -> Iterator[tuple[str, ...]]:
    """Yield the morphemes of sentences that spell *substring*.

    서욱 is spelt by 서 욱. It is not by 제공에서 욱일기, where it cuts a word.
    """
    form = WordQuery(substring, substring=substring)
    hits = words.engine.rank([form], {}, limit=MOST_READ, offset=0).hits
    numbers = [hit.number for hit in hits]
    for sentence in words.engine.stored_sentences(numbers):
        text = sentence.text
        morphemes = words.analyzer.analyze(text).morphemes
        starts = {token.start for token in morphemes}
        ends = {token.end for token in morphemes}
        for start, end in occurrences(text, substring):
            # 919 spells 9·19, but 35 does not spell 3.5.
            is_day = DOT in kinds(text[start:end])
            if start not in starts or (substring.isdecimal() and not is_day):
                continue
            if end in ends or not text[end : end + 1].isalnum():
                yield tuple(
                    token.term for token in morphemes if start <= token.start < end
                )
