"""Sentences pasted as queries, in which hyphens, quotation marks and AND are text.

토마스 마이르 -하팅은 어느 나라의 대사인가?  →  its words, none of them excluded
양 장관은 동맹을 재확인하였다. -에스퍼  →  the words of the sentence, without 에스퍼

The number of words, their particles and endings, and the end of the query show whether it is
a sentence. Operators are typed between words without particles, or after a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.analysis.josa import parse_particles
from search.messages import Note
from search.query.inflection import (
    ends_in_question,
    ends_in_statement,
    is_inflected,
)
from search.query.lexer import Kind, Token, tokenize_prose

_OPERATORS = (Kind.AND, Kind.OR, Kind.NOT)
_EXCLUDING = (Kind.EXCLUDE, Kind.NOT)
_GROUPED = (Kind.PHRASE, Kind.CLOSE)
_OF_FILTERS = {Kind.FILTER, Kind.OPEN, Kind.CLOSE, Kind.EXCLUDE, *_OPERATORS}

_CLOSING = r"""["'“”’＂)\]』」》）]*"""
_FINAL_MARK = re.compile(rf"(?:[^\W\d]{_CLOSING}[.。]+|[?!？！]){_CLOSING}\s*\Z")
_HANGUL_END = re.compile(r"[가-힣]\W*\Z")

# The least size of a sentence, which is the number of its words, inflected ones counted twice.
# Of 827 questions and 8,440 sentences with a hyphen put before a random word, 0 and 32 are not
# recognised; of 1,494 headings, which are no sentences, 23 are taken for one.
_WITH_STRONG_END = 5
"""With a final mark, or the ending of a question: 마이르 -하팅은 누구인가."""
_WITH_WEAK_END = 7
"""With the ending of a statement, which may be a search word, or a final mark in a phrase."""
_WITHOUT_END = 9
"""Without either; half of the words must be inflected."""


def read_prose(
    text: str, tokens: Sequence[Token]
) -> tuple[list[Token], list[Note]] | None:
    """Return a sentence as words, with a note of its marks; None if *text* is no sentence.

    Filters stay, and so do exclusions after the sentence.

    Args:
        text: The query as typed.
        tokens: Its tokens, as `tokenize` yields them.
    """
    end = _sentence_end(tokens)
    body = tokens[:end]
    if not body or _has_typed_operator(tokens, end):
        return None
    has_exclusion = any(token.kind in _EXCLUDING for token in tokens[end:])
    ends_in_mark = bool(_FINAL_MARK.search(text[: body[-1].end]))
    if not _is_sentence(_masked(text, body), ends_in_mark, has_exclusion):
        return None
    marks = tuple(dict.fromkeys(_marks(text, body)))
    words = [*_as_words(text, body), *tokens[end:]]
    return words, [_note(marks)] if marks else []


def _note(marks: tuple[str, ...]) -> Note:
    return Note(
        "The query reads as a sentence, in which these are text, not operators: {marks}."
        " Operators work between words without particles, and -word after a sentence.",
        marks=marks,
    )


def _sentence_end(tokens: Sequence[Token]) -> int:
    """Return the number of tokens before the filters and exclusions at the end."""
    end = len(tokens)
    while end:
        start = _operand_start(tokens, end)
        kinds = {token.kind for token in tokens[start:end]}
        is_filter = Kind.FILTER in kinds <= _OF_FILTERS
        if kinds and start and tokens[start - 1].kind in _EXCLUDING:
            start -= 1
        elif not is_filter:
            break
        if is_filter and start and tokens[start - 1].kind in (Kind.AND, Kind.OR):
            start -= 1
        end = start
    return end


def _operand_start(tokens: Sequence[Token], end: int) -> int:
    """Return where the operand that ends at *end* starts; *end* if none does."""
    last = tokens[end - 1]
    if last.kind is not Kind.CLOSE:
        is_bare = last.kind is Kind.WORD and _is_bare(last.text)
        return end - 1 if is_bare or last.kind in (Kind.PHRASE, Kind.FILTER) else end
    depth = 0
    for start in range(end - 1, -1, -1):
        kind = tokens[start].kind
        depth += (kind is Kind.CLOSE) - (kind is Kind.OPEN)
        if not depth:
            return start
    return end


def _has_typed_operator(tokens: Sequence[Token], end: int) -> bool:
    """Return whether an AND, OR or NOT before *end* is not a word of the sentence.

    It is behind a Korean word without a particle, a phrase or a group, or beside a filter.
    Behind other words it is a name, as in AND 게이트와 OR 게이트의 and Dead OR Alive.
    """
    for before, token, after in zip(tokens, tokens[1:end], tokens[2:], strict=False):
        if token.kind in _OPERATORS and (
            before.kind in _GROUPED
            or Kind.FILTER in (before.kind, after.kind)
            or (
                before.kind is Kind.WORD
                and _HANGUL_END.search(before.text)
                and _is_bare(before.text)
            )
        ):
            return True
    return bool(
        end > 1 and tokens[0].kind is Kind.NOT and tokens[1].kind is Kind.FILTER
    )


def _is_bare(word: str) -> bool:
    return not is_inflected(word) and not _FINAL_MARK.search(word)


def _masked(text: str, tokens: Sequence[Token]) -> str:
    """Return the text of *tokens* without filters and operators, with Q for each phrase.

    Quoted words are one word, as they belong together whatever the query is. A particle
    behind them is read as behind a noun: `"행"은` is `Q은`.
    """
    parts: list[str] = []
    position = 0
    for kind, _, start, end in tokens:
        if kind in (Kind.PHRASE, Kind.FILTER, *_OPERATORS):
            parts += text[position:start], " Q" if kind is Kind.PHRASE else " "
            position = end
    return "".join((*parts, text[position : tokens[-1].end]))


def _is_sentence(text: str, ends_in_mark: bool, has_exclusion: bool) -> bool:
    """Return whether *text* has the length, the inflected words and the end of a sentence.

    Args:
        text: The text without what is inside its phrases.
        ends_in_mark: A final mark is the end of the query, also of a phrase at its end.
        has_exclusion: A person has typed an exclusion after it.
    """
    words = [word for word in text.split() if any(map(str.isalnum, word))]
    inflected = sum(map(is_inflected, words))
    size = len(words) + inflected
    if not inflected:
        return False
    if _FINAL_MARK.search(text) or ends_in_question(words[-1]):
        return size >= _WITH_STRONG_END
    if ends_in_mark or ends_in_statement(words[-1]):
        return size >= _WITH_WEAK_END and inflected > 1
    return size >= _WITHOUT_END and inflected * 2 >= len(words) and not has_exclusion


def _marks(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the operators and phrases among *tokens* as typed: -하팅은, "행", AND."""
    for before, token in zip((None, *tokens), tokens, strict=False):
        if before and before.kind is Kind.EXCLUDE and token.kind is not Kind.FILTER:
            yield text[before.start : token.end]
        elif token.kind in (Kind.PHRASE, Kind.UNCLOSED, *_OPERATORS):
            yield text[token.start : token.end]


def _as_words(text: str, tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the filters among *tokens*, and the words of the text between them."""
    letters = list(text)
    for token in tokens:
        if token.kind in (Kind.PHRASE, Kind.UNCLOSED):
            # A phrase may follow a word without a space: 그는"간다"고 말했다.
            letters[token.start] = " "
    spaced = "".join(letters)
    position = 0
    for token, after in zip(tokens, (*tokens[1:], None), strict=True):
        is_excluding = (
            token.kind is Kind.EXCLUDE and after and after.kind is Kind.FILTER
        )
        if token.kind is Kind.FILTER or is_excluding:
            yield from _words(spaced, position, token.start)
            yield token
            position = token.end
    yield from _words(spaced, position, tokens[-1].end)


def _words(text: str, start: int, end: int) -> Iterator[Token]:
    """Yield the words of a part of *text*, without the particles behind a bracket."""
    for token in tokenize_prose(text[start:end]):
        word = token._replace(start=token.start + start, end=token.end + start)
        is_behind_bracket = text.endswith((")", "）"), 0, word.start)
        is_particle = is_behind_bracket and parse_particles(word.text, "")
        if any(map(str.isalnum, word.text)) and not is_particle:
            yield word
