"""The folder of an index: the old generation is current until the new one is complete."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from helpers import write_records
from platformdirs import user_cache_path

from indexer.backends import FolderBackend
from indexer.build import manifest
from indexer.build.generation import Generation, GenerationDamagedError
from indexer.build.index_directory import VARIABLE, IndexDirectory, default_folder
from indexer.build.index_errors import (
    FileMissingError,
    IndexDamagedError,
    IndexFolderError,
    IndexUnreadableError,
    NoIndexError,
    NotAnIndexError,
    OriginLostError,
)
from indexer.build.manifest import IndexOutdatedError
from indexer.build.rebuild import rebuild
from indexer.errors import CommuniqueError
from indexer.file_names import CHECKSUMS, MANIFEST
from indexer.parallel import WorkerKilledError
from indexer.storage import new_file
from indexer.storage.hardlink import link
from search.index import open_index

PIPE = b"a pipe"


@pytest.fixture
def directory(tmp_path: Path) -> IndexDirectory:
    """Return a directory whose folder does not exist yet."""
    return IndexDirectory(tmp_path / "새" / "색인")


def build(directory: IndexDirectory, content: str) -> None:
    with directory.building(pytest.fail) as building:
        (building / "part").mkdir()
        (building / "part" / "data").write_text(content, encoding="utf-8")
        (building / MANIFEST).touch()


def answer(directory: IndexDirectory) -> str:
    return (directory.current() / "part" / "data").read_text(encoding="utf-8")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def message(kind: type[CommuniqueError], directory: IndexDirectory) -> str:
    """Return the message of the error that building in *directory* raises."""
    with pytest.raises(kind) as caught:
        build(directory, "새것")
    return str(caught.value)


# Generations


def test_a_complete_generation_becomes_current(directory: IndexDirectory) -> None:
    build(directory, "하나")
    assert answer(directory) == "하나"

    build(directory, "둘")
    assert answer(directory) == "둘"


def test_a_generation_is_built_in_an_empty_folder_that_is_not_current(
    directory: IndexDirectory,
) -> None:
    build(directory, "하나")

    with directory.building(pytest.fail) as building:
        assert list(building.iterdir()) == []
        assert building != directory.current()
        assert answer(directory) == "하나"
        (building / MANIFEST).touch()


@pytest.mark.parametrize("fault", [ValueError, CommuniqueError, KeyboardInterrupt])
def test_after_a_failing_build_the_old_generation_is_current(
    directory: IndexDirectory, fault: type[BaseException]
) -> None:
    build(directory, "하나")
    before = names(directory.folder)

    def fail_half_way() -> None:
        with directory.building(pytest.fail) as building:
            (building / "half").write_text("반쪽", encoding="utf-8")
            raise fault

    with pytest.raises(fault):
        fail_half_way()

    assert answer(directory) == "하나"
    assert names(directory.folder) == before


def test_a_failing_first_build_leaves_no_index_and_a_second_may_try(
    directory: IndexDirectory,
) -> None:
    with pytest.raises(ValueError, match="첫"), directory.building(pytest.fail):
        raise ValueError("첫 시도")

    with pytest.raises(NoIndexError):
        directory.current()
    build(directory, "하나")
    assert answer(directory) == "하나"


def test_at_most_the_two_latest_generations_remain(directory: IndexDirectory) -> None:
    seen = set()
    for content in ("하나", "둘", "셋", "넷"):
        build(directory, content)
        seen.add(directory.current().name)
        assert len([name for name in names(directory.folder) if name in seen]) <= 2

    assert len(seen) == 4
    assert names(directory.folder) == {"CURRENT", "LOCK", "g3", "g4"}


def test_leftovers_of_a_killed_build_are_removed(directory: IndexDirectory) -> None:
    """It may have been killed while building, before the switch, or while removing."""
    build(directory, "하나")
    for left in ("building", "building-0123abcd", "g2", "g7"):
        (directory.folder / left).mkdir()
        (directory.folder / left / "half").write_text("반쪽", encoding="utf-8")
    os.mkfifo(directory.folder / "CURRENT.new")
    (directory.folder / "building-link").symlink_to("nowhere")
    assert answer(directory) == "하나"

    build(directory, "둘")

    assert answer(directory) == "둘"
    assert names(directory.folder) == {"CURRENT", "LOCK", "g1", "g8"}


def test_leftovers_of_a_switch_are_removed_when_nothing_is_built(
    directory: IndexDirectory,
) -> None:
    """A rebuild that was killed at its last step leaves more than two generations."""
    for content in ("old", "before", "current"):
        build(directory, content)
    (directory.folder / "building-0123abcd").mkdir()
    (directory.folder / "CURRENT.0123abcd").write_text("g4 0\n", encoding="ascii")
    (directory.folder / "g4").mkdir()

    with directory.building(pytest.fail) as building:
        directory.tidy()
        assert building.exists()
        building.joinpath(MANIFEST).touch()
    (directory.folder / "g9").mkdir()
    directory.tidy()

    names = {path.name for path in directory.folder.iterdir()}
    assert names == {"CURRENT", "LOCK", "g3", "g5"}


def test_nothing_is_removed_while_the_current_generation_is_replaced(
    directory: IndexDirectory,
) -> None:
    """CURRENT may be read before a switch, and the generations after it."""
    for content in ("old", "before", "current"):
        build(directory, content)
    shutil.rmtree(directory.current())

    directory.tidy()

    assert names(directory.folder) == {"CURRENT", "LOCK", "g2"}


def test_leftovers_of_a_killed_first_build_are_removed(
    directory: IndexDirectory,
) -> None:
    half = directory.folder / "building-0123abcd" / "half"
    half.parent.mkdir(parents=True)
    half.write_text("반쪽", encoding="utf-8")
    (directory.folder / "LOCK").touch()

    with pytest.raises(NoIndexError):
        directory.current()
    build(directory, "하나")

    assert names(directory.folder) == {"CURRENT", "LOCK", "g1"}


def test_a_late_process_of_a_killed_build_cannot_write_into_the_next_one(
    directory: IndexDirectory,
) -> None:
    """It opens its files by their paths, and the next build links the current ones."""
    build(directory, "하나")
    with directory.building(pytest.fail) as killed:
        (killed / MANIFEST).touch()
        left = shutil.copytree(killed, directory.folder / f"{killed.name}f")

    with directory.building(pytest.fail) as building:
        link(directory.current() / MANIFEST, building / MANIFEST)
        link(directory.current() / MANIFEST, building / "sentences.bin")
        for path in (killed, left):
            with pytest.raises(FileNotFoundError):
                new_file.write(path / "sentences.bin", b"late")
        new_file.write(building / "sentences.bin", b"late")
        assert [path.read_bytes() for path in directory.current().iterdir()] == [b""]

    assert building.name != killed.name


def test_a_second_build_waits_with_a_message(
    directory: IndexDirectory,
) -> None:
    messages: list[str] = []
    waiting = Event()

    def say(text: str) -> None:
        messages.append(text)
        waiting.set()

    def second() -> None:
        with directory.building(say) as building:
            (building / "before").write_text(answer(directory), encoding="utf-8")
            (building / MANIFEST).touch()

    build(directory, "하나")
    thread = Thread(target=second)
    with directory.building(pytest.fail) as building:
        (building / "part").mkdir()
        (building / "part" / "data").write_text("둘", encoding="utf-8")
        (building / MANIFEST).touch()
        thread.start()
        assert waiting.wait(30)
        assert answer(directory) == "하나"
    thread.join(30)

    assert messages == [
        f"{directory.folder}: another rebuild is running; waiting for it to end"
    ]
    assert (directory.current() / "before").read_text(encoding="utf-8") == "둘"


# Folders that hold no index


def test_a_new_or_empty_folder_has_no_index(directory: IndexDirectory) -> None:
    for _ in range(2):
        with pytest.raises(NoIndexError) as caught:
            directory.current()
        assert str(caught.value) == (
            f"{directory.folder}: there is no index; make one with"
            f" `communique rebuild --index {directory.folder}`."
        )
        directory.folder.mkdir(parents=True, exist_ok=True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"g\n",
        b"../g1\n",
        b"g1/..\n",
        b"/etc\n",
        "g１\n".encode(),
        b"\xff\xfe",
        b"g1" * 10_000,
        PIPE,
    ],
)
def test_a_garbled_pointer_is_an_error_and_mended_by_a_rebuild(
    directory: IndexDirectory, data: bytes
) -> None:
    build(directory, "하나")
    pointer = directory.folder / "CURRENT"
    pointer.unlink()
    if data == PIPE:
        os.mkfifo(pointer)
    else:
        pointer.write_bytes(data)

    with pytest.raises(IndexDamagedError) as caught:
        directory.current()
    assert str(caught.value) == (
        f"{directory.folder}: the index is damaged (CURRENT names none of its parts); make"
        f" it anew with `communique rebuild --index {directory.folder}`."
    )
    build(directory, "둘")

    assert answer(directory) == "둘"


FOREIGN = {
    "파일": ["thesis.txt"],
    "숨은 파일": [".git/config"],
    "building 폴더": ["building/thesis.txt", "README"],
    "building 폴더만": ["building/thesis.txt"],
    "LOCK 파일": ["LOCK", "thesis.txt"],
    "CURRENT 파일": ["CURRENT", "MANIFEST-000001"],
    "g1 폴더": ["g1/thesis.txt"],
}


@pytest.mark.parametrize("files", FOREIGN.values(), ids=list(FOREIGN))
def test_a_folder_of_other_files_is_refused_and_left_unchanged(
    tmp_path: Path, files: list[str]
) -> None:
    folder = tmp_path / "남의 것"
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("소중한 글", encoding="utf-8")

    assert message(NotAnIndexError, IndexDirectory(folder)) == (
        f"{folder}: holds something, but no index; give --index an empty or new folder."
    )
    remaining = {path for path in folder.rglob("*") if path.is_file()}
    assert remaining == {folder / name for name in files}
    assert {path.read_text(encoding="utf-8") for path in remaining} == {"소중한 글"}


def test_reading_an_index_from_a_folder_of_other_files_is_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / "thesis.txt").touch()

    with pytest.raises(NotAnIndexError) as caught:
        IndexDirectory(tmp_path).current()

    assert str(caught.value) == (
        f"{tmp_path}: holds something, but no index; give --index an empty or new folder."
    )


def test_a_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("소중한 글", encoding="utf-8")

    for attempt in (
        lambda: build(IndexDirectory(path), "새것"),
        IndexDirectory(path).current,
    ):
        with pytest.raises(NotAnIndexError) as caught:
            attempt()
        assert str(caught.value) == (
            f"{path}: holds something, but no index; give --index an empty or new folder."
        )
    assert path.read_text(encoding="utf-8") == "소중한 글"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows names the fault otherwise")
def test_a_folder_that_cannot_be_made_is_named_with_the_systems_reason(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "index"

    assert message(IndexFolderError, IndexDirectory(folder)) == (
        f"{folder}: the index cannot be kept there (Not a directory);"
        " mend that or give --index another folder."
    )


@pytest.mark.parametrize("name", ["link", "link/index"])
def test_a_link_to_nothing_is_named_with_the_remedy(tmp_path: Path, name: str) -> None:
    link = tmp_path / "link"
    link.symlink_to("nothing")

    assert message(IndexFolderError, IndexDirectory(tmp_path / name)) == (
        f"{link}: the index cannot be kept there (it is no folder);"
        " mend that or give --index another folder."
    )


@pytest.mark.parametrize(
    "fault",
    [
        PermissionError(errno.EACCES, "Permission denied", "/elsewhere/글.txt"),
        OSError(errno.EMFILE, "Too many open files"),
        WorkerKilledError(),
    ],
)
def test_a_fault_elsewhere_is_none_of_the_folder(
    directory: IndexDirectory, fault: Exception
) -> None:
    with pytest.raises(type(fault)) as caught, directory.building(pytest.fail):
        raise fault

    assert caught.value is fault


def test_pipes_in_place_of_files_are_not_waited_for(copy: IndexDirectory) -> None:
    folder = copy.current()
    for name in (MANIFEST, CHECKSUMS, "words.bin"):
        (folder / name).rename(folder.parent / f".{name}")
        os.mkfifo(folder / name)
        with pytest.raises(CommuniqueError):
            FolderBackend(copy.folder).verify()
        if name != "words.bin":
            (folder / name).unlink()
            (folder.parent / f".{name}").rename(folder / name)
    with pytest.raises(CommuniqueError, match="words"):
        open_index(copy.folder)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_rebuild_does_not_wait_for_a_pipe_in_place_of_a_manifest(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    corpus, index = (
        write_records(tmp_path / "a.jsonl", {"a": "동맹"}),
        tmp_path / "index",
    )
    rebuild(index, [corpus])
    (index / "g1" / MANIFEST).unlink()
    make(index / "g1" / MANIFEST)

    with pytest.raises(OriginLostError):
        rebuild(index)
    assert rebuild(index, [corpus]).sentences == 1
    assert FolderBackend(index).verify().sentences == 1


# The default folder


def test_the_variable_names_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "거기"))

    assert default_folder() == tmp_path / "거기"


@pytest.mark.skipif(sys.platform != "linux", reason="each platform has its own place")
@pytest.mark.parametrize("value", [None, ""], ids=["없음", "빔"])
def test_without_the_variable_the_cache_folder_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if value is None:
        monkeypatch.delenv(VARIABLE)
    else:
        monkeypatch.setenv(VARIABLE, value)

    assert default_folder() == tmp_path / "communique-search" / "index"


@pytest.mark.parametrize("cache", ["/cache", "", "relative", " /cache", None])
@pytest.mark.parametrize("home", ["/home/kim", "relative", "", None])
def test_the_default_folder_is_that_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, cache: str | None, home: str | None
) -> None:
    for name, value in ((VARIABLE, None), ("XDG_CACHE_HOME", cache), ("HOME", home)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)

    expected = user_cache_path("communique-search") / "index"

    assert default_folder() == expected


def test_on_windows_the_default_folder_is_in_a_folder_for_caches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cache_path(name: str = "") -> Path:
        return Path("Local", name, name, "Cache" if name else "")

    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("platformdirs.user_cache_path", cache_path)

    program = "communique-search"
    assert default_folder() == Path("Local", program, program, "Cache", "index")


def test_no_test_touches_the_users_index(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    assert default_folder().is_relative_to(tmp_path_factory.getbasetemp())
    with pytest.raises(NoIndexError):
        IndexDirectory(default_folder()).current()


def test_without_its_lock_a_folder_is_still_an_index(directory: IndexDirectory) -> None:
    build(directory, "하나")
    (directory.folder / "LOCK").unlink()

    build(directory, "둘")

    assert answer(directory) == "둘"


# The current generation, opened


def test_the_current_generation_is_opened_by_its_sealed_manifest(
    index_folder: Path,
) -> None:
    directory = IndexDirectory(index_folder)
    generation = directory.open_current()

    assert generation.folder == directory.current()
    assert generation.name == directory.current_name()
    assert generation.manifest == manifest.read(generation.folder)
    assert generation.changed_files == ()


def test_without_an_index_nothing_is_opened(directory: IndexDirectory) -> None:
    with pytest.raises(NoIndexError):
        directory.open_current()


def test_a_pointer_to_nothing_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("g7\n", encoding="ascii")

    with pytest.raises(FileMissingError) as caught:
        IndexDirectory(tmp_path).open_current()

    assert str(caught.value) == (
        f"{tmp_path}: the index is damaged (manifest.json is missing); make it anew with"
        f" `communique rebuild --force --index {tmp_path}`."
    )


@pytest.fixture
def copy(index_folder: Path, tmp_path: Path) -> IndexDirectory:
    """Return an index of the communiqué that a test may damage."""
    return IndexDirectory(shutil.copytree(index_folder, tmp_path / "copy"))


def test_a_manifest_that_was_not_sealed_is_refused(copy: IndexDirectory) -> None:
    folder = copy.current()
    manifest.read(folder)._replace(made="2020-10-14T00:00:00Z").write(folder)

    for any_version in (False, True):
        with pytest.raises(GenerationDamagedError, match="changed: manifest"):
            copy.open_current(any_version=any_version)


def test_a_generation_of_other_versions_is_opened_only_by_request(
    copy: IndexDirectory,
) -> None:
    folder = copy.current()
    manifest.read(folder)._replace(analysis=-1).write(folder)
    seal = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    (copy.folder / "CURRENT").write_text(f"{folder.name} {seal}\n", encoding="ascii")

    assert copy.open_current(any_version=True).manifest.analysis == -1
    with pytest.raises(IndexOutdatedError, match="analysis -1"):
        copy.open_current()


def test_a_reader_goes_on_with_the_successor_of_a_removed_generation(
    copy: IndexDirectory,
) -> None:
    names: list[str] = []

    def read(generation: Generation) -> bytes:
        names.append(generation.folder.name)
        if len(names) == 1:
            for _ in range(2):
                with copy.building(pytest.fail) as building:
                    shutil.copytree(generation.folder, building, dirs_exist_ok=True)
        return (generation.folder / MANIFEST).read_bytes()

    copy.read(read)

    assert names == ["g1", "g3"]


def test_changed_missing_and_new_files_are_listed(copy: IndexDirectory) -> None:
    folder = copy.current()
    (folder / "lexicon.bin").write_bytes(b"")
    (folder / "nouns.bin").unlink()
    (folder / "whoosh" / "more").touch()
    generation = copy.open_current(any_version=True)

    assert generation.changed_files == ("lexicon.bin", "nouns.bin", "whoosh/more")
    with pytest.raises(GenerationDamagedError) as caught:
        generation.verify()
    assert str(caught.value) == (
        f"{copy.folder}: the index is damaged (changed: lexicon.bin, nouns.bin,"
        f" whoosh/more); make it anew with `communique rebuild --force --index {copy.folder}`."
    )


def test_an_old_generation_that_cannot_be_removed_does_not_fail_a_build(
    directory: IndexDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in ("하나", "둘", "셋"):
        build(directory, content)

    def refuse(path: str, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "rmdir", refuse)
    build(directory, "넷")

    assert answer(directory) == "넷"


# A device that fails


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/self/mem fails to be read")
@pytest.mark.parametrize("name", ["CURRENT", "g1/manifest.json", "g1/checksums.bin"])
def test_an_input_error_is_not_called_damage(tmp_path: Path, name: str) -> None:
    index = tmp_path / "index"
    rebuild(index, [write_records(tmp_path / "a.jsonl", {"a": "동맹"})])
    (index / name).unlink()
    (index / name).symlink_to("/proc/self/mem")

    with pytest.raises(IndexUnreadableError) as caught:
        IndexDirectory(index).open_current()

    assert str(caught.value) == (
        f"{index / name}: the index cannot be read (the device reports an input/output"
        " error; see the log of the system); mend that and try again."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/self/mem fails to be read")
def test_a_manifest_that_cannot_be_read_is_not_called_lost(tmp_path: Path) -> None:
    """That message would advise to remove the folder."""
    index = tmp_path / "index"
    rebuild(index, [write_records(tmp_path / "a.jsonl", {"a": "동맹"})])
    (index / "g1" / MANIFEST).unlink()
    (index / "g1" / MANIFEST).symlink_to("/proc/self/mem")

    with pytest.raises(IndexUnreadableError):
        IndexDirectory(index).origin()
