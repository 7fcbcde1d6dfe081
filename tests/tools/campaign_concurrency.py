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

from campaign_ground import (
    QUERIES,
    Ground,
    Row,
    Scale,
    Word,
    ended,
    leftovers,
    processes,
    run,
    start,
    timed,
    whole,
)

from search.index import Index, open_index

_FEW = 6
"""How many of `QUERIES` each opened index is asked."""
Answer = tuple[tuple[int, tuple[tuple[str, str], ...]], ...]


def concurrency(_: Path, ground: Ground, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the rows."""
    yield searched("searches in processes and threads", ground, scale, seed)
    yield at_once(ground, max(3, scale.rebuilds // 2), seed)


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
    """Open the index and ask it, again and again until *stopped*; count what comes."""
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


def searched(
    what: str, ground: Ground, scale: Scale, seed: int, open_: Any = search_on
) -> Row:
    """Search in processes and in threads while rebuilds go from A to B and back."""
    row = Row("concurrency", what, seed)
    known = _known(ground)
    context = processes()
    stop = context.Value("b", 0)
    queue: multiprocessing.Queue[Counter[str]] = context.Queue()
    workers: list[Any] = [
        context.Process(target=_work, args=(open_, ground.index, known, stop, queue))
        for _ in range(scale.searchers)
    ]
    counts: list[Counter[str]] = []
    threads = [
        threading.Thread(
            target=lambda: counts.append(
                open_(ground.index, known, lambda: bool(stop.value))
            )
        )
        for _ in range(scale.searchers)
    ]
    with timed(row):
        for worker in (*workers, *threads):
            worker.start()
        for number in range(scale.rebuilds):
            corpus = (ground.b, ground.a)[number % 2]
            words: list[Word] = [
                "rebuild",
                "--force",
                "--corpus",
                corpus,
                "--index",
                ground.index,
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


def _known(ground: Ground) -> frozenset[Answer]:
    known = set()
    for corpus in (ground.b, ground.a):
        run("rebuild", "--force", "--corpus", corpus, "--index", ground.index)
        with open_index(ground.index) as opened:
            known.add(answers(opened))
    if len(known) < 2:
        raise ValueError("the corpora do not tell themselves apart")
    return frozenset(known)


def _work(
    open_: Any,
    index: Path,
    known: frozenset[Answer],
    stop: Synchronized[int],
    queue: multiprocessing.Queue[Counter[str]],
) -> None:
    queue.put(open_(index, known, lambda: bool(stop.value)))


def at_once(ground: Ground, times: int, seed: int) -> Row:
    """Start two rebuilds together: both end well, one after the other."""
    row = Row("concurrency", "two rebuilds at once", seed)
    with timed(row):
        for number in range(times):
            pairs = []
            for corpus in (ground.a, ground.b):
                into = ground.index.with_name(f"at once {corpus.name}")
                words: list[Word] = ["rebuild", "--force", "--corpus", corpus]
                process = start([*words, "--index", ground.index], into=into)
                pairs.append((process, into))
                time.sleep(0.02 * (number % 3))
            both = [ended(process, into) for process, into in pairs]
            fault = next((done.fault or done.err for done in both if done.status), None)
            fault = fault or whole(ground, ground.index) or leftovers(ground.index)
            waited = any("another rebuild is running; waiting" in d.err for d in both)
            outcome = "one waited" if waited else "one was done before"
            row.judge(outcome, fault and f"{number}: {fault}")
    return row
