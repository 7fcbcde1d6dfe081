"""From one word or phrase of a query to the terms of a sentence that it matches.

한미동맹  →  WordQuery("한미동맹", term_sequences=(("한미", "동맹"), …), compound="한미동맹")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from indexer.analysis.analyzer import (
    NOUN_RUN_MARK,
    PIECE_MARK,
    SPELLING_MARK,
    Analysis,
    Analyzer,
    Role,
    Token,
)
from indexer.text.folding import compact, has_hanja
from indexer.text.numerals import spelled_number
from search.engine.clauses import WordQuery, segmentations
from search.query.weights import MORPHEME, PIECE, term_weights

_MIN_PART = 2
"""Syllables that a part of a longer word needs to count alone."""
_MIN_NUMBER_PART = 3
"""Digits that a number in a longer word needs to count alone."""
_MIN_SUBSTRING = 4
"""Syllables in a row that do not match by chance, whatever spaces stand between them."""


def word_query(
    text: str, analyzer: Analyzer, *, phrase: bool, whole: bool
) -> WordQuery | None:
    """Return the query for a word or a phrase; None if it has no term.

    Args:
        text: The word as typed.
        analyzer: The analyzer of the index.
        phrase: Whether its words must be adjacent.
        whole: Whether it matches only as a whole, without its parts.
    """
    analysis = analyzer.analyze(text)
    morphemes = analysis.morphemes
    if not morphemes:
        return None
    if analyzer.leaves_coda(text):
        return letters_query(WordQuery(text, phrase))
    spelling = (t.term for t in analysis.spellings if has_hanja(t.term))
    word = WordQuery(
        text=text,
        phrase=phrase,
        term_sequences=(tuple(token.term for token in morphemes),),
        weights=_weights(analysis),
        spelling=tuple(dict.fromkeys(spelling)),
        key=compact(text[morphemes[0].start : morphemes[-1].end]),
    )
    if _is_all_nouns(text, analysis, word.key):
        word = _as_nouns(word, whole=whole or phrase)
    if whole and spelled_number(word.key):
        word = _with_sequences(word, [(SPELLING_MARK + word.key,)])
    if not (whole or phrase):
        parts = dict.fromkeys((*_part_terms(morphemes), *_code_parts(analysis)))
        word = word._replace(part_terms=tuple(parts))
    if len(morphemes) == 1 and word.key.isascii():
        word = word._replace(piece=PIECE_MARK + morphemes[0].term)
        word = _with_sequences(word, filter(None, [_split_code(analysis)]))
    return word


def whole_word(text: str, analyzer: Analyzer) -> WordQuery | None:
    """Return the query for *text* as a whole word; None if it has no term."""
    return word_query(text, analyzer, phrase=True, whole=True)


def letters_query(word: WordQuery) -> WordQuery:
    """Return *word* as a single term of its letters, if its morphemes are none of it."""
    key = compact(word.text)
    return WordQuery(
        word.text,
        word.phrase,
        term_sequences=((key,),),
        weights=((key, MORPHEME),),
        key=key,
    )


def distinctive_substring(key: str) -> str | None:
    """Return *key*, or None if it is so short that its letters may be in a row by chance."""
    return key if len(key) >= _MIN_SUBSTRING else None


def _as_nouns(word: WordQuery, *, whole: bool) -> WordQuery:
    """Return a word of nouns alone, which matches however its letters are split."""
    key = word.key
    if len(key) == _MIN_PART:
        return word._replace(boundary=key)
    # Kiwi may split the query and the text differently.
    splits = segmentations(key, shortest=_MIN_PART)
    return _with_sequences(word, splits)._replace(
        compound=key, inside=key, substring=key if whole and not splits else None
    )


def _with_sequences(word: WordQuery, sequences: Iterable[tuple[str, ...]]) -> WordQuery:
    every = dict.fromkeys((*word.term_sequences, *sequences))
    return word._replace(term_sequences=tuple(every))


def _weights(analysis: Analysis) -> tuple[tuple[str, float], ...]:
    """Return the terms that score; pieces of a code score less than the code."""
    weights = term_weights(analysis._replace(readings=()))
    for term in _code_parts(analysis):
        weights.setdefault(term, PIECE)
    return tuple(weights.items())


def _split_code(analysis: Analysis) -> tuple[str, ...]:
    """Return the letters and digits of a code as single words: K9 may be written K 9."""
    singles = [token.term.removeprefix(PIECE_MARK) for token in analysis.pieces]
    code = analysis.morphemes[0].term
    while singles and "".join(singles) != code:
        singles.pop()
    return tuple(singles)


def _code_parts(analysis: Analysis) -> Iterator[str]:
    """Yield the pieces of a code that match without the rest of it, as words and pieces."""
    for token in analysis.pieces if len(analysis.morphemes) == 1 else ():
        term = token.term.removeprefix(PIECE_MARK)
        if len(term) >= (_MIN_NUMBER_PART if term.isdigit() else _MIN_PART):
            yield term
            yield token.term


def _is_all_nouns(text: str, analysis: Analysis, key: str) -> bool:
    """Return whether the noun runs of *text* are all of *key*, its letters."""
    runs = {(token.start, token.end) for token in analysis.noun_run_terms}
    letters = "".join(compact(text[start:end]) for start, end in sorted(runs))
    terms = {token.term for token in analysis.noun_run_terms}
    return letters == key and all(
        f"{NOUN_RUN_MARK}{compact(text[start:end])}" in terms for start, end in runs
    )


def _part_terms(morphemes: Sequence[Token]) -> Iterator[str]:
    """Yield the terms of a longer word that match without the rest of it.

    A morpheme beside an affix does not: 비핵화 does not match 비핵. A verb beside another
    morpheme does not either: 없는말 does not match 없다. Of a date no number does.
    """
    has_numbers = sum(token.term.isdigit() for token in morphemes) > 1
    neighbours = zip(
        [None, *morphemes], morphemes, [*morphemes[1:], None], strict=False
    )
    for before, token, after in neighbours:
        affixed = (before and before.role is Role.PREFIX) or (
            after and after.role is Role.SUFFIX
        )
        shortest = _MIN_NUMBER_PART if token.term.isdigit() else _MIN_PART
        shown = token.end - token.start
        is_verb = shown < len(token.term) and token.term.endswith("다")
        if token.role is not Role.FREE or affixed or (is_verb and len(morphemes) > 1):
            continue
        if has_numbers and token.term.isdigit():
            continue
        if len(token.term) >= shortest:
            yield token.term
