"""Rebuilding an index in a folder: corpus files in, a new current generation out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from indexer import regular_files
from indexer.analysis import kiwi
from indexer.analysis.kiwi import MorphemeAnalyzer
from indexer.build import extracted, full, incremental
from indexer.build.changes import Changes, find_changes
from indexer.build.consistency import check_counts
from indexer.build.extracted import recall_from
from indexer.build.finish import finish
from indexer.build.generation import Generation
from indexer.build.index_directory import IndexDirectory, default_folder
from indexer.build.index_errors import IndexUnreadableError, NotAnIndexError
from indexer.build.manifest import Manifest, Origin
from indexer.build.parsed_corpus import ParsedCorpus
from indexer.build.plan import BuildPlan, CorpusBlankError, resolve
from indexer.errors import CommuniqueError
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import MORPHEME_CACHE
from indexer.ingest import corpus_files
from indexer.ingest.corpus_files import Reading
from indexer.ingest.source import Source, SourceFile
from indexer.progress import Progress, no_progress
from indexer.storage import morpheme_cache
from indexer.storage.morpheme_cache import KnownRuns, StoredRuns
from indexer.storage.sentence_hashes import SentenceHashes
from indexer.storage.sentence_spool import SentenceSpool

_LONG = 200_000
"""Characters or bytes of a corpus from which on Kiwi runs in a process of its own."""

UNCHANGED = "nothing has changed; the index stays as it is (--force makes it anew)"


def _silent(_: str) -> None:
    pass


def rebuild(  # noqa: PLR0913 (each has its default)
    folder: Path | None = None,
    corpus: Iterable[Path] = (),
    *,
    dictionary: Path | None = None,
    keep_dictionary: bool = True,
    force: bool = False,
    allow_missing: bool = False,
    allow_unreadable: bool | None = None,
    say: Callable[[str], None] = _silent,
    progress: Progress = no_progress,
) -> Manifest:
    """Index a corpus, switch searches to the new index, and return its manifest.

        >>> made = rebuild(Path("index"), [Path("2021.txt"), Path("notes/")])
        >>> made.sentences, [source.document for source in made.sources]
        (97, ['2021', 'notes-1', 'notes-2'])

    The new generation is written to `folder/building-…`, verified, and renamed to
    `folder/gN`; then `folder/CURRENT` names it (see `indexer.build.index_directory`).
    Until then, and after any error, searches use the old index. An index that was made
    from the same inputs by the same versions, and is undamaged, is left as it is. If few
    sentences have changed, only those are indexed, into another segment.

    Args:
        folder: The folder of the index, which is created if it does not exist; by default
            `$COMMUNIQUE_INDEX`, or a folder in the platform's cache folder.
        corpus: Files and folders to index; by default the same as before, or the
            communiqué that is part of the program.
        dictionary: The user's dictionary; by default the file that was used before.
        keep_dictionary: Whether the dictionary of before is used by default.
        force: Whether to rebuild even if nothing has changed.
        allow_missing: Whether to leave out corpus files that are gone or unreadable.
        allow_unreadable: Whether to leave out corpus files that yield no text; by default
            as before for the same corpus.
        say: Receives messages for the user, one sentence each.
        progress: Wraps the long loops, to show how far they are.

    Raises:
        CommuniqueError: A corpus file or the dictionary is missing, unreadable or
            malformed, two sentences have the same id (`IdTwiceError`), the corpus has no
            sentence (`CorpusBlankError`), or the folder holds other files or cannot be
            written (`NotAnIndexError`, `IndexFolderError`).
    """
    corpus = tuple(corpus)
    directory = IndexDirectory(folder or default_folder())
    if corpus and directory.folder == default_folder():
        directory.reserve()
    previous = _previous(directory)
    plan = resolve(
        corpus,
        dictionary,
        keep_dictionary=keep_dictionary,
        allow_unreadable=allow_unreadable,
        previous=previous.manifest if previous else None,
        origin=_origin(directory, previous, has_corpus=bool(corpus)),
    )
    reading = _read(plan, previous, say, progress, allow_missing=allow_missing)
    if previous and not force and _is_unchanged(previous, plan, reading):
        say(UNCHANGED)
        directory.tidy()
        return previous.manifest
    return _build(directory, previous, plan, reading, say, progress, is_full=force)


def _build(  # noqa: PLR0913, PLR0917 (the inputs, and two ways to report)
    directory: IndexDirectory,
    previous: Generation | None,
    plan: BuildPlan,
    reading: Reading[Source | SourceFile],
    say: Callable[[str], None],
    progress: Progress,
    *,
    is_full: bool,
) -> Manifest:
    """Write a generation of the files in *reading*, switch to it, return its manifest.

    It reuses the lexicon of *previous* and, unless *is_full*, its segments.
    """
    is_long = sum(map(_size, reading.files)) >= _LONG
    with (
        gc_paused(),
        kiwi.worker_analyzer(plan.dictionary.words, worth_it=is_long) as analyze,
    ):
        parsed = ParsedCorpus(reading.files, plan, progress)
        if not parsed.sentences:
            raise CorpusBlankError([file.path for file in parsed.files])
        with directory.building(say) as building:
            corpus_files.check_unchanged(parsed.files)
            base = _base(directory, previous, plan)
            changes = None if is_full or not base else _changes(base, parsed)
            if changes:
                say(changes.summary)
            write = _writer(building, base, changes, analyze, parsed.hashes)
            terms = write(parsed.sentences, plan.dictionary, progress)
            extracted.write(building, parsed.extracted)
            manifest = finish(building, plan, parsed.records, terms, reading.unreadable)
            check_counts(building, manifest.sentences)
    return manifest


def _size(source: Source | SourceFile) -> int:
    """Return the size of a source, in characters or bytes."""
    if isinstance(source, Source):
        return len(source.text)
    return regular_files.size(source.path, corpus_files.LARGEST)


def _read(
    plan: BuildPlan,
    previous: Generation | None,
    say: Callable[[str], None],
    progress: Progress,
    *,
    allow_missing: bool,
) -> Reading[Source | SourceFile]:
    """Read the files of the corpus; the texts of documents may come from *previous*."""
    files = plan.find_files(say, allow_missing=allow_missing)
    reading = corpus_files.read_all(
        progress(files, "reading"),
        say,
        recall_from(previous),
        names=plan.names,
        allow_missing=allow_missing,
        allow_unreadable=plan.allow_unreadable,
    )
    left_out = {str(path) for path in files} if plan.allow_unreadable else ()
    plan.check_sources(
        reading.files, say, allow_missing=allow_missing, left_out=left_out
    )
    manifest = previous.manifest if previous else None
    unreadable = plan.with_history(reading.unreadable, manifest)
    return replace(reading, unreadable=unreadable)


def _is_unchanged(
    previous: Generation, plan: BuildPlan, reading: Reading[Source | SourceFile]
) -> bool:
    """Return whether a rebuild of what was read would make *previous* again."""
    is_same = plan.matches(previous.manifest, reading.files, reading.unreadable)
    return is_same and _is_reusable(previous)


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause Python's cycle collector, which walks through millions of tuples again and again.

    It took a third of the time of a rebuild of 100,000 lines.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _previous(directory: IndexDirectory) -> Generation | None:
    """Return the current generation of any versions, if its manifest is undamaged."""
    try:
        return directory.open_current(any_version=True)
    except (NotAnIndexError, IndexUnreadableError):
        raise
    except CommuniqueError:
        return None


def _origin(
    directory: IndexDirectory, previous: Generation | None, *, has_corpus: bool
) -> Origin | None:
    """Return the inputs of the old index; one that cannot be opened may record them too."""
    if previous:
        return previous.manifest.origin
    return None if has_corpus else directory.origin()


def _is_reusable(previous: Generation) -> bool:
    """Return whether the installed versions made a generation, and it is undamaged."""
    return not previous.manifest.differences() and not previous.changed_files


def _base(
    directory: IndexDirectory, previous: Generation | None, plan: BuildPlan
) -> Generation | None:
    """Return the old generation if its lexicon and its segments can be used again.

    Another rebuild may have replaced it while this one waited for the lock.
    """
    if (
        previous
        and previous.manifest.dictionary_sha256 == plan.dictionary.sha256
        and directory.current_name() == previous.name
        and _is_reusable(previous)
    ):
        return previous
    return None


def _changes(base: Generation, parsed: ParsedCorpus) -> Changes | None:
    terms = base.manifest.terms
    return find_changes(base.folder, terms, parsed.sentences, parsed.hashes)


def _writer(
    building: Path,
    base: Generation | None,
    changes: Changes | None,
    analyze: MorphemeAnalyzer,
    hashes: SentenceHashes,
) -> Callable[[SentenceSpool, UserDictionary, Progress], int]:
    """Return the function that writes a generation, incrementally if there are *changes*."""
    if base and changes:
        recalled = StoredRuns(base.folder / MORPHEME_CACHE, analyze, analyze.close)
        return partial(incremental.write, building, changes, recalled)
    return partial(full.write, building, _known_runs(base, analyze), hashes)


def _known_runs(base: Generation | None, analyze: MorphemeAnalyzer) -> KnownRuns:
    """Return the runs in the lexicon of *base*; others are passed to *analyze*."""
    runs = KnownRuns(analyze, analyze.close)
    if base:
        lines = morpheme_cache.read_lines(base.folder / MORPHEME_CACHE).values()
        runs.known.update(map(morpheme_cache.parse_line, lines))
    return runs
