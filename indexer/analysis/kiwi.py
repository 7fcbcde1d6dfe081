"""Adapter of the Kiwi morphological analyser, imported and loaded on first use.

No other module imports kiwipiepy: loading its model takes over a second.
"""

from __future__ import annotations

import marshal
import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice, tee
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from indexer.analysis.script_runs import AFTER_DIGIT, AFTER_LETTER
from indexer.text.jamo import letters

if TYPE_CHECKING:
    from kiwipiepy import Kiwi, Token

    from indexer.parallel import WorkerPool

# Compiled where they are used, which `re` caches: most searches do not need them.
_DICTIONARY_FORM = r"NN[GP]( XSN)?( (J|XS[VA]|VC|E)\w*)*|NR( NNB)?|V[VA](-[IR])? E[CF]"
_UNKNOWN_MORPHEME = r"cannot find the original morpheme (\S+)"
_GOES_ON = r"J|E|VCP|XS|NNB"


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
    """A word of a user's dictionary: form, morphemes as (form, tag) pairs, Kiwi score."""

    form: str
    morphemes: tuple[tuple[str, str], ...]
    score: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether the word is its only morpheme."""
        return [form for form, _ in self.morphemes] == [self.form]


MorphemeSource = Callable[[Iterable[str]], Iterable[Morphemes]]
"""Returns the morphemes of each of several Hangul runs, given their keys, in order."""


_BATCH = 512
"""How many runs are sent to a worker process at once."""
_CACHED_KIWIS = 2
"""How many Kiwis are kept loaded, each with the words of another user dictionary."""
_LOADING = Lock()
_delegated = False


class WordRefusedError(ValueError):
    """Kiwi does not analyse a user's word as its entry says."""

    def __init__(self, word: UserWord, fault: str) -> None:
        super().__init__(fault)
        self.word = word


class KiwiDelegatedError(Exception):
    """Kiwi is needed in a process that delegates it to another one (see `delegate`)."""


def delegate(*, enabled: bool) -> None:
    """Make every need of Kiwi in this process raise KiwiDelegatedError, or no longer.

    A batch answers what it can without Kiwi and passes the rest to a process that has it.
    """
    global _delegated  # noqa: PLW0603 (as there is one cache in a process)
    _delegated = enabled


def _kiwi(words: tuple[UserWord, ...], *, check: bool = False) -> Kiwi:
    if _delegated:
        raise KiwiDelegatedError
    # Without the lock, each thread that needs Kiwi would load one.
    with _LOADING:
        kiwi = _loaded.pop(words, None) or _load(words, check=check)
        _loaded[words] = kiwi
        for others in [*_loaded][:-_CACHED_KIWIS]:
            del _loaded[others]
        return kiwi


def is_ready(words: tuple[UserWord, ...] = ()) -> bool:
    """Return whether using Kiwi does not load it: it is loaded already, or delegated."""
    return _delegated or words in _loaded


def check_words(words: tuple[UserWord, ...]) -> None:
    """Load the Kiwi with *words*, and raise WordRefusedError for one that does not work.

    A word works if Kiwi accepts it, and then analyses its form as the entry says. A noun
    may not be entered with its particle: it would no longer match without it.
    """
    if words:
        _kiwi(words, check=True)


def _load(
    words: tuple[UserWord, ...], threads: int = -1, *, check: bool = False
) -> Kiwi:
    """Load a Kiwi with *threads* threads, -1 for one per core."""
    from kiwipiepy import Kiwi

    # Its dictionary of names with spaces (`마크 에스퍼`) would hide their parts, and takes
    # half of the time and memory of loading.
    kiwi = Kiwi(load_multi_dict=False, num_workers=threads)
    # Each check is of all words at once: Kiwi prepares itself anew after each addition.
    for word in words if check else ():
        _check_inflection(kiwi, word)
    # The morphemes of a word may be other words.
    for word in sorted(words, key=lambda word: not word.is_plain):
        _add(kiwi, word)
    for word in words if check else ():
        _check_reading(kiwi, word)
    return kiwi


def _check_inflection(kiwi: Kiwi, word: UserWord) -> None:
    noun = word.is_plain and word.morphemes[0][1].startswith("N")
    if noun and (bare := _noun_before_particle(kiwi, word.form)):
        fault = f"{word.form!r} is {bare!r} and a particle; enter {bare!r}"
        raise WordRefusedError(word, fault)


def _add(kiwi: Kiwi, word: UserWord) -> None:
    try:
        if word.is_plain:
            kiwi.add_user_word(word.form, word.morphemes[0][1], word.score)
        else:
            kiwi.add_pre_analyzed_word(word.form, list(word.morphemes), word.score)
    except ValueError as fault:
        unknown = re.search(_UNKNOWN_MORPHEME, str(fault))
        reason = f"has no morpheme {unknown[1]}" if unknown else f"refuses it ({fault})"
        raise WordRefusedError(
            word,
            f"Kiwi {reason}; enter that as a word of its own, or use morphemes that Kiwi"
            " has",
        ) from None


def _check_reading(kiwi: Kiwi, word: UserWord) -> None:
    """Compare the analysis of a word, and of a stem that has an ending, with its entry."""
    is_stem = word.is_plain and word.morphemes[0][1].startswith("V")
    tokens = kiwi.tokenize(word.form)
    readings = [tokens, kiwi.tokenize(f"{word.form}다")[:1] if is_stem else tokens]
    expected = [(letters(form), tag) for form, tag in word.morphemes]
    for reading in readings:
        actual = [(letters(token.form), token.tag) for token in reading]
        if word.is_plain and [form for form, _ in actual] == [expected[0][0]]:
            return
        if [(form, tag.partition("-")[0]) for form, tag in actual] == [
            (form, tag.partition("-")[0]) for form, tag in expected
        ]:
            return
    shown = "+".join(f"{token.form}/{token.tag}" for token in tokens)
    raise WordRefusedError(
        word,
        f"Kiwi reads {word.form!r} as {shown} all the same; give it a higher score, or"
        " correct its morphemes",
    )


_loaded: dict[tuple[UserWord, ...], Kiwi] = {}
"""The Kiwi with each user's words; the one used last is last."""
_of_parent: list[Any] = []


def _reset_after_fork() -> None:
    """Make a forked process load its own Kiwi: the threads of the parent's are gone.

    The parent's is never freed, as freeing it would wait for its threads.
    """
    global _loaded, _LOADING  # noqa: PLW0603 (there is one cache in a process)
    _of_parent.append(_loaded)
    _loaded = {}
    _LOADING = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)


class MorphemeAnalyzer:
    """A `MorphemeSource`: Kiwi with a user's words, in this process or in workers.

    Args:
        words: The words of a user dictionary.
        workers: Processes that have a Kiwi with these words; None for this process.
    """

    def __init__(
        self,
        words: tuple[UserWord, ...],
        workers: WorkerPool[list[str], bytes] | None = None,
    ) -> None:
        self._words = words
        self._workers = workers
        self._owner = os.getpid()

    def __call__(self, keys: Iterable[str]) -> Iterator[Morphemes]:
        """Return the morphemes of each run, given its key; workers read all keys at once."""
        # A process forked meanwhile must not use the workers: it loads its own Kiwi.
        if not self._workers or os.getpid() != self._owner:
            return morphemes(keys, self._words)
        return chain.from_iterable(map(_unpack, self._workers.map(_batches(keys))))

    def close(self) -> None:
        """Have the workers end, without waiting for them; this process continues alone."""
        if self._workers:
            self._workers.finish()
            self._workers = None


def local_analyzer(words: tuple[UserWord, ...]) -> MorphemeAnalyzer:
    """Return an analyser with the Kiwi of this process."""
    return MorphemeAnalyzer(words)


@contextmanager
def worker_analyzer(
    words: tuple[UserWord, ...], *, worth_it: bool
) -> Iterator[MorphemeAnalyzer]:
    """Yield an analyser with worker processes, which load Kiwi while the block runs.

    A thread would not help: Kiwi holds the GIL while it loads and while it converts its
    results. Unless it is *worth_it*, and on one core, the Kiwi of this process is used.
    """
    from indexer.parallel import core_count, worker_pool

    if not worth_it or core_count() == 1:
        yield local_analyzer(words)
        return

    def ready() -> Callable[[list[str]], bytes]:
        # Kiwi warns that 0 threads once meant -1. Only here is one thread certain: the
        # filters of warnings belong to all threads of a process.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            kiwi = _load(words, threads=0)
        kiwi.tokenize("가")

        def answer(keys: list[str]) -> bytes:
            return _pack(_analyze(kiwi, keys, map(kiwi.tokenize, keys)))

        return answer

    with worker_pool(ready, core_count()) as workers:
        yield MorphemeAnalyzer(words, workers)


def _pack(runs: Iterable[Morphemes]) -> bytes:
    """Serialise the morphemes of several runs, faster than pickle."""
    return marshal.dumps([tuple([tuple(part) for part in parts]) for parts in runs])


def _unpack(data: bytes) -> Iterator[Morphemes]:
    for parts in marshal.loads(data):  # noqa: S302 (a worker of this program sent it)
        yield tuple(map(Morpheme._make, parts))


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def morphemes(
    keys: Iterable[str], words: tuple[UserWord, ...] = ()
) -> Iterator[Morphemes]:
    """Yield the morphemes of each run, given its key (`script_runs.Run.key`).

    Each run is analysed by itself. Keys are consumed while earlier ones are analysed, so
    that a progress bar over them advances. The letter or digit that a run follows matters
    only if the run then begins with a particle, an ending or a bound noun:
    `A을` is 을/JKO, and `A동맹을` is analysed as 동맹을.
    """
    keys, for_kiwi = tee(keys)
    for first in islice(keys, 1):
        kiwi = _kiwi(words)
        yield from _analyze(kiwi, chain([first], keys), kiwi.tokenize(for_kiwi))


def _analyze(
    kiwi: Kiwi, keys: Iterable[str], tokens_of_keys: Iterable[Sequence[Token]]
) -> Iterator[Morphemes]:
    """Yield the morphemes of each of *keys*, given the tokens of *kiwi* for each."""
    for key, tokens in zip(keys, tokens_of_keys, strict=True):
        if key.startswith((AFTER_DIGIT, AFTER_LETTER)):
            yield _behind(_morphemes(tokens)) or _morphemes(kiwi.tokenize(key[1:]))
        else:
            yield _morphemes(tokens)


def _behind(parts: Morphemes) -> Morphemes | None:
    """Return *parts* without the digit or letter; None if the run does not continue it."""
    before, *following = parts
    if before.end > 1 or not following or not re.match(_GOES_ON, following[0].tag):
        return None
    return tuple(
        part._replace(start=part.start - 1, end=part.end - 1) for part in following
    )


def _morphemes(tokens: Iterable[Token]) -> Morphemes:
    return tuple(
        Morpheme(token.form, token.tag, token.start, token.start + token.len)
        for token in tokens
    )


def is_word(text: str, words: tuple[UserWord, ...] = ()) -> bool:
    """Return whether *text* is a word of Kiwi's dictionary, or of the user's *words*.

    That is a noun with any particles and endings, or a verb that ends in 다 or 고. Other
    verb forms do not count: Kiwi reads many misspellings as one, 전한 as 전하 + ㄴ.
    """
    return _is_word(_kiwi(words), text)


def is_compound(text: str, words: tuple[UserWord, ...] = ()) -> bool:
    """Return whether *text* is nouns of Kiwi's dictionary in a row: 한일동맹.

    Each has two syllables or more, as a misspelling often falls into short nouns.
    """
    tokens = _kiwi(words).tokenize(text)
    return len(tokens) > 1 and all(
        token.tag in ("NNG", "NNP") and token.len > 1 and not token.oov
        for token in tokens
    )


def _is_word(kiwi: Kiwi, text: str) -> bool:
    tokens = kiwi.tokenize(text)
    tags = " ".join(token.tag for token in tokens)
    return bool(re.fullmatch(_DICTIONARY_FORM, tags)) and not any(t.oov for t in tokens)


def _noun_before_particle(kiwi: Kiwi, text: str) -> str | None:
    """Return the noun if *text* is one of Kiwi's dictionary with particles: 감사를 → 감사."""
    noun, *particles = _morphemes(kiwi.tokenize(text))
    follows = particles and all(part.tag.startswith("J") for part in particles)
    return noun.form if follows and noun.end > 1 and _is_word(kiwi, noun.form) else None


def spaces_between(
    lines: Sequence[str], words: tuple[UserWord, ...] = ()
) -> list[bool]:
    """Return for each break between two *lines* whether a space belongs there.

    `["양 장관은", "재확인하였다."]` → `[True]`. It is a `SpaceJudge` for
    `indexer.ingest.unwrap`; *words* are those of the user's dictionary.
    """
    if len(lines) < 2:
        return []
    _, spaces = _kiwi(words).glue(lines, return_space_insertions=True)
    return list(spaces)
