"""Patching: a generation that is made of the one before, where few sentences changed.

The sentences that are new are written to a segment of their own, beside the one that
was made whole, which stays as it is (see `indexer.segments.docid_map`). What grows with
the words of a corpus, and the counts in it, is written anew from what it was and what has changed.
What is found, and how it scores, is the same as if the whole was made anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from indexer.analysis.analyzer import Analyzer
from indexer.analysis.kiwi import Morphemes
from indexer.analysis.lexicon_nouns import changed_nouns
from indexer.build.segment_writer import (
    MANY,
    Analysed,
    runs_asked,
    with_statement,
    write_forms,
)
from indexer.extract import definition_cache
from indexer.extract.definition_cache import PreviousDefinitions
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import (
    BIGRAM_INDEX,
    BOUNDARY_BIGRAMS,
    COMPLETION,
    DEFINITIONS,
    DOCID_MAP,
    FORWARD_INDEX,
    MORPHEME_CACHE,
    NEW_SEGMENT,
    NOUNS,
    RUN_COUNTS,
    SENTENCE_HASHES,
    WHOOSH,
)
from indexer.ingest.sentence import Sentence
from indexer.parallel import in_background
from indexer.progress import Progress, no_progress
from indexer.segments import docid_map, multi_reader
from indexer.segments.docid_map import SegmentSizes
from indexer.storage import (
    bigram_index,
    boundary_bigrams,
    citations,
    completion,
    morpheme_cache,
    sentence_hashes,
    stored_sentences,
)
from indexer.storage.citations import REFERENCES
from indexer.storage.completion import CompletionTable
from indexer.storage.hardlink import link
from indexer.storage.morpheme_cache import StoredRuns
from indexer.storage.sentence_hashes import SentenceHashes
from indexer.storage.stored_sentences import SENTENCES
from indexer.whoosh_format import writer
from indexer.whoosh_format.reader import TERMS, PostingsReader

LEAST = 10_000
"""Fewer sentences are indexed anew as fast."""
SHARE = 10
"""Of so many sentences of the first segment one may be gone, and one new."""


class Changes(NamedTuple):
    """What has changed since a generation was made.

    `numbers` are those of all sentences in the segments, and `new` the sentences of the
    second. `added` and `removed` are what has changed since the generation, `head` tells
    of its segments, `digests` of all sentences, and `is_cited_as_before` whether all are
    cited by what they were.
    """

    generation: Path
    head: SegmentSizes
    digests: SentenceHashes
    numbers: list[int]
    new: list[Sentence]
    added: list[Sentence]
    removed: list[Sentence]
    is_cited_as_before: bool

    @property
    def summary(self) -> str:
        """A sentence for the user."""
        return (
            f"{len(self.added)} sentences are new or changed and {len(self.removed)}"
            f" gone; the other {len(self.numbers) - len(self.added)} are kept"
        )

    def gone(self) -> list[int]:
        """Return the sentences of the first segment that are no more."""
        return sorted(set(range(self.head.first)).difference(self.numbers))


def patch(
    generation: Path, terms: int, sentences: Sequence[Sentence]
) -> Changes | None:
    """Return what makes *generation* one of *sentences*; None if that is not worth it.

    Args:
        generation: A generation that is whole, and that these versions made.
        terms: How many terms it has.
        sentences: All sentences of the corpus as it is now.
    """
    if len(sentences) < LEAST:
        return None
    now, before = (
        sentence_hashes.of(sentences),
        sentence_hashes.read(generation / SENTENCE_HASHES),
    )
    with ExitStack() as stack:
        opened = multi_reader.open_segments(generation, stack)
        head = SegmentSizes(len(before.each), 0, opened.postings.size, terms)
        at: Sequence[int] = range(head.first)
        if docids := opened.docid_map:
            head, at = docids.sizes, docids.segment_numbers.tolist()
        left = {digest: number for number, digest in enumerate(before.each)}
        numbers: list[int] = []
        new: list[Sentence] = []
        added: list[Sentence] = []
        for sentence, digest in zip(sentences, now.each, strict=True):
            number = left.pop(digest, None)
            if number is None:
                added.append(sentence)
            elif at[number] < head.first:
                numbers.append(at[number])
                continue
            numbers.append(head.first + len(new))
            new.append(sentence)
        gone = head.first - (len(numbers) - len(new))
        if max(len(new), gone) > head.first // SHARE:
            return None
        removed = [opened.sentences.sentence(number) for number in left.values()]
    is_cited_as_before = before.cited == now.cited
    return Changes(
        generation, head, now, numbers, new, added, removed, is_cited_as_before
    )


def write(  # noqa: PLR0913, PLR0917 (what there was, what has changed, what stays)
    building: Path,
    found: Changes,
    entries: StoredRuns,
    sentences: Sequence[Sentence],
    own: UserDictionary,
    progress: Progress,
) -> int:
    """Write all that is searched, but for the manifest, to the folder *building*.

    Args:
        building: An empty folder.
        found: What has changed since which generation.
        entries: The runs of that generation; those that it lacks are analysed.
        sentences: All sentences, in the order of the corpus.
        own: The user's dictionary, the same as that generation's.
        progress: Shows how far the long loops have come.

    Returns:
        How many terms there are in the segments.
    """
    # That needs no Kiwi, which may still be loading.
    removed = _tally(Analysed(found.removed, entries, no_progress))
    new = Analysed(found.new, entries, progress)
    is_all = len(found.added) == len(found.new)  # What is added is new.
    fresh = new if is_all else Analysed(found.added, entries, no_progress)
    asked = frozenset(runs_asked(own))
    entries.morphemes(list(asked))
    entries.close()
    worth_it = len(sentences) >= MANY

    def write_found() -> None:
        before = definition_cache.read(found.generation / DEFINITIONS)
        known = PreviousDefinitions(before, {sentence.id for sentence in found.added})
        analyzer, spoken = Analyzer(entries.morphemes), _spoken(sentences)
        defined = list(
            definition_cache.collect_definitions(sentences, spoken, analyzer, known)
        )
        write_forms(building, defined, own)

    with in_background(write_found, worth_it=worth_it):
        added = _tally(fresh)

        def write_words() -> None:
            _write_runs(building, found.generation, entries, added, removed, asked)
            _write_vocabulary(building, found.generation, added, removed)

        with in_background(write_words, worth_it=worth_it):
            size = found.head.size + added.size - removed.size
            return _write_segments(building, found, new, sentences, size)


def _write_segments(
    building: Path,
    found: Changes,
    new: Analysed,
    sentences: Sequence[Sentence],
    size: int,
) -> int:
    """Write the second segment beside the first, and the places of all *sentences*.

    These have *size* terms together. Return how many different ones the segments have.
    """
    generation, changed = found.generation, building / NEW_SEGMENT
    for name in (SENTENCES, BIGRAM_INDEX, BOUNDARY_BIGRAMS, FORWARD_INDEX):
        link(generation / name, building / name)
    changed.mkdir()
    told = [with_statement(sentence, new.analyzer) for sentence in found.new]
    stored_sentences.write_sentences(changed / SENTENCES, told)
    bigram_index.write(changed / BIGRAM_INDEX, new.pairs())
    new.write_sequences(changed / FORWARD_INDEX)
    ids, fields = [sentence.id for sentence in told], new.fields(told)
    boundary_bigrams.write(changed / BOUNDARY_BIGRAMS, new.edges(), fields[TERMS])
    before = generation / WHOOSH
    writer.add(building / WHOOSH, before, found.gone(), ids, fields)
    with closing(PostingsReader(before)) as first:
        more = sum(not first.has(TERMS, term) for term in fields[TERMS].terms)
    if found.is_cited_as_before:
        link(generation / REFERENCES, building / REFERENCES)
    else:
        citations.write(building / REFERENCES, sentences)
    sentence_hashes.write(building / SENTENCE_HASHES, found.digests)
    head = found.head._replace(second=len(found.new), size=size)
    docid_map.write(building / DOCID_MAP, head, sentences, found.numbers)
    return found.head.terms + more


class _Tally(NamedTuple):
    """What some sentences add to what is counted.

    `runs` are how often each run stands in them, `words` in how many each word of the
    vocabulary is, and `size` how many terms they have.
    """

    runs: Counter[str]
    words: Mapping[str, int]
    size: int
    known: Mapping[str, Morphemes]


def _tally(found: Analysed) -> _Tally:
    size = int(found.invert(found.cut.terms).lengths.sum())
    return _Tally(found.inversion.run_counts(), found.words(), size, found.known)


def _write_runs(  # noqa: PLR0913, PLR0917 (what there was, what has changed, what stays)
    building: Path,
    generation: Path,
    entries: StoredRuns,
    added: _Tally,
    removed: _Tally,
    asked: Container[str],
) -> None:
    """Write the lexicon, its nouns and its counts."""
    lines = dict(entries.lines)
    times = morpheme_cache.read_counts(generation / RUN_COUNTS, lines)
    for run, count in added.runs.items():
        times[run] = times.get(run, 0) + count
    for run, count in removed.runs.items():
        times[run] -= count
    appeared = {run: p for run, p in added.known.items() if run not in lines}
    vanished = {
        run: parts
        for run, parts in removed.known.items()
        if not times[run] and run not in asked
    }
    lines |= {run: morpheme_cache.line(run, parts) for run, parts in appeared.items()}
    for run in vanished:
        del lines[run]
    morpheme_cache.write_lines(building / MORPHEME_CACHE, lines)
    morpheme_cache.write_counts(building / RUN_COUNTS, lines, times)

    def morphemes(run: str) -> Morphemes:
        return morpheme_cache.parsed(lines[run])[1]

    nouns = dict(
        map(
            morpheme_cache.parsed,
            morpheme_cache.read_lines(generation / NOUNS).values(),
        )
    )
    changed = changed_nouns(nouns, lines, morphemes, appeared, vanished)
    kept = {noun: parts for noun, parts in (nouns | changed).items() if parts}
    morpheme_cache.write(building / NOUNS, kept)


def _write_vocabulary(
    building: Path, generation: Path, added: _Tally, removed: _Tally
) -> None:
    with closing(CompletionTable(generation / COMPLETION)) as kept:
        counts = Counter(kept.words())
    counts.update(added.words)
    counts.subtract(removed.words)
    completion.write(building / COMPLETION, +counts)


def _spoken(sentences: Sequence[Sentence]) -> dict[str, None]:
    """Return the distinct words of *sentences*, each where it comes first."""
    return dict.fromkeys(
        chain.from_iterable(sentence.text.split() for sentence in sentences)
    )
