"""The opened index that all requests share, which follows rebuilds.

A watcher reads which generation answers. Where that has changed it opens the new one
beside the old, has it answer the latest questions, takes it for the requests to come,
and closes the old one when the last request that reads it has ended.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic

from indexer.backends import backend_of
from indexer.errors import CommuniqueError
from indexer.location import Location
from indexer.parallel import map_in_child
from search.index import Index, open_index
from search.web.answer_cache import Answers, Work

WATCHED_EVERY = 0.5
"""Seconds between two looks at which generation answers."""

KEPT_BYTES = 1 << 25
"""How much of the answers of one generation is kept."""

LEARNING = 30
"""Seconds that a successor answers the latest questions in before it takes over."""

MOST_RUNS = 1 << 18
"""How many runs of texts and queries an index remembers before it is opened anew."""


class Opened:
    """An index in use, the name of its generation, and what it has answered.

    A generation never changes, so that an answer holds as long as it is open.
    """

    def __init__(self, index: Index, generation: str) -> None:
        self.index = index
        self.generation = generation
        self.prepared = False
        self._lock = Lock()
        self._readers = 0
        self._retired = False
        self.answers = Answers(KEPT_BYTES)

    def answered(self, question: str, work: Work) -> bytes:
        """Return what *work* makes of the index, or made of it for the same question."""
        answer = self.answers.to(question)
        if answer is None:
            answer = work(self.index)
            self.answers.keep(question, answer, work)
        return answer

    def enter(self) -> bool:
        """Begin to read, unless it is closed already."""
        with self._lock:
            if self._retired and not self._readers:
                return False
            self._readers += 1
            return True

    def leave(self) -> None:
        """End reading."""
        with self._lock:
            self._readers -= 1
            last = self._retired and not self._readers
        if last:
            self.index.close()

    def retire(self) -> None:
        """Close the index as soon as nobody reads it."""
        with self._lock:
            self._retired = True
            idle = not self._readers
        if idle:
            self.index.close()

    def prepare(self) -> None:
        """Load what the first query would wait for."""
        self.index.prepare()
        self.prepared = True

    @property
    def swollen(self) -> bool:
        """Whether it remembers more of what was asked than is of use."""
        return self.index.remembered > MOST_RUNS


class Following:
    """The index at a location, as it is after the last rebuild."""

    def __init__(self, location: Location, say: Callable[[str], None]) -> None:
        """Open the index.

        Raises:
            CommuniqueError: There is none, or it cannot be read.
        """
        self._location = location
        self._backend = backend_of(location)
        self._say = say
        self._stopping = Event()
        self._failed: str | None = None
        self._opened = self._open()
        self._watcher = Thread(target=self._watch, name="watcher", daemon=True)

    @property
    def current(self) -> Opened:
        """The index that answers now; `read` keeps it open."""
        return self._opened

    @contextmanager
    def read(self) -> Iterator[Opened]:
        """Give the index that answers now, and keep it open meanwhile.

        Raises:
            RuntimeError: It was stopped.
        """
        while not (opened := self._opened).enter():
            # Either it was replaced in between, or it is the last.
            if opened is self._opened:
                raise RuntimeError
        try:
            yield opened
        finally:
            opened.leave()

    def start(self) -> None:
        """Prepare the index in the background, and follow rebuilds from now on."""
        self._watcher.start()

    def stop(self) -> None:
        """Follow no longer, and close the index when nobody reads it."""
        self._stopping.set()
        self._opened.retire()

    def look(self) -> None:
        """Switch to the generation that answers, if it is another by now."""
        try:
            name = self._backend.current_name()
            if name == self._opened.generation and not self._opened.swollen:
                return
            successor = self._open()
            successor.prepare()
            self._learn(successor)
        except (CommuniqueError, OSError) as fault:
            # The old one goes on answering; the fault is told once.
            if str(fault) != self._failed:
                self._failed = str(fault)
                self._say(f"{fault} Until then the index before is searched.")
            return
        before, self._opened, self._failed = self._opened, successor, None
        before.retire()
        del before
        gc.collect()

    def _learn(self, successor: Opened) -> None:
        """Have a successor keep the answers to the latest questions.

        They are made in a process aside, since those who ask meanwhile come first.
        """
        end = monotonic() + LEARNING
        asked = self._opened.answers.latest()

        def answers(asked: Sequence[tuple[str, Work]]) -> Iterator[bytes | None]:
            opened = self._open()
            for _, work in asked:
                answer = None
                # What now fails, as a document that is gone, fails when it is asked.
                with suppress(Exception):
                    if opened.generation == successor.generation:
                        answer = work(opened.index)
                yield answer

        def going_on() -> bool:
            return monotonic() < end and not self._stopping.is_set()

        learnt = []
        # Whoever learns nothing answers all the same, if only later.
        with (
            suppress(CommuniqueError, MemoryError, OSError),
            closing(map_in_child(answers, asked, going_on)) as made,
        ):
            for pair in zip(asked, made):  # noqa: B905 (it may end early)
                learnt.append(pair)  # noqa: PERF402 (a fault leaves those before it)
        # The latest question is the last to be let go of.
        for (question, work), answer in reversed(learnt):
            if answer is not None:
                successor.answers.keep(question, answer, work)

    def _watch(self) -> None:
        # What cannot be loaded now is told to whoever needs it.
        with suppress(Exception):
            self._opened.prepare()
        while not self._stopping.wait(WATCHED_EVERY):
            self.look()

    def _open(self) -> Opened:
        index = open_index(self._location)
        return Opened(index, index.generation.name)
