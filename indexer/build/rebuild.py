"""Rebuilding: from corpus files to a generation that answers."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from indexer.analysis import kiwi
from indexer.analysis.kiwi import MorphemeAnalyzer
from indexer.build import incremental, manifest, segment_writer
from indexer.build.consistency import reconcile
from indexer.build.incremental import Changes, patch
from indexer.build.index_directory import (
    IndexDirectory,
    NotAnIndexError,
    default_folder,
)
from indexer.build.manifest import Manifest, SourceRecord
from indexer.build.plan import request
from indexer.errors import CommuniqueError
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import MORPHEME_CACHE
from indexer.ingest import corpus_files
from indexer.ingest.corpus_files import Source, SourceFile
from indexer.ingest.document import Document, parse_document
from indexer.ingest.edition import edition_of
from indexer.ingest.sentence import Sentence
from indexer.progress import Progress, no_progress
from indexer.storage import morpheme_cache
from indexer.storage.morpheme_cache import KnownRuns, StoredRuns

_LONG = 200_000
"""From so many characters on Kiwi is worth a process of its own."""


class IdTwiceError(CommuniqueError):
    """Two sentences would have the same id."""

    def __init__(self, id_: str, first: Path, second: Path) -> None:
        places = f"in {first}" if first == second else f"in {first} and in {second}"
        super().__init__(f"the id {id_!r} stands twice, {places}; make ids unique.")


class CorpusBlankError(CommuniqueError):
    """A corpus without a single sentence."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(
            f"{', '.join(map(str, paths))}: nothing but blank text; give --corpus"
            " something to index."
            if paths
            else "nothing of the corpus is left; give --corpus something to index."
        )


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
    say: Callable[[str], None] = _silent,
    progress: Progress = no_progress,
) -> Manifest:
    """Index a corpus anew and have the new index answer; return what it holds.

    Until the new index is complete the old one answers; where anything fails, it goes
    on doing so. Where nothing has changed since it was made, it is left as it is.

    Args:
        folder: Where the index is kept; by default `COMMUNIQUE_INDEX`, else the
            platform's cache folder.
        corpus: Files and folders to index; by default those the index was made from
            before, else the communiqué that comes with the program.
        dictionary: The user's own words and abbreviations (see `indexer.extract.user_dictionary`);
            by default the file that the index was made with before, if there was one.
        keep_dictionary: Whether to take that file where none is given.
        force: Whether to make the index anew though nothing has changed.
        allow_missing: Whether to go on without what is lost of the corpus.
        say: Told, a sentence at a time, what the user should know.
        progress: Shows how far the long loops have come.

    Raises:
        CommuniqueError: A file is missing, unreadable or malformed, or the folder
            cannot be used.
    """
    directory = IndexDirectory(folder or default_folder())
    before = _made_before(directory)
    corpus = tuple(corpus)
    # An index that no longer opens may still tell what it was made from.
    origin = before.origin if before else None if corpus else manifest.origin(directory)
    if origin and origin.dictionary and keep_dictionary and not dictionary:
        dictionary = Path(origin.dictionary)
    asked = request(corpus, dictionary, before, origin)
    files = asked.files(say, allow_missing=allow_missing)
    read = corpus_files.read_all(
        progress(files, "reading"), say, allow_missing=allow_missing
    )
    asked.check_gone(read, say, allow_missing=allow_missing)
    if (
        before
        and not force
        and asked.made(before, read)
        and _is_whole(directory, before)
    ):
        say("nothing has changed; the index stays as it is (--force makes it anew)")
        directory.tidy()
        return before
    is_long = sum(len(source.text) for source in read) >= _LONG
    with (
        uncollected(),
        kiwi.worker_analyzer(asked.own.words, worth_it=is_long) as analyse,
    ):
        documents = [
            parse_document(source, kiwi.spaces_between)
            for source in progress(read, "splitting")
        ]
        sentences = _unique(read, documents)
        if not sentences:
            raise CorpusBlankError(files)
        with directory.building(say) as building:
            corpus_files.check_unchanged(read)
            known = _known(directory, before, asked.own)
            changes = None if force else _changes(directory, known, sentences)
            if changes:
                say(changes.summary)
                recalled = StoredRuns(
                    directory.current() / MORPHEME_CACHE, analyse, analyse.close
                )
                write = partial(incremental.write, building, changes, recalled)
            else:
                entries = _entries(directory, known, analyse)
                write = partial(segment_writer.write, building, entries)
            terms = write(sentences, asked.own, progress)
            made = asked.complete(building, map(_recorded, read, documents), terms)
            made.write(building)
            reconcile(made, building)
    return made


@contextmanager
def uncollected() -> Iterator[None]:
    """Spare the collector of cycles the walk through millions of tuples, again and again.

    It was a third of the time that 100,000 lines took.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _made_before(directory: IndexDirectory) -> Manifest | None:
    """Return the manifest of the index that answers, if it can be read and is whole."""
    try:
        return manifest.current(directory)
    except NotAnIndexError:
        raise
    except CommuniqueError:
        return None


def _is_whole(directory: IndexDirectory, before: Manifest) -> bool:
    """Tell whether these versions made the index that answers, and it is as written."""
    return (
        manifest.is_ours(before)
        and manifest.hashes(directory.current()) == before.files
    )


def _known(
    directory: IndexDirectory, before: Manifest | None, own: UserDictionary
) -> Manifest | None:
    """Return the manifest of the index before, if Kiwi would cut its runs the same way."""
    if not before or before.dictionary_sha256 != own.sha256:
        return None
    return before if _is_whole(directory, before) else None


def _changes(
    directory: IndexDirectory, known: Manifest | None, sentences: Sequence[Sentence]
) -> Changes | None:
    """Return what has changed since an index was made, if the rest of it can be kept."""
    return patch(directory.current(), known.terms, sentences) if known else None


def _entries(
    directory: IndexDirectory, known: Manifest | None, analyse: MorphemeAnalyzer
) -> KnownRuns:
    """Return the runs that an index knows; others are analysed."""
    entries = KnownRuns(analyse, analyse.close)
    if known:
        lines = morpheme_cache.read_lines(directory.current() / MORPHEME_CACHE).values()
        entries.known.update(map(morpheme_cache.parsed, lines))
    return entries


def _unique(read: Sequence[Source], documents: Sequence[Document]) -> list[Sentence]:
    """Return all sentences, none of whose ids may stand twice."""
    seen: dict[str, Path] = {}
    for source, document in zip(read, documents, strict=True):
        for sentence in document.sentences:
            if sentence.id in seen:
                raise IdTwiceError(sentence.id, seen[sentence.id], source.path)
            seen[sentence.id] = source.path
    return [sentence for document in documents for sentence in document.sentences]


def _recorded(source: Source, document: Document) -> SourceRecord:
    paragraphs = {sentence.paragraph for sentence in document.sentences} - {None, 0}
    return record(source.file, document, len(document.sentences), len(paragraphs))


def record(
    source: SourceFile, document: Document, sentences: int, paragraphs: int
) -> SourceRecord:
    """Return the record of a file: the document in it, and how much that holds."""
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
    )
