"""Blocks: each comes back by its number, whichever is read first."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.storage import block_file, checksums
from indexer.storage.block_file import BlockFile
from indexer.storage.checksums import FileDamagedError


@given(
    written=st.lists(st.binary(max_size=200), max_size=30),
    cache_size=st.integers(0, 3),
    data=st.data(),
)
def test_each_block_is_read_by_its_number(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[bytes],
    cache_size: int,
    data: st.DataObject,
) -> None:
    """Blocks are read in any order, repeatedly, with few or none of them cached."""
    path = tmp_path_factory.getbasetemp() / "blocks.bin"
    block_file.write(path, iter(written))
    opened = BlockFile(path, cache_size)

    assert len(opened) == len(written)
    if written:
        order = st.lists(st.integers(0, len(written) - 1), max_size=60)
        for number in data.draw(order):
            assert opened[number] == written[number]
    opened.close()


def test_more_blocks_than_the_cache_holds(tmp_path: Path) -> None:
    written = [f"블록 {number}".encode() * 50 for number in range(1000)]
    block_file.write(tmp_path / "many.bin", written)
    opened = BlockFile(tmp_path / "many.bin")

    for _ in range(2):
        assert [opened[number] for number in range(1000)] == written
    opened.close()


def test_blocks_are_compressed(tmp_path: Path) -> None:
    block_file.write(tmp_path / "b.bin", [b"\0" * 10**6, "전작권".encode() * 10**5])

    assert (tmp_path / "b.bin").stat().st_size < 10**4


def test_bytes_that_many_blocks_share_are_stored_once(tmp_path: Path) -> None:
    drawn = random.Random(7)  # noqa: S311
    common, other = drawn.randbytes(400), [drawn.randbytes(40) for _ in range(500)]
    block_file.write(tmp_path / "b.bin", [common + data for data in other])
    opened = BlockFile(tmp_path / "b.bin")

    assert [opened[number] for number in range(500)] == [common + d for d in other]
    assert (tmp_path / "b.bin").stat().st_size < 500 * 100 + (1 << 16)
    opened.close()


@pytest.mark.parametrize("place", [0, 500, 10_000, 32_767])
def test_a_damaged_compression_dictionary_is_an_error(
    tmp_path: Path, place: int
) -> None:
    """It stands behind the blocks, and what is wrong with it is wrong with them all."""
    drawn = random.Random(7)  # noqa: S311
    written = [drawn.randbytes(600) for _ in range(64)]
    block_file.write(tmp_path / "b.bin", written)
    checksums.write(tmp_path)
    data = bytearray((tmp_path / "b.bin").read_bytes())
    end = len(data) - 8 * (64 + 3)
    data[end - (1 << 15) + place] ^= 0xFF
    (tmp_path / "b.bin").write_bytes(data)

    with (
        pytest.raises(FileDamagedError),
        closing(BlockFile(tmp_path / "b.bin")) as opened,
    ):
        opened[3]


def test_a_block_that_ends_too_early_is_an_error(tmp_path: Path) -> None:
    block_file.write(tmp_path / "b.bin", [b"first" * 9, b"second" * 9])
    data = bytearray((tmp_path / "b.bin").read_bytes())
    # The second of four offsets, before the number of the blocks, is where it ends.
    data[-32] -= 1
    (tmp_path / "b.bin").write_bytes(data)
    opened = BlockFile(tmp_path / "b.bin")

    with pytest.raises(FileDamagedError):
        opened[0]
    opened.close()


def test_reading_a_block_reads_no_other(tmp_path: Path) -> None:
    """A damaged block is in nobody's way but its own."""
    drawn = random.Random(7)  # noqa: S311
    written = [drawn.randbytes(checksums.PIECE) for _ in range(5)]
    path = tmp_path / "b.bin"
    block_file.write(path, written)
    checksums.write(tmp_path)
    data = bytearray(path.read_bytes())
    data[checksums.PIECE * 5 // 2] ^= 0xFF
    path.write_bytes(data)
    opened = BlockFile(path)

    assert (opened[0], opened[4]) == (written[0], written[4])
    with pytest.raises(FileDamagedError, match="the file is damaged"):
        opened[2]
    opened.close()


def test_a_cached_block_is_not_read_again(tmp_path: Path) -> None:
    block_file.write(tmp_path / "b.bin", [b"one", b"two"])
    opened = BlockFile(tmp_path / "b.bin", cache_size=1)

    assert opened[0] is opened[0]
    first = opened[0]
    assert opened[1] == b"two"
    assert opened[0] == first
    assert opened[0] is not first
    opened.close()


def test_reading_after_closing_is_an_error(tmp_path: Path) -> None:
    block_file.write(tmp_path / "b.bin", [b"one"])
    opened = BlockFile(tmp_path / "b.bin")
    opened.close()

    with pytest.raises(ValueError, match="closed"):
        opened[0]
