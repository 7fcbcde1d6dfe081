"""Endings (어미) of verbs derived from nouns, parsed by rule instead of by Kiwi.

The forms of 하다, 되다, 시키다 and the copula 이다 are regular, and a corpus lacks most of
them. Forms and tags are Kiwi's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

from indexer.analysis.josa import parse_particles, shift
from indexer.analysis.kiwi import Morpheme, Morphemes
from indexer.text.jamo import final_of

# Endings that follow a stem in a vowel; a stem in a consonant, such as 었 and 겠; and a
# stem contracted with 어 (해서, 돼야). A consonant alone joins the syllable before it.
_AFTER_VOWEL = (
    "고/EC 며/EC 면/EC 면서/EC 지/EC 거나/EC 기/ETN 던/ETM 자/EC 지만/EC 니/EC 나/EC 더라도/EC"
    " 든지/EC 므로/EC ᆫ/ETM ᆷ/ETN ᆫ지/EC"
)
_OF_VERBS = (
    "ᆯ/ETM ᆯ지/EC 게/EC 도록/EC 려/EC 려고/EC 려는/ETM 려면/EC 고자/EC 되/EC 다가/EC 는/ETM"
    " 는데/EC 는지/EC ᆫ다/EF ᆫ다는/ETM ᆫ다고/EC ᆫ다면/EC ᆸ니다/EF"
)
_OF_COPULA = "다/EF 라면/EC 라는/ETM 라고/EC 어야/EC ᆫ데/EC ᆸ니다/EF"
_OF_COPULA_ALONE = "라면/EC 라는/ETM 라고/EC"
_AFTER_CONSONANT = (
    "고/EC 으며/EC 으면/EC 으면서/EC 지/EC 거나/EC 기/ETN 던/ETM 지만/EC 으니/EC 으나/EC"
    " 더라도/EC 으므로/EC 는데/EC 는지/EC 을/ETM 음/ETN 을지/EC 다/EF 다가/EC 다는/ETM 다고/EC"
    " 다면/EC 습니다/EF"
)
_CONTRACTED = "어/EC 어서/EC 어야/EC 어도/EC"

# A stem, its tag, its endings, its forms contracted with 어, and those with 었.
_VERBS = (
    ("하", "XSV", _AFTER_VOWEL + " " + _OF_VERBS, ("하여", "해"), ("하였", "했")),
    ("되", "XSV", _AFTER_VOWEL + " " + _OF_VERBS, ("되어", "돼"), ("되었", "됐")),
    ("시키", "XSV", _AFTER_VOWEL + " " + _OF_VERBS, ("시켜",), ("시켰",)),
    ("이", "VCP", _AFTER_VOWEL + " " + _OF_COPULA, (), ("이었",)),
    # 이 is left out behind a vowel: 방위비라면.
    ("", "VCP", _OF_COPULA_ALONE, (), ("였",)),
)


def parse_inflection(run: str, start: int) -> Morphemes | None:
    """Return verb or copula, endings and particles if *run* has just these from *start* on.

    `논의했으며` from 2 on is 하/XSV + 었/EP + 으며/EC.
    """
    text = run[start:]
    after_vowel = not final_of(run[start - 1])
    for end in range(len(text), 0, -1):
        parts = _forms().get(text[:end])
        if parts and end < len(text):
            is_nominal = parts[-1].tag in ("ETN", "EC")
            after = parse_particles(text[end:], text[end - 1]) if is_nominal else None
            parts = (*parts, *shift(after, end)) if after else None
        if parts and (parts[0].end or after_vowel):
            return shift(parts, start)
    return None


@cache
def _forms() -> dict[str, Morphemes]:
    """Return the morphemes of every form of the verbs: 했다 → 하 + 었 + 다."""
    return {
        "".join(syllables): parts
        for stem in _VERBS
        for syllables, parts in _forms_of(*stem)
    }


def _forms_of(
    stem: str,
    tag: str,
    endings: str,
    contracted: tuple[str, ...],
    past: tuple[str, ...],
) -> Iterator[tuple[str, Morphemes]]:
    head = (Morpheme(stem or "이", tag, 0, len(stem)),)
    yield from _with(stem, head, endings)
    if stem:
        will = (*head, _last("겠", "EP", f"{stem}겠"))
        yield from _with(f"{stem}겠", will, _AFTER_CONSONANT)
    for form in past:
        before = (*head, _last("었", "EP", form))
        yield from _with(form, before, _AFTER_CONSONANT)
    for form in contracted:
        for ending in _CONTRACTED.split():
            written, _, kind = ending.partition("/")
            whole = form + written[1:]
            yield (
                whole,
                (*head, Morpheme(written, kind, len(form) - 1, len(whole))),
            )


def _last(form: str, tag: str, text: str) -> Morpheme:
    """Return the morpheme whose span is the last syllable of *text*."""
    return Morpheme(form, tag, len(text) - 1, len(text))


def _with(
    text: str, before: Morphemes, endings: str
) -> Iterator[tuple[str, Morphemes]]:
    for ending in endings.split():
        form, _, tag = ending.partition("/")
        # NFC joins a consonant that stands alone to the syllable before it.
        whole = unicodedata.normalize("NFC", text + form)
        start = len(text) - ("ᆨ" <= form[0] <= "ᇂ")
        yield whole, (*before, Morpheme(form, tag, start, len(whole)))
