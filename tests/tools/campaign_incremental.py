"""Incremental rebuilds killed: the next one, of another corpus, is as one from nothing.

Any rebuild here is an incremental one with processes of its own, however small the corpus
(`INCREMENTAL`), except where the corpus is large enough by itself.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

from campaign_states import Trial, edited_corpora, kill_at_random, queries_of
from campaign_support import Row, Scale, Subject, timed

from indexer.build.changes import MIN_SENTENCES
from indexer.build.index_directory import IndexDirectory
from indexer.file_names import DOCID_MAP

INCREMENTAL = (
    "from indexer.build import changes, corpus_tables\n"
    "changes.MIN_SENTENCES, changes.MAX_CHANGED_ONE_IN = 1, 0.01\n"
    "corpus_tables.PARALLEL_FROM = 1\n"
)
SLOW_HELPERS = """
import time
from pathlib import Path
def late(folder, counts, write=corpus_tables.write_words):
    Path({mark!r}).touch()
    time.sleep(2)
    write(folder, counts)
corpus_tables.write_words = late
"""
"""Has a helper make the file *mark*, and begin to write when its parent was killed."""
_FEW = 48
"""Sentences of a corpus that is small."""
_STATES = 10


def incremental(folder: Path, _: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the rows."""
    yield kill_incremental(folder / "few", scale.kills, seed)
    yield kill_incremental(folder / "many", scale.large_kills, seed, scale.lines)
    yield kill_with_slow_helpers(folder / "slow", max(1, scale.kills // 30), seed)


def kill_incremental(
    folder: Path, times: int, seed: int, count: int = _FEW, fault: str = ""
) -> Row:
    """Kill incremental rebuilds of *count* sentences; rebuild from others, and compare.

    The killed processes begin with the statements *fault*.
    """
    what = f"incremental rebuilds of {count:,} sentences killed"
    row = Row("incremental", what, seed)
    trial = _trial(folder, seed, count)
    if bad := trial.rebuild():
        raise ValueError(bad)
    if not (IndexDirectory(trial.index).current() / DOCID_MAP).exists():
        raise ValueError("the rebuild is no incremental one")
    return kill_at_random(row, trial, times, seed, fault)


def kill_with_slow_helpers(folder: Path, times: int, seed: int, fault: str = "") -> Row:
    """Kill rebuilds whose helper writes late: it must end with them.

    The killed processes begin with the statements *fault*.
    """
    row = Row("incremental", "a rebuild killed while its helper waits", seed)
    with timed(row):
        trial = _trial(folder, seed, _FEW)
        for number in range(times):
            mark = folder / f"mark {number}"
            late = SLOW_HELPERS.format(mark=str(mark)) + fault
            outcome, bad = trial.kill(partial(_until_made, mark), late)
            row.judge(outcome, bad and f"{number}: {bad}")
    return row


def _trial(folder: Path, seed: int, count: int) -> Trial:
    chooser = random.Random(seed)  # noqa: S311
    begin = INCREMENTAL if count < MIN_SENTENCES else ""
    states = edited_corpora(folder, _STATES, chooser, count)
    queries = queries_of(states, 60 if begin else 200, chooser)
    return Trial(folder, states, queries, chooser, begin)


def _until_made(path: Path, process: BaseProcess) -> None:
    """Wait until *path* exists, or *process* has ended."""
    while process.is_alive() and not path.exists():
        time.sleep(0.01)
