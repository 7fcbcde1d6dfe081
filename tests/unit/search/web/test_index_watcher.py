"""The opened index follows rebuilds, and is closed when nobody reads it."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from indexer.build.rebuild import rebuild
from search.index import Index
from search.web.answer_cache import Answers
from search.web.index_watcher import Following


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of an index of one record."""
    write(tmp_path, "첫째 문장이다.")
    rebuild(tmp_path / "index", [tmp_path / "r.jsonl"])
    return tmp_path / "index"


def write(folder: Path, text: str) -> None:
    (folder / "r.jsonl").write_text(
        f'{{"id": "a", "text": "{text}"}}\n', encoding="utf-8"
    )


def rebuilt(folder: Path, text: str) -> None:
    write(folder.parent, text)
    rebuild(folder, [folder.parent / "r.jsonl"])


def text_of(index: Index) -> bytes:
    return index.show("a")[0].text.encode()


def test_a_rebuild_is_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Index] = []
    close = Index.close

    def closing(index: Index) -> None:
        closed.append(index)
        close(index)

    monkeypatch.setattr(Index, "close", closing)
    following = Following(folder, say=pytest.fail)
    first = following.current
    following.look()
    assert following.current is first

    rebuilt(folder, "둘째 문장이다.")
    with following.read() as reading:
        following.look()
        assert following.current.generation.startswith("g2-")
        # Who reads the old one reads it to the end, though it has been swept away.
        rebuilt(folder, "셋째 문장이다.")
        rebuilt(folder, "넷째 문장이다.")
        assert text_of(reading.index).decode() == "첫째 문장이다."
        assert closed == []
    assert closed == [first.index]
    with following.read() as reading:
        assert text_of(reading.index).decode() == "둘째 문장이다."
    following.look()
    with following.read() as reading:
        assert text_of(reading.index).decode() == "넷째 문장이다."
    following.stop()
    with pytest.raises(RuntimeError), following.read():
        pass


def test_the_watcher_does_it_by_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.web.index_watcher.WATCHED_EVERY", 0.01)
    following = Following(folder, say=pytest.fail)
    following.start()
    rebuilt(folder, "둘째 문장이다.")
    for _ in range(500):
        if following.current.generation.startswith("g2-"):
            break
        Event().wait(0.02)
    assert following.current.generation.startswith("g2-")
    assert following.current.prepared
    following.stop()


@pytest.mark.parametrize(
    "harm", [shutil.rmtree, lambda path: (path / "CURRENT").unlink()]
)
def test_an_index_that_cannot_be_read_leaves_the_old_one(
    folder: Path, harm: Callable[[Path], object]
) -> None:
    said: list[str] = []
    following = Following(folder, said.append)
    harm(folder)
    following.look()
    following.look()

    assert len(said) == 1
    assert said[0].endswith("Until then the index before is searched.")
    with following.read() as reading:
        assert text_of(reading.index).decode() == "첫째 문장이다."
    following.stop()


def test_an_index_made_anew_in_its_place_is_followed(folder: Path) -> None:
    """Its generations have the numbers of those before it."""
    following = Following(folder, say=pytest.fail)
    shutil.rmtree(folder)
    rebuilt(folder, "둘째 문장이다.")
    following.look()

    with following.read() as reading:
        assert text_of(reading.index).decode() == "둘째 문장이다."
    following.stop()


def test_the_successor_knows_what_was_asked_lately(folder: Path) -> None:
    following = Following(folder, say=pytest.fail)
    with following.read() as reading:
        assert reading.answered("text", text_of).decode() == "첫째 문장이다."
    following.current.answers.keep(
        "gone", b"", lambda index: index.show("z")[0].text.encode()
    )
    rebuilt(folder, "둘째 문장이다.")
    following.look()

    kept = following.current.answers.to("text")
    assert kept is not None
    assert kept.decode() == "둘째 문장이다."
    assert following.current.answers.to("gone") is None
    following.stop()


def test_the_successor_answers_though_learning_ended_badly(folder: Path) -> None:
    following = Following(folder, say=pytest.fail)
    here = os.getpid()

    def deadly(_: Index) -> bytes:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return b""

    following.current.answers.keep("deadly", b"", deadly)
    rebuilt(folder, "둘째 문장이다.")
    following.look()

    with following.read() as reading:
        assert text_of(reading.index).decode() == "둘째 문장이다."
    following.stop()


def test_one_that_remembers_too_much_is_opened_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = Following(folder, say=pytest.fail)
    first = following.current
    first.index.search("한미동맹이란 무엇인가")
    monkeypatch.setattr("search.web.index_watcher.MOST_RUNS", 1)
    following.look()

    assert following.current is not first
    assert following.current.generation == first.generation
    following.stop()


def test_the_oldest_answers_are_let_go() -> None:
    def work(_: Index) -> bytes:
        return b""

    answers = Answers(most=1600)
    for number in range(20):
        answers.keep(str(number), bytes(100), work)
        assert answers.to("0") == bytes(100)
    assert answers.to("1") is None
    assert answers.to("19") == bytes(100)
    assert [question for question, _ in answers.latest()][:2] == ["19", "0"]
    answers.keep("large", bytes(101), work)
    answers.keep("?" * 3000, b"", work)
    assert len(answers.latest()) == 16
