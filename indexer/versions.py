"""The versions of this program and of the tools that shape an index."""

from __future__ import annotations

import os
import re
import sys
from functools import cache

_TOOLS = ("whoosh", "kiwipiepy", "kiwipiepy_model")


def installed_tools() -> dict[str, str]:
    """Return the versions of the tools that shape an index."""
    return {tool: _version(tool) for tool in _TOOLS}


def program_version() -> str:
    """Return the version of this program."""
    return _version("communique-search")


def _version(distribution: str) -> str:
    # whoosh3 is the maintained fork of whoosh under the same import name.
    for name in (distribution, f"{distribution}3"):
        if found := _installed().get(_normal(name)):
            return found
    return "(not installed)"


@cache
def _installed() -> dict[str, str]:
    """Return the version of each installed distribution, by its normalised name.

    The names of the folders that installers leave tell both (PEP 427 and the
    specification of the database of installed distributions). `importlib.metadata` reads
    them too, and more, but loading it takes a tenth of the time of a search.
    """
    found: dict[str, str] = {}
    for entry in sys.path:
        try:
            names = os.listdir(entry or ".")  # noqa: PTH208 (no path is wanted)
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                parts = name.rpartition(".")[0].split("-")
                if 1 < len(parts) < 4:
                    found.setdefault(_normal(parts[0]), parts[1])
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
