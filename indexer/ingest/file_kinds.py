"""The kinds of file that a corpus has, by the suffixes of their names."""

from __future__ import annotations

from pathlib import Path

RECORDS = (".jsonl", ".csv")
"""The kinds of file that hold a record on each line or row, in either case of letters."""

DOCUMENTS = (".hwp", ".hwpx", ".pdf", ".docx", ".html", ".htm", ".md")
"""The kinds of file whose text `indexer.documents` extracts."""

SUFFIXES = (".txt", *RECORDS, *DOCUMENTS)
"""The kinds of file that can be indexed."""

KINDS = f"{', '.join(SUFFIXES[:-1])} and {SUFFIXES[-1]}"


def holds_records(path: Path) -> bool:
    """Return whether a corpus file holds records, not running text, by its suffix."""
    return path.suffix.lower() in RECORDS


def needs_extraction(path: Path) -> bool:
    """Return whether the file is of a kind whose text has to be extracted."""
    return path.suffix.lower() in DOCUMENTS
