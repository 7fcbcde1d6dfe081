"""The four READMEs show what the program does: their examples run, their options exist.

    python tests/test_readme.py     write the examples' present output into them

The kind of a block follows from its language:

console   commands after `$ `, and their output, which is compared
sh        commands that prepare the examples below them; they must succeed
python    a program; its last lines, comments, are its output, which is compared
bash      commands that are not run here; their first line, a comment, has the reason
text      no commands

The blocks of a README run in their order, in a folder and on an index of its own.
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
READMES = [
    ROOT / name
    for name in (
        "README.md",
        "search/README.md",
        "indexer/README.md",
        "tests/README.md",
    )
]
LONGEST = 200
"""Lines that the README of the project may have."""

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ (.*)$", re.MULTILINE)
_OUTPUT = re.compile(r"(?:^# .*\n)*\Z", re.MULTILINE)


class Examples:
    """Runs the blocks of a README in *folder*, where `communique` is this program."""

    def __init__(self, folder: Path) -> None:
        programs = folder / "bin"
        self._folder = folder / "examples"
        programs.mkdir()
        self._folder.mkdir()
        command = programs / "communique"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m search "$@"\n')
        command.chmod(0o755)
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("COMMUNIQUE_") and name not in {"COLUMNS", "LC_ALL"}
        } | {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "COMMUNIQUE_INDEX": str(folder / "index"),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *command: str, may_fail: bool = False) -> str:
        """Return what *command* prints, on both streams."""
        done = subprocess.run(
            command,
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            encoding="utf-8",
        )
        if done.returncode and not may_fail:
            raise AssertionError(" ".join(command), done.stdout)
        return done.stdout

    def block(self, language: str, text: str) -> str:
        """Return a block with the output that its commands have today."""
        if language == "console":
            return "".join(
                f"$ {command}\n{self.run('bash', '-c', command, may_fail=True)}"
                for command in _COMMAND.findall(text)
            )
        if language == "sh":
            self.run("bash", "-ec", text)
        if language == "python":
            program = _OUTPUT.sub("", text, count=1)
            output = self.run(sys.executable, "-W", "error", "-c", program)
            return (
                program
                + re.sub("^", "# ", output.rstrip("\n"), flags=re.MULTILINE)
                + "\n"
            )
        return text

    def rendered(self, text: str) -> str:
        """Return the README *text* with the output that its examples have today."""
        if "$ communique" in text:
            self.run("communique", "rebuild")
        return _BLOCK.sub(
            lambda block: f"```{block[1]}\n{self.block(block[1], block[2])}```", text
        )


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_examples_print_what_the_readme_shows(readme: Path, tmp_path: Path) -> None:
    text = readme.read_text(encoding="utf-8")

    assert Examples(tmp_path).rendered(text) == text


def test_an_example_with_another_output_is_noticed(tmp_path: Path) -> None:
    examples = Examples(tmp_path)
    text = (
        "```sh\necho 가 > 파일\n```\n\n```console\n$ cat 파일\n나\n```\n\n"
        "```python\nprint('다')\n# 라\n```\n"
    )

    assert examples.rendered(text) == text.replace("나", "가").replace("라", "다")
    with pytest.raises(AssertionError, match="exit 2"):
        examples.rendered("```sh\nexit 2\n```\n")
    with pytest.raises(AssertionError, match="파일"):
        examples.rendered("```python\nraise OSError('파일')\n```\n")


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_blocks_that_are_not_run_have_a_reason(readme: Path) -> None:
    for language, text in _BLOCK.findall(readme.read_text(encoding="utf-8")):
        if language == "bash":
            assert text.startswith("# ")
        elif language not in {"console", "sh", "python"}:
            assert language == "text"
            assert not re.search(r"^\s*(?:\$ |communique |python )", text, re.MULTILINE)


def test_the_readme_is_short() -> None:
    assert len(READMES[0].read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_links_lead_somewhere(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        name, _, heading = target.partition("#")
        file = readme.parent / name if name else readme
        assert file.exists(), target
        if heading:
            assert heading in _anchors(file.read_text(encoding="utf-8")), target


def _anchors(text: str) -> set[str]:
    """Return the names that GitHub gives to the headings of *text*."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_files_that_it_names_exist(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:corpus|indexer|search|tests)/[^`\s]*)", text):
        assert any(ROOT.glob(name.rstrip("/"))), name


def test_every_package_has_a_place_in_the_drawing() -> None:
    readme = (ROOT / "indexer/README.md").read_text(encoding="utf-8")
    drawing = next(text for kind, text in _BLOCK.findall(readme) if kind == "text")
    packages = {
        path.parent.relative_to(ROOT).as_posix()
        for top in ("indexer", "search")
        for path in (ROOT / top).glob("*/__init__.py")
    }

    assert set(re.findall(r"\b(?:indexer|search)/\w+", drawing)) == packages


def test_the_terminal_picture_shows_what_the_search_prints(tmp_path: Path) -> None:
    import terminal_picture

    from indexer.build.rebuild import rebuild

    rebuild(tmp_path)

    picture = terminal_picture.PICTURE.read_text(encoding="utf-8")
    assert picture == terminal_picture.picture(tmp_path)
    assert len(picture) < 50_000


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(communique)
    for name in communique.list_commands(context):
        command = communique.get_command(context, name)
        assert command
        yield name, command


@pytest.fixture(scope="module")
def all_readmes() -> str:
    """Return the text of the four."""
    return "\n".join(readme.read_text(encoding="utf-8") for readme in READMES)


@pytest.mark.parametrize("name", [name for name, _ in _commands()])
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`communique {name}" in READMES[0].read_text(encoding="utf-8")


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
def test_every_option_is_in_a_readme(option: str, all_readmes: str) -> None:
    assert re.search(rf"{option}(?![\w-])", all_readmes)


def main() -> None:
    """Write the examples' present output into the READMEs."""
    for readme in READMES:
        with tempfile.TemporaryDirectory() as temporary:
            text = readme.read_text(encoding="utf-8")
            readme.write_text(
                Examples(Path(temporary)).rendered(text), encoding="utf-8"
            )


if __name__ == "__main__":
    main()
