"""Findings: what each sentence of a corpus defines, kept with its index.

Few sentences define anything, and of these most do by themselves; where few sentences
have changed, no others are read again.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from indexer.analysis.analyzer import Analyzer
from indexer.extract.definitions import CorpusWords, Definition, find_definitions
from indexer.ingest.sentence import Sentence
from indexer.storage import block_file
from indexer.storage.block_file import BlockFile
from indexer.storage.checksums import FileDamagedError


class SentenceDefinitions(NamedTuple):
    """What the sentence of an id defines, be it `alone` or by what the others say."""

    sentence: str
    found: list[Definition]
    alone: bool


class PreviousDefinitions(NamedTuple):
    """The findings of an index by their sentences, and which sentences it lacks."""

    found: Mapping[str, SentenceDefinitions]
    new: Container[str]


def collect_definitions(
    sentences: Iterable[Sentence],
    spoken: Iterable[str],
    analyzer: Analyzer,
    before: PreviousDefinitions | None = None,
) -> Iterator[SentenceDefinitions]:
    """Yield what *sentences* define, in order.

    Args:
        sentences: All sentences of a corpus.
        spoken: Its distinct words as `indexer.analysis.script_runs.words` yields them,
            each where it comes first.
        analyzer: As `indexer.extract.definitions.find_definitions` takes it.
        before: What was found when some of the sentences were read before.
    """
    words = CorpusWords(spoken)
    for sentence in sentences:
        kept = before and sentence.id not in before.new
        finding = before.found.get(sentence.id) if before and kept else None
        if finding and finding.alone:
            yield finding
        if kept and (not finding or finding.alone):
            continue
        words.asked = False
        found = find_definitions(sentence.text, analyzer, words)
        if found or words.asked:
            yield SentenceDefinitions(sentence.id, found, not words.asked)


def write(path: Path, found: Iterable[SentenceDefinitions]) -> None:
    """Write findings to a new file."""
    block_file.write(path, [json.dumps(list(found), ensure_ascii=False).encode()])


def read(path: Path) -> dict[str, SentenceDefinitions]:
    """Return the findings in a file, by their sentences.

    Raises:
        FileDamagedError: It holds something else.
    """
    with closing(BlockFile(path, cache_size=0)) as stored:
        data = stored[0]
    try:
        return {
            sentence: SentenceDefinitions(
                sentence, [Definition(*each) for each in found], alone
            )
            for sentence, found, alone in json.loads(data)
        }
    except (ValueError, TypeError):
        raise FileDamagedError(path) from None
