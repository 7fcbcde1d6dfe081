"""Columns: the values written are read back, by this program and by Whoosh."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh.columns import VarBytesColumn
from whoosh.filedb.filestore import FileStorage

from indexer.whoosh_format import columns
from indexer.whoosh_format.columns import Column


def stock(path: Path, count: int) -> list[bytes]:
    """Return the values that Whoosh's own reader returns."""
    file = FileStorage(str(path.parent)).open_file(path.name)
    with closing(file):
        size = path.stat().st_size
        reader = VarBytesColumn().reader(file, 0, size, count)
        return [bytes(reader[number]) for number in range(count)]


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=200))
@example([b""])
@example([b"a" * 255, b"", b"b"])
@example([b"a" * 256, b"", b"b"])
@example([b"a" * 65_535, b"", b"b"])
@example([b"a" * 65_536, b"", b"b"])
def test_values_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, values: list[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "values.col"
    columns.write(path, values)

    with closing(Column(path, len(values))) as opened:
        assert [opened[number] for number in range(len(values))] == values
    assert stock(path, len(values)) == values


def test_a_value_takes_its_bytes_and_one_more(tmp_path: Path) -> None:
    """Beyond 32,768 values, Whoosh itself stores the offset of each."""
    values = [str(number).encode() for number in range(40_000)]
    columns.write(tmp_path / "values.col", values)

    assert (tmp_path / "values.col").stat().st_size == sum(map(len, values)) + 40_001
    assert stock(tmp_path / "values.col", 40_000) == values
