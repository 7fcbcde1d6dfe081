"""Opening an index: the files that searching reads, and the engine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from indexer import regular_files
from indexer.analysis import kiwi
from indexer.analysis.kiwi import UserWord
from indexer.backends import backend_of
from indexer.build.generation import Generation, GenerationDamagedError
from indexer.file_names import COMPLETION, DICTIONARY, MORPHEME_CACHE, NOUNS, SYNONYMS
from indexer.location import Location
from indexer.storage.checksums import FileDamagedError
from indexer.storage.completion import CompletionTable
from indexer.storage.morpheme_cache import MorphemeCache
from indexer.storage.synonyms import Synonyms
from search.engine.protocol import Engine
from search.engine.whoosh import WhooshEngine

if TYPE_CHECKING:
    from indexer.opensearch.file_sync import ServerGeneration


class OpenFiles(NamedTuple):
    """The open files of a generation; engine, lexicon and vocabulary have to be closed."""

    generation: Generation
    engine: Engine
    lexicon: MorphemeCache
    vocabulary: CompletionTable
    synonyms: Synonyms
    user_words: tuple[UserWord, ...]


def open_files(location: Location, *, brief: bool = False) -> OpenFiles:
    """Open the current generation of the index at *location*.

    *brief* is for few queries in one thread (see `search.engine.whoosh.WhooshEngine`).

    Raises:
        CommuniqueError: There is no index, it is damaged, other versions made it, or the
            server does not answer.
    """
    backend = backend_of(location)
    open_engine = partial(_ENGINES[backend.engine], brief=brief)
    return backend.read(partial(_opened, open_engine))


def _opened(
    open_engine: Callable[[Generation], Engine], generation: Generation
) -> OpenFiles:
    """Open the files of a generation, and its engine.

    Raises:
        FileNotFoundError: A rebuild has removed the generation.
        OSError: A file cannot be opened or read, whatever its content.
        GenerationDamagedError: The bytes of a file have changed, which their checksums
            show before a reader parses them, or a pipe, folder or socket is in its place.
        CommuniqueError: The server does not answer.
    """
    folder = generation.folder
    words: tuple[UserWord, ...] = ()
    if generation.manifest.dictionary:
        from indexer.extract import user_dictionary
        from indexer.storage import checksums

        checksums.read(folder / DICTIONARY)
        words = user_dictionary.read(folder / DICTIONARY).words
    analyze = kiwi.local_analyzer(words)
    with ExitStack() as stack:
        try:
            vocabulary = CompletionTable(folder / COMPLETION)
            stack.callback(vocabulary.close)
            runs, nouns = folder / MORPHEME_CACHE, folder / NOUNS
            lexicon = MorphemeCache(runs, nouns, analyze, vocabulary.has)
            stack.callback(lexicon.close)
            synonyms = Synonyms(folder / SYNONYMS)
            # Last: closing it closes the client of a server, which `read` uses again.
            engine = open_engine(generation)
        except FileDamagedError as fault:
            if folder.name == generation.name:  # a copy of the files of a server
                raise
            name = fault.path.relative_to(folder).as_posix()
            raise GenerationDamagedError(folder, f"changed: {name}") from fault
        except OSError as fault:
            if not regular_files.is_replaced(fault):
                raise
            raise GenerationDamagedError(folder, str(fault)) from fault
        stack.pop_all()
    return OpenFiles(generation, engine, lexicon, vocabulary, synonyms, words)


def _whoosh(generation: Generation, *, brief: bool) -> Engine:
    return WhooshEngine(generation.folder, brief=brief)


def _opensearch(generation: Generation, *, brief: bool) -> Engine:  # noqa: ARG001
    from search.engine.opensearch.engine import OpenSearchEngine

    # Only `indexer.opensearch.backend` is read by this engine.
    remote = cast("ServerGeneration", generation)
    return OpenSearchEngine(remote.client, remote.server, remote.index)


_ENGINES: dict[str, Callable[..., Engine]] = {
    "whoosh": _whoosh,
    "opensearch": _opensearch,
}
"""How the engine of each backend is opened."""
