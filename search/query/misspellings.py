"""Usual misspellings: the right spellings of words that are often spelt wrong.

Some misspellings are so usual that a dictionary of words in use has them: Kiwi's has 메세지
for 메시지. They are corrected by the table in `misspellings.txt`, and by the rules that are
broken most: those for ㅅ between the parts of a compound and for 률 (Hangul Orthography,
1988, articles 11 and 30), and those for foreign words (Loanword Orthography, 1986), in
which no tense consonant and no ㅑ after ㅈ is written, and no final ㅋ, ㅌ or ㅍ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

from indexer.text.jamo import (
    compose,
    is_syllables,
    join_syllable,
    letters,
    split_syllable,
)

_Syllables: TypeAlias = Sequence[tuple[str, str, str]]
"""The initial, vowel and final of each syllable of a word."""

_MOST_CHANGES = 2
"""How many misspellings of a word are corrected at once: 싸이버워크샵 has two."""
_LONG = 3
"""Syllables of a word in which a vowel, a ㅅ or a tense consonant makes no other word."""

_LAX = {"ㄲ": "ㄱㅋ", "ㄸ": "ㄷㅌ", "ㅃ": "ㅂㅍ", "ㅆ": "ㅅ", "ㅉ": "ㅈㅊ"}
_PLAIN = dict(zip("ㅑㅕㅛㅠㅒㅖ", "ㅏㅓㅗㅜㅐㅔ", strict=True))
_ALIKE = {
    vowel: [other for other in vowels if other != vowel]
    for vowels in (["ㅐ", "ㅔ"], ["ㅖ", "ㅔ", "ㅒ"], ["ㅗㅣ", "ㅗㅐ", "ㅜㅔ"])
    for vowel in vowels
} | {"ㅔ": ["ㅐ", "ㅖ"]}
_FOREIGN_FINALS = {"ㅋ": ("ㄱ", "크"), "ㅌ": ("ㅅ", "트"), "ㅍ": ("ㅂ", "프")}
_FOREIGN_SOUNDS = {
    ("ㅅ", "ㅜㅣ"): "ㅣ",
    ("ㅅ", "ㅜㅔ"): "ㅖ",
    ("ㅅ", "ㅑ"): "ㅛ",
    ("ㅋ", "ㅓ"): "ㅗ",
    ("ㅋ", "ㅗ"): "ㅓ",
}
"""The vowels of 리더쉽, 쉐프, 워크샵, 컨텐츠 and 콘트롤, and the right ones."""
_FOREIGN_ENDINGS = dict(zip("타움숀켓렛넷겟킷", "터엄션킷릿닛깃켓", strict=True))
"""The last syllables of 데이타, 심포지움, 맨숀, 비스켓 and others, and the right ones."""


def usual_spellings(word: str) -> Iterator[str]:
    """Yield *word* with misspellings of the table corrected: 싸이버워크샵 → 사이버워크숍.

    The word consists of Hangul syllables. Corrections of one misspelling come first.
    """
    yield from _within_changes(word, _from_table)


def spellings_by_rule(noun: str) -> Iterator[str]:
    """Yield what a noun may be by the rules that it breaks: 성장율 → 성장률.

    Most of what is yielded are no words.
    """
    yield from _within_changes(
        noun, lambda text: (*_from_table(text), *_by_rules(text))
    )


def _within_changes(word: str, change: Callable[[str], Iterable[str]]) -> Iterator[str]:
    seen = {word}
    latest = [word]
    for _ in range(_MOST_CHANGES):
        changed = dict.fromkeys(other for text in latest for other in change(text))
        latest = [text for text in changed if text not in seen]
        seen.update(latest)
        yield from latest


@cache
def _table() -> dict[str, str]:
    """The letters of each misspelling, which may be a part of a word, and the right ones."""
    path = Path(__file__).with_name("misspellings.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = (letters(line).split() for line in lines if not line.startswith("#"))
    return {wrong: right for right, *misspellings in entries for wrong in misspellings}


@cache
def _longest() -> int:
    return max(map(len, _table()))


def _from_table(word: str) -> Iterator[str]:
    """Yield *word* with each misspelling of the table corrected, the longest first.

    As letters are compared, the entry 덮히 is also a part of 덮힌.
    """
    table, typed = _table(), letters(word)
    for length in range(min(len(typed), _longest()), 1, -1):
        for start in range(len(typed) - length + 1):
            if right := table.get(typed[start : start + length]):
                text = compose(typed[:start] + right + typed[start + length :])
                if is_syllables(text):
                    yield text


def _by_rules(word: str) -> Iterator[str]:
    syllables = [split_syllable(syllable) for syllable in word]
    for number in range(len(word)):
        for syllable in _changed_syllables(syllables, number):
            yield word[:number] + syllable + word[number + 1 :]
    for wrong, right in _FOREIGN_ENDINGS.items():
        if len(word) >= _LONG and word.endswith(wrong):
            yield word[:-1] + right


def _changed_syllables(syllables: _Syllables, number: int) -> Iterator[str]:
    """Yield what the syllable of that number may be: 쥬 of 쥬스 may be 주."""
    first, vowel, final = syllables[number]
    is_last = number + 1 == len(syllables)
    # 쳐 at the end of a word is a form of a verb.
    if (
        first in "ㅈㅉㅊ"
        and vowel in _PLAIN
        and (final or not is_last or vowel != "ㅕ")
    ):
        yield join_syllable(first, _PLAIN[vowel], final)
    if sound := number and _FOREIGN_SOUNDS.get((first, vowel)):
        yield join_syllable(first, sound, final)
    if final in _FOREIGN_FINALS:
        written, syllable = _FOREIGN_FINALS[final]
        yield join_syllable(first, vowel, written)
        yield join_syllable(first, vowel, "") + syllable
    if number and first in "ㄹㅇ" and vowel + final in ("ㅠㄹ", "ㅕㄹ"):
        # 율 and 열 behind a vowel and ㄴ, 률 and 렬 elsewhere.
        right = "ㅇ" if syllables[number - 1][2] in ("", "ㄴ") else "ㄹ"
        if first != right:
            yield join_syllable(right, vowel, final)
    yield from _without_sai_siot(syllables, number)
    if len(syllables) >= _LONG:
        yield from _changes_in_long_words(syllables, number)


def _without_sai_siot(syllables: _Syllables, number: int) -> Iterator[str]:
    """Yield the syllable without ㅅ: 뒤 of 뒷풀이, as ㅍ needs none, and 초 of 촛점을."""
    first, vowel, final = syllables[number]
    following = syllables[number + 1][0] if number + 1 < len(syllables) else ""
    needless = following and following in "ㄲㄸㅃㅆㅉㅊㅋㅌㅍ"
    if final == "ㅅ" and following and (needless or len(syllables) >= _LONG):
        yield join_syllable(first, vowel, "")


def _changes_in_long_words(syllables: _Syllables, number: int) -> Iterator[str]:
    first, vowel, final = syllables[number]
    following = syllables[number + 1][0] if number + 1 < len(syllables) else ""
    for lax in _LAX.get(first, ""):
        yield join_syllable(lax, vowel, final)
    # 제 and 재, 체 and 채 are suffixes: 문화제, 문화재.
    if following or final or first not in "ㅈㅊ":
        for other in _ALIKE.get(vowel, ()):
            yield join_syllable(first, other, final)
    if not final and following and following in "ㄱㄷㅂㅅㅈㄴㅁㅇ":
        yield join_syllable(first, vowel, "ㅅ")
    # 우 of 윈도우 is not written.
    if (
        number
        and syllables[number - 1][1:] == ("ㅗ", "")
        and (syllables[number] == ("ㅇ", "ㅜ", ""))
    ):
        yield ""
