"""Sides of a meeting: which speakers speak for Korea, for the United States, for both.

The side of a person is read from the texts, which introduce each one once: 마크 에스퍼(Mark
T. Esper) 미합중국 국방장관, 미합중국 합참의장 마크 밀리 대장.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from search.query.speaker_groups import Group

STATES = ("대한민국", "미합중국", "한국", "미국")
"""The names in sentences that introduce a person."""

_SIDES: Mapping[str, Group] = {
    "대한민국": "한측",
    "한국": "한측",
    "한측": "한측",
    "미합중국": "미측",
    "미국": "미측",
    "미측": "미측",
}
_STATE = rf"(?P<state>{'|'.join(STATES)})"
_OFFICE = r"(?:[가-힣]+\s)?[가-힣]*(?:장관|차관|의장|대통령|대사|대표|사령관)"
_NAME = r"(?P<name>[가-힣]+(?:\s[가-힣]+)?)"
_INTRODUCTIONS = (
    re.compile(rf"{_NAME}\s?(?:\([^)]*\)\s?)?{_STATE}\s?{_OFFICE}"),
    re.compile(rf"{_STATE}\s?{_OFFICE}\s{_NAME}"),
)
_BOTH = re.compile(r"양국|양측|쌍방|한[·ㆍ]?미(?:\s|$)|(?:^|\s)(?:양|두)\s")
_JOINED = re.compile(r"[과와] |, | 및 ")


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


def _side(speaker: str, sides: Mapping[str, Group]) -> Group | None:
    """Return the side of one speaker: by the state in its name, else by its words."""
    for state, side in _SIDES.items():
        if state in speaker:
            return side
    return next((sides[word] for word in speaker.split() if word in sides), None)
