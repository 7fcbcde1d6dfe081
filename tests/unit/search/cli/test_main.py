"""The program: its commands, version and completion, and the first index."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete, ShellComplete
from helpers import Run, command_on, failure, needs_web, outcome

from indexer.build.index_directory import IndexDirectory
from indexer.versions import installed_tools, program_version
from search.cli.main import communique as program

CONTEXT = click.Context(program)

NAMES = program.list_commands(CONTEXT)


@pytest.fixture
def run(index_folder: Path) -> Run:
    """Return a function that runs `communique` on the index of the communiqué."""
    return command_on(index_folder)


THAAD = """\
 1. paragraph 6, sentence 7  scm-52-2020:6.7
    양 장관은 동 공약의 일환으로 성주기지 [사드] 포대의 안정적인 주둔 여건을 마련하기 위해 \
장기적인 계획을 구축하기로 하였다.
"""


def test_no_such_command(run: Run) -> None:
    assert "No such command 'serach'" in failure(run("serach", "전작권"))


def test_the_first_search_builds_the_default_index(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"

    first = run("search", "사드", index=folder)
    second = run("search", "사드", index=folder)

    assert outcome(first) == (
        0,
        THAAD,
        f"{folder}: no index yet; making that of the communiqué (see `rebuild`)\n",
    )
    assert outcome(second) == (0, THAAD, "")


READING_COMMANDS = {
    "search": ["사드"],
    "show": ["scm-52-2020"],
    "suggest": ["사"],
    "batch": [],
    "explain": ["사드"],
    "compare": ["scm-52-2020:1"],
    "trace": ["사드"],
    "terms": [],
    "concordance": ["사드"],
    "serve": ["--port", "0"],
    "info": [],
    "check": [],
}


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, marks=needs_web if command == "serve" else ())
        for command in READING_COMMANDS
    ],
)
def test_a_folder_that_the_user_names_is_never_built_by_itself(
    run: Run, tmp_path: Path, command: str
) -> None:
    folder = tmp_path / "mistyped"

    done = run(command, *READING_COMMANDS[command], "--index", folder)

    assert failure(done) == (
        f"Error: {folder}: there is no index; make one with"
        f" `communique rebuild --index {folder}`.\n"
    )
    assert not folder.exists()


@pytest.mark.parametrize("options", [(), ("--index", "DEFAULT")], ids=["none", "same"])
def test_after_a_failed_first_rebuild_of_own_texts_no_other_corpus_answers(
    run: Run, tmp_path: Path, options: tuple[str, ...]
) -> None:
    folder = tmp_path / "default"
    names = [str(folder) if name == "DEFAULT" else name for name in options]

    failed = run("rebuild", "--corpus", tmp_path / "none.txt", *names, index=folder)
    searched = run("search", "사드", *names, index=folder)
    rebuilt = run("rebuild", *names, index=folder)

    assert "none.txt" in failure(failed)
    assert failure(searched).startswith(f"Error: {folder}: there is no index; make one")
    assert rebuilt.exit_code == 0
    assert outcome(run("search", "사드", *names, index=folder)) == (0, THAAD, "")


def test_a_failed_first_rebuild_elsewhere_leaves_no_folder(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"

    run("rebuild", "--corpus", tmp_path / "none.txt", "--index", folder)

    assert "there is no index" in failure(run("search", "사드", "--index", folder))
    assert not folder.exists()


@pytest.mark.parametrize(
    "words",
    [["search", "전작권"], ["batch"], ["show", "a"], ["info"], ["rebuild"]],
    ids=lambda words: str(words[0]),
)
def test_a_folder_with_other_files_is_not_changed(
    run: Run, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "letter.txt").touch()

    assert failure(run(*words, "--index", str(tmp_path))) == (
        f"Error: {tmp_path}: holds something, but no index; give --index an empty or"
        " new folder.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_index_of_another_version_is_not_rebuilt_by_a_search(
    run: Run, index_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(index_folder, folder)
    manifest = IndexDirectory(folder).current() / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    record["analysis"] = -1
    manifest.write_text(json.dumps(record), encoding="utf-8")

    message = failure(run("search", "사드", index=folder))

    assert message.startswith(f"Error: {folder}: the index was made with ")
    assert message.endswith(
        f"; make it anew with `communique rebuild --index {folder}`.\n"
    )


def test_version(run: Run) -> None:
    tools = ", ".join(f"{tool} {number}" for tool, number in installed_tools().items())

    assert outcome(run("--version")) == (
        0,
        f"communique {program_version()} ({tools})\n",
        "",
    )
    assert "(not installed)" not in tools


def test_a_missing_command_is_an_error_with_help(run: Run) -> None:
    assert failure(run()) == run("--help").stdout


def test_the_completion_script_of_bash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BashComplete, "_check_version", lambda *_: None)

    script = BashComplete(program, {}, "communique", "_COMMUNIQUE_COMPLETE").source()

    assert "_COMMUNIQUE_COMPLETE=bash_complete" in script
    assert script.rstrip().endswith("_communique_completion_setup;")


@pytest.mark.parametrize(
    ("words", "incomplete", "expected"),
    [
        ([], "", NAMES),
        ([], "sh", ["show"]),
        (["search"], "--co", ["--context", "--count", "--color"]),
        (["search", "--color"], "", ["auto", "always", "never"]),
        (["batch", "--format"], "t", ["tsv", "trec"]),
    ],
)
def test_commands_options_and_choices_are_completed(
    words: list[str], incomplete: str, expected: list[str]
) -> None:
    shell = ShellComplete(program, {}, "communique", "_COMMUNIQUE_COMPLETE")

    values = [item.value for item in shell.get_completions(words, incomplete)]

    assert values == expected
