"""Loading sentences: they are analyzed and sent by all cores, batch by batch.

Each process analyzes a batch, sends it and waits for the response before it takes the
next, so that the server sets the pace. Documents that it is too busy for are sent again.
Documents are only created. One that exists already comes from a batch that was sent
twice, and has the same sentence number, or belongs to another sentence of the same id.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from indexer.analysis.analyzer import Analyzer
from indexer.analysis.kiwi import Morphemes
from indexer.build.segment_writer import with_statement
from indexer.opensearch.address import Server, ServerError
from indexer.opensearch.client import (
    REBUILD_PAUSES,
    Client,
    connect,
    faults,
    is_lost,
    may_be_taken_later,
    search_all,
    shard_wait,
)
from indexer.opensearch.mapping import ID, NUMBER, document
from indexer.opensearch.staging import Batch, Spool
from indexer.parallel import core_count, parallel_map
from indexer.storage.completion import words_of
from indexer.storage.morpheme_cache import KnownRuns

_TIMEOUT = 120.0
_WAITING = shard_wait(_TIMEOUT)
"""Parameters of a bulk request.

A shard whose last copy was lost with a node does not come back: after all pauses, about
three minutes, the rebuild ends.
"""
_EXISTS = 409


class Double(NamedTuple):
    """An id that two sentences have, and the numbers of both."""

    id: str
    places: tuple[int, int]


class DoubleError(ServerError):
    """Two sentences have the same id."""

    def __init__(self, double: Double) -> None:
        super().__init__(f"the id {double.id!r} stands twice.")
        self.double = double


class Action(NamedTuple):
    """The two lines of a bulk request that create the document of a sentence."""

    place: int
    id: str
    lines: str


class Documents:
    """Makes documents of the sentences of a spool; all their runs have to be *known*."""

    def __init__(self, spool: Spool, known: Mapping[str, Morphemes]) -> None:
        self._spool = spool
        runs = KnownRuns(_unknown)
        runs.known.update(known)
        self._analyzer = Analyzer(runs.morphemes)

    def of(self, batch: Batch, words: Counter[str]) -> Iterator[Action]:
        """Yield the action of each sentence of a batch.

        *words* counts in how many sentences each word is, for completion.
        """
        for place, sentence in self._spool.read(batch):
            tagged = with_statement(sentence, self._analyzer)
            analysis = self._analyzer.analyze(tagged.text)
            words.update(words_of(analysis))
            made = document(place, tagged, analysis)
            lines = f"{_json({'create': {'_id': made[ID]}})}\n{_json(made)}\n"
            yield Action(place, made[ID], lines)


class Loader:
    """Loads batches into an index; each process opens a connection of its own."""

    def __init__(self, server: Server, index: str, documents: Documents) -> None:
        self._server = server
        self._index = index
        self._documents = documents
        self._client: Client | None = None

    def load(self, batch: Batch) -> Counter[str]:
        """Load a batch, and return in how many of its sentences each word is."""
        words: Counter[str] = Counter()
        self._send(list(self._documents.of(batch, words)))
        return words

    def _send(self, actions: Sequence[Action]) -> None:
        if self._client is None:
            self._client = connect(self._server, _TIMEOUT)
        for pause in (*REBUILD_PAUSES, None):
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
            f"{self._server}: the server is too busy to take more, or has lost a part of"
            " the index with a node; rebuild again when it is well."
        )

    def _sent(self, client: Client, actions: Sequence[Action]) -> list[Action]:
        """Send *actions*, and return those that have to be sent again."""
        body = "".join(action.lines for action in actions)
        answer = client.bulk(body=body, index=self._index, params=_WAITING)
        if not answer["errors"]:
            return []
        again, existing = [], []
        for action, item in zip(actions, answer["items"], strict=True):
            status = item["create"]["status"]
            if may_be_taken_later(status):
                again.append(action)
            elif status == _EXISTS:
                existing.append(action)
            elif status >= 300:
                raise ServerError(self._refused(action, item["create"].get("error")))
        self._check_same(client, existing)
        return again

    def _refused(self, action: Action, error: Any) -> str:
        reason = error.get("reason") if isinstance(error, dict) else error
        return (
            f"{self._server}: the server refuses {action.id!r} ({reason}); split it if it"
            " is long, or look at the server's log."
        )

    def _check_same(self, client: Client, existing: Sequence[Action]) -> None:
        """Raise DoubleError unless the *existing* documents are of the same sentences."""
        if not existing:
            return
        client.indices.refresh(index=self._index)
        where = {"index": self._index, "allow_partial_search_results": False}
        lines: list[dict[str, Any]] = []
        for action in existing:
            query = {"term": {ID: action.id}}
            lines += (
                where,
                {"query": query, "docvalue_fields": [NUMBER], "_source": False},
            )
        for action, answer in zip(existing, search_all(client, lines), strict=True):
            for hit in answer["hits"]["hits"]:
                first, second = sorted((hit["fields"][NUMBER][0], action.place))
                if first != second:
                    raise DoubleError(Double(action.id, (first, second)))


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _unknown(keys: Iterable[str]) -> Iterator[Morphemes]:
    """Refuse to analyze: all runs of the corpus are known before it is loaded."""
    for run in keys:
        raise LookupError(run)
    yield from ()


def load(
    loader: Loader, batches: Sequence[Batch]
) -> Generator[Counter[str], None, None]:
    """Load *batches*, by all cores where processes can be forked.

    Yields:
        For each batch, in order, in how many of its sentences each word is.

    Raises:
        DoubleError: Two sentences have the same id.
        CommuniqueError: The server refuses them, or does not answer.
    """

    def work(share: Sequence[Batch]) -> Iterator[Counter[str] | Double]:
        for batch in share:
            try:
                yield loader.load(batch)
            except DoubleError as fault:
                yield fault.double

    for loaded in parallel_map(work, batches, core_count()):
        if isinstance(loaded, Double):
            raise DoubleError(loaded)
        yield loaded
