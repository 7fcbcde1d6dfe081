"""Unknown nouns: parts of a run in which no word of the corpus can occur.

How Kiwi would cut a word that the corpus lacks does not matter if the corpus has none of
the pieces either: whether 경수로 is one noun, two, or a form of a verb, no sentence
matches. A part of a run counts as an unknown noun if it contains no word of the corpus,
if it is not a form of a verb of the corpus, and if, behind a noun, it cannot be particles
or endings. Where that is not certain, Kiwi decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

from indexer.analysis.eomi import parse_inflection
from indexer.analysis.josa import parse_particles
from indexer.text.jamo import is_syllables, join_syllable, split_syllable

SHORTEST = 2
"""Fewest syllables of an unknown noun: a single one is too ambiguous."""
LONGEST_RUN = 15
"""Most syllables of a run with an unknown noun: longer ones are not words."""

_ENDINGS = (
    "고며면지거기던자니나더든므게도려되다는데어아여서야으은을음습겠었았였라세시신네소"
    "오요죠냐리건길라우운울움워웠와왔러렀"
)
"""The syllables that endings begin with; others begin with a consonant alone."""

_PREDICATE = re.compile(
    r"[이인일임입였여하한할함합했해되된될됨됩됐돼]|시[키킨킬킴킵켜켰]"
)
"""The beginnings of all forms of the verbs derived from nouns: 이다, 하다, 되다, 시키다."""

_COPULA = re.compile(rf"[이인일임입였]([{_ENDINGS}]|$)")

# The vowel of a stem by its contraction with 어 or 아: 봐 of 보, 써 of 쓰, 해 of 하.
_STEM_VOWELS = dict(
    zip(
        ("ㅗㅏ", "ㅜㅓ", "ㅕ", "ㅗㅐ", "ㅐ", "ㅓ", "ㅏ"),
        ("ㅗ", "ㅜ", "ㅣ", "ㅗㅣ", "ㅏ", "ㅡ", "ㅡ"),
        strict=True,
    )
)
_ENDING_FINALS = "ㄴㄹㅁㅂㅆ"
"""The finals that endings add to a stem in a vowel."""
_DROPPED_FINALS = "ㅂㅅㄹㅎ"
"""The finals that stems may drop before an ending: 도와 of 돕, 지어 of 짓, 아는 of 알."""


def is_unknown_noun(
    run: str, start: int, end: int, has_word: Callable[[str], bool]
) -> bool:
    """Return whether `run[start:end]` is certainly a noun that the corpus lacks.

    Args:
        run: A run that no sentence has; the rest of it is known.
        start: Where the piece begins.
        end: Where it ends.
        has_word: Returns whether the corpus may have a word; verbs are in dictionary form.
    """
    piece, rest = run[start:end], run[start + 1 :]
    if len(piece) < SHORTEST or not is_syllables(piece):
        return False
    if start:
        if _PREDICATE.match(piece) or _begins_with_particle(piece, run[start - 1]):
            return False
    elif _may_be_affixes(run):
        return False
    # Its first syllable may be a bound noun: 것에, 년까지의, 것이며.
    if parse_particles(rest, piece[0]) is not None or _COPULA.match(rest):
        return False
    # Words that begin before the piece or end behind it count: 사령관 in 유엔군사령관.
    words = (
        run[first:last]
        for first in range(end)
        for last in range(max(first + 2, start + 1), len(run) + 1)
    )
    stems = chain.from_iterable(_stems(run[first:]) for first in range(start, end))
    return not any(map(has_word, chain(words, (f"{stem}다" for stem in stems))))


def _may_be_affixes(run: str) -> bool:
    """Return whether *run* may be only particles or endings: 에서의, 도록, 었다."""
    verbs = (f"말{stem}{run}" for stem in ("하", "되"))
    return parse_particles(run, "") is not None or any(
        parse_inflection(v, 1) for v in verbs
    )


def _begins_with_particle(piece: str, before: str) -> bool:
    return any(parse_particles(piece[:end], before) for end in range(1, len(piece) + 1))


def _stems(text: str) -> Iterator[str]:
    """Yield the verb stems, regular or not, whose forms *text* may begin with."""
    for end in range(1, len(text) + 1):
        if end == len(text) or text[end] in _ENDINGS:
            head, last = text[: end - 1], text[end - 1]
            for stem in _stem_ends(last):
                yield head + stem
            # The stems of 몰라 and 흘러 are 모르 and 흐르.
            first, vowel, final = split_syllable(last)
            if final == "ㄹ":
                yield f"{head}{join_syllable(first, vowel, '')}르"


def _stem_ends(last: str) -> Iterator[str]:
    """Yield candidates for the last syllable of a stem, given that of a form: 와 → 오, 옵, 와."""
    first, vowel, final = split_syllable(last)
    yield last
    if final == "ㄹ":
        yield join_syllable(first, vowel, "ㄷ")
    if final and final not in _ENDING_FINALS:
        return
    for stem_vowel in dict.fromkeys((vowel, _STEM_VOWELS.get(vowel, vowel))):
        for dropped in ("", *_DROPPED_FINALS):
            yield join_syllable(first, stem_vowel, dropped)
