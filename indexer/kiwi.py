"""The Kiwi analyser; the only module that imports it, and only when it is needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from indexer.runs import AFTER_DIGIT, AFTER_LETTER

if TYPE_CHECKING:
    from kiwipiepy import Kiwi, Token

_GOES_ON = re.compile(r"J|E|VCP|XS|NNB")


class Morpheme(NamedTuple):
    """A morpheme of a run: its form, its Kiwi tag, and its span in the run.

    Neighbours may share a syllable (했 is 하 + 었) and a span may be empty.
    """

    form: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class UserWord:
    """A user's own word: its form, the morphemes it is made of, and its score."""

    form: str
    morphemes: tuple[tuple[str, str], ...]
    score: float = 0.0


MorphemeSource = Callable[[Sequence[str]], list[tuple[Morpheme, ...]]]
"""Gives the morphemes of each of several Hangul runs, named by their keys."""


@lru_cache(maxsize=2)
def _kiwi(words: tuple[UserWord, ...] = ()) -> Kiwi:
    from kiwipiepy import Kiwi

    # Words of several eojeols (`마크 에스퍼`) would hide their parts, and their
    # dictionary takes half of the time and memory that loading costs.
    kiwi = Kiwi(load_multi_dict=False)
    for word in words:
        if len(word.morphemes) == 1 and word.morphemes[0][0] == word.form:
            kiwi.add_user_word(word.form, word.morphemes[0][1], word.score)
        else:
            kiwi.add_pre_analyzed_word(word.form, list(word.morphemes), word.score)
    return kiwi


def analyser(words: tuple[UserWord, ...]) -> MorphemeSource:
    """Return `morphemes` for a Kiwi that knows a user's *words* too."""

    def analyse(keys: Sequence[str]) -> list[tuple[Morpheme, ...]]:
        return morphemes(keys, words)

    return analyse


def morphemes(
    keys: Sequence[str], words: tuple[UserWord, ...] = ()
) -> list[tuple[Morpheme, ...]]:
    """Analyse each run by itself, in order.

    A key is a run, or a run behind what stands for the letter or digit it follows
    (`indexer.runs.Run.key`). What it follows counts only where it makes the run begin
    with a particle, an ending or a bound noun; else a run is analysed like any other.
    """
    kiwi = _kiwi(words)
    found = [_morphemes(tokens) for tokens in kiwi.tokenize(list(keys))]
    for index, key in enumerate(keys):
        if key.startswith((AFTER_DIGIT, AFTER_LETTER)):
            following = found[index][1:]
            alone = found[index][0].end == 1
            if alone and following and _GOES_ON.match(following[0].tag):
                found[index] = tuple(
                    part._replace(start=part.start - 1, end=part.end - 1)
                    for part in following
                )
            else:
                found[index] = _morphemes(kiwi.tokenize(key[1:]))
    return found


def _morphemes(tokens: Iterable[Token]) -> tuple[Morpheme, ...]:
    return tuple(
        Morpheme(token.form, token.tag, token.start, token.start + token.len)
        for token in tokens
    )


def corrected(text: str) -> str | None:
    """Return *text* with the typing errors that Kiwi knows put right, if it has any."""
    tokens = _kiwi().tokenize(text, typos="basic_with_continual_and_lengthening")
    if any(token.typo_cost for token in tokens):
        return str(_kiwi().join(tokens))
    return None


def spaces_between(lines: Sequence[str]) -> list[bool]:
    """Tell for each break between two *lines* whether words part there."""
    if len(lines) < 2:
        return []
    _, spaces = _kiwi().glue(lines, return_space_insertions=True)
    return list(spaces)
