"""Comparing the contents of a generation, undamaged byte by byte, with its sources."""

from __future__ import annotations

import hashlib
import pickle
import shutil
from pathlib import Path

import pytest
from helpers import index_records

from indexer.backends import backend_of
from indexer.build import manifest, segment_writer
from indexer.build.generation import GenerationDamagedError
from indexer.build.index_directory import IndexDirectory
from indexer.errors import CommuniqueError
from indexer.file_names import CHECKSUMS, MANIFEST, SENTENCE_HASHES, WHOOSH
from indexer.storage import checksums, stored_sentences
from indexer.storage.stored_sentences import SENTENCES

TEXTS = ("전작권을 전환하였다.", "정전협정을 관리한다.", "한미동맹을 강화하였다.")
OTHER = ("전작권을 전환하였다.", "유엔사를 관리한다.", "한미동맹을 강화하였다.")


def replaced(folder: Path, name: str) -> Path:
    """Return an index of TEXTS with a file of an index of OTHER, and its checksums."""
    for part in ("a", "b"):
        (folder / part).mkdir()
    index = index_records(folder / "a", TEXTS)
    other = IndexDirectory(index_records(folder / "b", OTHER)).current()
    current = IndexDirectory(index).current()
    if (other / name).is_dir():
        shutil.rmtree(current / name)
        shutil.copytree(other / name, current / name)
    else:
        shutil.copyfile(other / name, current / name)
    (current / CHECKSUMS).unlink()
    files = checksums.write(current)
    manifest.read(current)._replace(files=files).write(current)
    seal = hashlib.sha256((current / MANIFEST).read_bytes()).hexdigest()
    (index / "CURRENT").write_text(f"{current.name} {seal}\n", encoding="ascii")
    return index


@pytest.mark.parametrize("name", [SENTENCES, SENTENCE_HASHES, WHOOSH])
def test_a_file_of_another_corpus_is_found_in_an_undamaged_index(
    tmp_path: Path, name: str
) -> None:
    index = replaced(tmp_path, name)
    assert IndexDirectory(index).open_current().changed_files == ()

    with pytest.raises(CommuniqueError) as caught:
        backend_of(index).verify()

    assert str(caught.value) == (
        f"{index}: the index is damaged (not as in their sources: 1); make it anew with"
        f" `communique rebuild --force --index {index}`."
    )


def test_sentences_that_are_not_read_as_they_were_written_stop_a_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(path: Path, sentences: object) -> None:
        del sentences
        stored_sentences.write_sentences(path, ())

    monkeypatch.setattr(
        segment_writer,
        "stored_sentences",
        type("", (), {"write_sentences": staticmethod(write)}),
    )

    with pytest.raises(GenerationDamagedError, match="other sentences than the corpus"):
        index_records(tmp_path, TEXTS)
    assert {path.name for path in (tmp_path / "index").iterdir()} == {"LOCK"}


class Mark:
    """Creates a file when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self.path, "w")


@pytest.mark.parametrize(
    ("command", "files"), [("verify", "*.toc"), ("verify", "*.trm"), ("count", "*.trm")]
)
def test_nothing_of_a_changed_index_is_run(
    tmp_path: Path, command: str, files: str
) -> None:
    index = index_records(tmp_path, TEXTS)
    (path,) = (IndexDirectory(index).current() / WHOOSH).glob(files)
    path.write_bytes(pickle.dumps(Mark(str(tmp_path / "ran"))))

    with pytest.raises(CommuniqueError, match="is damaged"):
        getattr(backend_of(index), command)()
    assert not (tmp_path / "ran").exists()
