"""Foreign names in Hangul with their originals: 마크 에스퍼 and Mark T. Esper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.text.jamo import letters

_HANGUL = re.compile(r"[가-힣]+")
_NAME = re.compile(r"[A-ZÀ-Þ](?:[^\W\d_]|[-'’. ])+")
_NAME_ASIDE = re.compile(r"[A-Z]|[JS]r|I{2,3}|IV")


def name_pairs(before: str, original: str) -> Iterator[tuple[str, str]]:
    """Yield the name at the end of *before* with its *original*, and their last words.

    `마크 에스퍼` with `Mark T. Esper` yields that pair and 에스퍼 with Esper.
    """
    words = [word.strip(".") for word in original.split()]
    words = [word for word in words if not _NAME_ASIDE.fullmatch(word)]
    parts = before.split()[-len(words) :]
    if not (words and parts and _NAME.fullmatch(original)):
        return
    part = parts[-1]
    if not all(map(_HANGUL.fullmatch, parts)) or len(parts) == len(part) == 1:
        return
    alike = len(parts) == len(words) and all(map(sounds_like, parts, words))
    if alike:
        yield " ".join(parts), original
    elif len(part) > 1 and sounds_like(part, "".join(words)):
        yield part, original
    # A person may have an initial; 서비스 (Social Network Service) is not a person.
    is_person = alike or len(words) < len(original.split())
    if is_person and len(words) > 1 < len(part) and sounds_like(part, words[-1]):
        yield part, words[-1]


_JAMO_OF_LATIN = {
    "b f p v ph": "ㅂㅃㅍ",
    "d t": "ㄷㄸㅌ",
    "th": "ㄷㄸㅌㅅㅆ",
    "k q ck": "ㄱㄲㅋ",
    "c g x ch": "ㄱㄲㅋㅅㅆㅈㅉㅊ",
    "j s z sch tch sh ts tz": "ㅅㅆㅈㅉㅊ",
    "l r": "ㄹ",
    "m": "ㅁ",
    "n": "ㄴㅇ",
}
_SOUNDS = {
    latin: jamo for group, jamo in _JAMO_OF_LATIN.items() for latin in group.split()
}
_SPELLING = re.compile("s?ch|tch|sh|t[sz]|th|ph|ck|gh|[b-z]")


def sounds_like(hangul: str, latin: str) -> bool:
    """Return whether *hangul* may transcribe *latin*, by the consonants: 에스퍼, Esper.

    An r at the end of a syllable and most h are not transcribed.
    """
    spelled = re.sub(r"(.)\1", r"\1", re.sub("r+(?![aeiou])", "", latin.casefold()))
    consonants = re.sub("ㅇ(?=[ㅏ-ㅣ])|[ㅏ-ㅣㅎ ]", "", letters(hangul))
    sounds = (_SOUNDS.get(each, "") for each in _SPELLING.findall(spelled))
    return bool(consonants) and _transcribes(consonants, list(filter(None, sounds)))


def _transcribes(consonants: str, sounds: Sequence[str]) -> bool:
    """Return whether *consonants* are one or more of each of *sounds* in order.

    A regular expression would try every division of the consonants among the sounds.
    """
    ends = {0}
    for sound in sounds:
        starts, ends = ends, set()
        for index, consonant in enumerate(consonants):
            if consonant in sound and (index in starts or index in ends):
                ends.add(index + 1)
    return len(consonants) in ends
