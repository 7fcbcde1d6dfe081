"""`communique check` tells whether the index is as it was written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.errors import CommuniqueError
from indexer.store import Store
from search.cli import communique
from search.index import open_index


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(communique, list(map(str, words)))


@pytest.fixture
def copied(index_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copied"
    shutil.copytree(index_folder, folder)
    return folder


def files(folder: Path) -> list[Path]:
    generation = Store(folder).current()
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
