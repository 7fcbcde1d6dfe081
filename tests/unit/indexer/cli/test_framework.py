"""What the commands share: how fast a loop is said to be."""

from __future__ import annotations

from indexer.cli.framework import Pace


def test_what_the_first_item_waits_for_is_soon_forgotten() -> None:
    """Kiwi loads for a second before the first of 12,000 sentences is analysed."""
    pace = Pace()
    assert not pace.told(0, 12_000, now=0.0)
    slow = pace.told(1, 12_000, now=1.0)
    told = [
        pace.told(500 * n, 12_000, now=1.0 + n / 2)
        for n in range(1, 13)  # 1,000 a second
    ]

    assert slow == "1/s, 199:59 left"
    assert told[-1] == "1,000/s, 0:06 left"


def test_a_loop_that_stands_still_tells_no_pace() -> None:
    pace = Pace()

    assert [pace.told(5, 10, now) for now in (0.0, 1.0, 2.0)] == [""] * 3


def test_a_pace_is_not_told_at_the_same_moment() -> None:
    pace = Pace()

    assert [pace.told(done, 10, 0.0) for done in (0, 5)] == ["", ""]
