"""Verified files: bytes that have changed since they were written are not returned."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.file_names import CHECKSUMS, MANIFEST
from indexer.storage import checksums
from indexer.storage.checksums import FileDamagedError, Verified, VerifiedParts

PIECE = checksums.PIECE
DESCRIPTORS = Path("/proc/self/fd")


@pytest.fixture
def generation(tmp_path: Path) -> Path:
    """Return a folder of files of no, one and several pieces, with their checksums."""
    folder = tmp_path / "g1"
    (folder / "whoosh").mkdir(parents=True)
    for name, size in (("empty", 0), ("small", 10), ("whoosh/large", 3 * PIECE + 5)):
        (folder / name).write_bytes(bytes(n * 7 % 251 for n in range(size)))
    checksums.write(folder)
    return folder


def test_the_digests_are_of_every_file_except_the_manifest(tmp_path: Path) -> None:
    for name, data in (("b", b"b"), ("whoosh/a", b""), (MANIFEST, b"{}")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)

    assert checksums.digests(tmp_path) == {
        "b": hashlib.sha256(b"b").hexdigest(),
        "whoosh/a": hashlib.sha256(b"").hexdigest(),
    }


def test_writing_returns_the_digests_in_their_order(generation: Path) -> None:
    (generation / CHECKSUMS).unlink()

    written = checksums.write(generation)

    assert list(written.items()) == list(checksums.digests(generation).items())
    assert {CHECKSUMS, "empty", "whoosh/large"} <= written.keys()


@given(
    size=st.integers(0, 3 * PIECE),
    start=st.integers(-9, 4 * PIECE),
    stop=st.integers(-9, 4 * PIECE),
    has_pread=st.booleans(),
)
def test_slices_are_those_of_the_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    size: int,
    start: int,
    stop: int,
    has_pread: bool,
) -> None:
    """Windows has no `pread`."""
    folder = tmp_path_factory.getbasetemp() / "slices"
    folder.mkdir(exist_ok=True)
    data = bytes(n % 249 for n in range(size))
    (folder / "f").write_bytes(data)
    (folder / CHECKSUMS).unlink(missing_ok=True)
    checksums.write(folder)
    for kind in (Verified, VerifiedParts):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(checksums, "_HAS_PREAD", has_pread and hasattr(os, "pread"))
            opened = kind(folder / "f")
            assert len(opened) == size
            assert opened[start:stop] == data[start:stop]
            assert opened[start:stop] == data[start:stop]
            assert opened.mapped[start:stop] == data[start:stop]
            opened.close()


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="needs /proc")
@pytest.mark.parametrize("kind", [Verified, VerifiedParts])
def test_an_open_file_takes_one_descriptor_and_a_closed_one_none(
    generation: Path, kind: type[Verified]
) -> None:
    """A server has some dozens of files open, and of two indexes while it changes."""
    before = len(list(DESCRIPTORS.iterdir()))

    opened = kind(generation / "whoosh" / "large")
    assert opened[0:1]
    assert len(list(DESCRIPTORS.iterdir())) == before + 1

    opened.close()
    assert len(list(DESCRIPTORS.iterdir())) == before


@pytest.mark.parametrize("kind", [Verified, VerifiedParts])
def test_a_changed_byte_is_detected_when_its_piece_is_read(
    generation: Path, kind: type[Verified]
) -> None:
    path = generation / "whoosh" / "large"
    data = bytearray(path.read_bytes())
    data[PIECE + 3] ^= 1
    path.write_bytes(data)
    opened = kind(path)

    assert opened[0:PIECE] == data[:PIECE]
    assert opened[2 * PIECE : len(data)] == data[2 * PIECE :]
    for part in (
        slice(PIECE, PIECE + 1),
        slice(0, len(data)),
        slice(PIECE - 1, PIECE + 1),
    ):
        with pytest.raises(FileDamagedError, match="communique check"):
            opened[part]
    opened.close()
    with pytest.raises(FileDamagedError):
        checksums.read(path)


@pytest.mark.parametrize("kind", [Verified, VerifiedParts])
@pytest.mark.parametrize("size", [0, PIECE, 3 * PIECE + 4, 3 * PIECE + 6])
def test_another_size_is_detected_at_opening(
    generation: Path, size: int, kind: type[Verified]
) -> None:
    path = generation / "whoosh" / "large"
    path.write_bytes((path.read_bytes() + b"more")[:size])

    with pytest.raises(FileDamagedError):
        kind(path)


def test_a_file_without_checksums_in_a_generation_is_refused(
    generation: Path,
) -> None:
    (generation / "whoosh" / "more").write_bytes(b"more")

    with pytest.raises(FileDamagedError):
        Verified(generation / "whoosh" / "more")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]\n", b"\xff\n", b'{"small": 1}\n'])
def test_with_damaged_checksums_nothing_is_read(generation: Path, data: bytes) -> None:
    (generation / CHECKSUMS).write_bytes(data)

    with pytest.raises(FileDamagedError):
        checksums.read(generation / "small")


def test_a_file_outside_a_generation_is_read_unchecked(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"whatever")

    assert checksums.read(tmp_path / "f") == b"whatever"


def test_a_damaged_copy_of_a_servers_file_is_removed_by_hand(tmp_path: Path) -> None:
    copy = tmp_path / "g7-0123456789abcdef"
    fault = FileDamagedError(copy / "words.bin")

    assert str(fault) == (
        f"{copy / 'words.bin'}: the file is damaged; remove {copy}, and it is copied from"
        " the server again."
    )
