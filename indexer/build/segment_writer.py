"""Writing a generation: from sentences to the files that are searched."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, tee
from pathlib import Path

from indexer.analysis.analyzer import Analyzer, hangul_runs
from indexer.analysis.josa import strip_particles
from indexer.analysis.kiwi import Morphemes
from indexer.analysis.lexicon_nouns import collect_nouns
from indexer.analysis.script_runs import Run, Script
from indexer.extract import definition_cache
from indexer.extract.abbreviations import mine_abbreviations
from indexer.extract.definition_cache import SentenceDefinitions
from indexer.extract.statements import statement
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import (
    BIGRAM_INDEX,
    BOUNDARY_BIGRAMS,
    COMPLETION,
    DEFINITIONS,
    FORWARD_INDEX,
    MORPHEME_CACHE,
    NOUNS,
    RUN_COUNTS,
    SENTENCE_HASHES,
    SYNONYMS,
    WHOOSH,
)
from indexer.ingest.sentence import Sentence
from indexer.invert import bigrams
from indexer.invert.inversion import FieldTerms, Inversion, InvertedField, invert_tags
from indexer.parallel import in_background
from indexer.progress import Progress
from indexer.storage import (
    bigram_index,
    boundary_bigrams,
    completion,
    forward_index,
    morpheme_cache,
    sentence_hashes,
    stored_sentences,
    synonyms,
)
from indexer.storage.morpheme_cache import KnownRuns
from indexer.whoosh_format import writer
from indexer.whoosh_format.reader import TAGS, TERMS

MANY = 10_000
"""From so many sentences on a second process is worth its start."""
_AT_ONCE = 1 << 16
"""How many runs are put in order before they are analysed; others are still cut then."""


class Cut:
    """What distinct runs were cut to: a row, which runs have in common.

    Particles make no difference to a row: 동맹이 and 동맹을 have one.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._numbers: dict[tuple[Script, str, Morphemes], int] = {}
        self.terms, self.edges, self.words = FieldTerms(), FieldTerms(), FieldTerms()
        self.morphemes = FieldTerms()

    def add(self, run: Run, parts: Morphemes) -> int:
        """Add a run, *parts* being its morphemes if it is Hangul; return its row."""
        kept = strip_particles(parts)
        text = run.text[: kept[-1].end] if kept else run.text
        number = self._numbers.setdefault((run.script, text, kept), len(self._numbers))
        if number == len(self.morphemes.rows):
            self._add_row(run, parts)
        return number

    def _add_row(self, run: Run, parts: Morphemes) -> None:
        analysis = self._analyzer.run_tokens(run, parts)
        self.terms.add(analysis.terms)
        self.edges.add(token.term for token in analysis.boundary_bigrams)
        self.words.add(completion.words_of(analysis))
        self.morphemes.add(analysis.words)


class Analysed:
    """Sentences, analysed: their runs, and what these were cut to.

    `known` are the Hangul ones, with their morphemes, and `rows` the row of `cut` that
    each run has.
    """

    def __init__(
        self, sentences: Sequence[Sentence], entries: KnownRuns, progress: Progress
    ) -> None:
        self.inversion = Inversion()
        self.analyzer = Analyzer(entries.morphemes)
        self.known: dict[str, Morphemes] = {}
        runs = self.inversion.words.runs
        numbers, order = tee(self._ordered(progress(sentences, "cutting")))
        learning = entries.learning(
            runs[number].key
            for number in numbers
            if runs[number].script is Script.HANGUL
            and runs[number].key not in entries.known
        )
        self.cut = Cut(self.analyzer)
        self.rows = array("I", [0]) * len(runs)
        for number in progress(list(order), "analysing"):
            run = runs[number]
            if run.script is Script.HANGUL:
                if run.key not in entries.known:
                    next(learning)
                self.known[run.key] = entries.known[run.key]
            self.rows[number] = self.cut.add(run, self.known.get(run.key, ()))

    def _ordered(self, sentences: Iterable[Sentence]) -> Iterator[int]:
        """Yield the numbers of the runs of *sentences*, by many in the runs' order.

        What Kiwi has looked up for a run is at hand for one that begins alike.
        """
        new = chain.from_iterable(self.inversion.add(s.text) for s in sentences)
        while some := list(islice(new, _AT_ONCE)):
            some.sort(key=lambda number: self.inversion.words.runs[number].key)
            yield from some

    def invert(self, field: FieldTerms) -> InvertedField:
        """Return the postings of a field of `cut`."""
        return self.inversion.invert(field, self.rows)

    def words(self) -> dict[str, int]:
        """Return the words of the vocabulary, with how many sentences have each."""
        return self.invert(self.cut.words).sentence_counts()

    def write_sequences(self, path: Path) -> None:
        """Write the order of the morphemes of each sentence to a new file."""
        found, count = self.cut.morphemes, len(self.inversion.sentences)
        numbers = self.inversion.terms_in_order(found, self.rows)
        forward_index.write(path, found.by_number, numbers, count)

    def fields(self, told: Sequence[Sentence]) -> dict[str, InvertedField]:
        """Return the postings of all fields, given the sentences with their tags."""
        tags = {name: invert_tags(_tags(told, name)) for name in TAGS}
        return {TERMS: self.invert(self.cut.terms), **tags}

    def edges(self) -> InvertedField:
        """Return the postings of the pairs at the edges of morphemes."""
        return self.invert(self.cut.edges)

    def pairs(self) -> InvertedField:
        """Return the postings of the pairs of letters that are no grams."""
        return bigrams.invert_uncovered(self.inversion, self.cut.terms, self.rows)


def write(
    building: Path,
    entries: KnownRuns,
    sentences: Sequence[Sentence],
    own: UserDictionary,
    progress: Progress,
) -> int:
    """Write all that is searched, but for the manifest, to the folder *building*.

    Args:
        building: An empty folder.
        entries: The runs that are known already; the others are analysed.
        sentences: All sentences, in the order of the corpus.
        own: The user's dictionary.
        progress: Shows how far the long loops have come.

    Returns:
        How many terms there are.
    """
    analysed = Analysed(sentences, entries, progress)
    analyzer = analysed.analyzer
    inversion = analysed.inversion
    # A user's word is cut as Kiwi cuts it, also where the corpus never has it alone.
    asked = runs_asked(own)
    known = dict(zip(asked, entries.morphemes(asked), strict=True)) | analysed.known
    entries.close()
    told = [with_statement(sentence, analyzer) for sentence in sentences]

    def write_texts() -> None:
        stored_sentences.write(building, told)
        found = list(
            definition_cache.collect_definitions(told, inversion.words, analyzer)
        )
        write_forms(building, found, own)
        morpheme_cache.write(building / NOUNS, collect_nouns(known))

    def write_words() -> None:
        # What takes most memory comes first, before the rest leaves holes in it.
        bigram_index.write(building / BIGRAM_INDEX, analysed.pairs())
        analysed.write_sequences(building / FORWARD_INDEX)
        completion.write(building / COMPLETION, analysed.words())
        morpheme_cache.write(building / MORPHEME_CACHE, known)
        morpheme_cache.write_counts(
            building / RUN_COUNTS, known, inversion.run_counts()
        )
        sentence_hashes.write(building / SENTENCE_HASHES, sentence_hashes.of(told))

    worth_it = len(told) >= MANY
    with (
        in_background(write_texts, worth_it=worth_it),
        in_background(write_words, worth_it=worth_it),
    ):
        fields = analysed.fields(told)
        boundary_bigrams.write(
            building / BOUNDARY_BIGRAMS, analysed.edges(), fields[TERMS]
        )
        ids = [sentence.id for sentence in told]
        writer.write(building / WHOOSH, ids, fields)
    return len(fields[TERMS].terms)


def write_forms(
    building: Path, found: Sequence[SentenceDefinitions], own: UserDictionary
) -> None:
    """Write what the sentences define, and the abbreviations that come of it."""
    definition_cache.write(building / DEFINITIONS, found)
    synonyms.write(building / SYNONYMS, (*own.pairs, *mine_abbreviations(found)))


def runs_asked(own: UserDictionary) -> list[str]:
    """Return the runs of a user's own words."""
    return [run for word in own.words for run in hangul_runs(word.form)]


def write_lexicon(building: Path, known: Mapping[str, Morphemes]) -> None:
    """Write the *known* runs, and the nouns in them that are none themselves."""
    morpheme_cache.write(building / MORPHEME_CACHE, known)
    morpheme_cache.write(building / NOUNS, collect_nouns(known))


def with_statement(sentence: Sentence, analyzer: Analyzer) -> Sentence:
    """Return *sentence* with its speaker and its act; a record has neither."""
    if sentence.number is None:
        return sentence
    speaker, act = statement(sentence.text, analyzer.analyze_runs(sentence.text))
    return sentence._replace(speaker=speaker, act=act)


def _tags(sentences: Sequence[Sentence], name: str) -> list[str | None]:
    values = [getattr(sentence, name) for sentence in sentences]
    return [None if value is None else str(value) for value in values]
