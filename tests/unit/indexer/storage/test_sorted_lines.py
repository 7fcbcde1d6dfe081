"""Sorted lines: those that begin in a given way are found without reading the rest."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.storage import sorted_lines
from indexer.storage.block_file import BlockFile
from indexer.storage.sorted_lines import SortedLines

BYTES = st.binary(max_size=6).map(lambda line: line.translate(None, b"\n\xff"))
"""Lines are text, and no character has the byte FF."""
ALIKE = st.text("a\t가각힣😀", max_size=5).map(str.encode)
LINES = st.sets(BYTES | ALIKE, max_size=60).map(sorted)


def opened(
    folder: Path,
    written: list[bytes],
    block: int,
    key: Callable[[bytes], bytes] = bytes,
) -> SortedLines:
    """Write lines in blocks of at least *block* bytes, and open them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_lines, "_BLOCK", block)
        sorted_lines.write(folder / "lines.bin", iter(written))
    return SortedLines(folder / "lines.bin", key)


@given(
    written=LINES,
    start=BYTES | ALIKE,
    most=st.none() | st.integers(0, 70),
    block=st.integers(1, 40),
)
@example(written=[], start=b"", most=None, block=1)
@example(written=[b""], start=b"", most=None, block=1)
@example(written=[b"", b"a"], start=b"", most=1, block=1)
def test_lines_with_a_prefix_equal_those_of_a_filter(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[bytes],
    start: bytes,
    most: int | None,
    block: int,
) -> None:
    lines = opened(tmp_path_factory.getbasetemp(), written, block)

    expected = [line for line in written if line.startswith(start)]
    assert lines.with_prefix(start) == expected
    assert lines.with_prefix(start, most) == expected[:most]
    lines.close()


@given(written=LINES, key=BYTES | ALIKE, block=st.integers(1, 40))
@example(written=[], key=b"", block=1)
@example(written=[b""], key=b"", block=1)
@example(written=[b"a"], key=b"", block=1)
def test_the_last_line_up_to_a_key_is_found(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[bytes],
    key: bytes,
    block: int,
) -> None:
    lines = opened(tmp_path_factory.getbasetemp(), written, block)

    assert lines.last(key) == max((w for w in written if w <= key), default=None)
    lines.close()


@given(
    written=st.sets(st.text("aAbBgG가", max_size=3).map(str.encode), max_size=60),
    start=st.text("abg가", max_size=3).map(str.encode),
    most=st.none() | st.integers(0, 70),
    block=st.integers(1, 20),
)
@example(written={b"aa", b"aA", b"Aa", b"AA"}, start=b"aa", most=None, block=1)
def test_lines_with_the_same_key_are_found(
    tmp_path_factory: pytest.TempPathFactory,
    written: set[bytes],
    start: bytes,
    most: int | None,
    block: int,
) -> None:
    ordered = sorted(written, key=lambda line: (line.lower(), line))
    folder = tmp_path_factory.getbasetemp()
    lines = opened(folder, ordered, block, bytes.lower)

    expected = [line for line in ordered if line.lower().startswith(start)]
    assert lines.with_prefix(start) == expected
    assert lines.with_prefix(start, most) == expected[:most]
    lines.close()


@given(written=LINES.filter(bool), block=st.integers(1, 40))
def test_every_line_is_found_by_each_of_its_prefixes(
    tmp_path_factory: pytest.TempPathFactory, written: list[bytes], block: int
) -> None:
    """Also the last line of a block, and the first of the next."""
    lines = opened(tmp_path_factory.getbasetemp(), written, block)

    for line in written:
        assert lines.with_prefix(line)[0] == line
        for end in range(len(line)):
            assert line in lines.with_prefix(line[:end])
    lines.close()


@pytest.mark.parametrize("more", range(-3, 4))
def test_blocks_end_between_lines(tmp_path: Path, more: int) -> None:
    """Whether or not a block is full to its last byte."""
    size = sorted_lines._BLOCK  # noqa: SLF001 (where the borders are)
    written = [f"{number:03}".encode().ljust(size // 64 - 1) for number in range(200)]
    written[63] = written[63] + b"x" * more if more > 0 else written[63][: more or None]
    sorted_lines.write(tmp_path / "l.bin", written)
    lines = SortedLines(tmp_path / "l.bin")
    blocks = BlockFile(tmp_path / "l.bin")

    assert len(blocks) > 3
    assert lines.with_prefix(b"") == written
    for number, line in enumerate(written):
        assert lines.with_prefix(f"{number:03}".encode()) == [line]
    assert lines.with_prefix(b"0") == written[:100]
    blocks.close()
    lines.close()


def test_all_of_many_lines_with_the_same_prefix_are_found(tmp_path: Path) -> None:
    written = [f"전작권{number:05}".encode() for number in range(20_000)]
    sorted_lines.write(tmp_path / "l.bin", [b"a", *written, "힣".encode()])
    lines = SortedLines(tmp_path / "l.bin")

    assert lines.with_prefix("전작권".encode()) == written
    assert lines.with_prefix("전작권".encode(), 7000) == written[:7000]
    assert lines.with_prefix("전작권1".encode()) == written[10_000:]
    lines.close()


def test_looking_up_a_line_decompresses_one_block_and_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = [f"{number:06}".encode() for number in range(20_000)]
    sorted_lines.write(tmp_path / "l.bin", written)
    lines = SortedLines(tmp_path / "l.bin")
    read: list[bytes] = []
    unpacker = zlib.decompressobj

    def counting(*, wbits: int, zdict: bytes) -> object:
        read.append(zdict)
        return unpacker(wbits=wbits, zdict=zdict)

    monkeypatch.setattr(zlib, "decompressobj", counting)

    assert lines.with_prefix(b"012345") == [b"012345"]
    # And once what all blocks have in common.
    assert len(read) == 3
    assert lines.with_prefix(b"012346") == [b"012346"]
    assert len(read) == 3
    assert lines.with_prefix(b"missing") == []
    assert len(read) == 4
    lines.close()
