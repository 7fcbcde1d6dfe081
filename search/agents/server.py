"""The server of the Model Context Protocol, on standard input and output."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import (
    ResourceError,
    ResourceNotFoundError,
    ToolError,
)
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import ValidationError

from indexer.errors import CommuniqueError
from search.agents.answers import plain_text
from search.agents.tools import Tools

_LONGEST_VALUE = 60
"""Characters of a value in a message."""
_INSTRUCTIONS = (
    "Sentences of Korean communiqués. Cite each by its `citation`, and check quotations"
    " of an answer with `quotes` before you give it."
)


def server_of(tools: Tools, version: str) -> MCPServer[Any]:
    """Return the server that offers *tools*, and the documents as resources."""
    server = _Server(
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
            tool,
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
        "communique://documents/{+name}",
        description="The sentences of a document, of a paragraph (NAME/11) or of an annex"
        " (NAME/annex1); the first 100. A / in a name may stand as it is.",
    )
    def document(name: str) -> str:
        return plain_text(tools.resource(unquote(name)))

    return server


def run(tools: Tools, version: str) -> None:
    """Serve *tools* until standard input ends.

    Raises:
        BrokenPipeError: The client has closed standard output.
    """
    try:
        server_of(tools, version).run("stdio")
    except Exception as fault:
        if not _is_output_closed(fault):
            raise
        raise BrokenPipeError from None


def _is_output_closed(fault: BaseException) -> bool:
    """Return whether a fault, or each in a group of faults, is a BrokenPipeError."""
    faults = getattr(fault, "exceptions", ())
    if faults:
        return all(map(_is_output_closed, faults))
    return isinstance(fault, BrokenPipeError)


def _description(tool: Callable[..., Any]) -> str:
    return " ".join((tool.__doc__ or "").split())


class _Server(MCPServer[Any]):
    """The server of the SDK, whose errors are one sentence without internals."""

    async def call_tool(
        self,
        name: str,
        arguments: dict[str, Any],
        context: Context[Any, Any] | None = None,
    ) -> CallToolResult | InputRequiredResult:
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as fault:
            cause = fault.__cause__
            if isinstance(cause, ValidationError):
                raise ToolError(_argument_fault(name, cause)) from cause
            if isinstance(cause, CommuniqueError):
                raise ToolError(str(cause)) from cause
            if cause is None:
                names = ", ".join(tool.name for tool in await self.list_tools())
                raise ToolError(
                    f"There is no tool {name}; the tools are {names}."
                ) from None
            raise

    async def read_resource(
        self, uri: Any, context: Context[Any, Any] | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        try:
            return await super().read_resource(uri, context)
        except ResourceError as fault:
            if isinstance(fault.__cause__, CommuniqueError):
                raise ResourceNotFoundError(str(fault.__cause__)) from fault
            if isinstance(fault, ResourceNotFoundError):
                raise ResourceNotFoundError(
                    f"There is no resource {uri}; communique://documents lists the"
                    " documents, and communique://documents/NAME has the text of one."
                ) from fault
            raise


def _argument_fault(tool: str, fault: ValidationError) -> str:
    """Return a sentence on the first argument that a tool does not accept."""
    first = fault.errors(include_url=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "missing":
        return f"{tool} needs the argument {name}."
    expected = first["msg"].removeprefix("Input ").removeprefix("Value error, ")
    value = repr(first["input"])
    shown = value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}…"
    return f"The argument {name} of {tool} {expected}; it is {shown}."
