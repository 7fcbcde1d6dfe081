"""Opening a generation: its manifest checked, its files ready to be read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeAlias

from indexer.analysis import kiwi
from indexer.analysis.kiwi import UserWord
from indexer.build.generation import Generation, GenerationDamagedError
from indexer.file_names import COMPLETION, DICTIONARY, MORPHEME_CACHE, NOUNS, SYNONYMS
from indexer.storage.checksums import FileDamagedError
from indexer.storage.completion import CompletionTable
from indexer.storage.morpheme_cache import MorphemeCache
from indexer.storage.synonyms import Synonyms
from search.engine.protocol import Engine
from search.engine.whoosh import WhooshEngine

if TYPE_CHECKING:
    from indexer.opensearch.address import Server

Opened: TypeAlias = tuple[Generation, Engine, MorphemeCache, CompletionTable, Synonyms]
"""What an index is read from; whoever opened it closes what can be closed."""


def opened(
    generation: Generation, engine_of: Callable[[], Engine] | None = None
) -> Opened:
    """Open the files of a generation, and the engine that searches it.

    Args:
        generation: What was opened of the index.
        engine_of: Opens the engine, if its files are not in the folder too.

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
    analyse = kiwi.local_analyzer(words)
    with ExitStack() as closing:
        try:
            vocabulary = CompletionTable(folder / COMPLETION)
            closing.callback(vocabulary.close)
            runs, nouns = folder / MORPHEME_CACHE, folder / NOUNS
            lexicon = MorphemeCache(runs, nouns, analyse, vocabulary.has)
            closing.callback(lexicon.close)
            engine = engine_of() if engine_of else WhooshEngine(folder)
            closing.callback(engine.close)
            forms = Synonyms(folder / SYNONYMS)
        except FileNotFoundError:
            raise
        except Exception as fault:
            from indexer.opensearch.address import ServerError

            if isinstance(fault, ServerError):
                raise
            # Whatever a reader makes of bytes that nobody wrote.
            raise GenerationDamagedError(folder, str(fault)) from fault
        closing.pop_all()
    return generation, engine, lexicon, vocabulary, forms


def opened_on(server: Server) -> Opened:
    """Open the index on a server, with a copy of the files that lie there.

    Raises:
        CommuniqueError: It is damaged, other versions made it, or the server does not
            do as it is asked.
    """
    from indexer.opensearch.file_sync import Copy
    from search.engine.opensearch.engine import OpenSearchEngine

    copy = Copy(server)

    def engine() -> Engine:
        return OpenSearchEngine(copy.client, server, copy.generation.sentences)

    try:
        copy.check()
        return opened(copy.opened(), engine)
    except (FileNotFoundError, FileDamagedError, GenerationDamagedError):
        # The copy is: the server still has what it was copied from.
        copy.discard()
        return opened(copy.opened(), engine)
