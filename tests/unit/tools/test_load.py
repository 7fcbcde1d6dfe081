"""A short load on the communiqué, with wrk: no request fails while rebuilds switch."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import load
import pytest
from helpers import DATA

TOPICS = DATA / "judged" / "topics.tsv"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
@pytest.mark.skipif(not find_spec("uvicorn"), reason="needs the extra `web`")
def test_no_request_fails_while_rebuilds_switch(
    index_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(index_folder, tmp_path / "index")
    lines = TOPICS.read_text(encoding="utf-8").splitlines()
    paths = [f"/api/search?q={quote(line.split(chr(9))[1])}" for line in lines]
    options = argparse.Namespace(index=tmp_path / "index", seconds=15, connections=32)
    with load.serving(options.index) as port:
        report = load.under_load(port, paths, options, tmp_path)

    match = re.fullmatch(r"under load: (\{.*\}) from g(\d+)-\w+ to g(\d+)-\w+", report)
    assert match
    measured = json.loads(match[1])
    assert measured["errors"] == 0
    assert measured["requests"] > 100
    assert int(match[3]) > int(match[2])
