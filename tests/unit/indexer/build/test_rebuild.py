"""Rebuilding in a folder: inputs, messages, reuse, failures, and kills at any step."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from filelock import FileLock

import indexer
from indexer.analysis import kiwi
from indexer.analysis.analyzer import ANALYSIS_VERSION, hangul_runs
from indexer.analysis.kiwi import Morphemes
from indexer.build import manifest
from indexer.build.index_directory import IndexDirectory, default_folder
from indexer.build.plan import CORPUS
from indexer.build.rebuild import rebuild
from indexer.errors import CommuniqueError
from indexer.file_names import MORPHEME_CACHE, NOUNS
from indexer.ingest.document import Document
from indexer.ingest.file_kinds import KINDS
from indexer.progress import Items
from indexer.storage import checksums
from indexer.storage.morpheme_cache import MorphemeCache
from indexer.versions import installed_tools
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


# Inputs


def test_by_default_the_communique_is_indexed(
    index_folder: Path, communique: Document
) -> None:
    made = manifest.read(IndexDirectory(index_folder).current())

    assert (made.format, made.analysis) == (manifest.FORMAT, ANALYSIS_VERSION)
    assert made.tools == installed_tools()
    assert made.corpus == ()
    assert made.terms > 1000
    [source] = made.sources
    assert source.document == "scm-52-2020"
    assert Path(source.path) == CORPUS / "scm-52-2020.txt"
    assert (source.title, source.dateline) == (communique.title, communique.dateline)
    assert (source.paragraphs, source.sentences) == (20, 82)


def test_the_manifest_on_disk_is_returned(tmp_path: Path) -> None:
    made = rebuild(tmp_path / "index", [CORPUS])

    assert manifest.read(IndexDirectory(tmp_path / "index").current()) == made
    assert made.corpus == (str(CORPUS),)


def test_the_variable_names_the_default_folder(tmp_path: Path) -> None:
    rebuild(corpus=[file(tmp_path / "글.txt", "전작권을 전환하였다.")])

    assert ids(default_folder(), "전작권") == {"글:1"}


def test_files_of_every_kind_are_indexed_together(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    file(corpus / "a.txt", "전작권을 전환하였다.\n또한 논의하였다.\n")
    file(corpus / "b.txt", "1. 정세를 논의하였다.\n2. 전작권이 있다. 그렇다.\n")
    file(corpus / "c.jsonl", '{"id": "하나", "text": "전작권은 무엇인가? 답."}\n')
    (corpus / "d.txt").write_bytes("이는 전작권이다.".encode("cp949"))
    messages: list[str] = []

    made = rebuild(tmp_path / "index", [corpus], say=messages.append)

    assert ids(tmp_path / "index", "전작권") == {"a:1", "b:2.1", "하나", "d:1"}
    assert messages == [f"{corpus / 'd.txt'}: not UTF-8, read as CP949"]
    assert [
        (s.document, s.encoding, s.paragraphs, s.sentences) for s in made.sources
    ] == [
        ("a", "utf-8", 0, 2),
        ("b", "utf-8", 2, 3),
        ("c", "utf-8", 0, 1),
        ("d", "cp949", 0, 1),
    ]


def test_the_lexicon_has_every_run_of_the_corpus(
    index_folder: Path, communique: Document
) -> None:
    def refuse(runs: Iterable[str]) -> Iterable[Morphemes]:
        for run in runs:
            raise AssertionError(run)
        return ()

    generation = IndexDirectory(index_folder).current()
    lexicon = MorphemeCache(generation / MORPHEME_CACHE, generation / NOUNS, refuse)
    runs = [run for s in communique.sentences for run in hangul_runs(s.text)]

    assert lexicon.morphemes(runs) == list(kiwi.morphemes(runs))
    assert {run for run, _ in lexicon.runs()} == set(runs)
    lexicon.close()


def test_a_rebuild_repeats_the_previous_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is resolved when it is given, not when it is repeated."""
    path = file(tmp_path / "글.txt", "전작권을 전환하였다.")
    monkeypatch.chdir(tmp_path)
    rebuild(tmp_path / "index", [Path("글.txt")])
    file(path, "전작권을 전환하였다.\n전작권이 있다.\n")
    monkeypatch.chdir("/")

    made = rebuild(tmp_path / "index")

    assert made.corpus == (str(path.resolve()),)
    assert ids(tmp_path / "index", "전작권") == {"글:1", "글:2"}


def test_a_rebuild_without_a_recorded_corpus_requires_one(
    folder: Path,
) -> None:
    file(IndexDirectory(folder).current() / "manifest.json", "{")

    with pytest.raises(CommuniqueError) as caught:
        rebuild(folder)

    assert str(caught.value) == (
        f"{folder}: the index no longer records its corpus; give --corpus, or remove"
        " the folder."
    )
    assert rebuild(folder, [CORPUS]).sentences == 82


def older_format(folder: Path) -> None:
    path = IndexDirectory(folder).current() / "manifest.json"
    record = json.loads(path.read_text(encoding="utf-8")) | {"format": 1, "files": None}
    path.write_text(json.dumps(record), encoding="utf-8")
    (folder / "CURRENT").write_text("g1\n", encoding="ascii")


def pointer_gone(folder: Path) -> None:
    (folder / "CURRENT").unlink()


def pointer_damaged(folder: Path) -> None:
    (folder / "CURRENT").write_bytes(b"\0")


@pytest.mark.parametrize("harm", [older_format, pointer_gone, pointer_damaged])
def test_an_index_that_cannot_be_opened_still_records_its_corpus(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    path = file(tmp_path / "글.txt", "전작권을 전환하였다.")
    rebuild(tmp_path / "index", [path])
    harm(tmp_path / "index")

    made = rebuild(tmp_path / "index")

    assert made.corpus == (str(path),)
    assert ids(tmp_path / "index", "전작권") == {"글:1"}


def manifest_of_before(folder: Path) -> None:
    shutil.copy(folder / "g1/manifest.json", folder / "g2/manifest.json")


def generations_swapped(folder: Path) -> None:
    for name, other in (("g1", "x"), ("g2", "g1"), ("x", "g2")):
        (folder / name).rename(folder / other)


def pointer_to(name: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        path = folder / "CURRENT"
        text = path.read_text(encoding="ascii").replace("g2", name)
        path.write_text(text, encoding="ascii")

    return harm


@pytest.mark.parametrize(
    ("harm", "tells"),
    [
        (manifest_of_before, False),
        (generations_swapped, True),
        (pointer_to("g1"), True),
        (pointer_to("g7"), True),
    ],
)
def test_the_corpus_of_another_generation_is_not_repeated(
    tmp_path: Path, harm: Callable[[Path], None], tells: bool
) -> None:
    """The new index would lack the files that were added since, without a message."""
    folder = tmp_path / "index"
    paths = [file(tmp_path / f"{name}.txt", "전작권이 있다.") for name in "ab"]
    rebuild(folder, paths[:1])
    rebuild(folder, paths)
    harm(folder)

    if tells:
        assert rebuild(folder).corpus == tuple(map(str, paths))
    else:
        with pytest.raises(CommuniqueError, match="no longer records its corpus"):
            rebuild(folder)


def test_leftovers_of_a_killed_rebuild_are_removed_though_nothing_has_changed(
    folder: Path,
) -> None:
    """Files of a rebuild that is running stay."""
    building = folder / "building-0123abcd"
    building.mkdir()
    file(building / "sentences.bin", "half")
    with FileLock(folder / "LOCK"):
        rebuild(folder)
        assert building.exists()
    rebuild(folder)

    assert not building.exists()


# Missing files


def test_a_missing_file_is_an_error_unless_it_is_allowed(
    tmp_path: Path, texts: Path
) -> None:
    folder = tmp_path / "index"
    before = state(folder)
    (texts / "b.txt").unlink()

    with pytest.raises(CommuniqueError) as caught:
        rebuild(folder)

    assert str(caught.value) == (
        f"{texts / 'b.txt'}: indexed before, and not there now; put it back, give"
        " --corpus what to index, or --allow-missing to go on without."
    )
    assert state(folder) == before
    messages: list[str] = []
    made = rebuild(folder, allow_missing=True, say=messages.append)
    assert [source.document for source in made.sources] == ["a"]
    assert messages == [
        f"left out: {texts / 'b.txt'} was indexed before and is not there now"
    ]
    assert rebuild(folder) == made


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda path: path.symlink_to(path.name), "cannot be read"),
        (lambda path: path.write_bytes(b"\xb0\xa1\xff"), "fits neither"),
    ],
)
def test_an_unreadable_file_is_an_error_unless_it_is_allowed(
    tmp_path: Path, texts: Path, harm: Callable[[Path], object], message: str
) -> None:
    harm(texts / "c.txt")
    before = state(tmp_path / "index")

    with pytest.raises(CommuniqueError, match=rf"c\.txt: .*{message}"):
        rebuild(tmp_path / "index")

    assert state(tmp_path / "index") == before
    made = rebuild(tmp_path / "index", allow_missing=True, force=True)
    assert [source.document for source in made.sources] == ["a", "b"]


def test_a_renamed_file_is_not_missing(tmp_path: Path, texts: Path) -> None:
    (texts / "b.txt").rename(texts / "c.txt")

    made = rebuild(tmp_path / "index")

    assert [source.document for source in made.sources] == ["a", "c"]


def test_another_corpus_may_lack_files_of_the_previous_one(
    tmp_path: Path, texts: Path
) -> None:
    made = rebuild(tmp_path / "index", [texts / "a.txt"])

    assert [source.document for source in made.sources] == ["a"]


def test_a_rebuild_that_waited_does_not_overwrite_newer_text(
    tmp_path: Path, texts: Path
) -> None:
    folder = tmp_path / "index"
    path = file(texts / "b.txt", "처음 글이다.")

    def progress(items: Items[T], label: str) -> Iterable[T]:
        if label == "splitting":
            file(path, "나중 글이다.")
        return items

    before = state(folder)
    with pytest.raises(CommuniqueError) as caught:
        rebuild(folder, progress=progress)

    assert str(caught.value) == (
        f"{path}: was changed while the index was made; the index was left as it is,"
        " rebuild it again."
    )
    assert state(folder) == before
    rebuild(folder)
    assert ids(folder, "나중") == {"b:1"}


# Output


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rebuild(tmp_path / "index", [file(tmp_path / "글.txt", "전작권.")])

    assert capfd.readouterr() == ("", "")


def test_every_long_loop_reports_progress(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []

    def progress(items: Items[T], label: str) -> Iterable[T]:
        seen.append((label, len(items)))
        return items

    corpus = [
        file(tmp_path / "a.txt", "하나이다.\n둘이다.\n"),
        file(tmp_path / "b.txt", "셋이다."),
    ]
    rebuild(tmp_path / "index", corpus, progress=progress)

    assert [label for label, _ in seen] == [
        "reading",
        "splitting",
        "cutting",
        "analysing",
    ]
    counts = dict(seen)
    assert counts["reading"] == counts["splitting"] == 2
    assert counts["cutting"] == 3
    assert counts["analysing"] == len(["하나이다", "둘이다", "셋이다"])


# Reuse


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the bytes and the modification time of every file in *folder*."""
    return {
        path.relative_to(folder).as_posix(): (
            path.read_bytes(),
            path.stat().st_mtime_ns,
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Return a folder of two texts, with their index beside it."""
    corpus = tmp_path / "corpus"
    file(corpus / "a.txt", "1. 양측은 전작권을 전환하였다.\n2. 정세를 논의하였다.\n")
    file(corpus / "b.txt", "전작권이 있다.\n동맹을 강화하였다.\n")
    rebuild(tmp_path / "index", [corpus])
    return corpus


def test_without_a_change_nothing_is_written(tmp_path: Path, texts: Path) -> None:
    folder = tmp_path / "index"
    before = state(folder)
    messages: list[str] = []

    for corpus in ([], [texts]):
        made = rebuild(folder, corpus, say=messages.append)
        assert made == IndexDirectory(folder).open_current().manifest

    assert state(folder) == before
    assert (
        messages
        == ["nothing has changed; the index stays as it is (--force makes it anew)"] * 2
    )


def changed_byte(corpus: Path, _: Path) -> dict[str, Any]:
    path = corpus / "b.txt"
    path.write_bytes(path.read_bytes().replace("동맹".encode(), "연맹".encode()))
    return {}


def another_file(corpus: Path, _: Path) -> dict[str, Any]:
    file(corpus / "c.txt", "하나이다.")
    return {}


def another_name(corpus: Path, _: Path) -> dict[str, Any]:
    (corpus / "b.txt").rename(corpus / "c.txt")
    return {}


def a_dictionary(corpus: Path, _: Path) -> dict[str, Any]:
    return {"dictionary": file(corpus.parent / "own.tsv", "방위비분담금\tNNG\n")}


def a_damaged_file(_: Path, generation: Path) -> dict[str, Any]:
    path = generation / "sentences.bin"
    path.write_bytes(path.read_bytes()[:-1])
    return {}


def a_missing_file(_: Path, generation: Path) -> dict[str, Any]:
    (generation / "lexicon.bin").unlink()
    return {}


def one_more_file(_: Path, generation: Path) -> dict[str, Any]:
    (generation / "more").touch()
    return {}


def other_versions(_: Path, generation: Path) -> dict[str, Any]:
    manifest.read(generation)._replace(analysis=-1).write(generation)
    seal = hashlib.sha256((generation / "manifest.json").read_bytes()).hexdigest()
    file(generation.parent / "CURRENT", f"{generation.name} {seal}\n")
    return {}


def forced(_: Path, __: Path) -> dict[str, Any]:
    return {"force": True}


@pytest.mark.parametrize(
    "change",
    [
        *(changed_byte, another_file, another_name, a_dictionary),
        *(a_damaged_file, a_missing_file, one_more_file, other_versions, forced),
    ],
)
def test_any_change_makes_a_new_generation(
    tmp_path: Path, texts: Path, change: Callable[[Path, Path], dict[str, Any]]
) -> None:
    folder = tmp_path / "index"
    before = IndexDirectory(folder).current()
    messages: list[str] = []

    rebuild(folder, say=messages.append, **change(texts, before))

    after = IndexDirectory(folder).current()
    assert after.name != before.name
    assert messages == []
    assert "a:1.1" in ids(folder, "전작권")
    assert checksums.digests(after) == manifest.read(after).files
    rebuild(folder)
    assert IndexDirectory(folder).current() == after


def test_a_dictionary_is_used_again_until_it_is_dropped(
    tmp_path: Path, texts: Path
) -> None:
    folder = tmp_path / "index"
    dictionary = file(tmp_path / "own.tsv", "방위비분담금\tNNG\n")
    assert rebuild(folder, dictionary=dictionary).dictionary == str(
        dictionary.resolve()
    )
    first = IndexDirectory(folder).current()

    assert rebuild(folder, [texts], dictionary=dictionary).dictionary == str(
        dictionary.resolve()
    )
    assert IndexDirectory(folder).current() == first

    file(dictionary, "방위비분담금\tNNG\n전작권\tNNG\n")
    made = rebuild(folder)
    assert made.dictionary == str(dictionary.resolve())
    assert IndexDirectory(folder).current() != first

    made = rebuild(folder, keep_dictionary=False)
    assert (made.dictionary, made.dictionary_sha256) == (None, None)
    assert rebuild(folder).dictionary is None


def test_the_new_path_of_a_dictionary_is_recorded(tmp_path: Path, texts: Path) -> None:
    folder = tmp_path / "index"
    dictionary = file(tmp_path / "own.tsv", "방위비분담금\tNNG\n")
    rebuild(folder, [texts], dictionary=dictionary)
    moved = dictionary.rename(tmp_path / "moved.tsv")

    made = rebuild(folder, dictionary=moved)

    assert made.dictionary == str(moved.resolve())
    assert rebuild(folder).dictionary == str(moved.resolve())


def contents(generation: Path) -> dict[str, bytes]:
    """Return the bytes of the searched files, by names that do not change.

    Whoosh gives the files of a segment a name at random, which its table and our list
    of segments have.
    """
    return {
        path.name.partition(".")[2] if path.parent.name == "whoosh" else path.name: (
            path.read_bytes()
        )
        for path in generation.rglob("*")
        if path.is_file()
        and path.name not in ("manifest.json", "checksums.bin", "segments.json")
        and ".toc" not in path.suffix
    }


def answers(folder: Path, queries: Iterable[str]) -> list[list[tuple[str, float]]]:
    with open_index(folder) as opened:
        return [opened.rank(query, limit=100) for query in queries]


@pytest.mark.parametrize("words", ["", "전작권전환\tNNG\n사이버\tNNP\n"])
def test_an_index_with_known_runs_equals_one_made_from_nothing(
    tmp_path: Path, words: str
) -> None:
    """Runs in the old lexicon are not analyzed again."""
    dictionary = file(tmp_path / "own.tsv", words) if words else None
    source = (CORPUS / "scm-52-2020.txt").read_text(encoding="utf-8")
    path = file(tmp_path / "scm.txt", source)
    rebuild(tmp_path / "index", [path], dictionary=dictionary)
    text = source.replace("재확인하였다.", "처음으로 되뇌었다.", 1)
    assert text != source
    file(path, text)

    rebuild(tmp_path / "index")
    rebuild(tmp_path / "anew", [path], dictionary=dictionary)

    before, anew = (
        IndexDirectory(tmp_path / name).current() for name in ("index", "anew")
    )
    assert contents(before) == contents(anew)
    assert manifest.read(before).terms == manifest.read(anew).terms
    queries = dict.fromkeys([*source.split(), *text.split()])
    answers_of_index = answers(tmp_path / "index", queries)
    assert answers_of_index == answers(tmp_path / "anew", queries)
    assert sum(map(bool, answers_of_index)) > 500


def test_only_new_runs_are_analyzed(
    tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyzed: list[str] = []

    class Listening(kiwi.MorphemeAnalyzer):
        def __call__(self, keys: Iterable[str]) -> Iterator[Morphemes]:
            runs = list(keys)
            analyzed.extend(runs)
            return super().__call__(runs)

    monkeypatch.setattr(kiwi, "local_analyzer", Listening)
    file(texts / "b.txt", "전작권이 있다.\n동맹을 되뇌었다.\n")

    rebuild(tmp_path / "index")

    assert analyzed == ["되뇌었다"]


# Failures


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
    "빈 폴더": (
        {},
        f"{{0}}: the folder holds no file to index ({KINDS}).",
    ),
}


@pytest.mark.parametrize(("files", "fault"), FAULTS.values(), ids=list(FAULTS))
def test_a_bad_corpus_is_an_error_and_leaves_the_old_index(
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


def test_a_removed_corpus_is_an_error_and_leaves_the_old_index(
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


def test_an_open_index_answers_during_rebuilds(tmp_path: Path, folder: Path) -> None:
    other = file(tmp_path / "글.txt", "다른 글이다.")

    with open_index(folder) as opened:
        for _ in range(3):
            rebuild(folder, [other], force=True)
        assert opened.search("전작권").total == 7
        assert opened.search("새로운 낱말들").total > 0
    assert ids(folder, "전작권") == set()


# Kills

KILLED = """
import fnmatch, os, signal, sys
from pathlib import Path

from indexer.analysis import kiwi
from indexer.storage.morpheme_cache import MorphemeCache
from indexer.file_names import NOUNS
from indexer.build.rebuild import rebuild

_, folder, known, fatal, pattern, times = sys.argv
left = int(times)

# The morphemes come from an index made before: loading Kiwi takes longer than the rest.
opened = MorphemeCache(Path(known), Path(known).with_name(NOUNS), kiwi.morphemes)
kiwi.MorphemeAnalyzer.__call__ = lambda _, runs: opened.morphemes(list(runs))


def hook(event, args):
    global left
    if event == fatal and isinstance(args[0], (str, os.PathLike)):
        if fnmatch.fnmatch(os.path.relpath(args[0], folder), pattern):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)


sys.addaudithook(hook)
rebuild(Path(folder), force=True)
"""
"""Rebuilds, and dies just before it does *fatal* to a path for the n-th time."""

MOMENTS = {
    "시작": ("open", "CURRENT", 1),
    "잠금": ("open", "LOCK", 1),
    "폴더 만듦": ("os.mkdir", "building-????????", 1),
    "색인 폴더": ("os.mkdir", "building-????????/whoosh", 1),
    "색인 시작": ("open", "building-????????/whoosh/*.trm", 1),
    "색인 마침": ("os.rename", "building-????????/whoosh/_MAIN_1.toc*", 1),
    "문장": ("open", "building-????????/sentences.bin", 1),
    "이름": ("open", "building-????????/references.bin", 1),
    "형태소 차례": ("open", "building-????????/sequences.bin", 1),
    "글자 쌍": ("open", "building-????????/pairs.bin", 1),
    "낱말": ("open", "building-????????/words.bin", 1),
    "약어": ("open", "building-????????/abbreviations.tsv", 1),
    "사전": ("open", "building-????????/lexicon.bin", 1),
    "명사": ("open", "building-????????/nouns.bin", 1),
    "검사합": ("open", "building-????????/checksums.bin", 1),
    "명세": ("open", "building-????????/manifest.json", 1),
    "디스크에 씀": ("open", "building-????????/manifest.json", 2),
    "이름 바꿈": ("os.rename", "building-????????", 1),
    "새 지시": ("open", "CURRENT.*", 1),
    "새 지시를 씀": ("open", "CURRENT.*", 2),
    "지시 바꿈": ("os.rename", "CURRENT.*", 1),
    "헌것 치움": ("shutil.rmtree", "g1", 1),
}


def kill(folder: Path, known: Path, moment: tuple[str, str, int]) -> None:
    """Rebuild in another process, which kills itself at *moment*."""
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
    """Return the folder of an index with two generations."""
    folder = tmp_path_factory.mktemp("rebuilt") / "index"
    shutil.copytree(index_folder, folder)
    rebuild(folder, force=True)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=list(MOMENTS))
def test_after_a_kill_the_index_answers_and_a_rebuild_removes_leftovers(
    tmp_path: Path, rebuilt: Path, moment: tuple[str, str, int]
) -> None:
    folder = shutil.copytree(rebuilt, tmp_path / "index")

    kill(folder, IndexDirectory(rebuilt).current() / MORPHEME_CACHE, moment)

    assert len(ids(folder, "전작권")) == 7
    before = IndexDirectory(folder).current()
    rebuild(folder, force=True)
    assert len(ids(folder, "전작권")) == 7
    assert names(folder) == {
        "CURRENT",
        "LOCK",
        before.name,
        IndexDirectory(folder).current().name,
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("name", ["폴더 만듦", "명세", "지시 바꿈"])
def test_after_a_kill_of_the_first_rebuild_the_next_one_succeeds(
    tmp_path: Path, rebuilt: Path, name: str
) -> None:
    folder = tmp_path / "index"

    kill(folder, IndexDirectory(rebuilt).current() / MORPHEME_CACHE, MOMENTS[name])
    rebuild(folder)

    assert len(ids(folder, "전작권")) == 7
    assert names(folder) == {"CURRENT", "LOCK", IndexDirectory(folder).current().name}
