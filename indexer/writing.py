"""Writing a generation: from sentences to the files that are searched."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from indexer import (
    forms,
    lexicon,
    posting_writer,
    sequences,
    shelf,
    stretches,
    vocabulary,
)
from indexer.abbreviations import mine
from indexer.analysis import Analyzer, hangul_runs
from indexer.dictionary import Dictionary
from indexer.generation import (
    FORMS,
    LEXICON,
    NOUNS,
    PAIRS,
    SEQUENCES,
    VOCABULARY,
    WHOOSH,
)
from indexer.inversion import Field, Inversion
from indexer.kiwi import Morphemes
from indexer.lexicon import KnownRuns
from indexer.nouns import nouns_in
from indexer.particles import without_particles
from indexer.postings import EDGES, TAGS, TERMS
from indexer.processes import beside
from indexer.progress import Progress
from indexer.runs import Run, Script
from indexer.sentence import Sentence
from indexer.statements import statement

_MANY = 10_000
"""From so many sentences on a second process is worth its start."""


class Cut:
    """What each distinct run was cut to: a row, which runs have in common.

    Particles make no difference to a row: 동맹이 and 동맹을 have one. `rows` are the rows'
    numbers, one for each run in the order of the runs.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._numbers: dict[tuple[Script, str, Morphemes], int] = {}
        self.rows = array("I")
        self.terms, self.edges, self.words = Field(), Field(), Field()
        self.morphemes: list[list[str]] = []

    def add(self, run: Run, parts: Morphemes) -> None:
        """Add the next run, *parts* being its morphemes if it is Hangul."""
        kept = without_particles(parts)
        text = run.text[: kept[-1].end] if kept else run.text
        number = self._numbers.setdefault((run.script, text, kept), len(self._numbers))
        self.rows.append(number)
        if number == len(self.morphemes):
            self._add_row(run, parts)

    def _add_row(self, run: Run, parts: Morphemes) -> None:
        analysis = self._analyzer.tokens(run, parts)
        self.terms.add(analysis.terms)
        self.edges.add(token.term for token in analysis.edges)
        self.words.add(vocabulary.words_of(analysis))
        self.morphemes.append(analysis.words)


def write(
    building: Path,
    sentences: Sequence[Sentence],
    own: Dictionary,
    entries: KnownRuns,
    progress: Progress,
) -> int:
    """Write all that is searched, but for the manifest, to the folder *building*.

    Args:
        building: An empty folder.
        sentences: All sentences, in the order of the corpus.
        own: The user's dictionary.
        entries: The runs that are known already; the others are analysed.
        progress: Shows how far the long loops have come.

    Returns:
        How many terms there are.
    """
    analyzer = Analyzer(entries.morphemes)
    inversion = Inversion()
    entries.learn(
        run.key
        for sentence in progress(sentences, "analysing")
        for run in inversion.add(sentence.text)
        if run.script is Script.HANGUL and run.key not in entries.known
    )
    # A user's word is cut as Kiwi cuts it, also where the corpus never has it alone.
    asked = [run for word in own.words for run in hangul_runs(word.form)]
    entries.morphemes(asked)
    hangul = [run.key for run in inversion.runs if run.script is Script.HANGUL]
    known = {run: entries.known[run] for run in (*hangul, *asked)}
    told = [with_statement(sentence, analyzer) for sentence in sentences]

    def write_texts() -> None:
        shelf.write(building, told)
        stretches.write(building / PAIRS, inversion.pairs())
        mined = mine(told, inversion.spoken, analyzer)
        forms.write(building / FORMS, (*own.pairs, *mined))

    worth_it = len(told) >= _MANY
    with beside(write_texts, worth_it=worth_it):
        cut = Cut(analyzer)
        for run in progress(inversion.runs, "indexing"):
            cut.add(run, known.get(run.key, ()))
    invert = partial(inversion.invert, rows=cut.rows)

    def write_words() -> None:
        sequences.write(
            building / SEQUENCES, inversion.gathered(cut.morphemes, cut.rows)
        )
        vocabulary.write(building / VOCABULARY, invert(cut.words).counts())
        write_lexicon(building, known)

    with beside(write_words, worth_it=worth_it):
        scored = invert(cut.terms)
        tags = {name: inversion.tagged(_tags(told, name)) for name in TAGS}
        fields = {TERMS: scored, EDGES: invert(cut.edges), **tags}
        posting_writer.write(
            building / WHOOSH, [sentence.id for sentence in told], fields
        )
    return len(scored.terms)


def write_lexicon(building: Path, known: Mapping[str, Morphemes]) -> None:
    """Write the *known* runs, and the nouns in them that are none themselves."""
    lexicon.write(building / LEXICON, known)
    lexicon.write(building / NOUNS, nouns_in(known))


def with_statement(sentence: Sentence, analyzer: Analyzer) -> Sentence:
    """Return *sentence* with its speaker and its act; a record has neither."""
    if sentence.number is None:
        return sentence
    speaker, act = statement(sentence.text, analyzer.parts(sentence.text))
    return sentence._replace(speaker=speaker, act=act)


def _tags(sentences: Sequence[Sentence], name: str) -> list[str | None]:
    values = [getattr(sentence, name) for sentence in sentences]
    return [None if value is None else str(value) for value in values]
