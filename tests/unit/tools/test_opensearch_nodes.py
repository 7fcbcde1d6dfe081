"""The choice of the Java for a node."""

from __future__ import annotations

from pathlib import Path

import opensearch_nodes
import pytest
from opensearch_nodes import UnavailableError, java_for


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with Java 11, 17 and 25, the only ones on this machine."""
    for version in ("11.0.2", "17.0.15", "25.0.3"):
        home = tmp_path / f"java-{version}"
        (home / "bin").mkdir(parents=True)
        (home / "bin" / "java").touch()
        (home / "release").write_text(f'X="1"\nJAVA_VERSION="{version}"\n')
    (tmp_path / "java-99-unpacked").mkdir()
    monkeypatch.setattr(opensearch_nodes, "_MACHINES", tmp_path)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tmp_path


@pytest.mark.parametrize(("version", "java"), [("2.19", "17.0.15"), ("3.8", "25.0.3")])
def test_the_oldest_java_that_runs_the_server_is_chosen(
    machines: Path, version: str, java: str
) -> None:
    assert java_for(version) == str(machines / f"java-{java}" / "bin" / "java")


def test_a_machine_without_such_a_java_is_reported(machines: Path) -> None:
    (machines / "java-25.0.3" / "release").unlink()

    with pytest.raises(UnavailableError, match="Java 21 or newer is not on this"):
        java_for("3.8")
