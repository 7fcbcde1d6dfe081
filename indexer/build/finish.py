"""The end of a rebuild: dictionary, checksums and manifest join the files of a generation."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from indexer.analysis.analyzer import ANALYSIS_VERSION
from indexer.build.manifest import FORMAT, Manifest, SourceRecord
from indexer.build.plan import BuildPlan
from indexer.file_names import DICTIONARY
from indexer.ingest.document import Document
from indexer.ingest.edition import edition_of
from indexer.ingest.source import SourceFile
from indexer.ingest.unreadable import Unreadable
from indexer.storage import checksums, new_file
from indexer.versions import installed_tools


def finish(
    folder: Path,
    plan: BuildPlan,
    sources: Iterable[SourceRecord],
    terms: int,
    unreadable: Unreadable,
) -> Manifest:
    """Write the last files of a generation to *folder*, and return its manifest.

    Each file there is read once: for checksums.bin and the manifest together.

    Args:
        folder: Holds the files that the writers of segments and lexicon have written.
        plan: The inputs.
        sources: The corpus files, in the order of their sentences.
        terms: Number of distinct terms.
        unreadable: The corpus files that are left out.
    """
    if plan.dictionary_path:
        new_file.write(folder / DICTIONARY, plan.dictionary.data)
    manifest = Manifest(
        format=FORMAT,
        analysis=ANALYSIS_VERSION,
        tools=installed_tools(),
        made=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        corpus=plan.corpus_names,
        dictionary=plan.dictionary_name,
        dictionary_sha256=plan.dictionary.sha256,
        sources=tuple(sources),
        terms=terms,
        files=checksums.write(folder),
        allow_unreadable=plan.allow_unreadable,
        unreadable=unreadable,
    )
    manifest.write(folder)
    return manifest


def source_record(
    source: SourceFile, document: Document, sentences: int, paragraphs: int
) -> SourceRecord:
    """Return the manifest's record of a corpus file.

    Args:
        source: The file.
        document: The document in it; of its sentences nothing is read.
        sentences: Number of its sentences.
        paragraphs: Number of its numbered paragraphs.
    """
    edition = edition_of(document)
    return SourceRecord(
        document=document.name,
        path=str(source.path),
        sha256=source.sha256,
        encoding=source.encoding,
        title=document.title,
        dateline=document.dateline,
        number=edition.number,
        date=edition.date,
        place=edition.place,
        year=edition.year,
        paragraphs=paragraphs,
        sentences=sentences,
        sidecar=source.declared.sha256,
    )
