"""Writes the tables about the corpus as a whole, which every generation has anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from indexer.analysis.analyzer import hangul_runs
from indexer.analysis.kiwi import Morphemes
from indexer.extract import definition_cache
from indexer.extract.abbreviations import mine_abbreviations
from indexer.extract.definition_cache import SentenceDefinitions
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import (
    COMPLETION,
    DEFINITIONS,
    MORPHEME_CACHE,
    NOUNS,
    RUN_COUNTS,
    SYNONYMS,
)
from indexer.storage import completion, morpheme_cache, synonyms

PARALLEL_FROM = 10_000
"""From this many sentences on, tables are written in other processes."""


def write_definitions(
    folder: Path, definitions: Sequence[SentenceDefinitions], dictionary: UserDictionary
) -> None:
    """Write the definitions of the sentences, and the synonyms mined from them."""
    definition_cache.write(folder / DEFINITIONS, definitions)
    mined = mine_abbreviations(definitions)
    synonyms.write(folder / SYNONYMS, (*dictionary.pairs, *mined))


def write_runs(
    folder: Path, lines: Mapping[str, bytes], counts: Mapping[str, int]
) -> None:
    """Write the line of each run (see `morpheme_cache.to_line`), and how often it occurs."""
    morpheme_cache.write_lines(folder / MORPHEME_CACHE, lines)
    morpheme_cache.write_counts(folder / RUN_COUNTS, lines, counts)


def write_nouns(folder: Path, nouns: Mapping[str, Morphemes]) -> None:
    """Write the nouns within runs, with their morphemes."""
    morpheme_cache.write(folder / NOUNS, nouns)


def write_words(folder: Path, counts: Mapping[str, int]) -> None:
    """Write the words for completion, with the number of sentences that have each."""
    completion.write(folder / COMPLETION, counts)


def dictionary_runs(dictionary: UserDictionary) -> list[str]:
    """Return the keys of the Hangul runs of a user's words.

    They are analysed even where the corpus does not have them alone.
    """
    return [run for word in dictionary.words for run in hangul_runs(word.form)]
