"""Staging: texts that are not extracted again, and those that the next rebuild reads."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from indexer.build.plan import resolve
from indexer.documents import sandbox
from indexer.documents.extract import extractor_of
from indexer.documents.extracted import Extracted
from indexer.file_names import EXTRACTED_TEXTS
from indexer.ingest.unreadable import Unreadable
from indexer.opensearch.staging import examine_sources, staged
from indexer.progress import no_progress
from indexer.storage import extracted_texts

TEXT = Extracted("예전에 읽은 글이다.\n", (0,))


def test_a_known_text_is_not_extracted_again_and_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")

    def refuse(*_: Any) -> Extracted:
        pytest.fail("the file is extracted")

    monkeypatch.setattr(sandbox, "run", refuse)
    plan = resolve([path], None, allow_unreadable=True)

    def recall(sha256: str, suffix: str) -> Extracted | None:
        return TEXT if (sha256, suffix) == (file.sha256, ".pdf") else None

    file = examine_sources(plan, print, no_progress, lambda *_: TEXT).files[0]
    with staged(plan, [file], recall=recall) as staging:
        sentences = list(staging.spool)
        staging.finish(Counter(), Unreadable())
        stored = extracted_texts.read(
            staging.folder / EXTRACTED_TEXTS, file.sha256, ".pdf", extractor_of(".pdf")
        )

    assert [(each.text, each.page) for each in sentences] == [
        ("예전에 읽은 글이다.", 1)
    ]
    assert stored == TEXT
