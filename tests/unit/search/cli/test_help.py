"""The help of every command: whole sentences, every option, server options at the end."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from indexer.cli.framework import ServerOption
from search.cli.main import communique

CONTEXT = click.Context(communique)
NAMES = communique.list_commands(CONTEXT)
COPIES_OPTIONS = {"--shards", "--replicas"}
SERVER_OPTIONS = {"--engine", "--url", "--ca-cert", *COPIES_OPTIONS}


def help_of(*words: str) -> str:
    result = CliRunner().invoke(communique, [*words, "--help"], catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def options_of(name: str) -> list[click.Option]:
    command = communique.get_command(CONTEXT, name)
    assert command
    return [each for each in command.params if isinstance(each, click.Option)]


def test_the_list_has_a_whole_sentence_for_each_command() -> None:
    """None is cut short, and none is longer than a line."""
    lines = help_of().partition("Commands:\n")[2].splitlines()

    rows = dict(line.split(maxsplit=1) for line in lines)
    assert list(rows) == NAMES
    for summary in rows.values():
        assert re.fullmatch(r"[A-Z][^.…]*[^.…\s]\.", summary)


@pytest.mark.parametrize("name", NAMES)
def test_help_has_an_example_of_the_command(name: str) -> None:
    example = help_of(name).partition("\n  Example:\n    ")[2]

    assert f"communique {name}" in example.partition("\n\n")[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_explained_in_sentences(name: str) -> None:
    text = help_of(name)

    for option in options_of(name):
        assert option.help
        sentences = option.help.partition("  [default:")[0]
        assert re.fullmatch(r"[A-Z-].*\.", sentences), option.name
        assert all(spelling in text for spelling in option.opts)


@pytest.mark.parametrize("name", NAMES)
def test_server_options_are_in_a_section_at_the_end(name: str) -> None:
    options, _, server_options = help_of(name).partition("\n\nServer options:\n")
    declared = {spelling for option in options_of(name) for spelling in option.opts}
    # export connects to no server.
    expected = set[str]() if name == "export" else declared & SERVER_OPTIONS

    assert set(re.findall(r"^  (--[\w-]+)", server_options, re.MULTILINE)) == expected
    assert not set(re.findall(r"--[\w-]+", options)) & (expected - {"--engine"})
    for option in options_of(name):
        assert isinstance(option, ServerOption) == bool({*option.opts} & expected)


def test_export_lists_shards_and_replicas_among_its_options() -> None:
    text = help_of("export")

    assert "Server options" not in text
    assert set(re.findall(r"^  (--[\w-]+)", text, re.MULTILINE)) >= COPIES_OPTIONS
