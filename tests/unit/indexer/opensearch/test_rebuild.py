"""Rebuilding on a server: the switch is one step, whatever fails meanwhile."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count, islice, product
from pathlib import Path
from typing import Any

import pytest

from indexer.backends import backend_of
from indexer.build.manifest import FORMAT
from indexer.errors import CommuniqueError
from indexer.opensearch.address import Server, ServerError, server_of
from indexer.opensearch.aliases import ServerGenerations
from indexer.opensearch.mapping import Size, settings
from search.index import open_index

pytestmark = pytest.mark.opensearch

_NAMES = count()


@pytest.fixture
def server(opensearch: str) -> Server:
    """Return the location of an index that does not exist yet."""
    return server_of(f"{opensearch}/making_{next(_NAMES)}")


@pytest.fixture
def client(server: Server) -> Iterator[Any]:
    """Return a client of the server."""
    from opensearchpy import OpenSearch

    with closing(OpenSearch(hosts=list(server.nodes))) as client:
        yield client


def rebuild(server: Server, *args: Any, **options: Any) -> Any:
    from indexer.opensearch.rebuild import rebuild

    return rebuild(server, *args, **options)


def corpus(folder: Path, texts: list[str], name: str = "r") -> Path:
    path = folder / f"{name}.jsonl"
    lines = [
        json.dumps({"id": f"{name}{number}", "text": text}, ensure_ascii=False)
        for number, text in enumerate(texts)
    ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def indices(client: Any, server: Server) -> set[str]:
    """Return the names of the indexes of generations, such as g2 and g2-files."""
    existing = client.indices.get(index=f"{server.alias}-g*")
    names = (name.removeprefix(f"{server.alias}-") for name in existing)
    return {re.sub(r"-[0-9a-f]{8}\b", "", name) for name in names}


def hits(server: Server, query: str) -> list[str]:
    with open_index(server) as index:
        return [hit.sentence.id for hit in index.search(query, limit=100).hits]


def test_a_rebuild_replaces_the_generation_in_one_step(
    server: Server, client: Any, tmp_path: Path
) -> None:
    first = corpus(tmp_path, ["전작권 전환", "동맹"])
    rebuild(server, [first])
    assert hits(server, "전작권") == ["r0"]
    with open_index(server) as before:
        rebuild(server, [corpus(tmp_path, ["한미 동맹", "전작권", "전작권 협의"])])

        assert [hit.sentence.id for hit in before.search("전작권").hits] == ["r0"]
    assert sorted(hits(server, "전작권")) == ["r1", "r2"]
    assert indices(client, server) == {"g1", "g1-files", "g2", "g2-files"}

    rebuild(server, force=True)
    assert indices(client, server) == {"g2", "g2-files", "g3", "g3-files"}


def test_without_a_change_nothing_is_done(
    server: Server, client: Any, tmp_path: Path
) -> None:
    messages: list[str] = []
    made = rebuild(server, [corpus(tmp_path, ["전작권"])])
    assert rebuild(server, say=messages.append) == made
    assert messages == [
        "nothing has changed; the index stays as it is (--force makes it anew)"
    ]
    client.indices.put_settings(index=server.alias, body={"index.blocks.write": False})
    client.delete(index=server.alias, id="r0", params={"refresh": "true"})

    messages.clear()
    rebuild(server, say=messages.append)
    assert messages == []
    assert hits(server, "전작권") == ["r0"]


def test_an_index_that_lost_a_half_is_made_anew(
    server: Server, client: Any, tmp_path: Path
) -> None:
    path = corpus(tmp_path, ["전작권"])
    for lost in ("", "-files"):
        rebuild(server, [path], force=True)
        (index,) = client.indices.get(index=f"{server.alias}{lost}")
        client.indices.delete(index=index)
        rebuild(server, [path], force=True)
        assert hits(server, "전작권") == ["r0"]


def test_a_missing_file_is_an_error_unless_it_is_allowed(
    server: Server, tmp_path: Path
) -> None:
    present, gone = corpus(tmp_path, ["전작권"]), corpus(tmp_path, ["동맹"], name="s")
    rebuild(server, [tmp_path])
    gone.unlink()

    with pytest.raises(CommuniqueError, match="indexed before, and not there now"):
        rebuild(server)
    assert hits(server, "동맹") == ["s0"]
    messages: list[str] = []
    rebuild(server, allow_missing=True, say=messages.append)
    assert messages == [f"left out: {gone} was indexed before and is not there now"]
    assert hits(server, "동맹") == []
    assert hits(server, "전작권") == ["r0"]
    assert present.exists()


def rewrite(
    client: Any, server: Server, change: Callable[[dict[str, Any]], object]
) -> None:
    """Change the manifest of the first generation on the server."""
    name = f"{server.alias}-files"
    client.indices.put_settings(index=name, body={"index.blocks.write": False})
    document = client.get(index=name, id="manifest")["_source"]
    change(document)
    client.index(index=name, id="manifest", body=document, params={"refresh": "true"})


def outdate(record: dict[str, Any]) -> None:
    text = record["manifest"]
    record["manifest"] = text.replace(f'"format": {FORMAT}', '"format": 1')
    assert record["manifest"] != text


def copies(client: Any, server: Server) -> tuple[str, str]:
    (one,) = client.indices.get_settings(index=server.alias).values()
    index = one["settings"]["index"]
    return index["number_of_shards"], index["number_of_replicas"]


def test_an_index_of_another_format_is_made_anew_from_its_corpus(
    server: Server, client: Any, tmp_path: Path
) -> None:
    dictionary = tmp_path / "own.tsv"
    dictionary.write_text("전략적 소통 협의\t=\t전소협\n", encoding="utf-8")
    rebuild(
        server,
        [corpus(tmp_path, ["전략적 소통 협의"])],
        dictionary=dictionary,
        shards=2,
    )
    rewrite(client, server, outdate)
    with pytest.raises(ServerError, match="made with index format 1"):
        hits(server, "전소협")

    rebuild(server)

    assert hits(server, "전소협") == ["r0"]
    assert copies(client, server) == ("2", "0")


@pytest.mark.parametrize(
    "change",
    [
        dict.clear,
        lambda record: record.update(manifest=[]),
        lambda record: record.update(manifest="{}"),
        lambda record: record.update(manifest='{"format": '),
    ],
)
def test_a_damaged_manifest_is_replaced(
    server: Server,
    client: Any,
    tmp_path: Path,
    change: Callable[[dict[str, Any]], object],
) -> None:
    path = corpus(tmp_path, ["전작권"])
    rebuild(server, [path], shards=2)
    rewrite(client, server, change)
    with pytest.raises(ServerError, match=r"damaged \(changed: its manifest\)"):
        hits(server, "전작권")
    with pytest.raises(
        ServerError, match="no longer records its corpus; give --corpus"
    ):
        rebuild(server)

    rebuild(server, [path])

    assert hits(server, "전작권") == ["r0"]
    assert copies(client, server) == ("2", "0")


def test_sentences_of_another_version_are_not_counted(
    server: Server, client: Any, tmp_path: Path
) -> None:
    """Its manifest is read all the same, as that of an index in a folder."""

    def older(record: dict[str, Any]) -> None:
        made = json.loads(record["manifest"])
        made["tools"]["kiwipiepy"] = "0.1"
        record["manifest"] = json.dumps(made)

    rebuild(server, [corpus(tmp_path, ["전작권"])])
    assert backend_of(server).count() == 1
    rewrite(client, server, older)

    assert backend_of(server).count() is None
    assert backend_of(server).manifest().sentences == 1


def test_shards_and_replicas_stay_as_they_were(
    server: Server, client: Any, tmp_path: Path
) -> None:
    path = corpus(tmp_path, ["전작권"])
    rebuild(server, [path], shards=2)
    assert copies(client, server) == ("2", "0")
    rebuild(server, force=True)
    assert copies(client, server) == ("2", "0")
    rebuild(server, shards=3)
    assert copies(client, server) == ("3", "0")


def test_other_indexes_on_the_server_are_not_changed(
    server: Server, client: Any, tmp_path: Path
) -> None:
    for name in (f"{server.alias}x", "somebody-elses"):
        client.index(index=name, id="1", body={"a": 1}, params={"refresh": "true"})
    for _ in range(3):
        rebuild(server, [corpus(tmp_path, ["전작권"])], force=True)

    for name in (f"{server.alias}x", "somebody-elses"):
        assert client.count(index=name)["count"] == 1
        client.indices.delete(index=name)


def test_two_sentences_with_one_id_are_refused(
    server: Server, client: Any, tmp_path: Path
) -> None:
    rebuild(server, [corpus(tmp_path, ["전작권"])])
    other = tmp_path / "other"
    other.mkdir()
    twice = corpus(other, ["하나", "둘"], name="r").rename(other / "s.jsonl")

    with pytest.raises(CommuniqueError, match=r"'r0' stands twice, in .*r\.jsonl and"):
        rebuild(server, [tmp_path / "r.jsonl", twice])

    assert indices(client, server) == {"g1", "g1-files"}
    assert hits(server, "전작권") == ["r0"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("r.jsonl", b'{"id": "a"}\n'), ("r.jsonl", b"\xff\xff\n"), ("r.txt", b" \n")],
)
def test_a_bad_corpus_leaves_the_old_index(
    server: Server, client: Any, tmp_path: Path, name: str, data: bytes
) -> None:
    rebuild(server)
    (tmp_path / name).write_bytes(data)

    with pytest.raises(CommuniqueError, match=str(tmp_path)):
        rebuild(server, [tmp_path / name])

    assert indices(client, server) == {"g1", "g1-files"}
    assert len(hits(server, "전작권")) == 7


def test_a_failure_while_loading_leaves_the_old_index(
    server: Server, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the files of the generation cannot be stored."""
    from indexer.opensearch import file_sync

    rebuild(server)

    def fail(*_: Any) -> None:
        raise ServerError("it cannot.")

    monkeypatch.setattr(file_sync, "put", fail)
    with pytest.raises(ServerError, match="cannot"):
        rebuild(server, [corpus(tmp_path, ["전작권"])])

    assert indices(client, server) == {"g1", "g1-files"}
    assert len(hits(server, "전작권")) == 7


def test_a_batch_that_is_sent_twice_is_stored_once(
    server: Server, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A response may be lost with a node."""
    from opensearchpy import OpenSearch
    from opensearchpy.exceptions import ConnectionError as LostError

    bulk = OpenSearch.bulk
    mark = tmp_path / "lost"

    def lost_once(self: Any, *args: Any, **options: Any) -> Any:
        answer = bulk(self, *args, **options)
        if not mark.exists():
            mark.touch()
            raise LostError("N/A", "lost", None)
        return answer

    monkeypatch.setattr(OpenSearch, "bulk", lost_once)
    made = rebuild(server, [corpus(tmp_path, ["전작권", "동맹", "협력"])])

    assert mark.exists()
    assert made.sentences == client.count(index=server.alias)["count"] == 3


@pytest.mark.parametrize("times", [2, 20])
def test_sentences_that_a_busy_server_refuses_are_sent_again(
    server: Server,
    client: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
) -> None:
    """It accepts the first sentence of a batch, and the others after some *times*."""
    from opensearchpy import OpenSearch

    bulk = OpenSearch.bulk
    left = iter(range(times))

    def busy(self: Any, body: str, **options: Any) -> Any:
        if next(left, None) is None:
            return bulk(self, body=body, **options)
        lines = body.splitlines(keepends=True)
        answer = bulk(self, body="".join(lines[:2]), **options)
        refused = {"create": {"status": 429, "error": {"reason": "busy"}}}
        items = answer["items"] + [refused] * (len(lines) // 2 - 1)
        return {"errors": True, "items": items}

    monkeypatch.setattr(OpenSearch, "bulk", busy)
    monkeypatch.setattr("indexer.opensearch.bulk.REBUILD_PAUSES", (0.0,) * 8)
    path = corpus(tmp_path, [f"전작권 {number}" for number in range(20)])
    if times > 8:
        with pytest.raises(CommuniqueError, match="too busy to take more, or"):
            rebuild(server, [path])
        assert indices(client, server) == set()
    else:
        assert rebuild(server, [path]).sentences == 20
        assert len(hits(server, "전작권")) == 20


def test_a_sentence_that_is_too_long_is_named(
    server: Server, client: Any, tmp_path: Path
) -> None:
    """It has more terms than the server accepts as a frequency."""
    words = islice(map("".join, product("전작권한미동맹협력강화", repeat=4)), 6000)
    path = corpus(tmp_path, ["동맹", " ".join(words)])

    with pytest.raises(CommuniqueError, match=r"refuses 'r1' \(too many .*; split it"):
        rebuild(server, [path])
    assert indices(client, server) == set()


def lost(method: Callable[..., Any], when: str) -> Callable[..., Any]:
    """Return *method* with its first request, or the response, lost with a node."""
    from opensearchpy.exceptions import ConnectionError as LostError

    lost: list[str] = []

    def losing(*args: Any, **options: Any) -> Any:
        if lost:
            return method(*args, **options)
        lost.append(when)
        if when != "before":
            method(*args, **options)
        if when == "retried":  # The client repeats it to another node.
            return method(*args, **options)
        raise LostError("N/A", "lost", None)

    return losing


@pytest.mark.parametrize("when", ["after", "retried"])
def test_a_switch_whose_response_is_lost_counts(
    server: Server,
    client: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    kind = type(client.indices)
    rebuild(server, [corpus(tmp_path, ["전작권"])])
    monkeypatch.setattr(kind, "update_aliases", lost(kind.update_aliases, when))

    rebuild(server, [corpus(tmp_path, ["동맹", "전작권"])])

    assert hits(server, "전작권") == ["r1"]


@pytest.mark.parametrize(
    "step", ["refresh", "put_settings", "update_aliases", "search", "index"]
)
def test_a_request_that_no_node_answers_does_not_end_a_rebuild(
    server: Server,
    client: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    kind = type(client.indices) if hasattr(client.indices, step) else type(client)
    rebuild(server, [corpus(tmp_path, ["전작권"])])
    method = getattr(kind, step)

    def losing(self: Any, *args: Any, **options: Any) -> Any:
        is_lock = options.get("index", "").endswith("-lock")
        return (method if is_lock else lossy)(self, *args, **options)

    lossy = lost(method, "before")
    monkeypatch.setattr("indexer.opensearch.client.REBUILD_PAUSES", (0.0,))
    monkeypatch.setattr(kind, step, losing)

    rebuild(server, [corpus(tmp_path, ["동맹", "전작권"])])

    assert hits(server, "전작권") == ["r1"]


def test_a_switch_that_may_still_happen_removes_nothing(
    server: Server, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type(client.indices)
    rebuild(server, [corpus(tmp_path, ["전작권"])])
    with monkeypatch.context() as patch:
        patch.setattr("indexer.opensearch.client.REBUILD_PAUSES", ())
        patch.setattr(kind, "update_aliases", lost(kind.update_aliases, "before"))
        with pytest.raises(ServerError, match="no node can be reached"):
            rebuild(server, [corpus(tmp_path, ["동맹", "전작권"])])
    assert indices(client, server) == {"g1", "g1-files", "g2", "g2-files"}
    assert hits(server, "전작권") == ["r0"]

    rebuild(server, [corpus(tmp_path, ["동맹", "전작권"])])
    assert indices(client, server) == {"g1", "g1-files", "g3", "g3-files"}
    assert hits(server, "전작권") == ["r1"]


def test_a_switch_that_is_refused_leaves_the_old_index(
    server: Server, client: Any, tmp_path: Path
) -> None:
    """Here an index has the name of the alias."""
    client.indices.create(index=server.alias)

    with pytest.raises(ServerError, match="the server answers 400"):
        rebuild(server, [corpus(tmp_path, ["전작권"])])
    assert indices(client, server) == set()


def test_an_index_whose_creation_is_requested_twice_is_created_once(
    server: Server, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type(client.indices)
    create = kind.create

    def twice(self: Any, **options: Any) -> Any:
        if not options["index"].endswith("-lock"):
            create(self, **options)
        return create(self, **options)

    monkeypatch.setattr(kind, "create", twice)
    rebuild(server, [corpus(tmp_path, ["전작권"])])

    assert hits(server, "전작권") == ["r0"]


def test_a_rebuild_that_was_taken_for_dead_writes_into_no_other(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wakes up while the next one loads sentences of the same ids and numbers."""
    from indexer.opensearch import lock
    from indexer.opensearch import rebuild as module

    load = module._load  # noqa: SLF001 (a rebuild is stopped there)
    rebuild(server, [corpus(tmp_path, ["전작권"])])
    following = tmp_path / "following"
    following.mkdir()
    twice = corpus(following, ["하나"], "r").rename(following / "twice.jsonl")

    def sleep_and_load(*late: Any) -> Any:
        def load_after_the_late_one(*arguments: Any) -> Any:
            with suppress(CommuniqueError):
                load(*late)
            return load(*arguments)

        monkeypatch.setattr(lock, "_BEAT", 0.1)
        monkeypatch.setattr(module, "_load", load)
        path = corpus(following, ["협력"])
        with pytest.raises(CommuniqueError, match="stands twice"):
            rebuild(server, [path, twice])
        monkeypatch.setattr(module, "_load", load_after_the_late_one)
        rebuild(server, [path])
        return load(*late)

    monkeypatch.setattr(lock, "_BEAT", 3600.0)
    monkeypatch.setattr(lock, "_DEAD_AFTER", 0.5)
    monkeypatch.setattr(module, "_load", sleep_and_load)
    with pytest.raises(CommuniqueError):
        rebuild(server, [corpus(tmp_path, ["동맹"])])

    assert hits(server, "협력") == ["r0"]
    assert hits(server, "동맹") == []


def test_a_rebuild_that_was_taken_for_dead_reports_that_and_no_other_error(
    server: Server, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server creates an index that is not there for each document that is sent."""
    from indexer.opensearch import rebuild as module

    load = module._load  # noqa: SLF001

    def late(*arguments: Any) -> Any:
        client.index(index=f"{server.alias}-lock", id="rebuild", body={"owner": "x"})
        client.indices.delete(index=f"{server.alias}-g*")
        time.sleep(0.5)
        return load(*arguments)

    monkeypatch.setattr("indexer.opensearch.lock._BEAT", 0.1)
    monkeypatch.setattr(module, "_load", late)
    with pytest.raises(ServerError, match="another rebuild took this one for dead"):
        rebuild(server, [corpus(tmp_path, ["전작권"])])

    assert indices(client, server) == set()


def test_missing_sentences_are_detected(
    server: Server, client: Any, tmp_path: Path
) -> None:

    rebuild(server, [corpus(tmp_path, ["전작권", "동맹"])])
    index = server.alias
    client.indices.put_settings(index=index, body={"index.blocks.write": False})
    client.delete(index=index, id="r0", params={"refresh": "true"})

    with pytest.raises(ServerError, match="1 of 2 sentences are there; make"):
        backend_of(server).verify()


def test_a_changed_file_is_detected(
    server: Server, client: Any, tmp_path: Path
) -> None:
    from indexer.opensearch.file_sync import RemoteGeneration

    rebuild(server, [corpus(tmp_path, ["전작권", "동맹"])])
    index = f"{server.alias}-files"
    client.indices.put_settings(index=index, body={"index.blocks.write": False})
    client.index(index=index, id="words.bin-0", body={"data": "AAAA"})

    with pytest.raises(ServerError, match=r"damaged \(changed: words.bin\)"):
        backend_of(server).verify()

    RemoteGeneration(server).discard()
    with pytest.raises(ServerError, match=r"damaged \(changed: words.bin\)"):
        hits(server, "전작권")
    rebuild(server)
    assert hits(server, "전작권") == ["r0"]


@pytest.mark.parametrize("name", ["words.bin", "lexicon.bin", "manifest.json"])
@pytest.mark.parametrize("data", [b"", None])
@pytest.mark.parametrize("remade", [False, True])
def test_a_damaged_copy_of_a_file_is_copied_anew(
    server: Server, tmp_path: Path, name: str, data: bytes | None, *, remade: bool
) -> None:
    from indexer.opensearch.file_sync import RemoteGeneration

    rebuild(server, [corpus(tmp_path, ["전작권", "동맹"])])
    copied = RemoteGeneration(server).folder() / name
    if data is None:
        copied.unlink()
    else:
        copied.write_bytes(data)

    if remade:
        rebuild(server, force=True)
    assert hits(server, "전작권") == ["r0"]


def test_a_dictionary_goes_with_the_index(server: Server, tmp_path: Path) -> None:
    dictionary = tmp_path / "own.tsv"
    dictionary.write_text("전략적 소통 협의\t=\t전소협\n", encoding="utf-8")
    rebuild(
        server, [corpus(tmp_path, ["전략적 소통 협의", "동맹"])], dictionary=dictionary
    )
    assert hits(server, "전소협") == ["r0"]

    dictionary.write_text("전략적 소통 협의\t=\t전소의\n", encoding="utf-8")
    made = rebuild(server)
    assert (made.dictionary, hits(server, "전소의")) == (str(dictionary), ["r0"])

    assert rebuild(server, keep_dictionary=False).dictionary is None
    assert hits(server, "전소의") == []


def test_leftovers_of_a_killed_rebuild_are_removed(
    server: Server, client: Any, tmp_path: Path
) -> None:
    rebuild(server)
    for name in ("g2", "g2-files"):
        client.indices.create(index=f"{server.alias}-{name}")

    rebuild(server, [corpus(tmp_path, ["전작권"])])

    assert indices(client, server) == {"g1", "g1-files", "g3", "g3-files"}
    assert hits(server, "전작권") == ["r0"]


def test_one_rebuild_waits_for_another(
    server: Server, client: Any, tmp_path: Path
) -> None:
    generations = ServerGenerations(client, server)
    messages: list[str] = []
    waited = threading.Thread(
        target=rebuild,
        args=(server, [corpus(tmp_path, ["전작권"])]),
        kwargs={"say": messages.append},
    )
    with generations.building(settings(1, 0, Size(1, 1.0)), print):
        waited.start()
        wait_until(lambda: bool(messages))
        assert messages == [
            f"{server}: another rebuild is running; waiting for its end"
        ]
        assert "g2" not in indices(client, server)
    waited.join(60)

    assert hits(server, "전작권") == ["r0"]


def test_a_corpus_that_is_changed_meanwhile_is_not_indexed(
    server: Server, client: Any, tmp_path: Path
) -> None:
    """A rebuild that waited for the lock must not overwrite newer text."""
    rebuild(server, [corpus(tmp_path, ["전작권"])])
    path = corpus(tmp_path, ["동맹"])
    held = {"index": f"{server.alias}-lock", "id": "rebuild"}
    client.index(**held, body={"owner": "another"})

    def change(_: str) -> None:
        corpus(tmp_path, ["협력"])
        client.delete(**held)

    with pytest.raises(CommuniqueError, match="changed while the index was made"):
        rebuild(server, [path], say=change)

    assert indices(client, server) == {"g1", "g1-files"}
    assert hits(server, "전작권") == ["r0"]


def test_a_heartbeat_whose_response_is_lost_counts(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client repeats it to another node, where the document has changed already."""
    from opensearchpy import OpenSearch

    index = OpenSearch.index
    times: list[int] = []

    def twice(self: Any, *args: Any, **options: Any) -> Any:
        if options["index"].endswith("-lock"):
            times.append(1)
            index(self, *args, **options)
        return index(self, *args, **options)

    monkeypatch.setattr(OpenSearch, "index", twice)
    monkeypatch.setattr("indexer.opensearch.lock._BEAT", 0.05)
    rebuild(server, [corpus(tmp_path, ["전작권"])])

    assert len(times) > 1
    assert hits(server, "전작권") == ["r0"]


def test_a_dead_rebuild_is_taken_over(
    server: Server, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.index(index=f"{server.alias}-lock", id="rebuild", body={"owner": "dead"})
    monkeypatch.setattr("indexer.opensearch.lock._DEAD_AFTER", 1.0)
    messages: list[str] = []
    rebuild(server, [corpus(tmp_path, ["전작권"])], say=messages.append)

    assert messages == [f"{server}: another rebuild is running; waiting for its end"]
    assert hits(server, "전작권") == ["r0"]


def command(server: Server, *arguments: str) -> list[str]:
    program = [sys.executable, "-m", "search", *arguments]
    return [*program, "--engine", "opensearch", "--url", str(server)]


def test_an_interrupted_rebuild_leaves_nothing(
    server: Server, client: Any, tmp_path: Path
) -> None:
    rebuild(server)
    path = corpus(tmp_path, [f"전작권 전환 {number}" for number in range(60_000)])
    running = subprocess.Popen(
        command(server, "rebuild", "--corpus", str(path)),
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[4],
        start_new_session=True,
    )
    wait_until(lambda: "g2" in indices(client, server))
    os.killpg(running.pid, signal.SIGINT)
    _, errors = running.communicate(timeout=60)

    assert running.returncode == 130
    assert errors.strip() == b"Interrupted."
    assert indices(client, server) == {"g1", "g1-files"}


def test_a_killed_rebuild_leaves_no_process(
    server: Server, client: Any, tmp_path: Path
) -> None:
    path = corpus(tmp_path, [f"전작권 전환 {number}" for number in range(60_000)])
    running = subprocess.Popen(
        command(server, "rebuild", "--corpus", str(path)),
        cwd=Path(__file__).parents[4],
        start_new_session=True,
    )
    wait_until(lambda: "g1-files" in indices(client, server))
    time.sleep(0.5)
    running.kill()
    running.wait()

    wait_until(lambda: not _group_lives(running.pid), 20)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


# Lost nodes


@pytest.fixture
def cluster_server(three_nodes: Any) -> Server:
    return server_of(f"{three_nodes.url}/cluster")


def test_replicas_share_the_searches(three_nodes: Any, tmp_path: Path) -> None:
    """Each opened index sends its requests to other ones, with the same results."""
    server = server_of(f"{three_nodes.url}/shared")
    texts = [f"전작권 전환 {number % 7} 동맹" for number in range(200)]
    rebuild(server, [corpus(tmp_path, texts)], replicas=2)
    client = _client(server)

    def searched() -> dict[str, int]:
        shards = client.indices.stats(
            index=server.alias, level="shards", metric="search"
        )
        (index,) = shards["indices"].values()
        return {
            copy["routing"]["node"]: copy["search"]["query_total"]
            for copy in index["shards"]["0"]
        }

    before = searched()
    answers = set()
    for _ in range(12):
        with open_index(server) as index:
            answers.add(tuple(index.rank("전작권 3 동맹", limit=50)))
    after = searched()
    # Two nodes, which the test below leaves, cannot have three copies.
    client.indices.delete(index=f"{server.alias}-*")

    assert len(answers) == 1
    assert len(after) == 3
    assert sum(after[node] > before[node] for node in after) >= 2


@contextmanager
def allocating(client: Any, kind: str) -> Iterator[None]:
    """Restrict a cluster to allocating shards of a *kind* while the block runs."""
    setting = "cluster.routing.allocation.enable"
    client.cluster.put_settings(body={"transient": {setting: kind}})
    try:
        yield
    finally:
        client.cluster.put_settings(body={"transient": {setting: None}})


@pytest.mark.parametrize("in_time", [True, False])
def test_sentences_are_sent_when_a_lost_node_would_not_lose_them(
    three_nodes: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    in_time: bool,
) -> None:
    server = server_of(f"{three_nodes.url}/copied")
    client = _client(server)
    if not in_time:
        patience = {"timeout": "1s", "request_timeout": 20}
        copying = {"wait_for_active_shards": "all", **patience}
        monkeypatch.setattr("indexer.opensearch.aliases._COPYING", copying)
    messages: list[str] = []

    def built() -> None:
        path = corpus(tmp_path, ["전작권"])
        rebuild(server, [path], replicas=1, force=True, say=messages.append)

    building = threading.Thread(target=built)
    with allocating(client, "primaries"):
        building.start()
        wait_until(lambda: "g1" in indices(client, server))
        time.sleep(1)
        waits = "g1-files" not in indices(client, server)
        if not in_time:
            building.join(60)
    building.join(60)

    assert waits or not in_time
    assert [each for each in messages if "not every copy" in each] == messages
    assert len(messages) == (not in_time)
    assert hits(server, "전작권") == ["r0"]
    client.indices.delete(index=f"{server.alias}-*")


def test_a_lost_node_stops_neither_searches_nor_a_rebuild(
    cluster_server: Server, three_nodes: Any, tmp_path: Path
) -> None:
    from opensearchpy.exceptions import ConnectionTimeout

    server = cluster_server
    path = corpus(tmp_path, [f"전작권 전환 {number}" for number in range(20_000)])
    rebuild(server, [corpus(tmp_path, ["전작권", "동맹"], "old")], shards=3, replicas=1)
    ended = threading.Event()
    answers: list[list[str]] = []
    faults: list[str] = []

    def search() -> None:
        with open_index(server) as index:
            number = 0
            while not ended.is_set():
                number += 1
                try:
                    result = index.search(f"전작권 {number}", limit=3)
                    answers.append([hit.sentence.id for hit in result.hits])
                except CommuniqueError as fault:
                    # A machine that stands still for 30 s is no fault of a search.
                    if not isinstance(fault.__cause__, ConnectionTimeout):
                        faults.append(f"search: {fault!r}")

    def built() -> None:
        try:
            rebuild(server, [path], shards=3, replicas=1)
        except BaseException as fault:  # noqa: BLE001
            faults.append(f"rebuild: {fault!r}")

    searching = threading.Thread(target=search)
    building = threading.Thread(target=built)
    searching.start()
    building.start()
    try:
        client = _client(server)
        wait_until(lambda: _some_arrived(client, f"{server.alias}-g2-*"))
        before = len(answers)
        three_nodes.kill(0)
        building.join(600)
        assert not building.is_alive()
        wait_until(lambda: len(answers) > before + 20, 300)
    finally:
        ended.set()
        searching.join(150)

    assert faults == []
    assert {tuple(answer) for answer in answers} == {("old0",)}
    with open_index(server) as index:
        assert index.search("전작권", limit=1).total == 20_000
    three_nodes.wait_for("green", 2)


def _client(server: Server) -> Any:
    from opensearchpy import OpenSearch

    return OpenSearch(hosts=list(server.nodes))


def _some_arrived(client: Any, index: str) -> bool:
    if not client.indices.exists(index=index, params={"allow_no_indices": "false"}):
        return False
    stats = client.indices.stats(index=index, metric="indexing")
    return bool(stats["_all"]["primaries"]["indexing"]["index_total"] > 2000)
