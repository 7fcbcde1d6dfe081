"""Rebuilding an index on a server: from corpus files to a generation that answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from indexer.analysis import kiwi
from indexer.analysis.kiwi import Morphemes
from indexer.build.manifest import Manifest, Origin
from indexer.build.plan import IdTwiceError, resolve
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import MORPHEME_CACHE, NOUNS
from indexer.ingest import corpus_files
from indexer.opensearch import file_sync
from indexer.opensearch.address import Server, ServerError
from indexer.opensearch.aliases import (
    GenerationNames,
    NoServerIndexError,
    ServerGenerations,
    Sharding,
    check_count,
    sharding_of,
)
from indexer.opensearch.bulk import DoubleError, Loader, load
from indexer.opensearch.client import Client, connect, patiently
from indexer.opensearch.file_sync import RemoteGeneration, ServerIndexDamagedError
from indexer.opensearch.mapping import settings
from indexer.opensearch.staging import Prepared, examined, prepared
from indexer.progress import Progress, no_progress
from indexer.storage import morpheme_cache


def _silent(_: str) -> None:
    pass


def rebuild(  # noqa: PLR0913 (each has its default)
    server: Server,
    corpus: Iterable[Path] = (),
    *,
    dictionary: Path | None = None,
    keep_dictionary: bool = True,
    force: bool = False,
    allow_missing: bool = False,
    shards: int | None = None,
    replicas: int | None = None,
    say: Callable[[str], None] = _silent,
    progress: Progress = no_progress,
) -> Manifest:
    """Index a corpus anew on a server, as `indexer.build.rebuild.rebuild` does in a folder.

    Memory grows with the words of the corpus, not with its sentences.

    Args:
        server: Where the index is.
        corpus: As there.
        dictionary: As there.
        keep_dictionary: As there.
        force: As there.
        allow_missing: As there.
        shards: In how many parts the server keeps the index; by default as many as
            before, else one.
        replicas: How many further copies of each part it keeps; by default as many as
            before, else none.
        say: As there.
        progress: As there.

    Raises:
        CommuniqueError: As there, or the server does not do as it is asked.
    """
    corpus = tuple(corpus)
    client = connect(server)
    with closing(client):
        before, made, origin = _before(server, client, given=bool(corpus))
        plan = resolve(
            corpus,
            dictionary,
            keep_dictionary=keep_dictionary,
            previous=made,
            origin=origin,
        )
        read = examined(plan, say, progress, allow_missing=allow_missing)
        plan.check_sources(read, say, allow_missing=allow_missing)
        kept = sharding_of(client, server)
        copies = Sharding(
            kept.shards if shards is None else shards,
            kept.replicas if replicas is None else replicas,
        )
        same = made and plan.matches(made, read) and copies == kept
        if before and made and same and not force and _is_whole(before):
            say("nothing has changed; the index stays as it is (--force makes it anew)")
            return made
        with (
            prepared(plan, read, _runs_of(before, made, plan.dictionary)) as ready,
            ServerGenerations(client, server).building(
                settings(*copies, ready.size), say
            ) as generation,
        ):
            corpus_files.check_unchanged(read)
            words = _load(server, generation, ready, progress)
            _refresh(client, server, generation)
            check_count(client, server, generation.sentences, ready.spool.count)
            made = ready.finish(words)
            file_sync.put(client, server, generation, made, ready.folder)
    return made


class _Before(NamedTuple):
    """The index that answers, its manifest, and what it was made from, if there is any.

    The manifest is missing where another version wrote it.
    """

    copy: RemoteGeneration | None = None
    made: Manifest | None = None
    origin: Origin | None = None


def _before(server: Server, client: Client, *, given: bool) -> _Before:
    """Return what there is before; what an index was made from may be *given* instead.

    Raises:
        ServerError: There is an index that does not tell what it was made from.
    """
    try:
        copy = RemoteGeneration(server, client)
    except NoServerIndexError:
        return _Before()
    except ServerIndexDamagedError:
        copy = None
    made = _readable(copy) if copy else None
    if made or given:
        return _Before(copy, made, made.origin if made else None)
    if copy and copy.origin:
        return _Before(copy, None, copy.origin)
    raise ServerError(
        f"{server}: the index no longer records its corpus; give --corpus."
    )


def _readable(copy: RemoteGeneration) -> Manifest | None:
    try:
        return copy.manifest()
    except ServerError:
        return None


def _is_whole(before: RemoteGeneration) -> bool:
    """Tell whether these versions made what the server has, and it is all there."""
    try:
        before.verify()
    except ServerError:
        return False
    return True


def _runs_of(
    before: RemoteGeneration | None, made: Manifest | None, own: UserDictionary
) -> Iterator[tuple[str, Morphemes]]:
    """Yield the runs that the index before knows, if Kiwi would cut them the same way."""
    if not before or not made or made.dictionary_sha256 != own.sha256:
        return
    if made.differences():
        return
    try:
        folder = before.intact_folder()
    except ServerError:
        return  # They are analysed anew.
    analyse = kiwi.local_analyzer(own.words)
    with closing(
        morpheme_cache.MorphemeCache(folder / MORPHEME_CACHE, folder / NOUNS, analyse)
    ) as known:
        yield from known.runs()


def _load(
    server: Server, generation: GenerationNames, ready: Prepared, progress: Progress
) -> Counter[str]:
    """Load all sentences; return in how many each word is."""
    words: Counter[str] = Counter()
    loader = Loader(server, generation.sentences, ready.documents)
    batches = ready.spool.batches
    try:
        with closing(load(loader, batches)) as loaded:
            for _, counted in zip(progress(batches, "indexing"), loaded, strict=True):
                words.update(counted)
    except DoubleError as fault:
        first, second = map(ready.path_of, fault.double.places)
        raise IdTwiceError(fault.double.id, first, second) from None
    return words


def _refresh(client: Client, server: Server, generation: GenerationNames) -> None:
    index = generation.sentences
    patiently(server, lambda: client.indices.refresh(index=index))
