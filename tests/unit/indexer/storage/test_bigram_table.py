"""Rows: each comes back by its pair of letters."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.storage import bigram_table
from indexer.storage.bigram_table import BigramTable

PAIRS = st.text("가각ab1美𠀀", min_size=2, max_size=2)


@given(st.dictionaries(PAIRS, st.binary(min_size=1, max_size=9)), st.sets(PAIRS))
@example({}, {"가각"})
@example({"가각": b"1", "가𠀀": b"2", "𠀀가": b"3"}, {"𠀀𠀀", "가가"})
def test_each_row_is_read_by_its_bigram(
    tmp_path_factory: pytest.TempPathFactory, written: dict[str, bytes], keys: set[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "rows.bin"
    pairs = sorted(written)
    bigram_table.write(path, pairs, (written[pair] for pair in pairs))
    with closing(BigramTable(path)) as opened:
        for pair in (*keys, *pairs):
            assert opened.get(pair) == written.get(pair, b"")
        for other in ("", "가", "가각가", "\0\0", "\U0010ffff\U0010ffff"):
            assert opened.get(other) == b""


def test_more_rows_than_a_block_holds(tmp_path: Path) -> None:
    letters = [chr(code) for code in range(0xAC00, 0xAC00 + 5_000, 5)]
    written = {one + one: one.encode() for one in letters}
    bigram_table.write(tmp_path / "rows.bin", list(written), written.values())
    with closing(BigramTable(tmp_path / "rows.bin")) as opened:
        assert {pair: opened.get(pair) for pair in written} == written
