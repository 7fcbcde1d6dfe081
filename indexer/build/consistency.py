"""Compare the contents of a generation with the sentences that it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import accumulate, islice, zip_longest
from pathlib import Path

from indexer.analysis import kiwi
from indexer.build.generation import GenerationDamagedError
from indexer.file_names import MORPHEME_CACHE, SENTENCE_HASHES
from indexer.ingest.sentence import Sentence
from indexer.progress import no_progress
from indexer.segments import multi_reader
from indexer.segments.multi_reader import SegmentReaders
from indexer.storage import sentence_hashes
from indexer.storage.morpheme_cache import StoredRuns
from indexer.storage.stored_sentences import SENTENCES, StoredSentences
from indexer.whoosh_format.reader import TERMS

_SEARCHED = 256
"""How many sentences, far from each other, are searched for by all their terms."""
_NAMED = 3
"""How many sentences at fault an error names."""


def check_counts(folder: Path, sentences: int) -> None:
    """Compare the number of *sentences* in the sources with those in the files of *folder*.

    Raises:
        GenerationDamagedError: The numbers differ.
        FileDamagedError: A file that holds them is damaged.
    """
    with _opened(folder) as segments:
        _check_counts(folder, segments, sentences)


def check_contents(folder: Path, sentences: int) -> None:
    """Compare all that is stored with the hashes of the sources, and search for some of it.

    Raises:
        GenerationDamagedError: A sentence differs from its source or is not found.
        FileDamagedError: A file is damaged.
    """
    with _opened(folder) as segments:
        _check_counts(folder, segments, sentences)
        numbers = range(sentences)
        stored = sentence_hashes.of(map(segments.sentences.sentence, numbers))
        hashes = sentence_hashes.read(folder / SENTENCE_HASHES)
        ids = (segments.sentences.sentence(number).id for number in numbers)
        for at_fault in (
            (n for n in numbers if stored.each[n : n + 1] != hashes.each[n : n + 1]),
            (n for n, id_ in enumerate(ids) if segments.postings.id(n) != id_),
            _not_found(folder, segments, numbers),
        ):
            _refuse(folder, segments, at_fault)


def check_written(folder: Path, sentences: Iterable[Sentence]) -> None:
    """Compare *sentences* with the stored ones in *folder*, which has just been written.

    Raises:
        GenerationDamagedError: They differ.
        FileDamagedError: The file is damaged.
    """
    with closing(StoredSentences(folder / SENTENCES)) as stored:
        expected = ((sentence.id, sentence.text) for sentence in sentences)
        pairs = zip_longest(stored.ids_and_texts(), expected)
        if any(pair != source for pair, source in pairs):
            raise GenerationDamagedError(folder, "other sentences than the corpus has")


@contextmanager
def _opened(folder: Path) -> Iterator[SegmentReaders]:
    with ExitStack() as stack:
        yield multi_reader.open_segments(folder, stack)


def _check_counts(folder: Path, segments: SegmentReaders, sentences: int) -> None:
    stored, searched = len(segments.sentences), segments.postings.count
    if not sentences == stored == searched:
        raise GenerationDamagedError(
            folder,
            f"the sources have {sentences} sentences, of which {stored} are stored and"
            f" {searched} searched",
        )


def _refuse(folder: Path, segments: SegmentReaders, numbers: Iterator[int]) -> None:
    """Raise GenerationDamagedError if there are *numbers*, those of sentences at fault."""
    if ids := [segments.sentences.sentence(n).id for n in islice(numbers, _NAMED)]:
        reason = f"not as in their sources: {', '.join(ids)}"
        raise GenerationDamagedError(folder, reason)


def _not_found(
    folder: Path, segments: SegmentReaders, numbers: Sequence[int]
) -> Iterator[int]:
    """Yield the sentences among some of *numbers* that lack a posting of their terms."""
    some = numbers[:: max(1, len(numbers) // _SEARCHED)]
    sentences = [segments.sentences.sentence(number) for number in some]
    runs = StoredRuns(folder / MORPHEME_CACHE, kiwi.local_analyzer(()))
    from indexer.build.analysed_sentences import AnalysedSentences

    terms = AnalysedSentences(sentences, runs, no_progress).terms()
    missing: set[int] = set()
    for term, places in terms.with_prefix(""):
        postings = segments.postings.postings(TERMS, term)
        searched = set(accumulate(postings.gaps)) if postings else set[int]()
        missing.update({some[place] for place in places.tolist()} - searched)
    yield from sorted(missing)
