"""`communique check` detects any damage of an index."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.build.index_directory import IndexDirectory
from indexer.build.rebuild import rebuild
from indexer.errors import CommuniqueError
from search.cli.main import communique
from search.index import open_index


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(communique, list(map(str, words)))


@pytest.fixture
def copied(index_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copied"
    shutil.copytree(index_folder, folder)
    return folder


def files(folder: Path) -> list[Path]:
    generation = IndexDirectory(folder).current()
    paths = [path for path in generation.rglob("*") if path.is_file()]
    return [path for path in paths if path.name != "manifest.json"]


def test_an_undamaged_index_passes(index_folder: Path) -> None:
    done = run("check", "--index", index_folder)

    assert done.exit_code == 0
    assert done.stdout.startswith("82 sentences of 1 document in ")


def test_a_changed_byte_in_any_file_is_detected(copied: Path) -> None:
    for path in files(copied):
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        done = run("check", "--index", copied)
        assert done.exit_code == 2
        assert path.name in done.stderr
        assert "communique rebuild --force" in done.stderr
        path.write_bytes(data)
    assert run("check", "--index", copied).exit_code == 0


def test_a_missing_file_is_detected(copied: Path) -> None:
    files(copied)[0].unlink()

    assert run("check", "--index", copied).exit_code == 2


@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.99])
def test_a_search_in_a_truncated_index_is_an_error(copied: Path, share: float) -> None:
    messages: list[str] = []
    for path in files(copied):
        if path.parent.name == "whoosh" or path.suffix != ".bin":
            continue
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        try:
            with open_index(copied) as index:
                index.search('"억제 정책" 억재력은 서장관')
        except CommuniqueError as fault:
            messages.append(str(fault))
        path.write_bytes(data)
    assert messages
    assert all("damaged" in message for message in messages)


def test_an_index_without_one_of_its_files_cannot_be_opened(copied: Path) -> None:
    """Without the file of lengths, Whoosh takes every length for 1."""
    for path in files(copied):
        data = path.read_bytes()
        path.unlink()
        with pytest.raises(CommuniqueError, match="damaged"):
            open_index(copied)
        for command in ("check", "info"):
            done = run(command, "--index", copied)
            assert done.exit_code == 2
            assert isinstance(done.exception, SystemExit)
        path.write_bytes(data)


def test_a_changed_byte_never_changes_an_answer(copied: Path) -> None:
    """Also in the files of Whoosh, in the manifest and in its checksum."""
    query = '"억제 정책" 전작권 서장관 speaker:양'
    with open_index(copied) as index:
        before = index.search(query).to_json()
    names = set[str]()
    generation = IndexDirectory(copied).current()
    others = [copied / "CURRENT", generation / "manifest.json"]
    for path in (*files(copied), *others):
        data = path.read_bytes()
        for place in range(0, len(data), len(data) // 5 + 1):
            path.write_bytes(
                data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
            )
            try:
                with open_index(copied) as index:
                    assert index.search(query).to_json() == before
            except CommuniqueError as fault:
                names.add(path.name)
                if "rebuild" not in str(fault):
                    raise
        path.write_bytes(data)
    assert {"CURRENT", "manifest.json", "checksums.bin", "sentences.bin"} <= names


def test_a_file_of_the_previous_generation_is_detected(
    tmp_path: Path,
) -> None:
    corpus = tmp_path / "글.txt"
    for text in ("전작권을 전환하였다.", "전작권을 환수하였다."):
        corpus.write_text(text, encoding="utf-8")
        rebuild(tmp_path / "index", [corpus])
    before, after = tmp_path / "index" / "g1", tmp_path / "index" / "g2"
    shutil.copy(before / "sentences.bin", after / "sentences.bin")

    with (
        pytest.raises(CommuniqueError, match="damaged"),
        open_index(tmp_path / "index") as index,
    ):
        index.search("전작권")


def test_counts_that_do_not_agree_are_an_error(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (
        "82 sentences, all stored and searched" in run("info", "--index", copied).stdout
    )
    monkeypatch.setattr(
        "indexer.storage.stored_sentences.StoredSentences.__len__", lambda _: 81
    )

    for command in ("check", "info"):
        done = run(command, "--index", copied)
        assert done.exit_code == 2
        assert "82 sentences, of which 81 are stored and 82 searched" in done.stderr
    with pytest.raises(CommuniqueError, match="81 are stored"):
        rebuild(copied, force=True)


def test_damaged_abbreviations_are_an_error(copied: Path) -> None:
    (IndexDirectory(copied).current() / "abbreviations.tsv").write_bytes(b"\xff")

    done = run("info", "--abbreviations", "--index", copied)

    assert done.exit_code == 2
    # Without --index, the remedy would make another index anew.
    assert done.stderr == (
        f"Error: {IndexDirectory(copied).current() / 'abbreviations.tsv'}: the file is"
        f" damaged; see `communique check --index {copied}`, and make the index anew with"
        f" `communique rebuild --force --index {copied}`.\n"
    )


@pytest.mark.parametrize("name", ["abbreviations.tsv", "whoosh/segments.json"])
def test_a_damaged_file_is_named_once_when_an_index_is_opened(
    copied: Path, name: str
) -> None:
    (IndexDirectory(copied).current() / name).write_bytes(b"\xff")

    done = run("show", "scm-52-2020:1.1", "--index", copied)

    assert done.exit_code == 2
    assert done.stderr == (
        f"Error: {copied}: the index is damaged (changed: {name}); make it anew with"
        f" `communique rebuild --force --index {copied}`.\n"
    )
