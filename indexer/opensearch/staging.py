"""Staging: a corpus is read and its runs are analysed before any of it is sent.

A corpus of any size is read once. Its sentences wait in a file on disk, the spool, so that
memory grows with the number of distinct words only.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.analysis.kiwi import Morphemes
from indexer.analysis.lexicon_nouns import collect_nouns
from indexer.analysis.script_runs import Script
from indexer.build import corpus_tables, extracted
from indexer.build.analysed_sentences import RunTerms
from indexer.build.finish import finish, source_record
from indexer.build.manifest import Manifest, SourceRecord
from indexer.build.parsed_corpus import Tally, path_of
from indexer.build.plan import BuildPlan, CorpusBlankError
from indexer.build.rebuild import gc_paused
from indexer.extract.abbreviations import mine_abbreviations
from indexer.extract.definition_cache import collect_definitions
from indexer.file_names import MORPHEME_CACHE, SYNONYMS
from indexer.ingest import corpus_files
from indexer.ingest.corpus_files import Reading, Recall
from indexer.ingest.document import (
    Document,
    parse_document,
    parse_records,
    with_declared,
)
from indexer.ingest.file_kinds import holds_records
from indexer.ingest.sentence import Sentence
from indexer.ingest.source import Source, SourceFile
from indexer.ingest.unreadable import Unreadable
from indexer.invert.distinct_words import DistinctWords
from indexer.opensearch.mapping import Size
from indexer.progress import Progress
from indexer.storage import morpheme_cache, synonyms
from indexer.storage.morpheme_cache import KnownRuns

BATCH = 500
"""The most sentences of a batch."""
_BATCH_BYTES = 1 << 20
"""Bytes at which a batch ends before it has that many sentences.

A request has ten times as many, and a server accepts no request of more than 100 MB.
"""


class Batch(NamedTuple):
    """Neighbouring sentences of a spool: the number of the first, and their bytes."""

    first: int
    start: int
    end: int


class Spool:
    """The sentences of a corpus in a file, in order; several processes can read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.batches: list[Batch] = []
        self._size = 0

    def fill(self, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
        """Write *sentences*, and yield each when it is written."""
        with self.path.open("wb") as file:
            first = start = 0
            for sentence in sentences:
                line = json.dumps(sentence, ensure_ascii=False).encode() + b"\n"
                self._size += file.write(line)
                self.count += 1
                if self.count - first == BATCH or self._size - start >= _BATCH_BYTES:
                    self.batches.append(Batch(first, start, self._size))
                    first, start = self.count, self._size
                yield sentence
            if self._size > start:
                self.batches.append(Batch(first, start, self._size))

    def read(self, batch: Batch) -> Iterator[tuple[int, Sentence]]:
        """Yield the sentences of a batch with their numbers."""
        with self.path.open("rb") as file:
            file.seek(batch.start)
            lines = file.read(batch.end - batch.start).splitlines()
        for number, line in enumerate(lines, batch.first):
            yield number, Sentence(*json.loads(line))

    def __iter__(self) -> Iterator[Sentence]:
        for batch in self.batches:
            for _, sentence in self.read(batch):
                yield sentence


def examine_sources(
    plan: BuildPlan,
    say: Callable[[str], None],
    progress: Progress,
    recall: Recall | None = None,
    *,
    allow_missing: bool = False,
) -> Reading[SourceFile]:
    """Return the corpus files of *plan* with their encodings and hashes.

    Raises:
        CommuniqueError: A file is missing or unreadable.
    """
    files = progress(plan.find_files(say, allow_missing=allow_missing), "reading")
    return corpus_files.examine_all(
        files,
        say,
        recall,
        names=plan.names,
        allow_missing=allow_missing,
        allow_unreadable=plan.allow_unreadable,
    )


class StagedCorpus:
    """A corpus in a spool, with all its runs analysed.

    `folder` receives the files of the generation, and `known_runs` has the runs.
    """

    def __init__(
        self, folder: Path, plan: BuildPlan, recall: Recall | None = None
    ) -> None:
        self.folder = folder
        self._recall = recall
        self._documents: list[Source] = []
        self.spool = Spool(folder.with_suffix(".spool"))
        self.known_runs = KnownRuns(kiwi.local_analyzer(plan.dictionary.words))
        self._plan = plan
        self._analyzer = Analyzer(self.known_runs.morphemes)
        self._records: list[SourceRecord] = []
        self._words = DistinctWords()
        self._word_counts: Counter[int] = Counter()

    def read(self, files: Iterable[SourceFile]) -> None:
        """Read the corpus, and analyse its runs that are not known."""
        self.known_runs.learn(self._new_hangul_runs(files))
        self.known_runs.morphemes(corpus_tables.dictionary_runs(self._plan.dictionary))

    def _new_hangul_runs(self, files: Iterable[SourceFile]) -> Iterator[str]:
        for sentence in self.spool.fill(self._sentences(files)):
            words, new_runs = self._words.add(sentence.text)
            self._word_counts.update(words)
            for number in new_runs:
                run = self._words.runs[number]
                if run.script is Script.HANGUL:
                    yield run.key

    @cached_property
    def size(self) -> Size:
        """The number of sentences, and their average length in terms."""
        terms = sum(
            self._word_counts[number] * self._analyzer.analyze_word(word).length
            for number, word in enumerate(self._words)
        )
        return Size(self.spool.count, terms / self.spool.count)

    def _sentences(self, files: Iterable[SourceFile]) -> Iterator[Sentence]:
        for file in files:
            if holds_records(file.path):
                document = with_declared(
                    Document(file.name, None, None, ()), file.declared
                )
                lines = corpus_files.read_lines(file)
                sentences: Iterable[Sentence] = parse_records(
                    file.path, file.name, lines
                )
            else:
                source = corpus_files.read(file.path, lambda _: None, self._recall)
                source = replace(source, name=file.name)
                if source.extracted:
                    self._documents.append(replace(source, text=""))
                document = parse_document(source, self._plan.needs_space)
                sentences = document.sentences
            tally = Tally()
            yield from tally.count(sentences)
            self._records.append(
                source_record(file, document, tally.sentences, tally.paragraphs)
            )

    def path_of(self, number: int) -> Path:
        """Return the file of a sentence."""
        return path_of(self._records, number)

    def finish(self, word_counts: Counter[str], unreadable: Unreadable) -> Manifest:
        """Write the files of the generation to its folder; return its manifest.

        Args:
            word_counts: The words for completion, with the number of sentences of each.
            unreadable: The corpus files that are left out.
        """
        known = self.known_runs.known
        user_runs = corpus_tables.dictionary_runs(self._plan.dictionary)
        morphemes = {run: known[run] for run in user_runs}
        run_terms = RunTerms(self._analyzer)
        for run in self._words.runs:
            parts: Morphemes = ()
            if run.script is Script.HANGUL:
                parts = morphemes[run.key] = known[run.key]
            run_terms.add(run, parts)
        morpheme_cache.write(self.folder / MORPHEME_CACHE, morphemes)
        corpus_tables.write_nouns(self.folder, collect_nouns(morphemes))
        corpus_tables.write_words(self.folder, word_counts)
        definitions = collect_definitions(self.spool, self._words, self._analyzer)
        mined = mine_abbreviations(definitions)
        synonyms.write(self.folder / SYNONYMS, (*self._plan.dictionary.pairs, *mined))
        extracted.write(self.folder, self._documents)
        terms = len(run_terms.terms.terms)
        return finish(self.folder, self._plan, self._records, terms, unreadable)


@contextmanager
def staged(
    plan: BuildPlan,
    files: Sequence[SourceFile],
    known: Iterable[tuple[str, Morphemes]] = (),
    recall: Recall | None = None,
) -> Iterator[StagedCorpus]:
    """Yield the staged corpus, and an empty folder for the files of the generation.

    Args:
        plan: The inputs of the rebuild.
        files: The files of its corpus.
        known: Runs that need not be analysed, with their morphemes.
        recall: Returns texts that need not be extracted again.

    Raises:
        CommuniqueError: A file is malformed, or no file has a sentence.
    """
    with tempfile.TemporaryDirectory(prefix="communique-") as temporary:
        folder = Path(temporary) / "files"
        folder.mkdir()
        corpus = StagedCorpus(folder, plan, recall)
        corpus.known_runs.known.update(known)
        with gc_paused():
            corpus.read(files)
            if not corpus.spool.count:
                raise CorpusBlankError([file.path for file in files])
            yield corpus
