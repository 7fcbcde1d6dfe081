"""Sides of a meeting: which speakers speak for Korea, for the United States, for both.

The side of a person is read from the texts, which introduce each one once: 마크 에스퍼(Mark
T. Esper) 미합중국 국방장관, 미합중국 합참의장 마크 밀리 대장.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from weakref import WeakKeyDictionary

from search.index import Index
from search.query.filters import Filter, NoSuchValueError

Group = Literal["한측", "미측", "공동"]
GROUPS: tuple[Group, ...] = ("한측", "미측", "공동")

_SIDES: Mapping[str, Group] = {
    "대한민국": "한측",
    "한국": "한측",
    "한측": "한측",
    "미합중국": "미측",
    "미국": "미측",
    "미측": "미측",
}
_STATES = ("대한민국", "미합중국", "한국", "미국")
_STATE = rf"(?P<state>{'|'.join(_STATES)})"
_OFFICE = r"(?:[가-힣]+\s)?[가-힣]*(?:장관|차관|의장|대통령|대사|대표|사령관)"
_NAME = r"(?P<name>[가-힣]+(?:\s[가-힣]+)?)"
_INTRODUCTIONS = (
    re.compile(rf"{_NAME}\s?(?:\([^)]*\)\s?)?{_STATE}\s?{_OFFICE}"),
    re.compile(rf"{_STATE}\s?{_OFFICE}\s{_NAME}"),
)
_BOTH = re.compile(r"양국|양측|쌍방|한[·ㆍ]?미(?:\s|$)|(?:^|\s)(?:양|두)\s")
_JOINED = re.compile(r"[과와] |, | 및 ")
_MOST_SENTENCES = 5_000
"""How many of the sentences that name a state are read, for each state."""


def speaker_group(speaker: str, sides: Mapping[str, Group]) -> Group | None:
    """Return the side for which a speaker speaks, None if that is unknown.

    Args:
        speaker: The speaker of a sentence: 양 장관, 에스퍼 장관, 미측.
        sides: The sides of persons, from `sides_of`.
    """
    if _BOTH.search(speaker):
        return "공동"
    parts = [_side(part, sides) for part in _JOINED.split(speaker)]
    if len({*parts}) == 1:
        return parts[0]
    return "공동" if all(parts) else None


def sides_of(texts: Iterable[str]) -> dict[str, Group]:
    """Return the sides of the persons whom *texts* introduce, by each part of a name.

    `서 욱 대한민국 국방부장관` gives 서 and 욱; `정경두 대한민국 국방부 장관` gives 정경두 and
    the surname 정. A name of which both sides have one is left out.
    """
    votes: dict[str, Counter[Group]] = defaultdict(Counter)
    for text in texts:
        for pattern in _INTRODUCTIONS:
            for match in pattern.finditer(text):
                side = _SIDES[match["state"]]
                words = match["name"].split()
                surnames = (
                    [words[-1][0]] if side == "한측" and len(words[-1]) > 1 else []
                )
                for name in (*words, *surnames):
                    votes[name][side] += 1
    return {name: side for name, (side, *others) in votes.items() if not others}


_GROUPS_OF: WeakKeyDictionary[Index, dict[str, Group]] = WeakKeyDictionary()
"""The groups of the speakers of an open index."""


def groups_of(index: Index) -> dict[str, Group]:
    """Return the group of each speaker of the index that has one."""
    if index not in _GROUPS_OF:
        speakers = index.speakers
        sides: dict[str, Group] = {}
        if speakers:
            numbers = {
                number
                for state in _STATES
                for number in index.numbers_with_letters(state, _MOST_SENTENCES)
            }
            sentences = index.sentences_at(sorted(numbers))
            sides = sides_of(sentence.text for sentence in sentences)
        groups = ((each, speaker_group(each, sides)) for each in speakers)
        _GROUPS_OF[index] = {each: group for each, group in groups if group}
    return _GROUPS_OF[index]


def speakers_of_sides(index: Index, sides: Sequence[str]) -> list[Filter]:
    """Return the filters on the speakers of the groups *sides*, such as 미측.

    Raises:
        NoSuchValueError: No speaker of the index is in one of the groups.
    """
    groups = groups_of(index) if sides else {}
    for side in sides:
        if side not in groups.values():
            raise NoSuchValueError("side", side, sorted(set(groups.values())))
    return [
        Filter("speaker", speaker, exact=True)
        for speaker, side in groups.items()
        if side in sides
    ]


def _side(speaker: str, sides: Mapping[str, Group]) -> Group | None:
    """Return the side of one speaker: by the state in its name, else by its words."""
    for state, side in _SIDES.items():
        if state in speaker:
            return side
    return next((sides[word] for word in speaker.split() if word in sides), None)
