"""The texts extracted from a corpus's documents, in the file texts.bin.

A BlockFile. The first block is a JSON array of keys, `[SHA-256 of the file, suffix, version
of the extraction]`; each further block is the text of one, with its pages, title and
date, as JSON. A rebuild takes from it the texts of files that have not changed, and
`communique show DOCUMENT --text` prints them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.storage import block_file
from indexer.storage.block_file import BlockFile

if TYPE_CHECKING:
    from indexer.documents.extracted import Extracted


class TextKey(NamedTuple):
    """A file by its SHA-256, its suffix in small letters, and the version of the extraction."""

    sha256: str
    suffix: str
    extractor: str


def write(path: Path, texts: Mapping[TextKey, Extracted]) -> None:
    """Write *texts* to a new file."""
    blocks = [json.dumps(list(texts)), *(_to_json(text) for text in texts.values())]
    block_file.write(path, [block.encode() for block in blocks])


def read(path: Path, sha256: str, suffix: str, extractor: str = "") -> Extracted | None:
    """Return the text of a file, None if it is not stored.

    Args:
        path: The file texts.bin, which need not exist.
        sha256: The file's SHA-256.
        suffix: The suffix of its name, in small letters.
        extractor: The version that must have extracted it, empty for any.

    Raises:
        FileDamagedError: texts.bin is not as it was written.
    """
    if not path.exists():
        return None
    with closing(BlockFile(path, cache_size=1)) as blocks:
        for number, key in enumerate(json.loads(blocks[0]), 1):
            if key[:2] == [sha256, suffix] and extractor in {"", key[2]}:
                return _from_json(json.loads(blocks[number]))
    return None


def _to_json(text: Extracted) -> str:
    return json.dumps(text._asdict(), ensure_ascii=False)


def _from_json(record: dict[str, Any]) -> Extracted:
    from indexer.documents.extracted import Extracted

    quotes = tuple((start, end) for start, end in record["quotes"])
    return Extracted(**{**record, "pages": tuple(record["pages"]), "quotes": quotes})
