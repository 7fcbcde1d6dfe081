"""Preparing: a corpus is read, and its runs analysed, before any of it is sent."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer, hangul_runs
from indexer.analysis.kiwi import Morphemes
from indexer.analysis.lexicon_nouns import collect_nouns
from indexer.analysis.script_runs import Script
from indexer.build import corpus_tables
from indexer.build.analysed_sentences import RunTerms
from indexer.build.finish import finish, source_record
from indexer.build.manifest import Manifest, SourceRecord
from indexer.build.plan import BuildPlan, CorpusBlankError
from indexer.build.rebuild import gc_paused
from indexer.extract.abbreviations import mine_abbreviations
from indexer.extract.definition_cache import collect_definitions
from indexer.file_names import COMPLETION, MORPHEME_CACHE, SYNONYMS
from indexer.ingest import corpus_files
from indexer.ingest.corpus_files import SourceFile
from indexer.ingest.document import Document, parse_document, parse_records
from indexer.ingest.sentence import Sentence
from indexer.opensearch.bulk import Documents
from indexer.opensearch.mapping import Size
from indexer.opensearch.spool import DistinctRuns, Spool
from indexer.progress import Progress
from indexer.storage import completion, morpheme_cache, synonyms
from indexer.storage.morpheme_cache import KnownRuns


def examined(
    plan: BuildPlan,
    say: Callable[[str], None],
    progress: Progress,
    *,
    allow_missing: bool = False,
) -> list[SourceFile]:
    """Return the files of the corpus that is asked for, and what each holds.

    Raises:
        CommuniqueError: A file is missing or unreadable.
    """
    files = progress(plan.find_files(say, allow_missing=allow_missing), "reading")
    return corpus_files.examine_all(files, say, allow_missing=allow_missing)


class Prepared:
    """A corpus read and cut: what is held grows with its words, not its sentences."""

    def __init__(self, folder: Path, plan: BuildPlan) -> None:
        self.folder = folder
        self.spool = Spool(folder.with_suffix(".spool"))
        self.entries = KnownRuns(kiwi.local_analyzer(plan.dictionary.words))
        self._plan = plan
        self._analyzer = Analyzer(self.entries.morphemes)
        self._records: list[SourceRecord] = []
        self._runs = DistinctRuns()

    def read(self, files: Iterable[SourceFile]) -> None:
        """Read the corpus, and analyse the runs that are not known."""
        self.entries.learn(
            run.key
            for sentence in self.spool.fill(self._sentences(files))
            for run in self._runs.add(sentence.text)
            if run.script is Script.HANGUL and run.key not in self.entries.known
        )
        self.entries.morphemes(self._asked())

    @cached_property
    def size(self) -> Size:
        """How many sentences there are, and how long they are on average."""
        terms = sum(
            count * len(self._analyzer.analyze_word(word).terms)
            for word, count in self._runs.words.items()
        )
        return Size(self.spool.count, terms / self.spool.count)

    def _asked(self) -> list[str]:
        return [
            run
            for word in self._plan.dictionary.words
            for run in hangul_runs(word.form)
        ]

    def _sentences(self, files: Iterable[SourceFile]) -> Iterator[Sentence]:
        for file in files:
            if file.path.suffix.lower() == ".jsonl":
                document = Document(file.name, None, None, ())
                found: Iterable[Sentence] = parse_records(
                    file.path, file.name, corpus_files.read_lines(file)
                )
            else:
                document = parse_document(
                    corpus_files.read(file.path, lambda _: None), kiwi.spaces_between
                )
                found = document.sentences
            tally = _Tally()
            yield from tally.passing(found)
            self._records.append(
                source_record(file, document, tally.sentences, tally.paragraphs)
            )

    @property
    def documents(self) -> Documents:
        """What makes documents of the sentences."""
        return Documents(self.spool, self.entries.known)

    def path_of(self, place: int) -> Path:
        """Return the file of the sentence of that place."""
        for source in self._records:
            if place < source.sentences:
                return Path(source.path)
            place -= source.sentences
        raise LookupError(place)

    def finish(self, words: Counter[str]) -> Manifest:
        """Write the files of the generation to its folder; return its manifest."""
        known = self.entries.known
        used = {run: known[run] for run in self._asked()}
        cut = RunTerms(self._analyzer)
        for run in self._runs:
            parts = known.get(run.key, ()) if run.script is Script.HANGUL else ()
            if run.script is Script.HANGUL:
                used[run.key] = parts
            cut.add(run, parts)
        morpheme_cache.write(self.folder / MORPHEME_CACHE, used)
        corpus_tables.write_nouns(self.folder, collect_nouns(used))
        completion.write(self.folder / COMPLETION, words)
        mined = mine_abbreviations(
            collect_definitions(self.spool, self._runs.words, self._analyzer)
        )
        synonyms.write(self.folder / SYNONYMS, (*self._plan.dictionary.pairs, *mined))
        return finish(self.folder, self._plan, self._records, len(cut.terms.terms))


class _Tally:
    """Counts the sentences of a document, and its paragraphs, as they pass."""

    def __init__(self) -> None:
        self.sentences = 0
        self._paragraphs: set[int | None] = set()

    @property
    def paragraphs(self) -> int:
        """How many paragraphs have a number."""
        return len(self._paragraphs - {None, 0})

    def passing(self, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
        """Yield *sentences*."""
        for sentence in sentences:
            self.sentences += 1
            self._paragraphs.add(sentence.paragraph)
            yield sentence


@contextmanager
def prepared(
    plan: BuildPlan,
    files: Sequence[SourceFile],
    known: Iterable[tuple[str, Morphemes]] = (),
) -> Iterator[Prepared]:
    """Give the corpus, read and cut, and an empty folder for the generation's files.

    Args:
        plan: The inputs.
        files: The files of the corpus.
        known: Runs that need not be analysed, with their morphemes.

    Raises:
        CommuniqueError: A file is malformed, or there is no sentence in any.
    """
    with tempfile.TemporaryDirectory(prefix="communique-") as temporary:
        folder = Path(temporary) / "files"
        folder.mkdir()
        found = Prepared(folder, plan)
        found.entries.known.update(known)
        with gc_paused():
            found.read(files)
            if not found.spool.count:
                raise CorpusBlankError([file.path for file in files])
            yield found
