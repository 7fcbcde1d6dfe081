"""Strangers: what is a noun in a run because nothing else of the corpus can be in it.

How Kiwi would cut a word that the corpus lacks changes no answer, as long as none of the
pieces that it might be cut into is there: whether 경수로 is one noun or two, or a form of
a verb, no sentence has any of it. So a piece is a stranger if no word of the corpus is
within it, none of the corpus's verbs could have it for a form, and, behind a noun, it
cannot be particles or endings. Wherever that is not certain, Kiwi decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

from indexer.analysis.eomi import parse_inflection
from indexer.analysis.josa import parse_particles
from indexer.text.jamo import join_syllable, split_syllable

_SYLLABLES = re.compile(r"[가-힣]+")
SHORTEST = 2
"""Syllables of a stranger: a single one may be too many things."""
LONGEST_RUN = 15
"""Syllables of a run in which one is looked for; longer ones are no words."""

_ENDINGS = (
    "고며면지거기던자니나더든므게도려되다는데어아여서야으은을음습겠었았였라세시신네소"
    "오요죠냐리건길라우운울움워웠와왔러렀"
)
"""The syllables that endings begin with, where they are no mere consonant."""

_PREDICATE = re.compile(
    r"[이인일임입였여하한할함합했해되된될됨됩됐돼]|시[키킨킬킴킵켜켰]"
)
"""How the verbs that nouns are made into begin, in any of their forms."""

_COPULA = re.compile(rf"[이인일임입였]([{_ENDINGS}]|$)")

# A vowel of a stem, by what it has become with 어 or 아: 봐 of 보, 써 of 쓰, 해 of 하.
_STEM_VOWELS = dict(
    zip(
        ("ㅗㅏ", "ㅜㅓ", "ㅕ", "ㅗㅐ", "ㅐ", "ㅓ", "ㅏ"),
        ("ㅗ", "ㅜ", "ㅣ", "ㅗㅣ", "ㅏ", "ㅡ", "ㅡ"),
        strict=True,
    )
)
_OF_ENDINGS = "ㄴㄹㅁㅂㅆ"
"""The finals that endings give to a stem that ends in a vowel."""
_LOST = "ㅂㅅㄹㅎ"
"""The finals that stems may lose before a vowel: 도와 of 돕, 지어 of 짓, 아는 of 알."""


def is_unknown_noun(
    run: str, start: int, end: int, has_word: Callable[[str], bool]
) -> bool:
    """Tell whether a piece of *run* may be read as a noun that the corpus lacks.

    Args:
        run: A run that no sentence has, all of it known but for the piece.
        start: Where the piece begins.
        end: Where it ends.
        has_word: Tells whether the corpus has a word, verbs in their dictionary form.
    """
    piece, rest = run[start:end], run[start + 1 :]
    if len(piece) < SHORTEST or not _SYLLABLES.fullmatch(piece):
        return False
    if start:
        if _PREDICATE.match(piece) or _begins_with_particle(piece, run[start - 1]):
            return False
    elif _is_no_word(run):
        return False
    # A bound noun may be as short: 것에, 년까지의, 것이며.
    if parse_particles(rest, piece[0]) is not None or _COPULA.match(rest):
        return False
    # Also one that begins before the piece or ends behind it: 사령관 in 유엔군사령관.
    words = (
        run[first:last]
        for first in range(end)
        for last in range(max(first + 2, start + 1), len(run) + 1)
    )
    stems = chain.from_iterable(_stems(run[first:]) for first in range(start, end))
    return not any(map(has_word, chain(words, (f"{stem}다" for stem in stems))))


def _is_no_word(run: str) -> bool:
    """Tell whether *run* may be particles or endings alone: 에서의, 도록, 었다."""
    verbs = (f"말{stem}{run}" for stem in ("하", "되"))
    return parse_particles(run, "") is not None or any(
        parse_inflection(v, 1) for v in verbs
    )


def _begins_with_particle(piece: str, before: str) -> bool:
    return any(parse_particles(piece[:end], before) for end in range(1, len(piece) + 1))


def _stems(text: str) -> Iterator[str]:
    """Yield the stems, regular or not, of which *text* may begin with a form."""
    for end in range(1, len(text) + 1):
        if end == len(text) or text[end] in _ENDINGS:
            begun, last = text[: end - 1], text[end - 1]
            for stem in _stem_ends(last):
                yield begun + stem
            # 몰라 and 흘러 are of 모르 and 흐르.
            first, vowel, final = split_syllable(last)
            if final == "ㄹ":
                yield f"{begun}{join_syllable(first, vowel, '')}르"


def _stem_ends(last: str) -> Iterator[str]:
    """Yield what the last syllable of a stem may be, of which *last* is a form."""
    first, vowel, final = split_syllable(last)
    yield last
    if final == "ㄹ":
        yield join_syllable(first, vowel, "ㄷ")
    if final and final not in _OF_ENDINGS:
        return
    for of_stem in dict.fromkeys((vowel, _STEM_VOWELS.get(vowel, vowel))):
        for lost in ("", *_LOST):
            yield join_syllable(first, of_stem, lost)
