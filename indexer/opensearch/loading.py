"""Loading: sentences are analysed and sent on all cores, batch by batch.

Each process analyses a batch, sends it and waits for the answer before it takes the
next, so that the server sets the pace. What it can take later is sent again. A document
is only ever created: one that is there already is either a batch's that was sent twice,
and then it has the same place, or another sentence of the same id.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, NamedTuple

from indexer.analysis import Analyzer
from indexer.kiwi import Morphemes
from indexer.lexicon import KnownRuns
from indexer.opensearch.client import (
    Client,
    connect,
    faults,
    is_lost,
    may_be_taken_later,
)
from indexer.opensearch.layout import ID, PLACE, document
from indexer.opensearch.server import Server, ServerError
from indexer.opensearch.spool import Batch, Spool
from indexer.vocabulary import words_of
from indexer.writing import with_statement

_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0)
"""Seconds between the times that a batch is sent, until the rebuild gives up."""
_TIMEOUT = 120.0
_THERE = 409


class DoubleError(ServerError):
    """Two sentences have the same id: that, and the places of both."""

    def __init__(
        self, text: str, id_: str = "", places: tuple[int, int] = (0, 0)
    ) -> None:
        super().__init__(text)
        self.args = (text, id_, places)
        self.id, self.places = id_, places


class Action(NamedTuple):
    """What is sent of a sentence."""

    place: int
    id: str
    lines: str


class Documents:
    """Makes documents of the sentences of a spool, whose runs are all *known*."""

    def __init__(self, spool: Spool, known: Mapping[str, Morphemes]) -> None:
        self._spool = spool
        runs = KnownRuns(_unknown)
        runs.known.update(known)
        self._analyzer = Analyzer(runs.morphemes)

    def of(self, batch: Batch, words: Counter[str]) -> Iterator[Action]:
        """Yield what is sent of each sentence of a batch; count its words in *words*."""
        for place, sentence in self._spool.read(batch):
            told = with_statement(sentence, self._analyzer)
            analysis = self._analyzer.analyze(told.text)
            words.update(words_of(analysis))
            made = document(place, told, analysis)
            lines = f"{_json({'create': {'_id': made[ID]}})}\n{_json(made)}\n"
            yield Action(place, made[ID], lines)


class Loader:
    """What each process needs to load batches of documents into an index."""

    def __init__(self, server: Server, index: str, documents: Documents) -> None:
        self._server = server
        self._index = index
        self._documents = documents
        self._client: Client | None = None

    def load(self, batch: Batch) -> Counter[str]:
        """Load a batch; return in how many of its sentences each word is."""
        words: Counter[str] = Counter()
        self._send(list(self._documents.of(batch, words)))
        return words

    def _send(self, actions: Sequence[Action]) -> None:
        if self._client is None:
            self._client = connect(self._server, _TIMEOUT)
        for pause in (*_PAUSES, None):
            try:
                with faults(self._server):
                    actions = self._sent(self._client, actions)
                if not actions:
                    return
            except ServerError as fault:
                if pause is None or not fault.__cause__ or not is_lost(fault.__cause__):
                    raise
            if pause is not None:
                time.sleep(pause)
        raise ServerError(
            f"{self._server}: the server is too busy to take more; rebuild again when it"
            " is not."
        )

    def _sent(self, client: Client, actions: Sequence[Action]) -> list[Action]:
        """Send *actions*; return those that are to be sent again."""
        body = "".join(action.lines for action in actions)
        answer = client.bulk(body=body, index=self._index)
        if not answer["errors"]:
            return []
        again, there = [], []
        for action, item in zip(actions, answer["items"], strict=True):
            status = item["create"]["status"]
            if may_be_taken_later(status):
                again.append(action)
            elif status == _THERE:
                there.append(action)
            elif status >= 300:
                raise ServerError(self._refused(action, item["create"].get("error")))
        self._check_same(client, there)
        return again

    def _refused(self, action: Action, error: Any) -> str:
        reason = error.get("reason") if isinstance(error, dict) else error
        return (
            f"{self._server}: the server refuses {action.id!r} ({reason}); see its log."
        )

    def _check_same(self, client: Client, there: Sequence[Action]) -> None:
        """Raise DoubleError unless the documents that are *there* are those sent."""
        if not there:
            return
        wanted = [
            {"query": {"term": {ID: action.id}}, "docvalue_fields": [PLACE]}
            for action in there
        ]
        client.indices.refresh(index=self._index)
        lines = [line for body in wanted for line in ({}, {**body, "_source": False})]
        found = client.msearch(body=lines, index=self._index)["responses"]
        for action, answer in zip(there, found, strict=True):
            for hit in answer["hits"]["hits"]:
                place = hit["fields"][PLACE][0]
                if place != action.place:
                    both = min(place, action.place), max(place, action.place)
                    raise DoubleError(
                        f"the id {action.id!r} stands twice.", action.id, both
                    )


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _unknown(keys: Iterable[str]) -> Iterator[Morphemes]:
    """Refuse to analyse: all runs of the corpus were, before it is loaded."""
    for run in keys:
        raise LookupError(run)
    yield from ()


_work: Callable[[Batch], Counter[str]]
"""What a process does; it is there before the process is forked."""


def load(loader: Loader, batches: Iterable[Batch]) -> Iterator[Counter[str]]:
    """Load *batches*, on all cores where processes can be forked.

    Yields:
        For each batch, in order, in how many of its sentences each word is.
    """
    if sys.platform != "linux":
        yield from map(loader.load, batches)
        return
    global _work  # noqa: PLW0603 (a forked process has it without a copy)
    _work = loader.load
    cores = len(os.sched_getaffinity(0))
    pool = ProcessPoolExecutor(
        cores,
        mp_context=multiprocessing.get_context("fork"),
        initializer=partial(signal.signal, signal.SIGINT, signal.SIG_IGN),
    )
    pending: deque[Future[Counter[str]]] = deque()
    try:
        with warnings.catch_warnings():
            # Newer Pythons warn of threads: those of Kiwi wait, and hold no lock.
            warnings.simplefilter("ignore", DeprecationWarning)
            for batch in batches:
                pending.append(pool.submit(_do, batch))
                if len(pending) > 2 * cores:
                    yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool:
        raise ServerError(
            "a process that analyses was killed; see whether memory ran out, and rebuild"
            " again."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _do(batch: Batch) -> Counter[str]:
    return _work(batch)
