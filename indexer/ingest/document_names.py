"""The names of documents: each file's stem, with more of its path where stems are equal."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


def document_name(path: Path) -> str:
    """Return the file's stem in NFC, with `_` for white space and colons.

    `제52차 SCM.txt` is the document `제52차_SCM`.
    """
    return _citable(path.stem)


def document_names(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the distinct name of each file.

    Files of one stem take the folders that tell them apart, then their suffixes; a number
    is the last resort:

        2021/a.txt, 2022/a.txt    2021/a, 2022/a
        a.hwp, a.pdf              a.hwp, a.pdf
        a b.txt, a_b.txt          a_b, a_b#2
    """
    names = dict.fromkeys(paths, "")
    by_stem = defaultdict(list)
    for path in names:
        by_stem[document_name(path)].append(path)
    for files in by_stem.values():
        names |= dict(zip(files, _distinct(files), strict=True))
    return dict(zip(names, _numbered(names.values()), strict=True))


def _distinct(files: list[Path]) -> list[str]:
    """Return names for *files* of one stem, as short as distinguishes them."""
    deepest = max(len(path.parts) for path in files)
    for name_of in (document_name, _file_name):
        for folders in range(deepest):
            names = [_with_folders(path, name_of, folders) for path in files]
            if len(set(names)) == len(files):
                return names
            if len({path.parent for path in files}) == 1:
                break  # Their folders do not tell them apart.
    return [document_name(path) for path in files]


def _with_folders(path: Path, name_of: Callable[[Path], str], folders: int) -> str:
    parents = path.parent.parts[-folders:] if folders else ()
    return "/".join([*map(_citable, parents), name_of(path)])


def _file_name(path: Path) -> str:
    return _citable(path.name)


def _citable(text: str) -> str:
    return re.sub(r"[\s:]+", "_", unicodedata.normalize("NFC", text))


def _numbered(names: Iterable[str]) -> Iterator[str]:
    """Yield each name, a repeated one with its number behind `#`."""
    counts: Counter[str] = Counter()
    for name in names:
        counts[name] += 1
        yield name if counts[name] == 1 else f"{name}#{counts[name]}"
