"""The server of the Model Context Protocol, on standard input and output."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp_types import ToolAnnotations

from indexer.errors import CommuniqueError
from search.agents.tools import Tools, plain_text

P = ParamSpec("P")
T = TypeVar("T")

_INSTRUCTIONS = (
    "Sentences of Korean communiqués. Cite each by its `citation`, and check quotations"
    " of an answer with `quotes` before you give it."
)


def server_of(tools: Tools, version: str) -> MCPServer[Any]:
    """Return the server that offers *tools*, and the documents as resources."""
    server: MCPServer[Any] = MCPServer(
        "communique", instructions=_INSTRUCTIONS, version=version, log_level="WARNING"
    )
    for tool in (
        tools.search,
        tools.show,
        tools.compare,
        tools.trace,
        tools.terms,
        tools.quotes,
    ):
        server.add_tool(
            _refusing(tool, ToolError),
            description=_description(tool),
            annotations=ToolAnnotations(
                read_only_hint=True, idempotent_hint=True, open_world_hint=False
            ),
        )

    @server.resource(
        "communique://documents",
        mime_type="application/json",
        description="The documents of the index: names, titles, dates.",
    )
    def documents() -> str:
        return json.dumps(tools.documents(), ensure_ascii=False)

    @server.resource(
        "communique://documents/{document}",
        description="The sentences of a document; of a long one, the first 100.",
    )
    def document(document: str) -> str:
        return _text(tools, f"{unquote(document)}:")

    @server.resource(
        "communique://documents/{document}/{paragraph}",
        description="The sentences of a paragraph, such as 11, or of annex1.",
    )
    def paragraph(document: str, paragraph: str) -> str:
        return _text(tools, f"{unquote(document)}:{unquote(paragraph)}")

    return server


def run(tools: Tools, version: str) -> None:
    """Serve *tools* until standard input ends."""
    server_of(tools, version).run("stdio")


def _text(tools: Tools, reference: str) -> str:
    show = _refusing(tools.show, ResourceNotFoundError)
    return plain_text(show(reference)["sentences"])


def _description(tool: Callable[..., Any]) -> str:
    return " ".join((tool.__doc__ or "").split())


def _refusing(function: Callable[P, T], error: type[Exception]) -> Callable[P, T]:
    """Return *function* with the errors for the user as those of the protocol."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except CommuniqueError as fault:
            raise error(str(fault)) from fault

    return call
