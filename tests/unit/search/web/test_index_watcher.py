"""The open index follows rebuilds, and is closed after its last reader."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from helpers import write_records

from indexer.build.rebuild import rebuild
from search.index import Index
from search.web.answer_cache import AnswerCache
from search.web.index_watcher import IndexWatcher, OpenIndex
from search.web.thread_pools import BusyError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of an index of one record."""
    rebuild_with(tmp_path / "index", "첫째 문장이다.")
    return tmp_path / "index"


def rebuild_with(folder: Path, text: str) -> None:
    corpus = write_records(folder.with_name("r.jsonl"), {"a": text})
    rebuild(folder, [corpus])


def text_of(index: Index) -> bytes:
    return index.show("a")[0].text.encode()


def test_a_rebuild_is_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Index] = []
    close = Index.close

    def closing(index: Index) -> None:
        closed.append(index)
        close(index)

    monkeypatch.setattr(Index, "close", closing)
    watcher = IndexWatcher(folder, say=pytest.fail)
    first = watcher.current
    watcher.check()
    assert watcher.current is first

    rebuild_with(folder, "둘째 문장이다.")
    with watcher.read() as reading:
        watcher.check()
        assert watcher.current.generation.startswith("g2-")
        # A reader of the old generation reads on, although its files are deleted.
        rebuild_with(folder, "셋째 문장이다.")
        rebuild_with(folder, "넷째 문장이다.")
        assert text_of(reading.index).decode() == "첫째 문장이다."
        assert closed == []
    assert closed == [first.index]
    with watcher.read() as reading:
        assert text_of(reading.index).decode() == "둘째 문장이다."
    watcher.check()
    with watcher.read() as reading:
        assert text_of(reading.index).decode() == "넷째 문장이다."
    watcher.stop()
    with pytest.raises(BusyError), watcher.read():
        pass


def test_the_thread_follows_a_rebuild(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.web.index_watcher.POLL_SECONDS", 0.01)
    watcher = IndexWatcher(folder, say=pytest.fail)
    watcher.start()
    rebuild_with(folder, "둘째 문장이다.")
    for _ in range(3_000):
        if watcher.current.generation.startswith("g2-"):
            break
        Event().wait(0.02)
    assert watcher.current.generation.startswith("g2-")
    assert watcher.current.prepared
    watcher.stop()


@pytest.mark.parametrize(
    "harm", [shutil.rmtree, lambda path: (path / "CURRENT").unlink()]
)
def test_an_index_that_cannot_be_read_leaves_the_old_one(
    folder: Path, harm: Callable[[Path], object]
) -> None:
    messages: list[str] = []
    watcher = IndexWatcher(folder, messages.append)
    harm(folder)
    watcher.check()
    watcher.check()

    assert len(messages) == 1
    assert messages[0].endswith("The previous index is searched meanwhile.")
    with watcher.read() as reading:
        assert text_of(reading.index).decode() == "첫째 문장이다."
    watcher.stop()


def test_a_successor_that_fails_is_closed_and_tried_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Index] = []
    faults = [MemoryError(), RuntimeError("can't start new thread")]
    close, prepare = Index.close, OpenIndex.prepare

    def closing(index: Index) -> None:
        closed.append(index)
        close(index)

    def failing(opened: OpenIndex) -> None:
        if faults:
            raise faults.pop()
        prepare(opened)

    monkeypatch.setattr(Index, "close", closing)
    monkeypatch.setattr(OpenIndex, "prepare", failing)
    messages: list[str] = []
    watcher = IndexWatcher(folder, messages.append)
    rebuild_with(folder, "둘째 문장이다.")
    watcher.check()
    watcher.check()

    tried = "the server tries again. The previous index is searched meanwhile."
    assert messages == [
        "the new index cannot be opened (RuntimeError: can't start new thread); "
        + tried,
        f"the new index cannot be opened (MemoryError); {tried}",
    ]
    assert len(closed) == 2
    assert watcher.current.index not in closed
    watcher.check()
    assert watcher.current.generation.startswith("g2-")
    watcher.stop()


def test_a_new_index_in_the_same_folder_is_followed(folder: Path) -> None:
    """Its generations have the numbers of the deleted ones."""
    watcher = IndexWatcher(folder, say=pytest.fail)
    shutil.rmtree(folder)
    rebuild_with(folder, "둘째 문장이다.")
    watcher.check()

    with watcher.read() as reading:
        assert text_of(reading.index).decode() == "둘째 문장이다."
    watcher.stop()


def test_the_successor_has_cached_the_latest_requests(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.web.index_watcher.WARM_UP_SECONDS", 600)
    watcher = IndexWatcher(folder, say=pytest.fail)
    with watcher.read() as reading:
        assert reading.answer("text", text_of).decode() == "첫째 문장이다."
    watcher.current.answers.put(
        "gone", b"", lambda index: index.show("z")[0].text.encode()
    )
    rebuild_with(folder, "둘째 문장이다.")
    watcher.check()

    cached = watcher.current.answers.get("text")
    assert cached is not None
    assert cached.decode() == "둘째 문장이다."
    assert watcher.current.answers.get("gone") is None
    watcher.stop()


def test_the_successor_answers_although_its_warm_up_failed(folder: Path) -> None:
    watcher = IndexWatcher(folder, say=pytest.fail)

    def deadly(_: Index) -> bytes:
        raise MemoryError

    watcher.current.answers.put("deadly", b"", deadly)
    rebuild_with(folder, "둘째 문장이다.")
    watcher.check()

    with watcher.read() as reading:
        assert text_of(reading.index).decode() == "둘째 문장이다."
    watcher.stop()


def test_an_index_with_a_large_cache_is_reopened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = IndexWatcher(folder, say=pytest.fail)
    first = watcher.current
    first.index.search("한미동맹이란 무엇인가")
    monkeypatch.setattr("search.web.index_watcher.MOST_RUNS", 1)
    watcher.check()

    assert watcher.current is not first
    assert watcher.current.generation == first.generation
    watcher.stop()


def test_the_oldest_answers_are_evicted() -> None:
    def handler(_: Index) -> bytes:
        return b""

    answers = AnswerCache(max_bytes=1600)
    for number in range(20):
        answers.put(str(number), bytes(100), handler)
        assert answers.get("0") == bytes(100)
    assert answers.get("1") is None
    assert answers.get("19") == bytes(100)
    assert [key for key, _ in answers.latest()][:2] == ["19", "0"]
    answers.put("large", bytes(101), handler)
    answers.put("?" * 3000, b"", handler)
    assert len(answers.latest()) == 16
