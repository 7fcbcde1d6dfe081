"""Versions of this program and of the libraries that determine the bytes of an index."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

_TOOLS = ("whoosh", "kiwipiepy", "kiwipiepy_model")


def installed_tools() -> dict[str, str]:
    """Return the versions of Whoosh, Kiwi and its model by their distribution names."""
    return {tool: _version(tool) for tool in _TOOLS}


def program_version() -> str:
    """Return the installed version of this program, or `(not installed)`."""
    return _version("communique-search")


def installed_version(distribution: str) -> str:
    """Return the version of an installed library, or `(not installed)`."""
    return _version(distribution)


def install_command(extra: str) -> str:
    """Return the command that adds the packages of an *extra* to this program.

    It names the checkout, as no registry has this project.
    """
    checkout = Path(__file__).resolve().parents[1]
    project = checkout if (checkout / "setup.cfg").exists() else "."
    return f"pip install -e '{project}[{extra}]'"


def _version(distribution: str) -> str:
    # whoosh3 is the maintained fork of whoosh under the same import name.
    for name in (distribution, f"{distribution}3"):
        if version := _installed().get(_normal(name)):
            return version
    return "(not installed)"


@cache
def _installed() -> dict[str, str]:
    """Return the version of each installed distribution, by its normalised name.

    Both are in the names of `.dist-info` folders (PEP 427, and the specification of the
    database of installed distributions). `importlib.metadata` reads them too, but
    importing it takes a tenth of the time of a search.
    """
    versions: dict[str, str] = {}
    for entry in sys.path:
        try:
            names = os.listdir(entry or ".")  # noqa: PTH208 (only the names are used)
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                parts = name.rpartition(".")[0].split("-")
                if 1 < len(parts) < 4:
                    versions.setdefault(_normal(parts[0]), parts[1])
    return versions


def _normal(name: str) -> str:
    return name.replace("_", "-").replace(".", "-").lower()
