"""Options of the command."""

from __future__ import annotations

import subprocess
import sys

from helpers import ROOT


def test_options_need_no_generic_class_of_click() -> None:
    """The oldest version of click that is allowed has none."""
    code = (
        "import click\n"
        "click.ParamType.__class_getitem__ = None\n"
        "import indexer.cli.options\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
