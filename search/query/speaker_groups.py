"""The groups of speakers that the filter `side` names: 한측, 미측, 공동 and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from search.query.filters import NoSuchValueError

Group = Literal["한측", "미측", "공동"]
GROUPS: tuple[Group, ...] = ("한측", "미측", "공동")
OTHER = "그밖"
"""The sentences of no group: of another speaker, or of none."""
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "한측": ("한국", "한국측", "대한민국", "korea", "koreanside", "rok"),
    "미측": ("미국", "미국측", "미합중국", "us", "usside", "usa"),
    "공동": ("양측", "양국", "joint", "both"),
    OTHER: ("기타", "other", "others"),
}
"""The names of a group besides its own, without spaces and in small letters."""


def group_names(groups: Mapping[str, Group]) -> list[str]:
    """Return the groups that an index has, and `OTHER`; none if no speaker has a group.

    Args:
        groups: The group of each speaker of the index.
    """
    present = [group for group in GROUPS if group in groups.values()]
    return [*present, OTHER] if present else []


def group_of_name(value: str, groups: Mapping[str, Group]) -> str:
    """Return the group that *value* names, in Korean or English: 미측 for `us`.

    Args:
        value: The name as typed; case and spaces make no difference.
        groups: The group of each speaker of the index.

    Raises:
        NoSuchValueError: The index has no such group; the error names those it has.
    """
    name = "".join(value.split()).casefold()
    names = group_names(groups)
    for group in names:
        if name in (group, *_OTHER_NAMES[group]):
            return group
    raise NoSuchValueError("side", value, names)
