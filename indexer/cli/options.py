"""The options that several commands share: the location of an index, and its server."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from indexer.backends import ENGINES
from indexer.build.index_directory import default_folder
from indexer.cli.framework import ServerOption
from indexer.location import Location

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    PathType = click.ParamType[Any]
else:
    # In older versions of click this class is not generic.
    PathType = click.ParamType

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_URL = "http://localhost:9200/main"


# The path may be unreadable: access(2) checks the real user, reading the effective one.
class FilePath(PathType):
    """The path of a file, as the encoding of the locale has it.

    Arguments are read as UTF-8 also in the locale C (see `indexer.cli.framework`). The
    options are those of `click.Path`, which is made when it converts a value: it looks
    for a translation of its name.
    """

    name = "path"

    def __init__(self, **options: Any) -> None:
        self._options = options

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the completion of files or folders."""
        return click.Path(**self._options).shell_complete(ctx, param, incomplete)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """Return the path, checked as the options of `click.Path` say."""
        path = in_the_locale(os.fspath(value))
        return click.Path(**self._options).convert(path, param, ctx)


def in_the_locale(path: str) -> str:
    """Return a *path* that was decoded as UTF-8 as the locale would have decoded it."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return os.fsdecode(path.encode("utf-8", "surrogateescape"))
    return path


FILE = FilePath(path_type=Path, readable=False)

_OPTIONS = (
    click.option(
        "--index",
        "folder",
        type=FILE,
        metavar="DIR",
        help="The folder of the index.  [default: $COMMUNIQUE_INDEX, or the platform's"
        " cache folder]",
    ),
    click.option(
        "--engine",
        cls=ServerOption,
        type=click.Choice(ENGINES),
        envvar="COMMUNIQUE_ENGINE",
        default="whoosh",
        help="Use an index in a folder (whoosh) or on a server (opensearch)."
        "  [default: $COMMUNIQUE_ENGINE, or whoosh]",
    ),
    click.option(
        "--url",
        cls=ServerOption,
        metavar="URL",
        help="The nodes of the server, separated by commas, and the name of the index."
        f"  [default: $COMMUNIQUE_URL, or {DEFAULT_URL}]",
    ),
    click.option(
        "--ca-cert",
        cls=ServerOption,
        type=FilePath(path_type=Path, exists=True, dir_okay=False),
        envvar="COMMUNIQUE_CA_CERT",
        metavar="FILE",
        help="The certificate of the authority that signed the server's certificate."
        "  [default: $COMMUNIQUE_CA_CERT, or the authorities that this machine trusts]",
    ),
)


def index_option(command: F) -> F:
    """Add the options that locate the index; the command receives a `location`."""

    @wraps(command)
    def located(*args: Any, **options: Any) -> Any:
        names = ("folder", "engine", "url", "ca_cert")
        location = _location(**{name: options.pop(name) for name in names})
        return command(*args, location=location, **options)

    for option in reversed(_OPTIONS):
        located = option(located)
    return located  # type: ignore[return-value]


def copies_options(section: type[click.Option] = ServerOption) -> Callable[[F], F]:
    """Return a decorator that adds the options for shards and replicas.

    *section* is `click.Option` for a command that writes an index for a server without
    connecting to one: its help has no section of server options.
    """
    shards = click.option(
        "--shards",
        cls=section,
        type=click.IntRange(min=1),
        metavar="N",
        help="The number of shards that the server splits the index into."
        "  [default: 1]",
    )
    replicas = click.option(
        "--replicas",
        cls=section,
        type=click.IntRange(min=0),
        metavar="N",
        help="The number of copies that the server keeps of each shard.  [default: 0]",
    )
    return lambda command: shards(replicas(command))


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
