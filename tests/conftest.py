"""What the tests share: a place of their own for indexes, and the communiqué."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import kiwi, sources
from indexer.documents import Document, parse
from indexer.rebuild import CORPUS, rebuild
from indexer.store import VARIABLE


@pytest.fixture(autouse=True)
def _own_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test out of the user's index."""
    monkeypatch.setenv(VARIABLE, str(tmp_path.with_name(f"{tmp_path.name}-index")))


@pytest.fixture(scope="session")
def communique() -> Document:
    """Return the communiqué that comes with the program."""
    said: list[str] = []
    source = sources.read(CORPUS / "scm-52-2020.txt", said.append)
    assert said == []
    return parse(source, kiwi.spaces_between)


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of the communiqué; whoever writes to it copies it."""
    folder = tmp_path_factory.mktemp("communique") / "index"
    rebuild(folder)
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of collections beside the project; skip without it."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared collections do not lie beside the project")
    return folder
