"""The progress bar: the recent speed of a loop, and the time left."""

from __future__ import annotations

from indexer.cli.progress_bar import Pace


def test_a_slow_first_item_is_soon_forgotten() -> None:
    """Kiwi loads for a second before the first of 12,000 sentences is analysed."""
    pace = Pace()
    assert not pace.describe(0, 12_000, now=0.0)
    first = pace.describe(1, 12_000, now=1.0)
    later = [
        pace.describe(500 * n, 12_000, now=1.0 + n / 2)
        for n in range(1, 13)  # 1,000 a second
    ]

    assert first == "1/s, 199:59 left"
    assert later[-1] == "1,000/s, 0:06 left"


def test_a_loop_without_progress_has_no_speed() -> None:
    pace = Pace()

    assert [pace.describe(5, 10, now) for now in (0.0, 1.0, 2.0)] == [""] * 3


def test_two_items_at_the_same_moment_have_no_speed() -> None:
    pace = Pace()

    assert [pace.describe(done, 10, 0.0) for done in (0, 5)] == ["", ""]
