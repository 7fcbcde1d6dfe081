"""The command that puts the index on a page: `serve`."""

from __future__ import annotations

from importlib.util import find_spec

import click

from indexer.cli.framework import HITS, say
from indexer.cli.options import index_option
from indexer.errors import CommuniqueError
from indexer.location import Location
from search.cli.output import opened

_NEEDED = ("fastapi", "httptools", "jinja2", "uvicorn")


class ExtraMissingError(CommuniqueError):
    """What serving needs is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "serving needs more packages; install them with"
            " `pip install 'communique-search[web]'`."
        )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to answer.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="On which port; 0 for any that is free.",
)
@click.option(
    "--public", is_flag=True, help="Allow a --host that other machines can reach."
)
@click.option("--access-log", is_flag=True, help="Log requests, without their queries.")
@click.option("--log-queries", is_flag=True, help="Log requests with their queries.")
@index_option
def serve(
    host: str,
    port: int,
    public: bool,
    access_log: bool,
    log_queries: bool,
    location: Location,
) -> int:
    """Answer searches on a page and as JSON over HTTP, until interrupted.

    \b
    Example:
      communique serve --port 8000
    """
    if not all(map(find_spec, _NEEDED)):
        raise ExtraMissingError
    from search.web.middleware import Log
    from search.web.server import is_local, run

    if not public and not is_local(host):
        raise click.UsageError(
            f"--host {host} can be reached by other machines; add --public if it may be."
        )
    opened(location).close()
    log = Log(requests=access_log or log_queries, queries=log_queries)
    run(location, host, port, log=log, say=say)
    return HITS
