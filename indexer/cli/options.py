"""The options that several commands share: where an index is, and how a server keeps it."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from indexer.build.index_directory import default_folder
from indexer.location import Location

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_URL = "http://localhost:9200/main"

ENGINES = ("whoosh", "opensearch")

_OPTIONS = (
    click.option(
        "--ca-cert",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        envvar="COMMUNIQUE_CA_CERT",
        metavar="FILE",
        help="Who signs the server's certificate.  [default: $COMMUNIQUE_CA_CERT, else"
        " whom this machine trusts]",
    ),
    click.option(
        "--url",
        metavar="URL",
        help="The server's nodes, commas between them, and the index's name."
        f"  [default: $COMMUNIQUE_URL, else {DEFAULT_URL}]",
    ),
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        envvar="COMMUNIQUE_ENGINE",
        default="whoosh",
        help="What searches: a folder's index, or a server.  [default:"
        " $COMMUNIQUE_ENGINE, else whoosh]",
    ),
    click.option(
        "--index",
        "folder",
        # Whether it can be read is for reading to tell: access(2) asks for another user.
        type=click.Path(path_type=Path, readable=False),
        metavar="DIR",
        help="Where the index is kept.  [default: $COMMUNIQUE_INDEX, else the"
        " platform's cache folder]",
    ),
)


def index_option(command: F) -> F:
    """Add the options that locate the index; the command receives a `location`."""

    @wraps(command)
    def located(*args: Any, **options: Any) -> Any:
        names = ("folder", "engine", "url", "ca_cert")
        location = _location(**{name: options.pop(name) for name in names})
        return command(*args, location=location, **options)

    for option in _OPTIONS:
        located = option(located)
    return located  # type: ignore[return-value]


def copies_options(command: F) -> F:
    """Add the options for shards and replicas of an index on a server."""
    for name, told in (
        ("replicas", "How many further copies the server keeps.  [default: 0]"),
        ("shards", "In how many parts the server keeps it.  [default: 1]"),
    ):
        command = click.option(
            f"--{name}", type=click.IntRange(min=int(name == "shards")), help=told
        )(command)
    return command


def _location(
    folder: Path | None, engine: str, url: str | None, ca_cert: Path | None
) -> Location:
    """Return the location of the index from the values of the options.

    Raises:
        click.UsageError: The options name both a folder and a server.
        ServerUrlError: The URL is malformed.
    """
    if engine == "whoosh":
        if url is not None:
            raise click.UsageError("--url goes with --engine opensearch.")
        return folder or default_folder()
    if folder is not None:
        raise click.UsageError("--index names a folder; --url names a server's index.")
    from indexer.opensearch.address import server_of

    return server_of(url or os.environ.get("COMMUNIQUE_URL") or DEFAULT_URL, ca_cert)
