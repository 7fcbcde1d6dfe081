"""Rebuilding: from corpus files to a generation that answers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Protocol, TypeVar

from indexer import dictionary as dictionaries
from indexer import (
    forms,
    kiwi,
    lexicon,
    manifest,
    postings,
    sources,
    squeezed,
    vocabulary,
)
from indexer.abbreviations import mine
from indexer.analysis import ANALYSIS_VERSION, Analysis, Analyzer, hangul_runs
from indexer.documents import Document, Sentence, parse
from indexer.errors import CommuniqueError
from indexer.kiwi import MorphemeSource
from indexer.manifest import Manifest, SourceRecord
from indexer.sources import Source
from indexer.store import NoIndexError, NotAnIndexError, Store, default_folder

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
"""The folder of the communiqué that comes with the program."""

DICTIONARY = "dictionary.tsv"
FORMS = "abbreviations.tsv"
LEXICON = "lexicon.tsv"
SQUEEZED = "squeezed.txt"
VOCABULARY = "words.tsv"
WHOOSH = "whoosh"

_BATCH = 2_000
"""Runs given to Kiwi at a time: enough to keep it busy, few enough to show progress."""

T = TypeVar("T")


class Progress(Protocol):
    """Shows how far a long loop has come: yields *items* as they are taken."""

    def __call__(self, items: Sequence[T], label: str) -> Iterable[T]:
        """Return *items*, to be looped over once."""


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
        )


def _silent(_: str) -> None:
    pass


def _unseen(items: Sequence[T], label: str) -> Iterable[T]:  # noqa: ARG001
    return items


def rebuild(
    folder: Path | None = None,
    corpus: Iterable[Path] = (),
    *,
    dictionary: Path | None = None,
    say: Callable[[str], None] = _silent,
    progress: Progress = _unseen,
) -> Manifest:
    """Index a corpus anew and have the new index answer; return what it holds.

    Until the new index is complete the old one answers; where anything fails, it goes
    on doing so.

    Args:
        folder: Where the index is kept; by default `COMMUNIQUE_INDEX`, else the
            platform's cache folder.
        corpus: Files and folders to index; by default those the index was made from
            before, else the communiqué that comes with the program.
        dictionary: The user's own words and abbreviations (see `indexer.dictionary`);
            by default the file that the index was made with before, if there was one.
        say: Told, a sentence at a time, what the user should know.
        progress: Shows how far the long loops have come.

    Raises:
        CommuniqueError: A file is missing, unreadable or malformed, or the folder
            cannot be used.
    """
    store = Store(folder or default_folder())
    before = _made_before(store, say)
    given = tuple(path.resolve() for path in corpus)
    if before and not given:
        given = tuple(map(Path, before.corpus))
    if before and before.dictionary and not dictionary:
        dictionary = Path(before.dictionary)
    own = dictionaries.read(dictionary) if dictionary else dictionaries.NONE
    files = sources.find(given or (CORPUS,), say)
    read = [sources.read(file, say) for file in progress(files, "reading")]
    documents = [
        parse(source, kiwi.spaces_between) for source in progress(read, "splitting")
    ]
    sentences = _unique(read, documents)
    if not sentences:
        raise CorpusBlankError(files)
    with store.building(say) as building:
        terms = _write(building, sentences, own, progress)
        if dictionary:
            (building / DICTIONARY).write_bytes(own.data)
        made = Manifest(
            format=manifest.FORMAT,
            analysis=ANALYSIS_VERSION,
            tools=manifest.installed_tools(),
            made=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            corpus=tuple(map(str, given)),
            dictionary=str(dictionary.resolve()) if dictionary else None,
            dictionary_sha256=own.sha256,
            sources=tuple(map(_record, read, documents)),
            terms=terms,
        )
        made.write(building)
    return made


def _write(
    building: Path,
    sentences: Sequence[Sentence],
    own: dictionaries.Dictionary,
    progress: Progress,
) -> int:
    """Write all that is searched, but for the manifest; return how many terms it has."""
    entries = _analysed(sentences, kiwi.analyser(own.words), progress)
    squeezed.write(building / SQUEEZED, (s.text for s in sentences))
    analyzer = Analyzer(entries.morphemes)
    words = Counter[str]()
    terms = postings.write(
        building / WHOOSH,
        _counted(progress(sentences, "indexing"), analyzer, words),
    )
    vocabulary.write(building / VOCABULARY, words)
    forms.write(building / FORMS, (*own.pairs, *mine(sentences, analyzer)))
    lexicon.write(building / LEXICON, entries.known)
    return terms


def _made_before(store: Store, say: Callable[[str], None]) -> Manifest | None:
    """Return what the index was last made from, if it still tells."""
    try:
        return manifest.current(store)
    except NoIndexError:
        return None
    except NotAnIndexError:
        raise
    except CommuniqueError:
        say(f"{store.folder}: what the index was made from can no longer be told")
        return None


def _unique(read: Sequence[Source], documents: Sequence[Document]) -> list[Sentence]:
    """Return all sentences, none of whose ids may stand twice."""
    seen: dict[str, Path] = {}
    for source, document in zip(read, documents, strict=True):
        for sentence in document.sentences:
            if sentence.id in seen:
                raise IdTwiceError(sentence.id, seen[sentence.id], source.path)
            seen[sentence.id] = source.path
    return [sentence for document in documents for sentence in document.sentences]


def _analysed(
    sentences: Sequence[Sentence], analyse: MorphemeSource, progress: Progress
) -> lexicon.KnownRuns:
    """Analyse every distinct run of *sentences* once."""
    entries = lexicon.KnownRuns(analyse)
    distinct = dict.fromkeys(
        chain.from_iterable(hangul_runs(sentence.text) for sentence in sentences)
    )
    runs = list(distinct)
    batches = [runs[first : first + _BATCH] for first in range(0, len(runs), _BATCH)]
    for batch in progress(batches, "analysing"):
        entries.morphemes(batch)
    return entries


def _counted(
    sentences: Iterable[Sentence], analyzer: Analyzer, words: Counter[str]
) -> Iterator[tuple[Sentence, Analysis]]:
    """Yield each sentence with its analysis, and count in how many each word is."""
    for sentence in sentences:
        analysis = analyzer.analyze(sentence.text)
        words.update(vocabulary.words_of(analysis))
        yield sentence, analysis


def _record(source: Source, document: Document) -> SourceRecord:
    paragraphs = {sentence.paragraph for sentence in document.sentences} - {None, 0}
    return SourceRecord(
        document=document.name,
        path=str(source.path),
        sha256=source.sha256,
        encoding=source.encoding,
        title=document.title,
        dateline=document.dateline,
        paragraphs=len(paragraphs),
        sentences=len(document.sentences),
    )
