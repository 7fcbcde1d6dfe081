"""Rebuilding: what is indexed, what is told, and that nothing is ever half-done."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

import indexer
from indexer import kiwi, manifest
from indexer.analysis import ANALYSIS_VERSION, hangul_runs
from indexer.documents import Document
from indexer.errors import CommuniqueError
from indexer.kiwi import Morpheme
from indexer.lexicon import Lexicon
from indexer.rebuild import CORPUS, LEXICON, rebuild
from indexer.store import Store, default_folder
from search.index import open_index

T = TypeVar("T")


@pytest.fixture
def folder(tmp_path: Path, index_folder: Path) -> Path:
    """Return the folder of an index of the communiqué that a test may change."""
    return shutil.copytree(index_folder, tmp_path / "index")


def file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(folder: Path, query: str) -> set[str]:
    with open_index(folder) as opened:
        return {hit.sentence.id for hit in opened.search(query, limit=100)}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# What is indexed


def test_by_default_the_communique_is_indexed(
    index_folder: Path, communique: Document
) -> None:
    made = manifest.read(Store(index_folder).current())

    assert (made.format, made.analysis) == (manifest.FORMAT, ANALYSIS_VERSION)
    assert made.tools == manifest.installed_tools()
    assert made.corpus == ()
    assert made.terms > 1000
    [source] = made.sources
    assert source.document == "scm-52-2020"
    assert Path(source.path) == CORPUS / "scm-52-2020.txt"
    assert (source.title, source.dateline) == (communique.title, communique.dateline)
    assert (source.paragraphs, source.sentences) == (20, 82)


def test_what_is_returned_is_what_is_kept(tmp_path: Path) -> None:
    made = rebuild(tmp_path / "index", [CORPUS])

    assert manifest.read(Store(tmp_path / "index").current()) == made
    assert made.corpus == (str(CORPUS),)


def test_by_default_the_index_is_kept_where_the_variable_says(tmp_path: Path) -> None:
    rebuild(corpus=[file(tmp_path / "글.txt", "전작권을 전환하였다.")])

    assert ids(default_folder(), "전작권") == {"글:1"}


def test_files_of_every_kind_are_indexed_together(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    file(corpus / "a.txt", "전작권을 전환하였다.\n또한 논의하였다.\n")
    file(corpus / "b.txt", "1. 정세를 논의하였다.\n2. 전작권이 있다. 그렇다.\n")
    file(corpus / "c.jsonl", '{"id": "하나", "text": "전작권은 무엇인가? 답."}\n')
    (corpus / "d.txt").write_bytes("이는 전작권이다.".encode("cp949"))
    said: list[str] = []

    made = rebuild(tmp_path / "index", [corpus], say=said.append)

    assert ids(tmp_path / "index", "전작권") == {"a:1", "b:2.1", "하나", "d:1"}
    assert said == [f"{corpus / 'd.txt'}: not UTF-8, read as CP949"]
    assert [
        (s.document, s.encoding, s.paragraphs, s.sentences) for s in made.sources
    ] == [
        ("a", "utf-8", 0, 2),
        ("b", "utf-8", 2, 3),
        ("c", "utf-8", 0, 1),
        ("d", "cp949", 0, 1),
    ]


def test_the_lexicon_knows_every_run_of_the_corpus(
    index_folder: Path, communique: Document
) -> None:
    def unasked(runs: Sequence[str]) -> list[tuple[Morpheme, ...]]:
        raise AssertionError(runs)

    lexicon = Lexicon(Store(index_folder).current() / LEXICON, unasked)
    runs = [run for s in communique.sentences for run in hangul_runs(s.text)]

    assert lexicon.morphemes(runs) == kiwi.morphemes(runs)
    lexicon.close()


def test_a_rebuild_remembers_what_the_index_was_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it was given as seen from a folder that was left since."""
    path = file(tmp_path / "글.txt", "전작권을 전환하였다.")
    monkeypatch.chdir(tmp_path)
    rebuild(tmp_path / "index", [Path("글.txt")])
    file(path, "전작권을 전환하였다.\n전작권이 있다.\n")
    monkeypatch.chdir("/")

    made = rebuild(tmp_path / "index")

    assert made.corpus == (str(path.resolve()),)
    assert ids(tmp_path / "index", "전작권") == {"글:1", "글:2"}


def test_an_index_that_cannot_tell_is_made_anew_from_the_communique(
    folder: Path,
) -> None:
    file(Store(folder).current() / "manifest.json", "{")

    assert rebuild(folder).sentences == 82


# What is told


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rebuild(tmp_path / "index", [file(tmp_path / "글.txt", "전작권.")])

    assert capfd.readouterr() == ("", "")


def test_progress_is_shown_of_every_long_loop(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []

    def progress(items: Sequence[T], label: str) -> Iterable[T]:
        seen.append((label, len(items)))
        return items

    corpus = [
        file(tmp_path / "a.txt", "하나이다.\n둘이다.\n"),
        file(tmp_path / "b.txt", "셋이다."),
    ]
    rebuild(tmp_path / "index", corpus, progress=progress)

    assert seen == [("reading", 2), ("splitting", 2), ("analysing", 1), ("indexing", 3)]


# What fails, and what then is left


RECORD = '{"id": "하나", "text": "가"}\n'
FAULTS: dict[str, tuple[dict[str, str | bytes], str]] = {
    "나쁜 줄": (
        {"a.txt": "가.", "b.jsonl": RECORD + "{"},
        "{0}/b.jsonl, line 2: not a JSON object; nothing was indexed.",
    ),
    "한 파일에 같은 id": (
        {"a.jsonl": RECORD * 2},
        "the id '하나' stands twice, in {0}/a.jsonl; make ids unique.",
    ),
    "두 파일에 같은 id": (
        {"a.jsonl": RECORD, "b.jsonl": RECORD},
        "the id '하나' stands twice, in {0}/a.jsonl and in {0}/b.jsonl; make ids unique.",
    ),
    "문장과 같은 id": (
        {"a.txt": "가.", "b.jsonl": '{"id": "a:1", "text": "가"}'},
        "the id 'a:1' stands twice, in {0}/a.txt and in {0}/b.jsonl; make ids unique.",
    ),
    "빈 글": (
        {"a.txt": " \n", "b.jsonl": ""},
        "{0}/a.txt, {0}/b.jsonl: nothing but blank text; give --corpus something to index.",
    ),
    "읽을 수 없는 부호화": (
        {"a.txt": "가.", "b.txt": b"a\xff\xff"},
        "{0}/b.txt: byte 1 fits neither UTF-8 nor CP949; convert the file to UTF-8.",
    ),
    "빈 폴더": ({}, "{0}: the folder holds no .txt or .jsonl file to index."),
}


@pytest.mark.parametrize(("files", "fault"), FAULTS.values(), ids=list(FAULTS))
def test_a_bad_corpus_is_an_error_and_the_old_index_answers(
    tmp_path: Path, folder: Path, files: dict[str, str | bytes], fault: str
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, data in files.items():
        encoded = data.encode() if isinstance(data, str) else data
        (corpus / name).write_bytes(encoded)
    before = names(folder)

    with pytest.raises(CommuniqueError) as caught:
        rebuild(folder, [corpus])

    assert str(caught.value) == fault.format(corpus)
    assert names(folder) == before
    assert len(ids(folder, "전작권")) == 7


def test_a_corpus_that_went_away_is_an_error_and_the_old_index_answers(
    tmp_path: Path,
) -> None:
    path = file(tmp_path / "글.txt", "전작권을 전환하였다.").resolve()
    rebuild(tmp_path / "index", [path])
    path.unlink()

    with pytest.raises(CommuniqueError) as caught:
        rebuild(tmp_path / "index")

    assert str(caught.value) == (
        f"{path}: there is no such file or folder; give --corpus another path."
    )
    assert ids(tmp_path / "index", "전작권") == {"글:1"}


def test_an_open_index_answers_to_its_end_whatever_is_rebuilt(
    tmp_path: Path, folder: Path
) -> None:
    other = file(tmp_path / "글.txt", "다른 글이다.")

    with open_index(folder) as opened:
        for _ in range(3):
            rebuild(folder, [other])
        assert opened.search("전작권").total == 7
        assert opened.search("새로운 낱말들").total > 0
    assert ids(folder, "전작권") == set()


# Killing it

KILLED = """
import fnmatch, os, signal, sys
from pathlib import Path

from indexer import kiwi
from indexer.lexicon import Lexicon
from indexer.rebuild import LEXICON, rebuild
from indexer.store import Store

_, folder, known, fatal, pattern, times = sys.argv
left = int(times)

# The morphemes come from an index made before: loading Kiwi takes longer than the rest.
kiwi.analyser = lambda _: Lexicon(Path(known), kiwi.morphemes).morphemes


def hook(event, args):
    global left
    if event == fatal and isinstance(args[0], (str, os.PathLike)):
        if fnmatch.fnmatch(os.path.relpath(args[0], folder), pattern):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(hook)
rebuild(Path(folder))
"""
"""Rebuilds, and dies just before it does *fatal* to a path for the n-th time."""

MOMENTS = {
    "시작": ("open", "CURRENT", 1),
    "잠금": ("open", "LOCK", 1),
    "치움": ("shutil.rmtree", "building", 1),
    "폴더 만듦": ("os.mkdir", "building", 1),
    "공백 없는 글": ("open", "building/squeezed.txt", 1),
    "색인 폴더": ("os.mkdir", "building/whoosh", 1),
    "색인 시작": ("open", "building/whoosh/*.trm", 1),
    "색인 마침": ("os.rename", "building/whoosh/_MAIN_1.toc*", 1),
    "낱말": ("open", "building/words.tsv", 1),
    "사전": ("open", "building/lexicon.tsv", 1),
    "명세": ("open", "building/manifest.json", 1),
    "디스크에 씀": ("open", "building/manifest.json", 2),
    "이름 바꿈": ("os.rename", "building", 1),
    "새 지시": ("open", "CURRENT.new", 1),
    "새 지시를 씀": ("open", "CURRENT.new", 2),
    "지시 바꿈": ("os.rename", "CURRENT.new", 1),
    "헌것 치움": ("shutil.rmtree", "g1", 1),
    "끝": ("shutil.rmtree", "building", 2),
}


def kill(folder: Path, known: Path, moment: tuple[str, str, int]) -> None:
    """Rebuild in another process and have that killed at *moment*."""
    arguments = [str(folder), str(known), *map(str, moment)]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, *arguments],
        cwd=Path(indexer.__file__).parents[1],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr or f"never reached {moment}"


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory, index_folder: Path) -> Path:
    """Return the folder of an index that was rebuilt, so that it has an old one."""
    folder = tmp_path_factory.mktemp("rebuilt") / "index"
    shutil.copytree(index_folder, folder)
    rebuild(folder)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=list(MOMENTS))
def test_after_a_kill_the_index_answers_and_the_next_rebuild_clears_up(
    tmp_path: Path, rebuilt: Path, moment: tuple[str, str, int]
) -> None:
    folder = shutil.copytree(rebuilt, tmp_path / "index")

    kill(folder, Store(rebuilt).current() / LEXICON, moment)

    assert len(ids(folder, "전작권")) == 7
    before = Store(folder).current()
    rebuild(folder)
    assert len(ids(folder, "전작권")) == 7
    assert names(folder) == {
        "CURRENT",
        "LOCK",
        before.name,
        Store(folder).current().name,
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("name", ["폴더 만듦", "명세", "지시 바꿈"])
def test_after_a_kill_of_the_first_rebuild_the_next_one_succeeds(
    tmp_path: Path, rebuilt: Path, name: str
) -> None:
    folder = tmp_path / "index"

    kill(folder, Store(rebuilt).current() / LEXICON, MOMENTS[name])
    rebuild(folder)

    assert len(ids(folder, "전작권")) == 7
    assert names(folder) == {"CURRENT", "LOCK", Store(folder).current().name}
