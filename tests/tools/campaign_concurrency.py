"""Concurrency: searches go on, and never mix two generations, while rebuilds run."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from campaign_support import (
    QUERIES,
    Row,
    Scale,
    Subject,
    Word,
    fork_server,
    index_fault,
    leftovers,
    run,
    start,
    timed,
    wait_for,
)

from search.index import Index, open_index

_FEW = 6
"""How many of `QUERIES` each opened index answers."""
Answer = tuple[tuple[int, tuple[tuple[str, str], ...]], ...]


def concurrency(_: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the rows."""
    yield search_during_rebuilds(
        "searches in processes and threads", subject, scale, seed
    )
    yield rebuild_at_once(subject, max(3, scale.rebuilds // 2), seed)


def answers(index: Index) -> Answer:
    """Return totals, ids and texts of what an index answers to some queries."""
    return tuple(
        (
            result.total,
            tuple((hit.sentence.id, hit.sentence.text) for hit in result.hits),
        )
        for result in (index.search(query, limit=5) for query in QUERIES[:_FEW])
    )


def search_on(
    index: Path, known: frozenset[Answer], stopped: Callable[[], bool]
) -> Counter[str]:
    """Open the index and search it until *stopped*; count the answers."""
    counts: Counter[str] = Counter()
    while not stopped():
        try:
            with open_index(index) as opened:
                current_answers = answers(opened)
        except Exception as fault:  # noqa: BLE001 (whatever it is, it is counted)
            counts[f"{type(fault).__name__}: {fault}"] += 1
        else:
            counts[
                "whole" if current_answers in known else "mixed from two generations"
            ] += 1
    return counts


def search_during_rebuilds(
    what: str, subject: Subject, scale: Scale, seed: int, open_: Any = search_on
) -> Row:
    """Search in processes and in threads while rebuilds go from A to B and back."""
    row = Row("concurrency", what, seed)
    known = _known(subject)
    context = fork_server()
    stop = context.Value("b", 0)
    queue: multiprocessing.Queue[Counter[str]] = context.Queue()
    workers: list[Any] = [
        context.Process(target=_work, args=(open_, subject.index, known, stop, queue))
        for _ in range(scale.searchers)
    ]
    counts: list[Counter[str]] = []
    threads = [
        threading.Thread(
            target=lambda: counts.append(
                open_(subject.index, known, lambda: bool(stop.value))
            )
        )
        for _ in range(scale.searchers)
    ]
    with timed(row):
        for worker in (*workers, *threads):
            worker.start()
        for number in range(scale.rebuilds):
            corpus = (subject.b, subject.a)[number % 2]
            words: list[Word] = [
                "rebuild",
                "--force",
                "--corpus",
                corpus,
                "--index",
                subject.index,
            ]
            done = run(*words)
            row.judge("rebuilds", done.fault or (done.err if done.status else None))
        stop.value = 1
        counts += [queue.get(timeout=60) for _ in workers]
        for worker in (*workers, *threads):
            worker.join(60)
    for outcome, number in sum(counts, Counter[str]()).items():
        if outcome == "whole":
            row.tried += number
            row.outcomes["searches"] = number
        else:
            row.tried += number
            row.failed += number
            row.failures.append(f"{number} times {outcome}")
    return row


def _known(subject: Subject) -> frozenset[Answer]:
    known = set()
    for corpus in (subject.b, subject.a):
        run("rebuild", "--force", "--corpus", corpus, "--index", subject.index)
        with open_index(subject.index) as opened:
            known.add(answers(opened))
    if len(known) < 2:
        raise ValueError("both corpora have the same answers")
    return frozenset(known)


def _work(
    open_: Any,
    index: Path,
    known: frozenset[Answer],
    stop: Synchronized[int],
    queue: multiprocessing.Queue[Counter[str]],
) -> None:
    queue.put(open_(index, known, lambda: bool(stop.value)))


def rebuild_at_once(subject: Subject, times: int, seed: int) -> Row:
    """Start two rebuilds together: both end well, one after the other."""
    row = Row("concurrency", "two rebuilds at once", seed)
    with timed(row):
        for number in range(times):
            pairs = []
            for corpus in (subject.a, subject.b):
                into = subject.index.with_name(f"at once {corpus.name}")
                words: list[Word] = ["rebuild", "--force", "--corpus", corpus]
                process = start([*words, "--index", subject.index], into=into)
                pairs.append((process, into))
                time.sleep(0.02 * (number % 3))
            both = [wait_for(process, into) for process, into in pairs]
            fault = next((done.fault or done.err for done in both if done.status), None)
            fault = (
                fault or index_fault(subject, subject.index) or leftovers(subject.index)
            )
            waited = any("another rebuild is running; waiting" in d.err for d in both)
            outcome = "one waited" if waited else "one was done before"
            row.judge(outcome, fault and f"{number}: {fault}")
    return row
