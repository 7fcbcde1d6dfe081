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


def open_files(location: Location) -> OpenFiles:
    """Open the current generation of the index at *location*.

    Raises:
        CommuniqueError: There is no index, it is damaged, other versions made it, or the
            server does not answer.
    """
    backend = backend_of(location)
    return backend.read(partial(_opened, _ENGINES[backend.engine]))


def _opened(
    open_engine: Callable[[Generation], Engine], generation: Generation
) -> OpenFiles:
    """Open the files of a generation, and its engine.

    Raises:
        FileNotFoundError: A rebuild has removed the generation.
        CommuniqueError: It is damaged.
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
        except FileNotFoundError:
            raise
        except Exception as fault:
            refused = isinstance(fault, OSError) and regular_files.is_refused(fault)
            if refused or isinstance(fault, MemoryError):
                raise
            # Readers raise exceptions of any kind on damaged bytes.
            raise GenerationDamagedError(folder, str(fault)) from fault
        stack.pop_all()
    return OpenFiles(generation, engine, lexicon, vocabulary, synonyms, words)


def _whoosh(generation: Generation) -> Engine:
    return WhooshEngine(generation.folder)


def _opensearch(generation: Generation) -> Engine:
    from search.engine.opensearch.engine import OpenSearchEngine

    # Only `indexer.opensearch.backend` is read by this engine.
    remote = cast("ServerGeneration", generation)
    return OpenSearchEngine(remote.client, remote.server, remote.index)


_ENGINES: dict[str, Callable[[Generation], Engine]] = {
    "whoosh": _whoosh,
    "opensearch": _opensearch,
}
"""How the engine of each backend is opened."""
