"""Lines are sorted in any number of runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.storage import line_sort

LINES = st.lists(st.binary(max_size=3).filter(lambda line: b"\n" not in line))


@given(LINES, st.integers(1, 5), st.integers(1, 3))
def test_lines_are_sorted(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[bytes],
    together: int,
    part: int,
) -> None:
    folder: Path = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_sort, "_TOGETHER", together)
        patch.setattr(line_sort, "_PART", part)

        assert list(line_sort.sort_lines(iter(lines), folder)) == sorted(lines)
