"""Writes the files of one segment, for full and for incremental builds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.analysis.analyzer import Analyzer
from indexer.build.analysed_sentences import AnalysedSentences
from indexer.build.consistency import check_written
from indexer.extract.statements import statement
from indexer.file_names import (
    BIGRAM_INDEX,
    BOUNDARY_BIGRAMS,
    FORWARD_INDEX,
    MORPHEMES,
)
from indexer.ingest.sentence import Sentence
from indexer.invert.inversion import InvertedField, invert_tags
from indexer.storage import (
    bigram_index,
    boundary_bigrams,
    forward_index,
    stored_sentences,
)
from indexer.storage.stored_sentences import SENTENCES
from indexer.whoosh_format.reader import TAGS, TERMS

FILES = (SENTENCES, BIGRAM_INDEX, BOUNDARY_BIGRAMS, FORWARD_INDEX, MORPHEMES)
"""The files of a segment, except its Whoosh index."""


class SegmentWriter:
    """Writes the files of a segment to a folder.

    The methods may run in different processes. Each writes its own files.
    """

    def __init__(
        self, folder: Path, analysed: AnalysedSentences, sentences: Sequence[Sentence]
    ) -> None:
        self._folder = folder
        self._analysed = analysed
        self.sentences = [with_statement(s, analysed.analyzer) for s in sentences]
        """The sentences with their speakers and acts."""

    def write_sentences(self) -> None:
        """Write the stored sentences, and read them again.

        Raises:
            GenerationDamagedError: They are not read as they were written.
        """
        stored_sentences.write_sentences(self._folder / SENTENCES, self.sentences)
        check_written(self._folder, self.sentences)

    def write_bigrams_and_order(self) -> None:
        """Write the bigram index, which takes the most memory, and the forward index."""
        bigram_index.write(
            self._folder / BIGRAM_INDEX, self._analysed.uncovered_bigrams()
        )
        forward_index.write(
            (self._folder / FORWARD_INDEX, self._folder / MORPHEMES),
            self._analysed.run_terms.morphemes.by_number,
            self._analysed.morphemes_in_order(),
            len(self.sentences),
        )

    def write_boundaries(self) -> dict[str, InvertedField]:
        """Write the boundary bigrams; return the fields of the Whoosh index."""
        fields = {TERMS: self._analysed.terms()}
        fields |= {name: invert_tags(_tags(self.sentences, name)) for name in TAGS}
        boundary_bigrams.write(
            self._folder / BOUNDARY_BIGRAMS,
            self._analysed.boundary_bigrams(),
            fields[TERMS],
        )
        return fields


def with_statement(sentence: Sentence, analyzer: Analyzer) -> Sentence:
    """Return *sentence* with its speaker and its act; a record has neither."""
    if sentence.number is None:
        return sentence
    speaker, act = statement(sentence.text, analyzer.analyze_runs(sentence.text))
    return sentence._replace(speaker=speaker, act=act)


def _tags(sentences: Sequence[Sentence], name: str) -> list[str | None]:
    values = [getattr(sentence, name) for sentence in sentences]
    return [None if value is None else str(value) for value in values]
