"""A spill file returns what was appended, from memory or from disk."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from helpers import ROOT
from hypothesis import given
from hypothesis import strategies as st

from indexer import spill_file
from indexer.spill_file import SpillFile


@given(st.lists(st.binary(max_size=9), max_size=9))
def test_parts_are_read_by_their_offsets_in_any_order(parts: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spill_file, "_IN_MEMORY", 16)
        file = SpillFile()
        offsets = [file.append(part) for part in parts]

        for offset, part in reversed(list(zip(offsets, parts, strict=True))):
            assert file.read(offset, len(part)) == part


@pytest.mark.skipif(os.name == "nt", reason="Windows has no files without a name")
def test_the_file_has_no_name(tmp_path: Path) -> None:
    """It is gone when the process is killed, and is never part of an index."""
    file = SpillFile(tmp_path)
    file.append(b"\0" * (1 << 23))

    assert file.read(1 << 22, 1) == b"\0"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is one of Linux")
def test_a_full_disk_is_reported_with_its_folder(tmp_path: Path) -> None:
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from indexer import spill_file\n"
        "spill_file._IN_MEMORY = 1000\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "file = spill_file.SpillFile(Path(sys.argv[1]))\n"
        "try:\n"
        "    while True:\n"
        "        file.append(bytes(1500))\n"
        "except OSError as fault:\n"
        "    print(fault.filename)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    assert run.stdout.strip() == str(tmp_path)
    assert not run.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /dev/full")
def test_a_full_temporary_folder_is_reported_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = partial(Path("/dev/full").open, "r+b")
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: full())

    with pytest.raises(OSError, match="No space left on device; set TMPDIR to"):
        SpillFile().append(bytes(1 << 23))
