"""Opening an index: which faults are damage, and that none leaves a file open."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import index_records

from indexer.build.generation import GenerationDamagedError
from indexer.build.index_directory import IndexDirectory
from indexer.build.index_errors import IndexUnreadableError
from indexer.errors import CommuniqueError
from indexer.file_names import SYNONYMS
from search import open as opening
from search.index import open_index


@pytest.fixture
def without_gc() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the maps of Linux")
@pytest.mark.usefixtures("without_gc")
def test_a_damaged_file_leaves_no_file_open(tmp_path: Path) -> None:
    index = index_records(tmp_path, ["전작권 전환을 논의하였다.", "SCM"])
    generation = IndexDirectory(index).current()
    refused = []
    for path in sorted(generation.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        if not data:
            continue
        path.write_bytes(data[:-1])
        try:
            open_index(index).close()
        except CommuniqueError:
            refused.append(path.name)
            assert str(generation) not in Path("/proc/self/maps").read_text("utf-8")
        path.write_bytes(data)

    assert len(refused) > 12


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (MemoryError(), MemoryError),
        (OSError(errno.EMFILE, "Too many open files"), IndexUnreadableError),
        (PermissionError(errno.EACCES, "Permission denied"), IndexUnreadableError),
        (OSError(errno.ESTALE, "Stale file handle"), IndexUnreadableError),
        (ZeroDivisionError("a fault in the program"), ZeroDivisionError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_fault_of_another_kind_is_not_reported_as_damage(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    raised: type[Exception],
) -> None:
    index = index_records(tmp_path, ["전작권 전환을 논의하였다."])

    def refuse(_: Path) -> None:
        raise fault

    monkeypatch.setattr(opening, "Synonyms", refuse)
    with pytest.raises(raised) as caught:
        open_index(index)

    assert not isinstance(caught.value, GenerationDamagedError)


def _make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as unbound:
        unbound.bind(path.name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize(
    "make", [os.mkfifo, os.mkdir, _make_socket], ids=["pipe", "folder", "socket"]
)
def test_a_pipe_folder_or_socket_in_the_place_of_a_file_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    index = index_records(tmp_path, ["전작권 전환을 논의하였다."])
    generation = IndexDirectory(index).current()
    (generation / SYNONYMS).unlink()
    monkeypatch.chdir(generation)
    make(generation / SYNONYMS)

    with pytest.raises(CommuniqueError, match="the index is damaged"):
        open_index(index)
