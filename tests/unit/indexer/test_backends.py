"""The backend of a location: an index in a folder and one on a server look alike."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.backends import ENGINES, backend_of
from indexer.build import manifest
from indexer.build.index_directory import IndexDirectory
from indexer.build.index_errors import NoIndexError
from indexer.build.manifest import IndexOutdatedError
from indexer.file_names import MANIFEST
from indexer.opensearch.address import Server


def test_the_engine_follows_from_the_kind_of_location(tmp_path: Path) -> None:
    server = Server(("http://localhost:9200",), "main")
    backends = [backend_of(tmp_path), backend_of(server)]

    assert tuple(backend.engine for backend in backends) == ENGINES
    assert [backend.where for backend in backends] == [
        f"in {tmp_path}",
        "on http://localhost:9200/main",
    ]


def test_an_index_in_a_folder_needs_no_module_of_a_server(index_folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from search.index import open_index\n"
        "open_index(Path(sys.argv[1])).search('전작권')\n"
        "print(*(n for n in sys.modules if 'opensearch' in n))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(index_folder)],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        check=True,
        text=True,
    )

    assert done.stdout.split() == []


def test_a_rebuild_returns_the_manifest_that_is_read_afterwards(
    tmp_path: Path,
) -> None:
    (tmp_path / "글.txt").write_text("전작권을 전환하였다.", encoding="utf-8")
    backend = backend_of(tmp_path / "index")

    made = backend.rebuild([tmp_path / "글.txt"])

    assert backend.manifest() == made
    assert backend.verify() == made
    assert backend.count() == 1
    assert backend.read(lambda generation: generation.name) == backend.current_name()


def test_without_an_index_every_question_is_an_error(tmp_path: Path) -> None:
    backend = backend_of(tmp_path)

    for method in (backend.manifest, backend.count, backend.verify):
        with pytest.raises(NoIndexError):
            method()
    with pytest.raises(NoIndexError):
        backend.current_name()


def test_an_index_of_other_versions_is_described_but_not_counted(
    index_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(index_folder, tmp_path / "index")
    generation = IndexDirectory(folder).current()
    manifest.read(generation)._replace(analysis=-1).write(generation)
    seal = hashlib.sha256((generation / MANIFEST).read_bytes()).hexdigest()
    (folder / "CURRENT").write_text(f"{generation.name} {seal}\n", encoding="ascii")
    backend = backend_of(folder)

    assert backend.manifest().sentences == 82
    assert backend.count() is None
    assert backend.read(lambda g: g.folder, any_version=True) == generation
    with pytest.raises(IndexOutdatedError):
        backend.read(lambda g: g.folder)
    with pytest.raises(IndexOutdatedError):
        backend.verify()
