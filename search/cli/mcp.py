"""The command `mcp`: the tools for agents."""

from __future__ import annotations

import gc
import os
import signal
from contextlib import suppress
from importlib.util import find_spec
from typing import NoReturn

import click

from indexer.cli.framework import HITS, INTERRUPTED, Command, say
from indexer.cli.options import index_option
from indexer.errors import CommuniqueError
from indexer.location import Location
from indexer.versions import install_command, program_version
from search.cli.output import open_or_build


class McpMissingError(CommuniqueError):
    """The packages of the extra `mcp` are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "serving agents needs more packages; install them with"
            f" `{install_command('mcp')}`."
        )


@click.command(cls=Command)
@index_option
def mcp(location: Location) -> int:
    """Serve agents by the Model Context Protocol.

    An agent starts this command and talks to it on standard input and output. Its tools
    are search, show, compare, trace, terms and quotes; they only read.

    \b
    Example:
      claude mcp add communique -- communique mcp
    """
    if not find_spec("mcp"):
        raise McpMissingError
    # The import makes hundreds of thousands of objects, none of them garbage. Plug-ins of
    # pydantic are looked for in every installed package.
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from search.agents.server import run
    from search.agents.tools import Tools

    gc.freeze()
    gc.enable()
    tools = Tools(location, open_or_build(location), say)
    # The SDK would wait for its thread that reads standard input, perhaps for ever.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    try:
        run(tools, program_version())
    finally:
        tools.close()
    return HITS


def _end(*_: object) -> NoReturn:
    """End the process at an interrupt; the handler may run within another write."""
    with suppress(OSError):
        os.write(2, b"Interrupted.\n")
    os._exit(INTERRUPTED)
