"""The generations of an index on a server, and the aliases of the current one.

    communique-NAME                alias of the sentences of the current generation
    communique-NAME-files          alias of its files
    communique-NAME-g7-5f3a9c1e    index of the sentences of a generation
    communique-NAME-g7-5f3a9c1e-files
                                   index of its files: manifest, lexicon, vocabulary …
    communique-NAME-lock           the lock of a rebuild

Both aliases move in one request, so that a search sees one generation or the other.
The random part of a name makes it that of one rebuild: another one that was taken for
dead, and goes on, can write into its own indexes only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

from indexer.errors import CommuniqueError
from indexer.opensearch.address import Server, ServerError
from indexer.opensearch.client import (
    TIMEOUT,
    Client,
    faults,
    is_lost,
    is_missing,
    is_taken,
    patiently,
    persistently,
)
from indexer.opensearch.lock import Lock
from indexer.opensearch.mapping import file_settings

_COPYING: dict[str, Any] = {
    "wait_for_active_shards": "all",
    "timeout": "20s",
    # The client would take `timeout` for its own.
    "request_timeout": TIMEOUT,
}
"""Parameters that create an index and wait for its replicas.

The sentences on a node that is lost before they are replicated are lost with it.
"""


class NoServerIndexError(ServerError):
    """The server has no index of that name."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            f"{server}: there is no such index on the server; make it with"
            f" `communique rebuild {server.option}`."
        )


class GenerationNames(NamedTuple):
    """The names of the two indexes of a generation, and of the aliases of either.

    `mark` is of the rebuild that makes the generation. One that is exported has none.
    """

    server: Server
    number: int
    mark: str = ""

    @property
    def sentences(self) -> str:
        """The name of the index of the sentences."""
        mark = f"-{self.mark}" if self.mark else ""
        return f"{self.server.alias}-g{self.number}{mark}"

    @property
    def files(self) -> str:
        """The name of the index of the files."""
        return f"{self.sentences}-files"

    @property
    def both(self) -> str:
        """The names of both indexes, joined by a comma, as requests take them."""
        return f"{self.sentences},{self.files}"


def _generation(server: Server, index: str) -> GenerationNames | None:
    """Return the generation of which *index* is one of both indexes."""
    name = re.fullmatch(
        r"-g(\d+)(?:-([0-9a-f]{8}))?(?:-files)?", index[len(server.alias) :]
    )
    return name and GenerationNames(server, int(name[1]), name[2] or "")


def current(client: Client, server: Server) -> tuple[GenerationNames, dict[str, Any]]:
    """Return the names of the current generation, and the document of its manifest.

    Raises:
        NoServerIndexError: The server has no index of that name.
        ServerError: The server does not answer.
    """
    try:
        document = patiently(
            server, lambda: client.get(index=f"{server.alias}-files", id="manifest")
        )
    except ServerError as fault:
        if fault.__cause__ is not None and is_missing(fault.__cause__):
            raise NoServerIndexError(server) from None
        raise
    names = _generation(server, document["_index"])
    if not names:
        raise NoServerIndexError(server)
    return names, document["_source"]


class ServerGenerations:
    """The generations of an index, for a rebuild that adds one."""

    def __init__(self, client: Client, server: Server) -> None:
        self._client = client
        self._server = server
        self._mark = uuid4().hex[:8]

    @contextmanager
    def building(
        self, settings: dict[str, Any], say: Callable[[str], None]
    ) -> Iterator[GenerationNames]:
        """Yield an empty generation, which becomes the current one after the block.

        Its index of sentences is created with *settings*, a result of
        `indexer.opensearch.mapping.settings`. If the block raises, the generation is
        removed and the one before stays current. If another rebuild runs, a message goes
        to *say*, and this one waits for its end.

        Raises:
            ServerError: A request fails, or another rebuild has taken over the lock.
        """
        replicas = settings["settings"]["number_of_replicas"]
        with Lock(self._client, self._server, replicas).held(say) as lock:
            previous, before = self._current(), self._generations()
            first = previous.number if previous else 0
            # No other rebuild holds the lock: newer generations are of killed ones.
            leftovers = [
                each for each in before if each.number >= first and each != previous
            ]
            self._sweep(leftovers)
            number = max((each.number for each in before), default=0) + 1
            made = GenerationNames(self._server, number, self._mark)
            try:
                if not self._create(made, settings):
                    say(
                        f"{self._server}: not every copy of the index is there yet (has"
                        " the server a node for each?); what a lost node has may be lost"
                    )
                yield made
                lock.check()
                self._close(made)
                request = self._switch_request(made, previous)
            except BaseException as fault:
                self._discard(made)
                if isinstance(fault, CommuniqueError):
                    # Then its index is gone, whatever the server has answered.
                    lock.check()
                raise
            self._switch(made, request)
            # A search may be opening the last one now; older ones are removed.
            self._sweep([each for each in before if each not in (*leftovers, previous)])

    def _create(self, made: GenerationNames, settings: dict[str, Any]) -> bool:
        """Create both indexes of a generation.

        Returns:
            Whether all replicas of the sentences are active.
        """
        replicas = settings["settings"]["number_of_replicas"]
        copied = self._create_one(made.sentences, settings, _COPYING)
        self._create_one(made.files, file_settings(replicas), {})
        return copied

    def _create_one(
        self, index: str, body: dict[str, Any], params: Mapping[str, Any]
    ) -> bool:
        try:
            with faults(self._server):
                made = self._client.indices.create(
                    index=index, body=body, params=params
                )
        except ServerError as fault:
            # If a node was lost before it answered, the index exists.
            if fault.__cause__ is None or not is_taken(fault.__cause__):
                raise
            return True
        return bool(made["shards_acknowledged"])

    def _discard(self, made: GenerationNames) -> None:
        """Remove the indexes of a generation, as far as the server can be reached."""
        with suppress(ServerError):
            self._delete(made)

    def _switch_request(
        self, made: GenerationNames, previous: GenerationNames | None
    ) -> dict[str, Any]:
        """Return the request that makes a generation current."""
        body = switch_request(made, previous)
        # An index that was removed meanwhile has no alias to remove.
        existing = persistently(
            self._server,
            lambda: self._client.indices.get(index=f"{self._server.alias}-g*"),
        )
        body["actions"] = [
            action
            for action in body["actions"]
            if "remove" not in action or action["remove"]["index"] in existing
        ]
        return body

    def _switch(self, made: GenerationNames, request: dict[str, Any]) -> None:
        """Make a generation current; it is removed only if the server refuses that.

        If the answer is lost, the generation may be current already.
        """
        move = partial(self._client.indices.update_aliases, body=request)
        try:
            persistently(self._server, move)
        except ServerError as fault:
            if self._current() == made:
                return
            if fault.__cause__ is not None and not is_lost(fault.__cause__):
                self._discard(made)
            raise

    def _close(self, made: GenerationNames) -> None:
        """Make the indexes of a generation read-only."""
        persistently(
            self._server,
            lambda: self._client.indices.put_settings(
                index=made.both, body={"index.blocks.write": True}
            ),
        )

    def _current(self) -> GenerationNames | None:
        try:
            return current(self._client, self._server)[0]
        except NoServerIndexError:
            return None

    def _generations(self) -> list[GenerationNames]:
        """Return all generations, complete or not."""
        names = patiently(
            self._server,
            lambda: self._client.indices.get(index=f"{self._server.alias}-g*"),
        )
        return list(filter(None, {_generation(self._server, name) for name in names}))

    def _sweep(self, generations: Iterable[GenerationNames]) -> None:
        for each in generations:
            self._discard(each)

    def _delete(self, made: GenerationNames) -> None:
        delete = partial(
            self._client.indices.delete,
            index=made.both,
            params={"ignore_unavailable": "true"},
        )
        patiently(self._server, delete)


class Sharding(NamedTuple):
    """Into how many shards an index is split, and how many replicas each has."""

    shards: int = 1
    replicas: int = 0


def sharding_of(client: Client, server: Server) -> Sharding:
    """Return the sharding of the current generation; the default if that is lost."""
    lost = {"ignore_unavailable": "true"}
    get = partial(client.indices.get_settings, index=server.alias, params=lost)
    for index in patiently(server, get).values():
        settings = index["settings"]["index"]
        return Sharding(
            int(settings["number_of_shards"]), int(settings["number_of_replicas"])
        )
    return Sharding()


def switch_request(
    made: GenerationNames, before: GenerationNames | None
) -> dict[str, Any]:
    """Return the request that moves both aliases from the generation *before* to *made*."""
    alias = made.server.alias
    actions: list[dict[str, Any]] = []
    for kind, name in (("sentences", alias), ("files", f"{alias}-files")):
        if before:
            removed = {
                "index": getattr(before, kind),
                "alias": name,
                "must_exist": True,
            }
            actions.append({"remove": removed})
        actions.append({"add": {"index": getattr(made, kind), "alias": name}})
    return {"actions": actions}


def check_count(
    client: Client,
    server: Server,
    index: str,
    count: int,
    repeat: Callable[[Server, Callable[[], Any]], Any] = patiently,
) -> None:
    """Raise ServerError unless an index holds exactly *count* sentences.

    *repeat* is `patiently` or `persistently` of `indexer.opensearch.client`.
    """
    # The server's own count leaves out a shard that it does not reach.
    search = partial(
        client.search,
        index=index,
        body={"size": 0, "track_total_hits": True},
        params={"allow_partial_search_results": "false"},
    )
    number = repeat(server, search)["hits"]["total"]["value"]
    if number != count:
        raise ServerError(
            f"{server}: {number} of {count} sentences are there; make the index anew with"
            f" `communique rebuild --force {server.option}`."
        )
