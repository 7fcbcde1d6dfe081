"""A full build: all sentences are analysed, and all files are written anew."""

from __future__ import annotations

from pathlib import Path

from indexer.analysis.lexicon_nouns import collect_nouns
from indexer.build import corpus_tables
from indexer.build.analysed_sentences import AnalysedSentences
from indexer.build.segment_writer import SegmentWriter
from indexer.extract.definition_cache import collect_definitions
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import SENTENCE_HASHES, WHOOSH
from indexer.parallel import in_background
from indexer.progress import Progress
from indexer.storage import citations, morpheme_cache, sentence_hashes
from indexer.storage.citations import REFERENCES
from indexer.storage.morpheme_cache import KnownRuns
from indexer.storage.sentence_hashes import SentenceHashes
from indexer.storage.sentence_spool import Sentences
from indexer.whoosh_format import writer
from indexer.whoosh_format.reader import TERMS


def write(  # noqa: PLR0913, PLR0917 (the inputs, and a way to report)
    building: Path,
    known_runs: KnownRuns,
    hashes: SentenceHashes,
    sentences: Sentences,
    dictionary: UserDictionary,
    progress: Progress,
) -> int:
    """Write all files of a generation except its manifest; return the number of terms.

    Args:
        building: An empty folder.
        known_runs: Runs with their morphemes; other runs are analysed.
        hashes: The hashes of the sentences.
        sentences: All sentences, in the order of the corpus.
        dictionary: The user's dictionary.
        progress: Shows the progress of the long loops.
    """
    analysed = AnalysedSentences(sentences, known_runs, progress, building)
    user_runs = corpus_tables.dictionary_runs(dictionary)
    morphemes = dict(zip(user_runs, known_runs.morphemes(user_runs), strict=True))
    morphemes |= analysed.morphemes
    known_runs.close()
    segment = SegmentWriter(building, analysed, sentences)

    def write_texts() -> None:
        segment.write_sentences()
        citations.write(building / REFERENCES, citations.ranges_of(sentences))
        words = analysed.inversion.words
        definitions = collect_definitions(segment.sentences, words, analysed.analyzer)
        corpus_tables.write_definitions(building, list(definitions), dictionary)
        corpus_tables.write_nouns(building, collect_nouns(morphemes))

    def write_counts() -> None:
        # First, as the rest would fragment the memory that it takes.
        segment.write_bigrams_and_order()
        corpus_tables.write_words(building, analysed.word_counts())
        lines = {run: morpheme_cache.to_line(run, morphemes[run]) for run in morphemes}
        corpus_tables.write_runs(building, lines, analysed.inversion.run_counts())
        sentence_hashes.write(building / SENTENCE_HASHES, hashes)

    worth_it = len(sentences) >= corpus_tables.PARALLEL_FROM
    with (
        in_background(write_texts, worth_it=worth_it),
        in_background(write_counts, worth_it=worth_it),
    ):
        content = segment.write_boundaries()
        writer.write(building / WHOOSH, content)
    return len(content.fields[TERMS].terms)
