"""Servers of three nodes: rebuilds killed, corpora edited, a node lost.

After each trial the server has to answer as a folder does whose index was made from
nothing. A version of the server that this machine cannot run is skipped.
"""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from campaign_cluster import (
    Replaced,
    Trial,
    WithDictionary,
    equal_answers,
    is_one_sentence,
)
from campaign_states import Texts
from campaign_support import Done, Row, Scale, Subject, Word, timed
from opensearch_nodes import QUICK, VERSIONS, Nodes, NotStartedError, UnavailableError
from opensearch_nodes import nodes as start_nodes

IMPATIENT = """
bulk.REBUILD_PAUSES = client.REBUILD_PAUSES = client._PAUSES = (0.2, 0.5, 1.0)
"""
"""For indexes without replicas: no pause brings the shards of a lost node back."""
SLOW = """
import time
def slow(self, batch, load=bulk.Loader.load):
    time.sleep(0.5)
    return load(self, batch)
bulk.Loader.load = slow
"""
"""Makes the loading of a rebuild long enough to be interrupted in it."""


def kill_rebuilds(  # noqa: PLR0913 (what, where, how often, and of which program)
    what: str,
    trial: Trial,
    times: int,
    seed: int,
    *,
    words: Sequence[Word] = (),
    fault: str = "",
) -> Row:
    """Edit a corpus and kill its rebuild; edit it again, rebuild, and compare.

    The killed processes begin with the statements *fault*.
    """
    row = Row("opensearch", what, seed)
    chooser = random.Random(seed)  # noqa: S311
    with timed(row):
        long = _seconds_of_a_rebuild(trial)
        for number in range(times):
            trial.texts.edit()
            moment = chooser.uniform(0, 1.1 * long)
            with trial.rebuilding(*words, begin=fault) as process:
                time.sleep(moment)
                bad = process.kill()
                outcome = "killed" if process.wait().status < 0 else "done before"
            bad = bad or trial.fault(trial.old, trial.expected()) or trial.next_fault()
            row.judge(outcome, bad and f"{number}, after {moment:.3f} s: {bad}")
    trial.remove()
    return row


def _seconds_of_a_rebuild(trial: Trial) -> float:
    began = time.monotonic()
    trial.rebuild("--force")
    return time.monotonic() - began


def suspend_rebuilds(
    what: str, trial: Trial, times: int, seed: int, fault: str = ""
) -> Row:
    """Suspend a rebuild until others have taken over; what it still writes has no effect.

    The second rebuild fails, and the third one runs while the first continues. All
    begin with the statements *fault*.
    """
    row = Row("opensearch", what, seed)
    chooser = random.Random(seed)  # noqa: S311
    with timed(row):
        for number in range(times):
            trial.texts.edit()
            with trial.rebuilding("--force", begin=SLOW + fault) as first:
                trial.wait_for_generation()
                time.sleep(chooser.uniform(0.5, 1.0))
                first.signal(signal.SIGSTOP)
                bad = _fail_to_rebuild(trial, fault)
                trial.texts.edit()
                with trial.rebuilding("--force", begin=SLOW + fault) as third:
                    trial.wait_for_generation()
                    time.sleep(chooser.uniform(0, 0.5))
                    first.signal(signal.SIGCONT)
                    done = third.wait()
                bad = bad or (str(done) if done.status else None)
                done = first.wait()
            bad = bad or (None if is_one_sentence(done) else f"suspended: {done}")
            trial.old = trial.expected()
            bad = bad or trial.fault(trial.old) or trial.next_fault()
            row.judge("refused", bad and f"{number}: {bad}")
    trial.remove()
    return row


def _fail_to_rebuild(trial: Trial, begin: str) -> str | None:
    """Rebuild from a corpus with an id twice, and return a fault if that succeeds."""
    twice = trial.texts.path / "twice.jsonl"
    twice.write_text('{"id": "x", "text": "가"}\n' * 2, encoding="utf-8")
    fault = trial.rebuild("--force", begin=begin)
    twice.unlink()
    return None if fault and "'x'" in fault else f"an id twice: {fault}"


def edit_corpora(
    what: str, trial: Trial, times: int, seed: int, fault: str = ""
) -> Row:
    """Edit a corpus again and again; each rebuild answers as a forced one from nothing.

    The rebuilds begin with the statements *fault*.
    """
    row = Row("opensearch", what, seed)
    with timed(row):
        for number in range(times):
            trial.texts.edit()
            bad = trial.rebuild(begin=fault)
            bad = bad or trial.fault(trial.expected()) or trial.leftovers()
            row.judge("as from nothing", bad and f"{number}: {bad}")
    trial.remove()
    return row


def lose_nodes(  # noqa: PLR0913, PLR0917 (what, where, how often, and of which program)
    what: str, trial: Trial, cluster: Nodes, times: int, seed: int, fault: str = ""
) -> Row:
    """Kill a node during a rebuild and searches, each of which is right or one sentence.

    The node is started again, and then the index is complete: the new one if the rebuild
    has ended well, else the old one. All processes begin with the statements *fault*.
    """
    row = Row("opensearch", what, seed)
    chooser = random.Random(seed)  # noqa: S311
    with timed(row):
        long = _seconds_of_a_rebuild(trial)
        for number in range(times):
            trial.texts.edit()
            new = trial.expected()
            node = chooser.randrange(3)
            with (
                searching(trial, (trial.old, new), row),
                trial.rebuilding("--force", begin=fault) as process,
            ):
                time.sleep(chooser.uniform(0, long))
                cluster.kill(node)
                done = process.wait()
            cluster.restart(node)
            cluster.wait_for("green", 3)
            bad = None if not done.status or is_one_sentence(done) else str(done)
            bad = bad or trial.fault(trial.old if done.status else new)
            outcome = "one sentence" if done.status else "complete"
            bad = bad or trial.next_fault()
            row.judge(f"rebuild: {outcome}", bad and f"{number}, node {node}: {bad}")
    trial.remove()
    return row


@contextmanager
def searching(trial: Trial, allowed: Sequence[Done], row: Row) -> Iterator[None]:
    """Search while the block runs, and a little longer; judge each line of the answers."""
    ended = Event()
    expected = [list(map(json.loads, each.out.splitlines())) for each in allowed]

    def search() -> None:
        is_last = False
        while not is_last:
            is_last = ended.is_set()
            done = trial.answers()
            if not done.out:
                bad = None if is_one_sentence(done) else str(done)
                row.judge("search: one sentence", bad)
            for number, text in enumerate(done.out.splitlines()):
                answer = json.loads(text)
                is_right = any(equal_answers(answer, each[number]) for each in expected)
                name = "right" if is_right else "one sentence"
                is_error = not answer["hits"] and "\n" not in answer.get("error", "\n")
                bad = None if is_right or is_error else text.decode()
                row.judge(f"search: {name}", bad)

    thread = Thread(target=search)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def opensearch(folder: Path, _: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the rows of each version of the server."""
    for version in VERSIONS:
        row = Row("opensearch", f"{version}: three nodes", seed)
        try:
            with start_nodes(3, "320m", version=version, options=QUICK) as cluster:
                yield from rows(folder / version, cluster, version, scale.kills, seed)
                continue
        except UnavailableError as fault:
            row.skipped = str(fault)
        except NotStartedError as fault:
            row.fail(str(fault))
        yield row


def rows(
    folder: Path, cluster: Nodes, version: str, times: int, seed: int
) -> Iterator[Row]:
    """Yield the rows of a cluster."""

    def trial(
        name: str, kind: type[Texts], count: int, *words: Word, begin: str = ""
    ) -> Trial:
        texts = kind(folder / name / "corpus", random.Random(seed), count)  # noqa: S311
        return Trial(folder / name, cluster, texts, words, begin)

    copies = ("--shards", "3", "--replicas")
    made = trial("full", Replaced, 24, *copies, "1")
    what = f"{version}: a rebuild of other texts killed, then another"
    yield kill_rebuilds(what, made, times, seed, words=["--force"])
    made = trial("few", WithDictionary, 24, *copies, "1")
    yield kill_rebuilds(f"{version}: a rebuild of edits killed", made, times, seed)
    made = trial("many", Texts, 1_000, *copies, "1")
    what = f"{version}: the same, of 2,000 lines"
    yield kill_rebuilds(what, made, max(1, times // 6), seed)
    made = trial("edits", WithDictionary, 24, *copies, "1")
    yield edit_corpora(f"{version}: edits, each beside a new index", made, times, seed)
    made = trial("late", Replaced, 600, *copies, "0")
    what = f"{version}: a rebuild suspended and taken over"
    yield suspend_rebuilds(what, made, max(1, times // 6), seed)
    for replicas, begin in (("1", ""), ("0", IMPATIENT)):
        made = trial(f"lost {replicas}", Replaced, 600, *copies, replicas, begin=begin)
        what = f"{version}: a node of three lost, {replicas} replicas"
        yield lose_nodes(what, made, cluster, max(1, times // 6), seed)
