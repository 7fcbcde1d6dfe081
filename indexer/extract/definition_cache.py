"""The definitions of each sentence, stored with an index.

Few sentences define anything, and most of these do so by their own text alone. A rebuild
that changes few sentences reads only these and the ones that depend on the corpus.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from indexer.analysis.analyzer import Analyzer
from indexer.extract.definitions import Definition, find_definitions
from indexer.extract.long_forms import CorpusWords
from indexer.ingest.sentence import Sentence
from indexer.storage import block_file
from indexer.storage.block_file import BlockFile
from indexer.storage.checksums import FileDamagedError


class SentenceDefinitions(NamedTuple):
    """The definitions in the sentence with that id.

    They are `independent` if they follow from the sentence without the rest of the corpus.
    """

    sentence: str
    definitions: list[Definition]
    independent: bool


class PreviousDefinitions(NamedTuple):
    """The definitions in an index by sentence id, and the ids that it lacks."""

    by_sentence: Mapping[str, SentenceDefinitions]
    new_ids: Container[str]


def collect_definitions(
    sentences: Iterable[Sentence],
    words: Iterable[str],
    analyzer: Analyzer,
    previous: PreviousDefinitions | None = None,
) -> Iterator[SentenceDefinitions]:
    """Yield the definitions of *sentences*, in order, of those that have any.

    Args:
        sentences: All sentences of a corpus.
        words: Its distinct words (`script_runs.words`) by their first occurrence.
        analyzer: As `find_definitions` takes it.
        previous: The definitions of an index with some of the sentences.
    """
    corpus_words = CorpusWords(words)
    for sentence in sentences:
        if previous and sentence.id not in previous.new_ids:
            stored = previous.by_sentence.get(sentence.id)
            if stored and stored.independent:
                yield stored
            if not stored or stored.independent:
                continue
        corpus_words.was_used = False
        definitions = find_definitions(sentence.text, analyzer, corpus_words)
        if definitions or corpus_words.was_used:
            yield SentenceDefinitions(
                sentence.id, definitions, not corpus_words.was_used
            )


def write(path: Path, definitions: Iterable[SentenceDefinitions]) -> None:
    """Write the definitions of a corpus to a new file, as JSON in a block file."""
    data = json.dumps(list(definitions), ensure_ascii=False).encode()
    block_file.write(path, [data])


def read(path: Path) -> dict[str, SentenceDefinitions]:
    """Return the definitions in a file by sentence id.

    Raises:
        FileDamagedError: The content is invalid.
    """
    with closing(BlockFile(path, cache_size=0)) as stored:
        data = stored[0]
    try:
        return {
            sentence: SentenceDefinitions(
                sentence, [Definition(*each) for each in definitions], independent
            )
            for sentence, definitions, independent in json.loads(data)
        }
    except (ValueError, TypeError):
        raise FileDamagedError(path) from None
