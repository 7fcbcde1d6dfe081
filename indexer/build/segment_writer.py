"""Writes the files of one segment, for full and for incremental builds."""

from __future__ import annotations

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
from indexer.invert.inversion import invert_tags
from indexer.invert.inverted_field import InvertedField
from indexer.storage import (
    bigram_index,
    boundary_bigrams,
    forward_index,
    stored_sentences,
)
from indexer.storage.sentence_spool import Sentences, SentenceSpool
from indexer.storage.stored_sentences import SENTENCES
from indexer.whoosh_format.reader import TAGS, TERMS
from indexer.whoosh_format.writer import Content

FILES = (SENTENCES, BIGRAM_INDEX, BOUNDARY_BIGRAMS, FORWARD_INDEX, MORPHEMES)
"""The files of a segment, except its Whoosh index."""


class SegmentWriter:
    """Writes the files of a segment to a folder.

    The methods may run in different processes. Each writes its own files.
    """

    def __init__(
        self, folder: Path, analysed: AnalysedSentences, sentences: Sentences
    ) -> None:
        self._folder = folder
        self._analysed = analysed
        self.sentences = sentences
        """The sentences with their speakers and acts."""
        if any(sentence.number is not None for sentence in sentences):
            analyzer = analysed.analyzer
            self.sentences = SentenceSpool(
                with_statement(s, analyzer) for s in sentences
            )

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
            self._analysed.morphemes_in_order,
        )

    def write_boundaries(self) -> Content:
        """Write the boundary bigrams; return the content of the Whoosh index."""
        fields = {TERMS: self._analysed.terms()}
        fields |= {name: self._invert_tags(name) for name in TAGS}
        boundary_bigrams.write(
            self._folder / BOUNDARY_BIGRAMS,
            self._analysed.boundary_bigrams(),
            fields[TERMS],
        )
        ids = (sentence.id for sentence in self.sentences)
        return Content(ids, self._analysed.lengths(), fields)

    def _invert_tags(self, name: str) -> InvertedField:
        values = (getattr(sentence, name) for sentence in self.sentences)
        tags = (None if value is None else str(value) for value in values)
        return invert_tags(tags, self._folder)


def with_statement(sentence: Sentence, analyzer: Analyzer) -> Sentence:
    """Return *sentence* with its speaker and its act; a record has neither."""
    if sentence.number is None:
        return sentence
    speaker, act = statement(sentence.text, analyzer.analyze_runs(sentence.text))
    return sentence._replace(speaker=speaker, act=act)
