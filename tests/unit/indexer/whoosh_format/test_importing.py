"""Whoosh is imported without `urllib.request`, which stays importable."""

from __future__ import annotations

import subprocess
import sys

import pytest
from helpers import ROOT

READS_NO_HTTP = """
import sys
import indexer.whoosh_format.reader
assert "http.client" not in sys.modules
assert "urllib.request" not in sys.modules
import urllib.request
assert callable(urllib.request.urlretrieve)
"""
KEEPS_A_LOADED_MODULE = """
import sys, urllib.request
import indexer.whoosh_format.writer
assert sys.modules["urllib.request"] is urllib.request
assert callable(urllib.request.urlretrieve)
"""


@pytest.mark.parametrize("program", [READS_NO_HTTP, KEEPS_A_LOADED_MODULE])
def test_whoosh_is_imported_without_http(program: str) -> None:
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], check=True, cwd=ROOT
    )
