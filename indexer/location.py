"""Where an index is: the path of a folder, or the address of a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from indexer.opensearch.address import Server

Location: TypeAlias = "Path | Server"
"""A folder, or the index of a name on a server; `indexer.backends` opens either."""
