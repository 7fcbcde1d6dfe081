"""The names of documents: each file's stem, with more of its path where stems are equal."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import chain, count
from pathlib import Path
from types import MappingProxyType

from indexer.ingest.file_kinds import SUFFIXES

NO_NAMES: Mapping[str, str] = MappingProxyType({})


def document_name(path: Path) -> str:
    """Return the file's stem in NFC, with `_` for white space and colons.

    `제52차 SCM.txt` is the document `제52차_SCM`. A stem that is itself the name of a
    file keeps the suffix: `a.txt.md` is `a.txt.md`, as `a.txt` may stand beside it.
    """
    is_file_name = Path(path.stem).suffix.lower() in SUFFIXES
    return _citable(path.name if is_file_name else path.stem)


def document_names(
    paths: Iterable[Path], recorded: Mapping[str, str] = NO_NAMES
) -> dict[Path, str]:
    """Return the distinct name of each file.

    A file whose name is *recorded*, as that of the same path in the previous index, keeps
    it, so that citations stay. Other files of one stem take the folders that distinguish
    them, then their suffixes; a number is the last resort:

        2021/a.txt, 2022/a.txt    2021/a, 2022/a
        a.hwp, a.pdf              a.hwp, a.pdf
        a b.txt, a_b.txt          a_b, a_b.txt
    """
    names = dict.fromkeys(paths, "")
    by_stem = defaultdict(list)
    for path in names:
        by_stem[document_name(path)].append(path)
    for files in by_stem.values():
        names |= dict(zip(files, _distinct(files), strict=True))
    result = {path: recorded[str(path)] for path in names if str(path) in recorded}
    taken = set(result.values())
    for path, name in names.items():
        if path not in result:
            result[path] = _free(path, name, taken)
            taken.add(result[path])
    return {path: result[path] for path in names}


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


def _free(path: Path, name: str, taken: Collection[str]) -> str:
    """Return *name*, with the suffix of the file or with a number if it is *taken*."""
    folders = name.rpartition("/")[0]
    longer = f"{folders}/{_file_name(path)}".lstrip("/")
    numbered = (f"{name}#{number}" for number in count(2))
    return next(n for n in chain((name, longer), numbered) if n not in taken)
