"""Foreign names in Hangul, and the work that it takes to compare them."""

from __future__ import annotations

import pytest
from helpers import count_steps

from indexer.extract.transliteration import sounds_like


@pytest.mark.parametrize(
    ("hangul", "latin", "expected"),
    [
        ("에스퍼", "Esper", True),
        ("마크", "Mark", True),
        ("오스틴", "Austin", True),
        ("매티스", "Mattis", True),
        ("사드", "THAAD", True),
        ("에스퍼", "Mattis", False),
        ("스스스", "Szm", False),
        ("아", "a", False),
    ],
)
def test_a_name_is_compared_by_its_consonants(
    hangul: str, latin: str, *, expected: bool
) -> None:
    assert sounds_like(hangul, latin) is expected


def test_ambiguous_consonants_are_not_divided_in_every_way() -> None:
    def steps(size: int) -> int:
        return count_steps(lambda: sounds_like("스" * 50, "Sz" * size + "m"))

    assert not sounds_like("스" * 50, "Sz" * 10 + "m")
    assert steps(20) < 3 * steps(10)
