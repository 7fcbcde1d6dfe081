"""Where an index on a server is: the addresses of its nodes, and the index's name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from indexer.errors import CommuniqueError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")
_DEFAULT_NAME = "main"
_DEFAULT_PORT = 9200


class ServerUrlError(CommuniqueError):
    """What was given as the address of a server is none; it is not repeated here."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}; give --url the nodes and the name of the index, such as"
            " https://search.example.org:9200/main."
        )


class ServerError(CommuniqueError):
    """A server does not do as it is asked; the text names it and the remedy."""


class Server(NamedTuple):
    """The index of a name on the nodes of a cluster."""

    nodes: tuple[str, ...]
    name: str = _DEFAULT_NAME
    ca_cert: Path | None = None

    def __str__(self) -> str:
        return f"{','.join(self.nodes)}/{self.name}"

    @property
    def alias(self) -> str:
        """What the generation that answers is called on the server.

        All else that is kept there for the index begins with it and a hyphen, which a
        name has none of.
        """
        return f"communique-{self.name}"

    @property
    def option(self) -> str:
        """The options that lead a command there."""
        return f"--engine opensearch --url {self}"


def server_of(url: str, ca_cert: Path | None = None) -> Server:
    """Return the server that *url* names: nodes between commas, and the index's name.

    The name may stand behind one node or all; left out, it is `main`.

    Raises:
        ServerUrlError: It is no such address, or holds a password.
    """
    parts = [_split(one.strip()) for one in url.split(",")]
    names = {name for part in parts if (name := part.path.strip("/"))}
    if len(names) > 1:
        raise ServerUrlError("the nodes are given different index names")
    name = name_of_index(names.pop() if names else _DEFAULT_NAME)
    return Server(tuple(map(_node, parts)), name, ca_cert)


def name_of_index(name: str) -> str:
    """Return *name* if an index may be called so.

    Raises:
        ServerUrlError: It may not.
    """
    if not _NAME.fullmatch(name):
        raise ServerUrlError(
            f"{name!r} is no name of an index: it has small letters, digits and _"
        )
    return name


def _split(url: str) -> SplitResult:
    if "@" in url:
        raise ServerUrlError(
            "an address holds no user or password, which other users of the machine"
            " could read; set COMMUNIQUE_OPENSEARCH_USER and"
            " COMMUNIQUE_OPENSEARCH_PASSWORD instead"
        )
    from urllib.parse import urlsplit

    try:
        found = urlsplit(url)
        found.port  # noqa: B018 (reading it checks it)
    except ValueError:
        raise ServerUrlError(f"{url!r} is no address") from None
    if found.scheme not in ("http", "https") or not found.hostname:
        raise ServerUrlError(f"{url!r} is no http or https address")
    if found.query or found.fragment:
        raise ServerUrlError(f"{url!r} says more than where the index is")
    return found


def _node(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}:{parts.port or _DEFAULT_PORT}"
