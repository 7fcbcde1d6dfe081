"""The manifest: written, read, and compared with the versions at hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from helpers import ROOT

from indexer.analysis.analyzer import ANALYSIS_VERSION
from indexer.build import manifest
from indexer.build.manifest import (
    FORMAT,
    IndexOutdatedError,
    Manifest,
    ManifestUnreadableError,
    SourceRecord,
)
from indexer.ingest.edition import Edition
from indexer.versions import installed_tools

TOOLS = installed_tools()
SOURCE = SourceRecord(
    document="성명",
    path="/글/성명.txt",
    sha256="0" * 64,
    encoding="cp949",
    title="공동성명",
    dateline=None,
    number=52,
    date="2020-10-14",
    place=None,
    year=2020,
    paragraphs=20,
    sentences=82,
)
MADE = Manifest(
    format=FORMAT,
    analysis=ANALYSIS_VERSION,
    tools=TOOLS,
    made="2020-10-14T00:00:00Z",
    corpus=("/글",),
    dictionary=None,
    dictionary_sha256=None,
    sources=(SOURCE, SOURCE._replace(document="둘", title=None, sentences=3)),
    terms=1234,
    files={"lexicon.bin": "1" * 64},
)


@pytest.fixture
def generation(tmp_path: Path) -> Path:
    """Return the folder of a generation, empty."""
    folder = tmp_path / "색인" / "g1"
    folder.mkdir(parents=True)
    return folder


def test_a_manifest_is_read_as_it_was_written(generation: Path) -> None:
    MADE.write(generation)

    assert manifest.read(generation) == MADE


def test_a_manifest_is_plain_json(generation: Path) -> None:
    MADE.write(generation)

    text = (generation / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(text) == json.loads(json.dumps(MADE.to_json()))
    assert '"공동성명"' in text


def test_the_sentences_of_all_sources_are_counted() -> None:
    assert MADE.sentences == 85


def test_a_source_has_an_edition() -> None:
    assert SOURCE.edition == Edition(
        document="성명",
        title="공동성명",
        number=52,
        date="2020-10-14",
        place=None,
        year=2020,
    )


def test_the_installed_versions_are_those_of_whoosh_and_kiwi() -> None:
    assert list(TOOLS) == ["whoosh", "kiwipiepy", "kiwipiepy_model"]
    assert "(not installed)" not in TOOLS.values()


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("Communique_Search-9.8.dist-info", "9.8"),
        ("communique_search-9.8.egg-info", "9.8"),
        ("communique_search-9.8-py3.11.egg-info", "9.8"),
        ("communique_search.egg-info", "(not installed)"),
        ("communique_search-9.8", "(not installed)"),
        ("communique_search_other-9.8.dist-info", "(not installed)"),
    ],
)
def test_a_version_is_read_from_the_name_of_its_folder(
    tmp_path: Path, name: str, version: str
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / "sub-1.dist-info.txt").touch()
    script = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}]\n"
        "from indexer.versions import program_version\n"
        f"sys.path[:] = [{str(tmp_path / 'none')!r}, {str(tmp_path)!r}]\n"
        "print(program_version())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )

    assert done.stdout == f"{version}\n"


def test_an_index_of_the_installed_versions_passes(generation: Path) -> None:
    manifest.check(MADE, generation)


DIFFERENCES: dict[str, tuple[dict[str, Any], str]] = {
    "형식": ({"format": 0}, f"index format 0 (here {FORMAT})"),
    "분석": ({"analysis": 99}, f"analysis 99 (here {ANALYSIS_VERSION})"),
    "도구": (
        {"tools": {**TOOLS, "kiwipiepy": "0.1"}},
        f"kiwipiepy 0.1 (here {TOOLS['kiwipiepy']})",
    ),
    "사전": (
        {"tools": {**TOOLS, "kiwipiepy_model": "0.1"}},
        f"kiwipiepy_model 0.1 (here {TOOLS['kiwipiepy_model']})",
    ),
    "없는 도구": (
        {"tools": {k: v for k, v in TOOLS.items() if k != "whoosh"}},
        f"whoosh None (here {TOOLS['whoosh']})",
    ),
    "여럿": (
        {"analysis": 0, "tools": {**TOOLS, "whoosh": "1"}},
        (f"analysis 0 (here {ANALYSIS_VERSION}) and whoosh 1 (here {TOOLS['whoosh']})"),
    ),
}


@pytest.mark.parametrize(
    ("changes", "named"), DIFFERENCES.values(), ids=list(DIFFERENCES)
)
def test_each_difference_is_named_with_the_remedy(
    generation: Path, changes: dict[str, Any], named: str
) -> None:
    folder = generation.parent
    MADE._replace(**changes).write(generation)

    with pytest.raises(IndexOutdatedError) as caught:
        manifest.check(manifest.read(generation), generation)

    assert str(caught.value) == (
        f"{folder}: the index was made with {named}; make it anew with"
        f" `communique rebuild --index {folder}`."
    )


def damaged(**changes: Any) -> bytes:
    record = MADE.to_json() | changes
    record = {key: value for key, value in record.items() if value is not ...}
    return json.dumps(record).encode()


DAMAGED = {
    "빔": b"",
    "잘림": damaged()[:-20],
    "UTF-8 아님": b"\xff\xfe\x00",
    "배열": b"[]",
    "null": b"null",
    "깊음": b"[" * 100_000,
    "열쇠 없음": damaged(made=...),
    "열쇠 많음": damaged(more=1),
    "출처 없음": damaged(sources=...),
    "출처가 수": damaged(sources=5),
    "출처에 빠진 것": damaged(sources=[{"document": "성명"}]),
    "출처가 글": damaged(sources=["성명"]),
    "말뭉치가 없음": damaged(corpus=None),
    "도구가 배열": damaged(tools=[]),
    "도구가 null": damaged(tools=None),
    "파일 없음": damaged(files=...),
    "파일이 배열": damaged(files=[]),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=list(DAMAGED))
def test_a_damaged_manifest_is_an_error_with_the_remedy(
    generation: Path, data: bytes
) -> None:
    (generation / "manifest.json").write_bytes(data)

    with pytest.raises(ManifestUnreadableError) as caught:
        manifest.check(manifest.read(generation), generation)

    assert str(caught.value) == (
        f"{generation}: the index has no readable manifest; make it anew with"
        f" `communique rebuild --index {generation.parent}`."
    )


def test_a_missing_manifest_is_an_error_with_the_remedy(generation: Path) -> None:
    with pytest.raises(ManifestUnreadableError):
        manifest.read(generation)


def test_a_removed_generation_is_not_reported_as_damaged(
    generation: Path,
) -> None:
    with pytest.raises(FileNotFoundError):
        manifest.read(generation.with_name("g2"))


def test_an_index_of_a_later_format_is_not_reported_as_damaged(
    generation: Path,
) -> None:
    """Its manifest may have unknown keys, or lack some."""
    later = FORMAT + 1
    (generation / "manifest.json").write_bytes(
        damaged(format=later, engine="새것", terms=...)
    )

    with pytest.raises(IndexOutdatedError) as caught:
        manifest.check(manifest.read(generation), generation)

    folder = generation.parent
    assert str(caught.value) == (
        f"{folder}: the index was made with index format {later} (here {FORMAT});"
        f" make it anew with `communique rebuild --index {folder}`."
    )
