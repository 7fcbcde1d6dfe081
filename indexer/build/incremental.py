"""An incremental build: a generation made from the one before when few sentences changed.

The new sentences are written to a segment of their own, beside those of the generation
before, whose files are linked; too many small segments are merged into the new one. The
tables about the whole corpus are written anew from the old tables and the changes.
Results and scores are the same as after a full build.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from indexer.analysis.analyzer import Analyzer
from indexer.analysis.kiwi import Morphemes
from indexer.analysis.lexicon_nouns import changed_nouns
from indexer.build import corpus_tables, segment_writer
from indexer.build.analysed_sentences import AnalysedSentences
from indexer.build.changes import Changes
from indexer.build.segment_writer import SegmentWriter
from indexer.extract import definition_cache
from indexer.extract.definition_cache import PreviousDefinitions, collect_definitions
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import (
    COMPLETION,
    DEFINITIONS,
    DOCID_MAP,
    NOUNS,
    RUN_COUNTS,
    SENTENCE_HASHES,
    WHOOSH,
    segment_folder,
)
from indexer.parallel import in_background
from indexer.progress import Progress, no_progress
from indexer.segments import docid_map
from indexer.segments.docid_map import SegmentSizes
from indexer.storage import citations, morpheme_cache, sentence_hashes
from indexer.storage.citations import REFERENCES
from indexer.storage.completion import CompletionTable
from indexer.storage.hardlink import link
from indexer.storage.morpheme_cache import StoredRuns
from indexer.storage.sentence_spool import SentenceSpool
from indexer.whoosh_format import writer
from indexer.whoosh_format.reader import TERMS, PostingsReader
from indexer.whoosh_format.writer import Content


def write(  # noqa: PLR0913, PLR0917 (as `full.write`, and the changes)
    building: Path,
    changes: Changes,
    known_runs: StoredRuns,
    sentences: SentenceSpool,
    dictionary: UserDictionary,
    progress: Progress,
) -> int:
    """Write all files of a generation except its manifest; return the number of terms.

    Args:
        building: An empty folder.
        changes: The changes since the generation that is built upon.
        known_runs: The runs of that generation; others are analysed.
        sentences: All sentences, in the order of the corpus.
        dictionary: The user's dictionary, the same as that of the generation.
        progress: Shows the progress of the long loops.
    """
    new = AnalysedSentences(changes.new, known_runs, progress)
    # As `added` is part of `new`, they are the same if they are of the same length.
    is_same = len(changes.added) == len(changes.new)
    added_sentences = (
        new if is_same else AnalysedSentences(changes.added, known_runs, no_progress)
    )
    user_runs = frozenset(corpus_tables.dictionary_runs(dictionary))
    known_runs.morphemes(list(user_runs))
    known_runs.close()
    worth_it = len(sentences) >= corpus_tables.PARALLEL_FROM

    def write_definitions() -> None:
        stored = definition_cache.read(changes.generation / DEFINITIONS)
        new_ids = {sentence.id for sentence in changes.added}
        definitions = collect_definitions(
            sentences.with_ids(stored.keys() | new_ids),
            _distinct_words(sentences),
            Analyzer(known_runs.morphemes),
            PreviousDefinitions(stored, new_ids),
        )
        corpus_tables.write_definitions(building, list(definitions), dictionary)

    with in_background(write_definitions, worth_it=worth_it):
        added = _count(added_sentences)
        removed = _count(AnalysedSentences(changes.removed, known_runs, no_progress))

        def write_counts() -> None:
            lines = known_runs.lines
            _write_runs(building, changes.generation, lines, added, removed, user_runs)
            _write_words(building, changes.generation, added, removed)

        with in_background(write_counts, worth_it=worth_it):
            size = changes.numbers.sizes.size + added.size - removed.size
            return _write_segments(building, changes, new, sentences, size)


def _write_segments(
    building: Path,
    changes: Changes,
    new: AnalysedSentences,
    sentences: SentenceSpool,
    size: int,
) -> int:
    """Link the old segments, and write the new one; return the number of their terms.

    *size* is the number of terms of all *sentences* together.
    """
    generation, numbers = changes.generation, changes.numbers
    sizes = numbers.sizes
    for number, old in enumerate(numbers.segments):
        folder = segment_folder(building, number)
        folder.mkdir(exist_ok=True)
        for name in segment_writer.FILES:
            link(segment_folder(generation, old) / name, folder / name)
    content = None
    if changes.new:
        folder = segment_folder(building, len(numbers.segments))
        folder.mkdir()
        segment = SegmentWriter(folder, new, changes.new)
        segment.write_sentences()
        segment.write_bigrams_and_order()
        content = segment.write_boundaries()
        sizes = _with_segment(sizes, generation, content)
    writer.add(building / WHOOSH, generation / WHOOSH, numbers.deleted(), content)
    if changes.has_same_ids:
        link(generation / REFERENCES, building / REFERENCES)
    else:
        citations.write(building / REFERENCES, citations.ranges_of(sentences))
    sentence_hashes.write(building / SENTENCE_HASHES, changes.hashes)
    sizes = sizes._replace(size=size)
    spans = sentences.spans()
    docid_map.write(building / DOCID_MAP, sizes, spans, numbers.segment_numbers)
    return sum(sizes.terms)


def _with_segment(
    sizes: SegmentSizes, generation: Path, content: Content
) -> SegmentSizes:
    """Return *sizes* with those of a new segment beside the first one of *generation*."""
    with closing(PostingsReader(generation / WHOOSH)) as first:
        terms = sum(not first.has(TERMS, term) for term in content.fields[TERMS].terms)
    return sizes._replace(
        sentences=(*sizes.sentences, len(content.lengths)),
        terms=(*sizes.terms, terms),
    )


class _Counts(NamedTuple):
    """Counts over some sentences, to be added to or subtracted from those of a corpus.

    `runs` is how often each run occurs, `words` in how many sentences each word of
    completion occurs, and `size` the number of terms.
    """

    runs: Counter[str]
    words: Mapping[str, int]
    size: int
    morphemes: Mapping[str, Morphemes]


def _count(analysed: AnalysedSentences) -> _Counts:
    return _Counts(
        analysed.inversion.run_counts(),
        analysed.word_counts(),
        int(analysed.lengths().sum()),
        analysed.morphemes,
    )


def _write_runs(  # noqa: PLR0913, PLR0917 (old and new folder, old state and changes)
    building: Path,
    generation: Path,
    old_lines: Mapping[str, bytes],
    added: _Counts,
    removed: _Counts,
    user_runs: Container[str],
) -> None:
    """Write the runs with their morphemes and counts, and the nouns within them."""
    lines = dict(old_lines)
    counts = morpheme_cache.read_counts(generation / RUN_COUNTS, lines)
    for run, count in added.runs.items():
        counts[run] = counts.get(run, 0) + count
    for run, count in removed.runs.items():
        counts[run] -= count
    appeared = {run: p for run, p in added.morphemes.items() if run not in lines}
    vanished = {
        run: parts
        for run, parts in removed.morphemes.items()
        if not counts[run] and run not in user_runs
    }
    lines |= {run: morpheme_cache.to_line(run, appeared[run]) for run in appeared}
    for run in vanished:
        del lines[run]
    corpus_tables.write_runs(building, lines, counts)

    def morphemes(run: str) -> Morphemes:
        return morpheme_cache.parse_line(lines[run])[1]

    noun_lines = morpheme_cache.read_lines(generation / NOUNS).values()
    nouns = dict(map(morpheme_cache.parse_line, noun_lines))
    changed = changed_nouns(nouns, lines, morphemes, appeared, vanished)
    present = {noun: parts for noun, parts in (nouns | changed).items() if parts}
    corpus_tables.write_nouns(building, present)


def _write_words(
    building: Path, generation: Path, added: _Counts, removed: _Counts
) -> None:
    with closing(CompletionTable(generation / COMPLETION)) as table:
        counts = Counter(table.words())
    counts.update(added.words)
    counts.subtract(removed.words)
    corpus_tables.write_words(building, +counts)


def _distinct_words(sentences: SentenceSpool) -> Iterator[str]:
    """Yield the distinct words of *sentences*, as they first occur."""
    yield from dict.fromkeys(chain.from_iterable(map(str.split, sentences.texts())))
