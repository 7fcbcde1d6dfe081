"""The layers: which part of the program may import which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LAYERS: dict[str, set[str]] = {
    "indexer": set(),
    "search": {"indexer"},
}
"""Each package, and the packages of this program that it may import besides itself."""

ALONE = {
    "kiwipiepy": {"indexer.analysis.kiwi"},
    "opensearchpy": {"indexer.opensearch.client"},
    "numpy": {
        "indexer.storage.text_codec",
        "indexer.invert.inversion",
        "indexer.analysis.lexicon_nouns",
        "indexer.invert.bigrams",
        "indexer.segments.docid_map",
        "indexer.whoosh_format.writer",
        "indexer.storage.forward_index",
        "search.engine.scoring",
    },
    "whoosh": {"indexer.whoosh_format.reader", "indexer.whoosh_format.writer"},
}
"""Each library that is kept behind a seam, and the modules that are that seam."""


def faults(root: Path) -> Iterator[str]:
    """Yield what the packages in *root* import against the rules."""
    for package, allowed in LAYERS.items():
        imported = {
            module: set(imports(root, module)) for module in modules(root, package)
        }
        for module, names in imported.items():
            for name in sorted(names):
                top = name.split(".")[0]
                if top in LAYERS and top not in {package, *allowed}:
                    yield f"{module} imports {name}: {package} may not import {top}"
                if module not in ALONE.get(top, {module}):
                    yield f"{module} imports {name}: only {sorted(ALONE[top])} may"
        try:
            TopologicalSorter(
                {m: (names & imported.keys()) - {m} for m, names in imported.items()}
            ).prepare()
        except CycleError as fault:
            yield f"{package} imports in a circle: {' → '.join(fault.args[1])}"


def modules(root: Path, package: str) -> Iterator[str]:
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


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
            # What is imported may be a module itself: from indexer import kiwi.
            known = {name for alias in node.names if (name := f"{base}.{alias.name}")}
            found = known & set(modules(root, base.split(".")[0]))
            yield from found
            if len(found) < len(known):
                yield base


def test_the_layers_hold() -> None:
    assert list(faults(ROOT)) == []


def test_every_seam_is_there() -> None:
    for library, seam in ALONE.items():
        for module in seam:
            tops = {name.split(".")[0] for name in imports(ROOT, module)}
            assert library in tops


PLANTED: dict[str, tuple[dict[str, str], str]] = {
    "위층": (
        {"indexer/a.py": "import search"},
        "indexer.a imports search: indexer may not import search",
    ),
    "위층의 모듈": (
        {"indexer/a.py": "from search.query import parse"},
        "indexer.a imports search.query: indexer may not import search",
    ),
    "위층에서 모듈": (
        {"indexer/a.py": "from search import query", "search/query.py": ""},
        "indexer.a imports search.query: indexer may not import search",
    ),
    "함수 안": (
        {"indexer/a.py": "def f():\n    import search.query as q"},
        "indexer.a imports search.query: indexer may not import search",
    ),
    "형 검사 때만": (
        {"indexer/a.py": "if TYPE_CHECKING:\n    from search import parse"},
        "indexer.a imports search: indexer may not import search",
    ),
    "꾸러미 자체": (
        {"indexer/__init__.py": "import search"},
        "indexer imports search: indexer may not import search",
    ),
    "분석기": (
        {"search/a.py": "from kiwipiepy.utils import Stopwords"},
        "search.a imports kiwipiepy.utils: only ['indexer.analysis.kiwi'] may",
    ),
    "색인 엔진": (
        {"indexer/a.py": "import whoosh.index"},
        f"indexer.a imports whoosh.index: only {sorted(ALONE['whoosh'])} may",
    ),
    "수 꾸러미": (
        {"search/a.py": "def f():\n    import numpy as np"},
        f"search.a imports numpy: only {sorted(ALONE['numpy'])} may",
    ),
    "고리": (
        {"search/a.py": "import search.b", "search/b.py": "from search.a import x"},
        "search imports in a circle: search.a → search.b → search.a",
    ),
    "점 하나": (
        {"search/a.py": "from . import b", "search/b.py": "from .a import x"},
        "search imports in a circle: search.a → search.b → search.a",
    ),
    "꾸러미에서 점 하나": (
        {
            "search/__init__.py": "from . import a",
            "search/a.py": "from search import x",
        },
        "search imports in a circle: search → search.a → search",
    ),
    "점 둘": (
        {
            "search/deep/__init__.py": "",
            "search/deep/a.py": "from .. import b",
            "search/b.py": "from search.deep import a",
        },
        "search imports in a circle: search.b → search.deep.a → search.b",
    ),
}


@pytest.mark.parametrize(("files", "fault"), PLANTED.values(), ids=list(PLANTED))
def test_a_planted_fault_is_found(
    tmp_path: Path, files: dict[str, str], fault: str
) -> None:
    clean = {"indexer/__init__.py": "", "search/__init__.py": "from indexer import x"}
    for name, text in (clean | files).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert list(faults(tmp_path)) == [fault]
