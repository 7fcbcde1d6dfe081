"""Particles (조사) behind the nouns of a run, parsed by rule instead of by Kiwi.

They are few, and their order is fixed. Forms and tags are Kiwi's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.analysis.kiwi import Morpheme, Morphemes
from indexer.text.jamo import final_of

# The classes of particles that may follow a noun (""), a particle of place or relation
# (c), of focus (f), of the subject or object (s), and one that ends the word (e).
_NEXT = {"": "cfse", "c": "fe", "f": "fse", "s": "", "e": ""}
_SLOTS = {
    "c": "에/JKB 에서/JKB 에게/JKB 에게서/JKB 한테/JKB 한테서/JKB 께/JKB 께서/JKS 로/JKB"
    " 으로/JKB 로서/JKB 으로서/JKB 로써/JKB 으로써/JKB 로부터/JKB 으로부터/JKB 과/JC 와/JC"
    " 보다/JKB 처럼/JKB 만큼/JKB 대로/JX",
    "f": "만/JX 까지/JX 부터/JX 마다/JX 밖에/JX 조차/JX 마저/JX 뿐/JX",
    "s": "이/JKS 가/JKS 을/JKO 를/JKO",
    "e": "은/JX 는/JX 도/JX 의/JKG 나/JC 이나/JC 라도/JX 이라도/JX 든/JX 이든/JX 란/JX"
    " 이란/JX 랑/JC 이랑/JC 나마/JX 이나마/JX",
}
_PARTICLES = {
    form: (slot, tag)
    for slot, forms in _SLOTS.items()
    for form, _, tag in (each.partition("/") for each in forms.split())
}
_LONGEST_PARTICLE = max(map(len, _PARTICLES))
_AFTER_CONSONANT = re.compile(r"[이을은과으].*")
_AFTER_VOWEL = re.compile(r"[가를는와]|나|나마|라도|든|란|랑|로.*")


def parse_particles(text: str, before: str, slot: str = "") -> Morphemes | None:
    """Return the particles that *text* consists of, or None if it has any other part.

    `에서는` is 에서/JKB + 는/JX.

    Args:
        text: The rest of a run behind its nouns.
        before: The syllable before it, empty if unknown: 을 follows a consonant, 를 a vowel.
        slot: The class of the particle before it.
    """
    if not text:
        return ()
    for end in range(min(len(text), _LONGEST_PARTICLE), 0, -1):
        form, (form_slot, tag) = text[:end], _PARTICLES.get(text[:end], ("-", ""))
        if form_slot in _NEXT[slot] and _agrees(form, before):
            rest = parse_particles(text[end:], form[-1], form_slot)
            if rest is not None:
                return Morpheme(form, tag, 0, end), *shift(rest, end)
    return None


def _agrees(form: str, before: str) -> bool:
    """Return whether a particle's form fits the syllable before: 유엔사를, 동맹을."""
    if not before:
        return True
    final = final_of(before)
    if final == "ㄹ" and form.startswith(("로", "으로")):
        return form.startswith("로")
    if _AFTER_CONSONANT.fullmatch(form):
        return bool(final)
    return not final or not _AFTER_VOWEL.fullmatch(form)


def strip_particles(parts: Morphemes) -> Morphemes:
    """Return *parts* without the particles at the end."""
    count = len(parts)
    while count and parts[count - 1].tag.startswith("J"):
        count -= 1
    return parts[:count]


def shift(parts: Iterable[Morpheme], by: int) -> Morphemes:
    """Return *parts* with their spans moved *by* syllables."""
    return tuple(
        part._replace(start=part.start + by, end=part.end + by) for part in parts
    )
