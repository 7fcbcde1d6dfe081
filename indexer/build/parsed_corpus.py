"""The corpus of a rebuild: files in, sentences in a spool and a record of each file out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from indexer.build.finish import source_record
from indexer.build.manifest import SourceRecord
from indexer.build.plan import BuildPlan, IdTwiceError
from indexer.ingest import corpus_files
from indexer.ingest.document import (
    Document,
    parse_document,
    parse_records,
    with_declared,
)
from indexer.ingest.sentence import Sentence
from indexer.ingest.source import Source, SourceFile
from indexer.progress import Progress
from indexer.storage.sentence_hashes import SentenceHasher
from indexer.storage.sentence_spool import SentenceSpool


class ParsedCorpus:
    """The sentences of a corpus with their hashes, and a generation's records of its files.

    `extracted` are the documents whose extracted text is stored, and `files` all files,
    without their texts. *sources* is emptied, so that the texts leave the memory.

    Raises:
        RecordError: A line of a JSON Lines file, or a row of a CSV file, is no record.
        IdTwiceError: Two sentences have the same id.
    """

    def __init__(
        self, sources: list[Source | SourceFile], plan: BuildPlan, progress: Progress
    ) -> None:
        self.files: list[SourceFile] = []
        self.extracted: list[Source] = []
        self.records: list[SourceRecord] = []
        self._plan = plan
        hasher = SentenceHasher()
        parsed = self._parse(progress(sources, "splitting"))
        self.sentences = SentenceSpool(hasher.add_each(parsed))
        self.hashes = hasher.hashes
        sources.clear()
        if repeated := self.sentences.repeated_id():
            self._refuse(*repeated)

    def _parse(self, sources: Iterable[Source | SourceFile]) -> Iterator[Sentence]:
        for source in sources:
            if isinstance(source, Source):
                document = parse_document(source, self._plan.needs_space)
                sentences: Iterable[Sentence] = document.sentences
                file = source.file
                if source.extracted:
                    self.extracted.append(replace(source, text=""))
            else:
                document, sentences = _records(source)
                file = source
            tally = Tally()
            yield from tally.count(sentences)
            self.files.append(file)
            self.records.append(
                source_record(file, document, tally.sentences, tally.paragraphs)
            )

    def _refuse(self, first: int, second: int) -> None:
        """Raise IdTwiceError for two sentences."""
        paths = (path_of(self.records, number) for number in (first, second))
        ids = (s.id for number, s in enumerate(self.sentences) if number == first)
        raise IdTwiceError(next(ids), *paths)


def path_of(records: Iterable[SourceRecord], number: int) -> Path:
    """Return the file of the sentence with that number."""
    for source in records:
        if number < source.sentences:
            return Path(source.path)
        number -= source.sentences
    raise LookupError(number)


def _records(file: SourceFile) -> tuple[Document, Iterator[Sentence]]:
    """Return the document of a file of records without them, and the records."""
    document = with_declared(Document(file.name, None, None, ()), file.declared)
    lines = corpus_files.read_lines(file)
    return document, parse_records(file.path, file.name, lines)


class Tally:
    """Counts the sentences and the numbered paragraphs of a document."""

    def __init__(self) -> None:
        self.sentences = 0
        self._paragraphs: set[int | None] = set()

    @property
    def paragraphs(self) -> int:
        """The number of numbered paragraphs."""
        return len(self._paragraphs - {None, 0})

    def count(self, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
        """Yield *sentences*, and count each."""
        for sentence in sentences:
            self.sentences += 1
            self._paragraphs.add(sentence.paragraph)
            yield sentence
