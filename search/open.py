"""Opening a generation: its manifest checked, its files ready to be read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from indexer.analysis import kiwi
from indexer.analysis.kiwi import UserWord
from indexer.build import manifest
from indexer.build.manifest import Manifest
from indexer.file_names import COMPLETION, DICTIONARY, MORPHEME_CACHE, NOUNS, SYNONYMS
from indexer.storage.checksums import FileDamagedError
from indexer.storage.completion import CompletionTable
from indexer.storage.morpheme_cache import MorphemeCache
from indexer.storage.synonyms import Synonyms
from search.engine.protocol import Engine
from search.engine.whoosh import WhooshEngine

if TYPE_CHECKING:
    from indexer.opensearch.address import Server

Opened: TypeAlias = tuple[
    Path, Manifest, Engine, MorphemeCache, CompletionTable, Synonyms
]
"""What an index is read from; whoever opened it closes what can be closed."""


def opened(
    generation: Path,
    found: Manifest | None = None,
    engine_of: Callable[[], Engine] | None = None,
) -> Opened:
    """Open the generation in a folder.

    Args:
        generation: The folder.
        found: Its manifest, if it was read and trusted before.
        engine_of: What opens the engine, if it does not lie there too.

    Raises:
        FileNotFoundError: It went while it was opened, as an old one does.
        CommuniqueError: It is damaged, or other versions made it.
    """
    found = found or manifest.trusted(generation)
    words: tuple[UserWord, ...] = ()
    if found.dictionary:
        from indexer.extract import user_dictionary
        from indexer.storage import checksums

        checksums.read(generation / DICTIONARY)
        words = user_dictionary.read(generation / DICTIONARY).words
    analyse = kiwi.local_analyzer(words)
    with ExitStack() as closing:
        try:
            vocabulary = CompletionTable(generation / COMPLETION)
            closing.callback(vocabulary.close)
            runs, nouns = generation / MORPHEME_CACHE, generation / NOUNS
            lexicon = MorphemeCache(runs, nouns, analyse, vocabulary.has)
            closing.callback(lexicon.close)
            engine = engine_of() if engine_of else WhooshEngine(generation)
            closing.callback(engine.close)
            forms = Synonyms(generation / SYNONYMS)
        except FileNotFoundError:
            raise
        except Exception as fault:
            from indexer.opensearch.address import ServerError

            if isinstance(fault, ServerError):
                raise
            # Whatever a reader makes of bytes that nobody wrote.
            raise manifest.GenerationDamagedError(generation, str(fault)) from fault
        closing.pop_all()
    return generation, found, engine, lexicon, vocabulary, forms


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
        return opened(copy.folder(), copy.manifest(), engine)
    except (FileNotFoundError, FileDamagedError, manifest.GenerationDamagedError):
        # The copy is: the server still has what it was copied from.
        copy.discard()
        return opened(copy.folder(), copy.manifest(), engine)
