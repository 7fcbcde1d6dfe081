"""The tokens of the query language.

핵 -act:강조  →  WORD "핵", EXCLUDE "-", FILTER "act:강조"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from typing import NamedTuple

from indexer.text.numerals import is_inside_number

FIELDS = ("speaker", "side", "act", "document", "paragraph", "year", "from", "to")
"""The names of filters."""


class Kind(Enum):
    """The kinds of token; the lower-case values are groups of the token pattern."""

    PHRASE = "phrase"
    UNCLOSED = "unclosed"
    FILTER = "filter"
    OPEN = "open"
    CLOSE = "close"
    EXCLUDE = "exclude"
    STRAY = "stray"
    WORD = "word"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"


class Token(NamedTuple):
    """A kind and the text as typed; a phrase is without its quotation marks.

    `start` and `end` are offsets in the query; those of a phrase include its marks.
    """

    kind: Kind
    text: str
    start: int
    end: int


# Matched against the shape of the text (see tokenize), whose only white space is " ".
_PATTERN = r"""
      "(?P<phrase>[^"]*)"
    | "(?P<unclosed>{unclosed})
    {filter}
    | (?P<open>\()
    | (?P<close>\))
    | (?P<exclude>(?<![^ (])-(?=-*[^ )-]))
    | (?P<stray>-+(?=[ "()]|\Z))
    | (?P<word>[^ "()]+)
    """
_PLAIN = re.compile(_PATTERN.format(unclosed='[^"]*', filter=""), re.VERBOSE)
_PROSE = re.compile(r"-*(?P<word>[^ ()-][^ ()]*)")
_OPERATORS = {kind.value: kind for kind in (Kind.AND, Kind.OR, Kind.NOT)}
# A full-width character stands 0xFEE0 above its ASCII form; U+201C and U+201D are
# the curly quotation marks. The single ones are not here, as the texts have them
# before years (20년) and around names that are not meant as phrases.
_SHAPES = {ord(letter) + 0xFEE0: letter for letter in '()"-ADNORT'}
_SHAPES |= {0x201C: '"', 0x201D: '"'}
_WITHOUT_QUOTES = {mark: None for mark, shape in _SHAPES.items() if shape == '"'}
_WITHOUT_QUOTES[ord('"')] = None


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of *text*; every character is in one, or is white space.

    Any quotation mark closes any other, as pasted text seldom pairs them properly. A number
    or date is one word: `3천 명`.
    """
    spaced = _spaced(text)
    pattern = _filter_pattern() if ":" in spaced else _PLAIN
    yield from _join_numbers(spaced, _tokens(spaced, pattern))


def tokenize_prose(text: str) -> Iterator[Token]:
    """Yield the words of *text*, in which no mark is an operator.

    Quotation marks part no words: `-하팅의 행"은` has the words 하팅의 and 행은.
    """
    spaced = _spaced(text)
    for token in _join_numbers(spaced, _tokens(spaced, _PROSE)):
        word = token.text.translate(_WITHOUT_QUOTES)
        yield token._replace(kind=Kind.WORD, text=word)


def _spaced(text: str) -> str:
    """Return *text* with its white space, control characters included, as " "."""
    return text.translate({ord(c): " " for c in set(text) if _is_space(c)})


def _join_numbers(spaced: str, tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield *tokens*, the words of a number or date as one: `3천 명`."""
    last: Token | None = None
    for token in tokens:
        is_word = last and last.kind is token.kind is Kind.WORD
        if last and is_word and is_inside_number(spaced, last.end, token.start):
            last = last._replace(text=f"{last.text} {token.text}", end=token.end)
            continue
        if last:
            yield last
        last = token
    if last:
        yield last


def _tokens(spaced: str, pattern: re.Pattern[str]) -> Iterator[Token]:
    """Yield the tokens, those of a number or date such as `3천 명` one by one."""
    last: Kind | None = None
    for match in pattern.finditer(spaced.translate(_SHAPES)):
        kind = Kind(match.lastgroup)
        start, end = match.span(kind.value)
        typed = spaced[start:end]
        if kind is Kind.WORD and last is not Kind.EXCLUDE:
            kind = _OPERATORS.get(match["word"], kind)
        value = typed if kind is Kind.FILTER else " ".join(typed.split())
        yield Token(kind, value, *match.span())
        last = kind


@cache
def _filter_pattern() -> re.Pattern[str]:
    """Return the token pattern for text with a colon, compiled when first needed."""
    # A value in quotation marks ends the filter: speaker:"양"장관 is three tokens.
    name = rf'(?:{"|".join(FIELDS)}):(?:"[^"]*"|[^ "()]+)(?![^ )])'
    return re.compile(
        _PATTERN.format(
            # A filter is seldom meant to be in a phrase that was never closed.
            unclosed=rf'(?:(?![ (](?:-|NOT[ ]+)?{name})[^"])*',
            filter=rf"| (?P<filter>(?<![^ (-]){name})",
        ),
        re.VERBOSE,
    )


def _is_space(character: str) -> bool:
    # Cc holds the control characters, Cf the zero-width ones and the BOM.
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}
