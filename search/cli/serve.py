"""The command `serve`: the search page and the HTTP API."""

from __future__ import annotations

from importlib.util import find_spec

import click

from indexer.cli.framework import HITS, Command, say
from indexer.cli.options import index_option
from indexer.errors import CommuniqueError
from indexer.location import Location
from indexer.versions import install_command
from search.cli.output import open_or_build

_REQUIRED = ("fastapi", "httptools", "jinja2", "uvicorn")


class ExtraMissingError(CommuniqueError):
    """The packages of the extra `web` are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "serving needs more packages; install them with"
            f" `{install_command('web')}`."
        )


@click.command(cls=Command)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    default=8000,
    show_default=True,
    help="The port to listen on; 0 chooses a free one.",
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
    """Serve the search page and a JSON API until interrupted.

    \b
    Example:
      communique serve --port 8000
    """
    if not all(map(find_spec, _REQUIRED)):
        raise ExtraMissingError
    from search.web.middleware import AccessLog
    from search.web.server import is_local, run

    if not public and not is_local(host):
        raise click.UsageError(
            f"--host {host} can be reached by other machines; add --public if it may be."
        )
    open_or_build(location).close()
    log = AccessLog(requests=access_log or log_queries, queries=log_queries)
    run(location, host, port, log=log, say=say)
    return HITS
