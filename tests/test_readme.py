"""The README shows what the program does: its examples run, its options exist.

python tests/test_readme.py     writes the examples' present output into it
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from search.cli.main import communique

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"

_CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_PYTHON = re.compile(r"(?<=```python\n).*?(?=```)", re.DOTALL)


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which `communique` is this program, index in *folder*."""
    command = folder / "communique"
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m search "$@"\n'
    )
    command.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "COMMUNIQUE_INDEX": str(folder / "index"),
        "PYTHONPATH": str(ROOT),
    }


def output(block: str, folder: Path) -> str:
    """Run the commands of *block*; return it with what they print, chatter included."""
    lines: list[str] = []
    for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
        done = subprocess.run(
            ["bash", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            text=True,
            env=environment(folder),
        )
        lines += [f"$ {command}\n", done.stdout]
    return "".join(lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the index in it, which the examples take for granted."""
    made = tmp_path_factory.mktemp("readme")
    output("$ communique rebuild", made)
    return made


@pytest.mark.parametrize("block", _CONSOLE.findall(README.read_text(encoding="utf-8")))
def test_examples_print_what_the_readme_shows(block: str, folder: Path) -> None:
    assert output(block, folder) == block


@pytest.mark.parametrize("block", _PYTHON.findall(README.read_text(encoding="utf-8")))
def test_python_examples_run(block: str, folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=tmp_path,
        env=environment(folder),
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 scm-52-2020:11.1 ")


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(communique)
    for name in communique.list_commands(context):
        command = communique.get_command(context, name)
        assert command
        yield name, command


@pytest.mark.parametrize("name", [name for name, _ in _commands()])
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`communique {name}" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "option",
    sorted(
        {
            option
            for _, command in _commands()
            for parameter in command.params
            if isinstance(parameter, click.Option)
            for option in parameter.opts
        }
    ),
)
def test_every_option_is_in_the_readme(option: str) -> None:
    assert option in README.read_text(encoding="utf-8")


def main() -> None:
    """Write the examples' present output into the README."""
    with tempfile.TemporaryDirectory() as temporary:
        output("$ communique rebuild", Path(temporary))
        text = README.read_text(encoding="utf-8")
        text = _CONSOLE.sub(lambda block: output(block[0], Path(temporary)), text)
        README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
