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
    """The address of a server is malformed; the message may not repeat a password."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason}; give --url the nodes and the name of the index, such as"
            " https://search.example.org:9200/main."
        )


class ServerError(CommuniqueError):
    """A request to a server failed, or its index is unusable."""


class Server(NamedTuple):
    """An index on a cluster: `nodes` are URLs with ports, tried in turn."""

    nodes: tuple[str, ...]
    name: str = _DEFAULT_NAME
    ca_cert: Path | None = None

    def __str__(self) -> str:
        return f"{','.join(self.nodes)}/{self.name}"

    @property
    def alias(self) -> str:
        """The alias of the sentences of the current generation.

        The names of all other indexes and aliases of this one begin with it and a hyphen,
        which no name contains.
        """
        return f"communique-{self.name}"

    @property
    def option(self) -> str:
        """The options that make a command use this index."""
        return f"--engine opensearch --url {self}"


def server_of(url: str, ca_cert: Path | None = None) -> Server:
    """Parse the value of `--url`: the nodes, separated by commas, and the index's name.

        >>> server_of("https://a.org,https://b.org/law").nodes
        ('https://a.org:9200', 'https://b.org:9200')

    The name follows one node or all of them; by default it is `main`.

    Raises:
        ServerUrlError: It is no such address, or contains a user or a password.
    """
    parts = [_split(one.strip()) for one in url.split(",")]
    names = {name for part in parts if (name := part.path.strip("/"))}
    if len(names) > 1:
        raise ServerUrlError("the nodes are given different index names")
    name = name_of_index(names.pop() if names else _DEFAULT_NAME)
    return Server(tuple(map(_node, parts)), name, ca_cert)


def name_of_index(name: str) -> str:
    """Return *name*, checked.

    Raises:
        ServerUrlError: It has other characters than small letters, digits and `_`.
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
        parts = urlsplit(url)
        parts.port  # noqa: B018 (reading it checks it)
    except ValueError:
        raise ServerUrlError(f"{url!r} is no address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ServerUrlError(f"{url!r} is no http or https address")
    if parts.query or parts.fragment:
        raise ServerUrlError(f"{url!r} has a query or a fragment")
    return parts


def _node(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}:{parts.port or _DEFAULT_PORT}"
