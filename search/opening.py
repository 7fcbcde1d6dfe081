"""Opening a generation: its manifest checked, its files ready to be read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from indexer import kiwi, manifest
from indexer.forms import Forms
from indexer.generation import DICTIONARY, FORMS, LEXICON, NOUNS, VOCABULARY
from indexer.kiwi import UserWord
from indexer.lexicon import Lexicon
from indexer.manifest import Manifest
from indexer.verified import FileDamagedError
from indexer.vocabulary import Vocabulary
from search.engine import Engine
from search.whoosh_engine import WhooshEngine

if TYPE_CHECKING:
    from indexer.opensearch.server import Server

Opened: TypeAlias = tuple[Path, Manifest, Engine, Lexicon, Vocabulary, Forms]
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
        from indexer import dictionary, verified

        verified.read(generation / DICTIONARY)
        words = dictionary.read(generation / DICTIONARY).words
    analyse = kiwi.analyser(words)
    with ExitStack() as closing:
        try:
            vocabulary = Vocabulary(generation / VOCABULARY)
            closing.callback(vocabulary.close)
            runs, nouns = generation / LEXICON, generation / NOUNS
            lexicon = Lexicon(runs, nouns, analyse, vocabulary.has)
            closing.callback(lexicon.close)
            engine = engine_of() if engine_of else WhooshEngine(generation)
            closing.callback(engine.close)
            forms = Forms(generation / FORMS)
        except FileNotFoundError:
            raise
        except Exception as fault:
            from indexer.opensearch.server import ServerError

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
    from indexer.opensearch.files import Copy
    from search.opensearch.engine import OpenSearchEngine

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
