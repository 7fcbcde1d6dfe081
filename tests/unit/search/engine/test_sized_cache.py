"""The cache keeps what was used last, and no more than fits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.engine.sized_cache import SizedCache


def test_results_used_last_stay() -> None:
    read: list[str] = []

    def doubled(word: str) -> str:
        read.append(word)
        return word * 2

    cached = SizedCache(8, len)(doubled)
    assert [cached(word) for word in ("가", "나다", "가", "라", "가", "나다")] == [
        *("가가", "나다나다", "가가", "라라", "가가", "나다나다")
    ]
    assert read == ["가", "나다", "라"]
    assert cached("마바사") == "마바사마바사"
    assert cached("나다") == "나다나다"
    assert read == ["가", "나다", "라", "마바사", "나다"]


def test_results_are_cached_in_their_short_form() -> None:
    cached = SizedCache(4, len, str.strip)(lambda word: f"{word}  ")

    assert [cached(word) for word in ("가나", "다라", "가나")] == [
        "가나",
        "다라",
        "가나",
    ]


@given(st.lists(st.text("aBc", max_size=4)), st.integers(0, 12))
def test_functions_that_share_a_cache_return_their_own_results(
    words: list[str], room: int
) -> None:
    cache = SizedCache(room, len)
    lower, upper = cache(str.lower), cache(str.upper)
    for word in words:
        assert (lower(word), upper(word)) == (word.lower(), word.upper())
