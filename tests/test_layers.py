"""The rooms of the program, and which of them may import which.

A room is a package below `indexer` or `search`, or a module that lies directly in one of
them. `search` may import `indexer`, never the reverse. Inside a package, a room may
import the rooms of the floors below its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from helpers import ROOT

ORDER = {
    "indexer": (
        "errors progress versions bm25 signals file_names byte_order spill_file parent_death",
        "regular_files",
        "text documents",
        "parallel ingest",
        "analysis",
        "invert",
        "storage",
        "whoosh_format extract",
        "segments",
        "build",
        "opensearch",
        "location",
        "backends",
        "cli",
        "__main__",
    ),
    "search": (
        "messages closest_name limits",
        "engine",
        "query",
        "results not_found word_readings",
        "open explain reference_lookup",
        "index",
        "reading",
        "drafts",
        "present",
        "web",
        "agents",
        "cli",
        "__main__",
    ),
}
"""The rooms of each package by floor, the ground floor first."""

ABOVE = {"indexer": {"search"}, "search": set[str]()}
"""Each package, and the packages that it may not import."""

DOORS = {
    "indexer.cli": {"indexer.__main__", "search.cli"},
    "search.agents": {"search.cli"},
    "search.web": {"search.cli"},
}
"""Each room that only some of the rooms above it may import."""

SEAMS = {
    "dochan": {"indexer.documents.hwp"},
    "docx": {"indexer.documents.docx", "search.present.docx_table"},
    "pypdfium2": {"indexer.documents.pdf"},
    "selectolax": {
        "indexer.documents.html",
        "indexer.documents.html_lists",
        "indexer.documents.html_styles",
    },
    "click": {"indexer.cli", "search.cli"},
    "mcp": {"search.agents.server"},
    "mcp_types": {"search.agents.server"},
    "kiwipiepy": {"indexer.analysis.kiwi"},
    "opensearchpy": {"indexer.opensearch.client"},
    "numpy": {
        "indexer.analysis.lexicon_nouns",
        "indexer.invert",
        "indexer.segments.docid_map",
        "indexer.segments.renumbering",
        "indexer.storage.forward_index",
        "indexer.storage.letter_bitmaps",
        "indexer.storage.line_arrays",
        "indexer.storage.sentence_hashes",
        "indexer.storage.sentence_spool",
        "indexer.storage.text_codec",
        "indexer.whoosh_format.writer",
        "search.engine.array_groups",
        "search.engine.array_scoring",
        "search.engine.array_sets",
        "search.engine.array_terms",
        "search.engine.block_maxima",
        "search.engine.block_scoring",
        "search.engine.candidates",
        "search.engine.scoring",
        "search.reading.alignment",
        "search.reading.closeness",
    },
    "whoosh": {"indexer.whoosh_format"},
}
"""Each library behind a seam, and the modules and rooms that are that seam."""


def faults(root: Path) -> Iterator[str]:
    """Yield a sentence for each import in *root* that breaks a rule."""
    for package in ORDER:
        imported = {
            module: set(imports(root, module))
            for module in sorted(modules(root, package))
        }
        for module, names in imported.items():
            for name in sorted(names):
                yield from _faults_of(module, name)
        try:
            TopologicalSorter(
                {m: (names & imported.keys()) - {m} for m, names in imported.items()}
            ).prepare()
        except CycleError as fault:
            yield f"{package} imports in a circle: {' → '.join(fault.args[1])}"
        unplaced = {room(module) for module in imported} - floors(package).keys()
        yield from (f"{name} is on no floor of ORDER" for name in sorted(unplaced))


def _faults_of(module: str, name: str) -> Iterator[str]:
    package, top = module.split(".", maxsplit=1)[0], name.split(".", maxsplit=1)[0]
    if top in ABOVE[package]:
        yield f"{module} imports {name}: {package} may not import {top}"
    seam = SEAMS.get(top)
    if seam and not any(f"{module}.".startswith(f"{part}.") for part in seam):
        yield f"{module} imports {name}: only {sorted(seam)} may"
    here, there = room(module), room(name)
    if here == there or top not in ORDER:
        return
    if there in DOORS and here not in DOORS[there]:
        yield f"{module} imports {name}: only {sorted(DOORS[there])} may"
    if floors(package).get(here, 0) <= floors(package).get(there, -1):
        yield f"{module} imports {name}: {there} is not below {here}"


@cache
def floors(package: str) -> dict[str, int]:
    """Return the floor of each room of *package*; its `__init__` lies below them all."""
    return {package: 0} | {
        f"{package}.{name}": floor
        for floor, names in enumerate(ORDER[package], 1)
        for name in names.split()
    }


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


@cache
def modules(root: Path, package: str) -> frozenset[str]:
    parts = (
        path.relative_to(root).with_suffix("").parts
        for path in (root / package).rglob("*.py")
    )
    return frozenset(".".join(p[:-1] if p[-1] == "__init__" else p) for p in parts)


def imports(root: Path, module: str) -> Iterator[str]:
    """Yield the full names of what *module* imports, wherever in it."""
    path = root.joinpath(*module.split("."))
    is_package = path.is_dir()
    path = path / "__init__.py" if is_package else path.with_suffix(".py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                above = parts[: len(parts) - node.level + is_package]
                base = ".".join([*above, *filter(None, [node.module])])
            # An imported name may be a module itself: from indexer import kiwi.
            known = {name for alias in node.names if (name := f"{base}.{alias.name}")}
            submodules = known & modules(root, base.split(".")[0])
            yield from submodules
            if len(submodules) < len(known):
                yield base


def test_the_layers_hold() -> None:
    assert list(faults(ROOT)) == []


def test_every_seam_is_used() -> None:
    """A module that no longer imports its library leaves the table."""
    for library, seam in SEAMS.items():
        users = {
            module
            for package in ORDER
            for module in modules(ROOT, package)
            if library in {name.split(".")[0] for name in imports(ROOT, module)}
        }
        for part in seam:
            assert any(f"{user}.".startswith(f"{part}.") for user in users), part


def test_every_room_exists() -> None:
    rooms = {room(m) for package in ORDER for m in modules(ROOT, package)}

    assert rooms == {name for package in ORDER for name in floors(package)}


PLANTED: dict[str, tuple[dict[str, str], str]] = {
    "위층": (
        {"indexer/text.py": "import search"},
        "indexer.text imports search: indexer may not import search",
    ),
    "위층의 이름": (
        {"indexer/text.py": "from search.query import parse"},
        "indexer.text imports search.query: indexer may not import search",
    ),
    "위층의 모듈": (
        {"indexer/text.py": "from search import query", "search/query.py": ""},
        "indexer.text imports search.query: indexer may not import search",
    ),
    "함수 안": (
        {"indexer/text.py": "def f():\n    import search.query as q"},
        "indexer.text imports search.query: indexer may not import search",
    ),
    "형 검사 때만": (
        {"indexer/text.py": "if TYPE_CHECKING:\n    from search import parse"},
        "indexer.text imports search: indexer may not import search",
    ),
    "패키지 자체": (
        {"indexer/__init__.py": "import search"},
        "indexer imports search: indexer may not import search",
    ),
    "더 높은 방": (
        {
            "indexer/text/jamo.py": "from indexer.ingest.dates import x",
            "indexer/ingest/dates.py": "",
        },
        (
            "indexer.text.jamo imports indexer.ingest.dates:"
            " indexer.ingest is not below indexer.text"
        ),
    ),
    "같은 층의 방": (
        {"search/open.py": "from search import explain", "search/explain.py": ""},
        "search.open imports search.explain: search.explain is not below search.open",
    ),
    "한 방만 여는 문": (
        {
            "search/reading.py": "from indexer.cli.options import x",
            "indexer/cli/options.py": "",
        },
        "search.reading imports indexer.cli.options: only ['indexer.__main__', 'search.cli'] may",
    ),
    "층이 없는 방": (
        {"search/shelf.py": ""},
        "search.shelf is on no floor of ORDER",
    ),
    "명령줄": (
        {"search/present.py": "from click import echo"},
        "search.present imports click: only ['indexer.cli', 'search.cli'] may",
    ),
    "분석기": (
        {"search/query.py": "from kiwipiepy.utils import Stopwords"},
        "search.query imports kiwipiepy.utils: only ['indexer.analysis.kiwi'] may",
    ),
    "분석기의 이웃": (
        {"indexer/analysis/kiwi_words.py": "import kiwipiepy"},
        (
            "indexer.analysis.kiwi_words imports kiwipiepy:"
            " only ['indexer.analysis.kiwi'] may"
        ),
    ),
    "서버": (
        {"search/index.py": "def f():\n    from opensearchpy import OpenSearch"},
        ("search.index imports opensearchpy: only ['indexer.opensearch.client'] may"),
    ),
    "웹의 문": (
        {"search/__main__.py": "import search.web.api", "search/web/api.py": ""},
        "search.__main__ imports search.web.api: only ['search.cli'] may",
    ),
    "색인 엔진": (
        {"indexer/storage.py": "import whoosh.index"},
        "indexer.storage imports whoosh.index: only ['indexer.whoosh_format'] may",
    ),
    "수 패키지": (
        {"search/index.py": "def f():\n    import numpy as np"},
        f"search.index imports numpy: only {sorted(SEAMS['numpy'])} may",
    ),
    "고리": (
        {
            "search/query/a.py": "import search.query.b",
            "search/query/b.py": "from search.query.a import x",
        },
        "search imports in a circle: search.query.a → search.query.b → search.query.a",
    ),
    "점 하나": (
        {
            "search/query/a.py": "from . import b",
            "search/query/b.py": "from .a import x",
        },
        "search imports in a circle: search.query.a → search.query.b → search.query.a",
    ),
}


@pytest.mark.parametrize(("files", "fault"), PLANTED.values(), ids=list(PLANTED))
def test_a_planted_fault_is_reported(
    tmp_path: Path, files: dict[str, str], fault: str
) -> None:
    clean = {
        "indexer/__init__.py": "",
        "search/__init__.py": "",
        "search/index.py": "from indexer.text import x",
    }
    for name, text in (clean | files).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert list(faults(tmp_path)) == [fault]
