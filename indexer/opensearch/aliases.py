"""The generations of an index on a server, and the aliases of the current one.

    communique-NAME                alias of the sentences of the current generation
    communique-NAME-files          alias of its files
    communique-NAME-g7             index of the sentences of a generation
    communique-NAME-g7-files       index of its files: manifest, lexicon, vocabulary …
    communique-NAME-lock           the lock of a rebuild

Both aliases move in one request, so that a search sees one generation or the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

from indexer.opensearch.address import Server, ServerError
from indexer.opensearch.client import (
    TIMEOUT,
    Client,
    faults,
    is_lost,
    is_missing,
    is_taken,
    patiently,
)
from indexer.opensearch.lock import Lock, TakenOverError
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


class GenerationNames:
    """The names of the two indexes of a generation, and of the aliases of either."""

    def __init__(self, server: Server, number: int) -> None:
        self.number = number
        self.sentences = f"{server.alias}-g{number}"
        self.files = f"{self.sentences}-files"
        self.aliases = {"sentences": server.alias, "files": f"{server.alias}-files"}

    @property
    def both(self) -> str:
        """The names of both indexes, joined by a comma, as requests take them."""
        return f"{self.sentences},{self.files}"


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
    number = re.fullmatch(r".*-g(\d+)-files", document["_index"])
    if not number:
        raise NoServerIndexError(server)
    return GenerationNames(server, int(number[1])), document["_source"]


class ServerGenerations:
    """The generations of an index, for a rebuild that adds one."""

    def __init__(self, client: Client, server: Server) -> None:
        self._client = client
        self._server = server
        self._mark = {"rebuild": uuid4().hex}

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
            current_number = self._current_number()
            before = self._numbers()
            # No other rebuild holds the lock: newer generations are of killed ones.
            leftovers = [number for number in before if number > (current_number or 0)]
            self._sweep(leftovers)
            made = GenerationNames(self._server, max(before, default=0) + 1)
            try:
                if not self._create(made, settings):
                    say(
                        f"{self._server}: not every copy of the index is there yet (has"
                        " the server a node for each?); what a lost node has may be lost"
                    )
                yield made
                lock.check()
                self._close(made)
                request = self._switch_request(made, current_number)
            except BaseException:
                self._discard(made)
                raise
            self._switch(made, request)
            # A search may be opening the last one now; older ones are removed.
            self._sweep([n for n in before if n not in (*leftovers, current_number)])

    def _create(self, made: GenerationNames, settings: dict[str, Any]) -> bool:
        """Create both indexes of a generation, marked as those of this rebuild.

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
        marked = {**body, "mappings": {**body["mappings"], "_meta": self._mark}}
        try:
            with faults(self._server):
                made = self._client.indices.create(
                    index=index, body=marked, params=params
                )
        except ServerError as fault:
            if fault.__cause__ is None or not is_taken(fault.__cause__):
                raise
            # If a node was lost before it answered, the index exists, with our mark.
            if self._marks(index).get(index) != self._mark:
                raise TakenOverError(self._server) from None
            return True
        return bool(made["shards_acknowledged"])

    def _marks(self, names: str) -> dict[str, dict[str, str] | None]:
        """Return the marks of those of the indexes *names* that exist."""
        get = partial(
            self._client.indices.get_mapping,
            index=names,
            params={"ignore_unavailable": "true"},
        )
        mappings = patiently(self._server, get)
        return {name: one["mappings"].get("_meta") for name, one in mappings.items()}

    def _discard(self, made: GenerationNames) -> None:
        """Remove the indexes of a generation, except those with the mark of another rebuild."""
        with suppress(ServerError):
            marks = self._marks(made.both)
            self._delete([n for n, mark in marks.items() if mark in (None, self._mark)])

    def _switch_request(
        self, made: GenerationNames, current_number: int | None
    ) -> dict[str, Any]:
        """Return the request that makes a generation current."""
        before = (
            None
            if current_number is None
            else GenerationNames(self._server, current_number)
        )
        body = switch_request(made, before)
        # An index that was removed meanwhile has no alias to remove.
        existing = patiently(
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
            patiently(self._server, move)
        except ServerError as fault:
            if self._current_number() == made.number:
                return
            if fault.__cause__ is not None and not is_lost(fault.__cause__):
                self._discard(made)
            raise

    def _close(self, made: GenerationNames) -> None:
        """Make the indexes of a generation read-only."""
        patiently(
            self._server,
            lambda: self._client.indices.put_settings(
                index=made.both, body={"index.blocks.write": True}
            ),
        )

    def _current_number(self) -> int | None:
        try:
            return current(self._client, self._server)[0].number
        except NoServerIndexError:
            return None

    def _numbers(self) -> list[int]:
        """Return the numbers of all generations, complete or not."""
        names = patiently(
            self._server,
            lambda: self._client.indices.get(index=f"{self._server.alias}-g*"),
        )
        matches = (re.search(r"-g(\d+)(-files)?$", name) for name in names)
        return sorted({int(match[1]) for match in matches if match})

    def _sweep(self, numbers: list[int]) -> None:
        """Remove generations, ignoring errors."""
        for number in numbers:
            made = GenerationNames(self._server, number)
            with suppress(ServerError):
                self._delete([made.sentences, made.files])

    def _delete(self, names: Sequence[str]) -> None:
        if names:
            delete = partial(
                self._client.indices.delete,
                index=",".join(names),
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
    actions: list[dict[str, Any]] = []
    for kind in ("sentences", "files"):
        alias = made.aliases[kind]
        if before:
            actions.append({"remove": {"index": getattr(before, kind), "alias": alias}})
        actions.append({"add": {"index": getattr(made, kind), "alias": alias}})
    return {"actions": actions}


def check_count(client: Client, server: Server, index: str, count: int) -> None:
    """Raise ServerError unless an index holds exactly *count* sentences."""
    number = patiently(server, lambda: client.count(index=index))["count"]
    if number != count:
        raise ServerError(
            f"{server}: {number} of {count} sentences are there; make the index anew with"
            f" `communique rebuild --force {server.option}`."
        )
