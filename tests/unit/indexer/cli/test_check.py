"""`communique check` tells whether the index is as it was written."""

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
    found = [path for path in generation.rglob("*") if path.is_file()]
    return [path for path in found if path.name != "manifest.json"]


def test_a_whole_index_is_told_to_be_whole(index_folder: Path) -> None:
    done = run("check", "--index", index_folder)

    assert done.exit_code == 0
    assert done.stdout.startswith("82 sentences of 1 document in ")


def test_a_byte_changed_anywhere_is_found(copied: Path) -> None:
    for path in files(copied):
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        done = run("check", "--index", copied)
        assert done.exit_code == 2
        assert path.name in done.stderr
        assert "communique rebuild --force" in done.stderr
        path.write_bytes(data)
    assert run("check", "--index", copied).exit_code == 0


def test_a_missing_file_is_found(copied: Path) -> None:
    files(copied)[0].unlink()

    assert run("check", "--index", copied).exit_code == 2


@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.99])
def test_a_search_of_a_truncated_index_ends_in_a_sentence(
    copied: Path, share: float
) -> None:
    told: list[str] = []
    for path in files(copied):
        if path.parent.name == "whoosh" or path.suffix != ".bin":
            continue
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        try:
            with open_index(copied) as index:
                index.search('"억제 정책" 억재력은 서장관')
        except CommuniqueError as fault:
            told.append(str(fault))
        path.write_bytes(data)
    assert told
    assert all("damaged" in sentence for sentence in told)


def test_a_file_that_is_missing_is_no_index_without_it(copied: Path) -> None:
    """Whoosh takes the lengths of sentences for 1 where their file is not there."""
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


def test_a_byte_changed_anywhere_is_not_answered_otherwise(copied: Path) -> None:
    """Also in the files of Whoosh, and in the manifest and what seals it."""
    query = '"억제 정책" 전작권 서장관 speaker:양'
    with open_index(copied) as index:
        before = index.search(query).to_json()
    told = set[str]()
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
                told.add(path.name)
                if "rebuild" not in str(fault):
                    raise
        path.write_bytes(data)
    assert {"CURRENT", "manifest.json", "checksums.bin", "sentences.bin"} <= told


def test_a_file_of_the_generation_before_is_not_taken_for_its_own(
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


def test_counts_that_do_not_agree_are_told(
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


def test_abbreviations_that_are_damaged_are_told(copied: Path) -> None:
    (IndexDirectory(copied).current() / "abbreviations.tsv").write_bytes(b"\xff")

    done = run("info", "--abbreviations", "--index", copied)

    assert done.exit_code == 2
    assert "the file is damaged" in done.stderr
