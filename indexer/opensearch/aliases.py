"""The generations of an index on a server: which answers, and how the next replaces it.

    communique-NAME                an alias: the sentences of the generation that answers
    communique-NAME-files          an alias: its files
    communique-NAME-g7             the sentences of a generation
    communique-NAME-g7-files       its files: manifest, lexicon, vocabulary …
    communique-NAME-lock           who rebuilds

Both aliases move in one step, so that a search sees one generation or the other.
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
    # Without this one, the client takes the server's for its own.
    "request_timeout": TIMEOUT,
}
"""How an index is asked for whose copies are waited for.

A node that is lost before there is another copy of what it has takes that along.
"""


class NoServerIndexError(ServerError):
    """The server has no index of that name."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            f"{server}: there is no such index on the server; make it with"
            f" `communique rebuild {server.option}`."
        )


class GenerationNames:
    """The names of one generation on a server."""

    def __init__(self, server: Server, number: int) -> None:
        self.number = number
        self.sentences = f"{server.alias}-g{number}"
        self.files = f"{self.sentences}-files"
        self.aliases = {"sentences": server.alias, "files": f"{server.alias}-files"}

    @property
    def both(self) -> str:
        """Both indexes, as the server takes several names."""
        return f"{self.sentences},{self.files}"


def current(client: Client, server: Server) -> tuple[GenerationNames, dict[str, Any]]:
    """Return the generation that answers, and the record of its files.

    Raises:
        NoServerIndexError: There is none.
        ServerError: The server does not answer.
    """
    try:
        found = patiently(
            server, lambda: client.get(index=f"{server.alias}-files", id="manifest")
        )
    except ServerError as fault:
        if fault.__cause__ is not None and is_missing(fault.__cause__):
            raise NoServerIndexError(server) from None
        raise
    number = re.fullmatch(r".*-g(\d+)-files", found["_index"])
    if not number:
        raise NoServerIndexError(server)
    return GenerationNames(server, int(number[1])), found["_source"]


class ServerGenerations:
    """The generations of an index, for one that makes the next."""

    def __init__(self, client: Client, server: Server) -> None:
        self._client = client
        self._server = server
        self._mark = {"rebuild": uuid4().hex}

    @contextmanager
    def building(
        self, settings: dict[str, Any], say: Callable[[str], None]
    ) -> Iterator[GenerationNames]:
        """Give an empty generation to fill; when the block ends well, it answers.

        It is made with *settings*, which `indexer.opensearch.mapping` gives. Where
        another rebuild runs, *say* is told and it is waited for. A block that fails
        leaves the generation that answered before, and nothing of the new one.

        Raises:
            ServerError: The server does not do as it is asked.
        """
        replicas = settings["settings"]["number_of_replicas"]
        with Lock(self._client, self._server, replicas).held(say) as lock:
            answering = self._answering()
            before = self._numbers()
            # Nobody else builds now: what is newer was left behind by a killed rebuild.
            left = [number for number in before if number > (answering or 0)]
            self._sweep(left)
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
                moving = self._moving(made, answering)
            except BaseException:
                self._discard(made)
                raise
            self._switch(made, moving)
            # A search may just be opening the one before; older ones are swept.
            self._sweep([n for n in before if n not in (*left, answering)])

    def _create(self, made: GenerationNames, settings: dict[str, Any]) -> bool:
        """Make both indexes of a generation, marked as this rebuild's.

        Returns:
            Whether all copies of the sentences are there.
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
            # Where the answer was lost with a node, it is there, and ours.
            if self._marks(index).get(index) != self._mark:
                raise TakenOverError(self._server) from None
            return True
        return bool(made["shards_acknowledged"])

    def _marks(self, names: str) -> dict[str, dict[str, str] | None]:
        """Return which indexes of these *names* are there, and the mark of each."""
        get = partial(
            self._client.indices.get_mapping,
            index=names,
            params={"ignore_unavailable": "true"},
        )
        found = patiently(self._server, get)
        return {name: each["mappings"].get("_meta") for name, each in found.items()}

    def _discard(self, made: GenerationNames) -> None:
        """Remove a generation, but for what another rebuild made under its names."""
        with suppress(ServerError):
            marks = self._marks(made.both)
            self._delete([n for n, mark in marks.items() if mark in (None, self._mark)])

    def _moving(self, made: GenerationNames, answering: int | None) -> dict[str, Any]:
        """Return the request that has a generation answer."""
        before = None if answering is None else GenerationNames(self._server, answering)
        body = switching(made, before)
        # What was removed since has no alias to be taken away.
        there = patiently(
            self._server,
            lambda: self._client.indices.get(index=f"{self._server.alias}-g*"),
        )
        body["actions"] = [
            action
            for action in body["actions"]
            if "remove" not in action or action["remove"]["index"] in there
        ]
        return body

    def _switch(self, made: GenerationNames, moving: dict[str, Any]) -> None:
        """Have a generation answer; it is removed only where the server refuses that.

        Where its answer is lost, the generation may be what is searched by now.
        """
        move = partial(self._client.indices.update_aliases, body=moving)
        try:
            patiently(self._server, move)
        except ServerError as fault:
            if self._answering() == made.number:
                return
            if fault.__cause__ is not None and not is_lost(fault.__cause__):
                self._discard(made)
            raise

    def _close(self, made: GenerationNames) -> None:
        """Let nobody write to a generation any more."""
        patiently(
            self._server,
            lambda: self._client.indices.put_settings(
                index=made.both, body={"index.blocks.write": True}
            ),
        )

    def _answering(self) -> int | None:
        try:
            return current(self._client, self._server)[0].number
        except NoServerIndexError:
            return None

    def _numbers(self) -> list[int]:
        """Return the numbers of all generations, whole or not."""
        names = patiently(
            self._server,
            lambda: self._client.indices.get(index=f"{self._server.alias}-g*"),
        )
        found = (re.search(r"-g(\d+)(-files)?$", name) for name in names)
        return sorted({int(match[1]) for match in found if match})

    def _sweep(self, numbers: list[int]) -> None:
        """Remove generations, as far as the server lets them be removed."""
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
    """In how many parts a server keeps an index, and how many further copies of each."""

    shards: int = 1
    replicas: int = 0


def sharding_of(client: Client, server: Server) -> Sharding:
    """Return how the server keeps the index that answers; as by default if it is lost."""
    lost = {"ignore_unavailable": "true"}
    get = partial(client.indices.get_settings, index=server.alias, params=lost)
    for found in patiently(server, get).values():
        settings = found["settings"]["index"]
        return Sharding(
            int(settings["number_of_shards"]), int(settings["number_of_replicas"])
        )
    return Sharding()


def switching(made: GenerationNames, before: GenerationNames | None) -> dict[str, Any]:
    """Return the request that has *made* answer instead of the generation *before*."""
    actions: list[dict[str, Any]] = []
    for kind in ("sentences", "files"):
        alias = made.aliases[kind]
        if before:
            actions.append({"remove": {"index": getattr(before, kind), "alias": alias}})
        actions.append({"add": {"index": getattr(made, kind), "alias": alias}})
    return {"actions": actions}


def check_count(client: Client, server: Server, index: str, count: int) -> None:
    """Raise ServerError unless an index holds just *count* sentences."""
    found = patiently(server, lambda: client.count(index=index))["count"]
    if found != count:
        raise ServerError(
            f"{server}: {found} of {count} sentences are there; make the index anew with"
            f" `communique rebuild --force {server.option}`."
        )
