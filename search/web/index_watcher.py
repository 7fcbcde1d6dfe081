"""The open index that all requests share, replaced after each rebuild.

A background thread polls which generation is current. When it changes, the thread opens
the new generation beside the old one, fills its cache with answers to the latest requests,
makes it the current one, and closes the old one after its last reader.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic

from indexer.backends import backend_of
from indexer.errors import CommuniqueError
from indexer.location import Location
from search.index import Index, open_index
from search.web.answer_cache import AnswerCache, Handler
from search.web.examples import examples
from search.web.thread_pools import BusyError

POLL_SECONDS = 0.5
"""The time between two looks at which generation is current."""
_LONGEST_PAUSE = 30.0
"""The longest time between two attempts to open a new index."""

CACHE_BYTES = 1 << 25
"""The size of the answer cache of one generation."""

_LAST_SECONDS = 10
"""How long stopping waits for the thread, which may be loading Kiwi."""
WARM_UP_SECONDS = 30
"""How long a new generation may take to answer the latest requests in advance."""

MOST_RUNS = 1 << 18
"""How many analysed runs an index may remember before it is opened anew."""


class OpenIndex:
    """An index in use, the name of its generation, and the cache of its answers."""

    def __init__(self, index: Index, generation: str) -> None:
        self.index = index
        self.generation = generation
        self.prepared = False
        self.answers = AnswerCache(CACHE_BYTES)
        self._lock = Lock()
        self._readers = 0
        self._retired = False

    def answer(self, key: str, handler: Handler) -> bytes:
        """Return the cached answer for *key*, or that of *handler*."""
        answer = self.answers.get(key)
        if answer is None:
            answer = handler(self.index)
            self.answers.put(key, answer, handler)
        return answer

    def enter(self) -> bool:
        """Add a reader; return False if the index is closed."""
        with self._lock:
            if self._retired and not self._readers:
                return False
            self._readers += 1
            return True

    def leave(self) -> None:
        """Remove a reader; the last reader of a retired index closes it."""
        with self._lock:
            self._readers -= 1
            last = self._retired and not self._readers
        if last:
            self.index.close()

    def retire(self) -> None:
        """Close the index as soon as it has no reader."""
        with self._lock:
            self._retired = True
            idle = not self._readers
        if idle:
            self.index.close()

    def prepare(self) -> None:
        """Load in advance the files and Kiwi, for which the first query would wait."""
        self.index.prepare()
        examples(self.index)
        self.prepared = True

    @property
    def is_oversized(self) -> bool:
        """Whether the index remembers so much of past queries that it wastes memory."""
        return self.index.cached_run_count > MOST_RUNS


class IndexWatcher:
    """The current generation of the index at a location.

    `read` gives a request the index and keeps it open meanwhile.
    """

    def __init__(self, location: Location, say: Callable[[str], None]) -> None:
        """Open the index; *say* prints a message for the operator.

        Raises:
            CommuniqueError: The index does not exist or cannot be read.
        """
        self._location = location
        self._backend = backend_of(location)
        self._say = say
        self._stopping = Event()
        self._last_fault: str | None = None
        self._current = self._open()
        self._thread = Thread(target=self._watch, name="watcher", daemon=True)

    @property
    def current(self) -> OpenIndex:
        """The current generation; only `read` guarantees that it stays open."""
        return self._current

    @contextmanager
    def read(self) -> Iterator[OpenIndex]:
        """Yield the current generation, and keep it open in the block.

        Raises:
            BusyError: The watcher was stopped.
        """
        while not (opened := self._current).enter():
            # It was replaced since the line above, or it is the last.
            if opened is self._current:
                raise BusyError
        try:
            yield opened
        finally:
            opened.leave()

    def start(self) -> None:
        """Start the thread, which prepares the index and then polls for rebuilds."""
        self._thread.start()

    def stop(self) -> None:
        """Stop polling, and close the index after its last reader.

        A process that ended while the thread loads Kiwi would be aborted.
        """
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_LAST_SECONDS)
        self._current.retire()

    def check(self) -> bool:
        """Replace the open index if another generation is current, or it is oversized.

        Return False if that failed.
        """
        try:
            name = self._backend.current_name()
            if name == self._current.generation and not self._current.is_oversized:
                return True
            successor = self._open_prepared()
        except Exception as fault:  # noqa: BLE001 (after any, the thread polls on)
            # The old generation stays in use; the same fault is printed once.
            message = _message(fault)
            if message != self._last_fault:
                self._last_fault = message
                self._say(f"{message} The previous index is searched meanwhile.")
            return False
        if self._stopping.is_set():
            successor.retire()
            return True
        old, self._current, self._last_fault = self._current, successor, None
        old.retire()
        del old
        gc.collect()
        return True

    def _open_prepared(self) -> OpenIndex:
        """Open the current generation, ready for requests; close it after a fault."""
        successor = self._open()
        try:
            successor.prepare()
            self._warm_up(successor)
        except BaseException:
            successor.retire()
            raise
        return successor

    def _warm_up(self, successor: OpenIndex) -> None:
        """Fill the cache of *successor* with answers to the latest requests.

        After each answer this thread rests for as long as it took, so that requests wait
        little for it meanwhile. A child process would have to be forked from threads.
        """
        end = monotonic() + WARM_UP_SECONDS
        answers = []
        for key, handler in self._current.answers.latest():
            begin = monotonic()
            # A request may fail now, as for a document that was removed; it will fail in
            # the same way when it comes again.
            with suppress(Exception):
                answers.append((key, handler(successor.index), handler))
            if self._stopping.wait(monotonic() - begin) or monotonic() > end:
                break
        # The latest request is put last, as the cache evicts the oldest first.
        for key, answer, handler in reversed(answers):
            successor.answers.put(key, answer, handler)

    def _watch(self) -> None:
        # A fault of preparing appears again in the request that needs the same file.
        with suppress(Exception):
            self._current.prepare()
        pause = POLL_SECONDS
        while not self._stopping.wait(pause):
            # To open an index again and again takes time from requests.
            pause = POLL_SECONDS if self.check() else min(2 * pause, _LONGEST_PAUSE)

    def _open(self) -> OpenIndex:
        index = open_index(self._location)
        return OpenIndex(index, index.generation.name)


def _message(fault: Exception) -> str:
    """Return a fault as a sentence for the operator."""
    if isinstance(fault, CommuniqueError):
        return str(fault)
    reason = f"{type(fault).__name__}: {fault}".removesuffix(": ")
    return f"the new index cannot be opened ({reason}); the server tries again."
