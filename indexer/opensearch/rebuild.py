"""Rebuilding an index on a server: corpus files in, a new current generation out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from indexer.analysis import kiwi
from indexer.analysis.kiwi import Morphemes
from indexer.build.extracted import recall_from
from indexer.build.manifest import Manifest, Origin
from indexer.build.plan import BuildPlan, IdTwiceError, resolve
from indexer.build.rebuild import UNCHANGED
from indexer.errors import CommuniqueError
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import EXTRACTED_TEXTS, MORPHEME_CACHE, NOUNS
from indexer.ingest import corpus_files
from indexer.ingest.corpus_files import Reading, Recall
from indexer.ingest.source import SourceFile
from indexer.ingest.unreadable import Unreadable
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
from indexer.opensearch.bulk import Documents, DoubleError, Loader, load
from indexer.opensearch.client import Client, connect, persistently
from indexer.opensearch.file_sync import RemoteGeneration, ServerIndexDamagedError
from indexer.opensearch.mapping import settings
from indexer.opensearch.staging import StagedCorpus, examine_sources, staged
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
    allow_unreadable: bool | None = None,
    shards: int | None = None,
    replicas: int | None = None,
    say: Callable[[str], None] = _silent,
    progress: Progress = no_progress,
) -> Manifest:
    """Index a corpus on a server, and return its manifest.

    As `indexer.build.rebuild.rebuild` does in a folder, but memory grows with the words
    of the corpus, not with its sentences: these wait in a temporary file.

    Args:
        server: The server and the name of the index.
        corpus: Files and folders to index; by default the same as before.
        dictionary: The user's dictionary; by default the file that was used before.
        keep_dictionary: Whether the dictionary of before is used by default.
        force: Whether to rebuild even if nothing has changed.
        allow_missing: Whether to leave out corpus files that are gone or unreadable.
        allow_unreadable: Whether to leave out corpus files that yield no text; by default
            as before for the same corpus.
        shards: Number of shards; by default as many as before, or one.
        replicas: Further copies of each shard; by default as many as before, or none.
        say: Receives messages for the user, one sentence each.
        progress: Wraps the long loops, to show how far they are.

    Raises:
        CommuniqueError: The corpus or the dictionary is unusable, as in a folder.
        ServerError: A request to the server fails.
    """
    corpus = tuple(corpus)
    client = connect(server)
    with closing(client):
        previous = _previous(server, client, has_corpus=bool(corpus))
        plan = resolve(
            corpus,
            dictionary,
            keep_dictionary=keep_dictionary,
            allow_unreadable=allow_unreadable,
            previous=previous.manifest,
            origin=previous.origin,
        )
        recall = _recall(previous)
        reading = _examine(
            plan, previous.manifest, recall, say, progress, allow_missing=allow_missing
        )
        old = sharding_of(client, server)
        sharding = Sharding(
            old.shards if shards is None else shards,
            old.replicas if replicas is None else replicas,
        )
        manifest = previous.manifest
        is_same = manifest and plan.matches(manifest, reading.files, reading.unreadable)
        is_same = is_same and sharding == old
        if manifest and is_same and not force and previous.is_intact():
            say(UNCHANGED)
            return manifest
        with (
            staged(
                plan, reading.files, _known_runs(previous, plan.dictionary), recall
            ) as staging,
            ServerGenerations(client, server).building(
                settings(*sharding, staging.size), say
            ) as names,
        ):
            corpus_files.check_unchanged(reading.files)
            return _fill(client, server, names, staging, reading.unreadable, progress)


def _fill(  # noqa: PLR0913, PLR0917 (the generation and its content)
    client: Client,
    server: Server,
    names: GenerationNames,
    staging: StagedCorpus,
    unreadable: Unreadable,
    progress: Progress,
) -> Manifest:
    """Load the sentences and the files of a new generation, and return its manifest.

    Raises:
        ServerError: The server refuses a request, or does not hold all sentences.
    """
    words = _load(server, names, staging, progress)
    _refresh(client, server, names)
    check_count(client, server, names.sentences, staging.spool.count, persistently)
    manifest = staging.finish(words, unreadable)
    file_sync.put(client, server, names, manifest, staging.folder)
    return manifest


def _examine(  # noqa: PLR0913 (the corpus and how it is read)
    plan: BuildPlan,
    previous: Manifest | None,
    recall: Recall | None,
    say: Callable[[str], None],
    progress: Progress,
    *,
    allow_missing: bool,
) -> Reading[SourceFile]:
    """Examine the files of the corpus; none of the repeated corpus may be dropped.

    Raises:
        CommuniqueError: A file is missing or unreadable.
    """
    reading = examine_sources(plan, say, progress, recall, allow_missing=allow_missing)
    present = plan.find_files(_silent, allow_missing=True)
    left_out = set(map(str, present)) if plan.allow_unreadable else ()
    plan.check_sources(
        reading.files, say, allow_missing=allow_missing, left_out=left_out
    )
    unreadable = plan.with_history(reading.unreadable, previous)
    return replace(reading, unreadable=unreadable)


class _Previous(NamedTuple):
    """The current generation on the server, as far as there is one.

    `manifest` is None if it has another format. `origin` are the inputs that its
    manifest, of any format, records.
    """

    remote: RemoteGeneration | None = None
    manifest: Manifest | None = None
    origin: Origin | None = None

    def is_intact(self) -> bool:
        """Return whether the installed versions made it, and no part has changed."""
        try:
            return bool(self.remote and self.remote.verify())
        except ServerError:
            return False


def _previous(server: Server, client: Client, *, has_corpus: bool) -> _Previous:
    """Return the current generation; without a corpus its inputs are required.

    Raises:
        ServerError: There is an index, and its inputs are not recorded.
    """
    try:
        remote = RemoteGeneration(server, client)
    except NoServerIndexError:
        return _Previous()
    except ServerIndexDamagedError:
        remote = None
    manifest = _readable(remote) if remote else None
    if manifest or has_corpus:
        return _Previous(remote, manifest, manifest.origin if manifest else None)
    if remote and remote.origin:
        return _Previous(remote, None, remote.origin)
    raise ServerError(
        f"{server}: the index no longer records its corpus; give --corpus."
    )


def _readable(remote: RemoteGeneration) -> Manifest | None:
    try:
        return remote.manifest()
    except ServerError:
        return None


def _recall(previous: _Previous) -> Recall | None:
    """Return a function that reads the texts of unchanged files from the old index."""
    remote, manifest = previous.remote, previous.manifest
    if not remote or not manifest or EXTRACTED_TEXTS not in manifest.files:
        return None
    try:
        return recall_from(remote.opened())
    except (CommuniqueError, OSError):
        return None  # All texts are extracted.


def _known_runs(
    previous: _Previous, dictionary: UserDictionary
) -> Iterator[tuple[str, Morphemes]]:
    """Yield the runs of the old lexicon, if Kiwi would analyze them in the same way."""
    remote, manifest = previous.remote, previous.manifest
    if not remote or not manifest or manifest.dictionary_sha256 != dictionary.sha256:
        return
    if manifest.differences():
        return
    try:
        folder = remote.intact_folder()
    except ServerError:
        return  # All runs are analyzed.
    analyze = kiwi.local_analyzer(dictionary.words)
    with closing(
        morpheme_cache.MorphemeCache(folder / MORPHEME_CACHE, folder / NOUNS, analyze)
    ) as known:
        yield from known.runs()


def _load(
    server: Server, names: GenerationNames, staging: StagedCorpus, progress: Progress
) -> Counter[str]:
    """Load all sentences, and return in how many of them each word is."""
    words: Counter[str] = Counter()
    loader = Loader(
        server, names.sentences, Documents(staging.spool, staging.known_runs.known)
    )
    batches = staging.spool.batches
    try:
        with closing(load(loader, batches)) as counts:
            for _, of_batch in zip(progress(batches, "indexing"), counts, strict=True):
                words.update(of_batch)
    except DoubleError as fault:
        first, second = map(staging.path_of, fault.double.places)
        raise IdTwiceError(fault.double.id, first, second) from None
    return words


def _refresh(client: Client, server: Server, names: GenerationNames) -> None:
    index = names.sentences
    persistently(server, lambda: client.indices.refresh(index=index))
