"""A short load on the communiqué, with wrk: no request fails while rebuilds switch."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import pytest

TOPICS = Path(__file__).parents[2] / "data/judged/topics.tsv"


def _module() -> ModuleType:
    """Return tests/tools/load.py, which is no package's module."""
    spec = spec_from_file_location(
        "load", Path(__file__).parents[2] / "tools" / "load.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


load = _module()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
@pytest.mark.skipif(not find_spec("uvicorn"), reason="needs the extra `web`")
def test_no_request_fails_while_rebuilds_switch(
    index_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(index_folder, tmp_path / "index")
    lines = TOPICS.read_text(encoding="utf-8").splitlines()
    paths = [f"/api/search?q={quote(line.split(chr(9))[1])}" for line in lines]
    asked = argparse.Namespace(index=tmp_path / "index", seconds=15, connections=32)
    with load.serving(asked.index) as port:
        said = load.under_load(port, paths, asked, tmp_path)

    found = re.fullmatch(r"under load: (\{.*\}) from g(\d+)-\w+ to g(\d+)-\w+", said)
    assert found
    measured = json.loads(found[1])
    assert measured["errors"] == 0
    assert measured["requests"] > 1000
    assert int(found[3]) > int(found[2])
