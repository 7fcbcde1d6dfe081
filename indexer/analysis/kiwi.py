"""The Kiwi analyser; the only module that imports it, and only when it is needed."""

from __future__ import annotations

import marshal
import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, islice, tee
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from indexer.analysis.script_runs import AFTER_DIGIT, AFTER_LETTER

if TYPE_CHECKING:
    from kiwipiepy import Kiwi, Token

    from indexer.parallel import WorkerPool

_DICTIONARY_FORM = re.compile(
    r"NN[GP]( XSN)?( (J|XS[VA]|VC|E)\w*)*|NR( NNB)?|V[VA](-[IR])? E[CF]"
)
_GOES_ON = re.compile(r"J|E|VCP|XS|NNB")


class Morpheme(NamedTuple):
    """A morpheme of a run: its form, its Kiwi tag, and its span in the run.

    Neighbours may share a syllable (했 is 하 + 었) and a span may be empty.
    """

    form: str
    tag: str
    start: int
    end: int


Morphemes: TypeAlias = tuple[Morpheme, ...]
"""The morphemes of a run, in order."""


class UserWord(NamedTuple):
    """A user's own word: its form, the morphemes it is made of, and its score."""

    form: str
    morphemes: tuple[tuple[str, str], ...]
    score: float = 0.0


MorphemeSource = Callable[[Iterable[str]], Iterable[Morphemes]]
"""Gives the morphemes of each of several Hangul runs, named by their keys."""


_BATCH = 512
"""How many runs another process is asked for at once."""
_KEPT = 2
"""How many Kiwis are kept, each with the words of another user."""
_LOADING = Lock()
_left = False


class KiwiDelegatedError(Exception):
    """Kiwi is needed where it is left to another process."""


def delegate(*, left: bool) -> None:
    """Say whether what needs Kiwi is left to another process, and fails in this one."""
    global _left  # noqa: PLW0603 (as there is one cache in a process)
    _left = left


def _kiwi(words: tuple[UserWord, ...]) -> Kiwi:
    if _left:
        raise KiwiDelegatedError
    # Threads that ask for it while it is being loaded wait; each would load its own.
    with _LOADING:
        return _kept(words)


def is_ready() -> bool:
    """Tell whether asking Kiwi has nobody wait: it is loaded, or left to another."""
    return _left or _kept.cache_info().currsize > 0


def _loaded(words: tuple[UserWord, ...], threads: int = -1) -> Kiwi:
    """Load a Kiwi with as many *threads* as there are cores, or with none."""
    from kiwipiepy import Kiwi

    with warnings.catch_warnings():
        # It warns that 0 once meant what -1 means now.
        warnings.simplefilter("ignore", DeprecationWarning)
        # Words of several eojeols (`마크 에스퍼`) would hide their parts, and their
        # dictionary takes half of the time and memory that loading costs.
        kiwi = Kiwi(load_multi_dict=False, num_workers=threads)
    for word in words:
        if len(word.morphemes) == 1 and word.morphemes[0][0] == word.form:
            kiwi.add_user_word(word.form, word.morphemes[0][1], word.score)
        else:
            kiwi.add_pre_analyzed_word(word.form, list(word.morphemes), word.score)
    return kiwi


_kept = lru_cache(_KEPT)(_loaded)
_of_parent: list[Any] = []


def _begin_anew() -> None:
    """Have a forked process load its own: the threads of an inherited Kiwi are gone.

    That one is kept, for freeing it would wait for its threads.
    """
    global _kept, _LOADING  # noqa: PLW0603 (there is one cache in a process)
    _of_parent.append(_kept)
    _kept = lru_cache(_KEPT)(_loaded)
    _LOADING = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


class MorphemeAnalyzer:
    """Gives `morphemes` of a Kiwi that knows a user's *words* too.

    It asks that of the process *answering*, if there is one, until it is closed.
    """

    def __init__(
        self,
        words: tuple[UserWord, ...],
        worker_pool: WorkerPool[list[str], bytes] | None = None,
    ) -> None:
        self._words = words
        self._answering = worker_pool
        self._owner = os.getpid()

    def __call__(self, keys: Iterable[str]) -> Iterator[Morphemes]:
        """Return the morphemes of each of *keys*; another process takes all at once."""
        # A process that was forked meanwhile must not ask: it loads its own.
        if not self._answering or os.getpid() != self._owner:
            return morphemes(keys, self._words)
        return chain.from_iterable(map(_heard, self._answering.ask(_batches(keys))))

    def close(self) -> None:
        """Let go of the other process: it ends while this one goes on."""
        if self._answering:
            self._answering.end()
            self._answering = None


def local_analyzer(words: tuple[UserWord, ...]) -> MorphemeAnalyzer:
    """Return an analyser that asks the Kiwi of this process."""
    return MorphemeAnalyzer(words)


@contextmanager
def worker_analyzer(
    words: tuple[UserWord, ...], *, worth_it: bool
) -> Iterator[MorphemeAnalyzer]:
    """Give an analyser whose Kiwi other processes have, which load it meanwhile.

    A thread could not: Kiwi keeps the interpreter to itself while it loads, and whenever
    it takes a run or tells of one. If that is not *worth_it*, where no process can be
    forked, or where there is but one core, it is the Kiwi of this process.
    """
    from indexer.parallel import core_count, worker_pool

    if not worth_it or core_count() == 1:
        yield local_analyzer(words)
        return

    def ready() -> Callable[[list[str]], bytes]:
        kiwi = _loaded(words, threads=0)
        kiwi.tokenize("가")

        def answer(keys: list[str]) -> bytes:
            return _told(_analysed(kiwi, keys, map(kiwi.tokenize, keys)))

        return answer

    with worker_pool(ready, core_count()) as asked:
        yield MorphemeAnalyzer(words, asked)


def _told(found: Iterable[Morphemes]) -> bytes:
    """Return *found* as another process is told of it: sooner than by a pickle."""
    return marshal.dumps([tuple([tuple(part) for part in parts]) for parts in found])


def _heard(told: bytes) -> Iterator[Morphemes]:
    """Yield what was found by another process, given what it told."""
    for parts in marshal.loads(told):  # noqa: S302 (it is of this program)
        yield tuple(map(Morpheme._make, parts))


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    left = iter(keys)
    while batch := list(islice(left, _BATCH)):
        yield batch


def morphemes(
    keys: Iterable[str], words: tuple[UserWord, ...] = ()
) -> Iterator[Morphemes]:
    """Analyse each run by itself, in order; *keys* are taken while others are analysed.

    A key is a run, or a run behind what stands for the letter or digit it follows
    (`indexer.analysis.script_runs.Run.key`). What it follows counts only where it makes the run
    begin with a particle, an ending or a bound noun; else a run is analysed like any other.
    """
    keys, given = tee(keys)
    for first in islice(keys, 1):
        kiwi = _kiwi(words)
        yield from _analysed(kiwi, chain([first], keys), kiwi.tokenize(given))


def _analysed(
    kiwi: Kiwi, keys: Iterable[str], found: Iterable[Sequence[Token]]
) -> Iterator[Morphemes]:
    """Yield the morphemes of each of *keys*, given what *kiwi* found in it."""
    for key, tokens in zip(keys, found, strict=True):
        if key.startswith((AFTER_DIGIT, AFTER_LETTER)):
            yield _behind(_morphemes(tokens)) or _morphemes(kiwi.tokenize(key[1:]))
        else:
            yield _morphemes(tokens)


def _behind(parts: Morphemes) -> Morphemes | None:
    """Return *parts* without what the run follows, if that makes them what they are."""
    before, *following = parts
    if before.end > 1 or not following or not _GOES_ON.match(following[0].tag):
        return None
    return tuple(
        part._replace(start=part.start - 1, end=part.end - 1) for part in following
    )


def _morphemes(tokens: Iterable[Token]) -> Morphemes:
    return tuple(
        Morpheme(token.form, token.tag, token.start, token.start + token.len)
        for token in tokens
    )


def is_word(text: str) -> bool:
    """Tell whether Kiwi's dictionary has *text*.

    It has a noun, with what may stand behind it, and a verb with its 다. Kiwi reads much
    that is misspelt as a verb's other forms: 전한 as 전하 + ㄴ.
    """
    tokens = _kiwi(()).tokenize(text)
    tags = " ".join(token.tag for token in tokens)
    return bool(_DICTIONARY_FORM.fullmatch(tags)) and not any(t.oov for t in tokens)


def noun_before_particle(text: str) -> str | None:
    """Return the noun of Kiwi's dictionary that *text* is with a particle behind it."""
    noun, *particles = _morphemes(_kiwi(()).tokenize(text))
    follows = particles and all(part.tag.startswith("J") for part in particles)
    return noun.form if follows and noun.end > 1 and is_word(noun.form) else None


def spaces_between(lines: Sequence[str]) -> list[bool]:
    """Tell for each break between two *lines* whether words part there."""
    if len(lines) < 2:
        return []
    _, spaces = _kiwi(()).glue(lines, return_space_insertions=True)
    return list(spaces)
