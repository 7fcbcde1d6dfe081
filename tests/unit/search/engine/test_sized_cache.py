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

    cache = SizedCache(doubled, len, room=8)
    assert [cache(word) for word in ("가", "나다", "가", "라", "가", "나다")] == [
        *("가가", "나다나다", "가가", "라라", "가가", "나다나다")
    ]
    assert read == ["가", "나다", "라"]
    assert cache("마바사") == "마바사마바사"
    assert cache("나다") == "나다나다"
    assert read == ["가", "나다", "라", "마바사", "나다"]


@given(st.lists(st.text("가나다", max_size=4)), st.integers(0, 12))
def test_a_cache_of_any_size_returns_the_results(words: list[str], room: int) -> None:
    cache = SizedCache(str.upper, len, room)
    assert [cache(word) for word in words] == [word.upper() for word in words]
