"""The campaign at a small scale, and that it finds a fault of each kind that is planted."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import campaign
import campaign_bounds
import campaign_concurrency
import campaign_corruption
import campaign_crash
import campaign_edits
import campaign_faults
import campaign_incremental
import campaign_inputs
import campaign_load
import campaign_places
import campaign_power
import campaign_reading
import campaign_server
import campaign_supply
import campaign_support
import pytest
from campaign_support import SMALL, Done, Row, Subject, make_subject

from indexer.errors import CommuniqueError
from indexer.ingest import document
from search.index import open_index
from search.query import parser

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes and signals as Linux has them"
)
SEED = 7


@pytest.fixture(scope="module")
def shared_subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """Return a subject that no test may change."""
    return make_subject(tmp_path_factory.mktemp("subject"))


@pytest.fixture
def subject(shared_subject: Subject, tmp_path: Path) -> Subject:
    """Return a subject with an index that the test may change."""
    index = tmp_path / "subject" / "index"
    shutil.copytree(shared_subject.index, index)
    return Subject(shared_subject.a, shared_subject.b, index, shared_subject.answers)


def assert_passed(row: Row) -> None:
    """Require that something was tried and nothing failed; skip if all was skipped."""
    assert row.failures == []
    assert row.failed == 0
    if row.skipped and not row.tried:
        pytest.skip(row.skipped)
    assert row.tried


# Nothing fails


@pytest.mark.slow
def test_no_change_is_answered_otherwise(subject: Subject) -> None:
    assert_passed(
        campaign_corruption.change_files("A and B", subject.index, SMALL.changes, SEED)
    )


@pytest.mark.slow
def test_no_change_of_three_segments_is_answered_otherwise(tmp_path: Path) -> None:
    index = campaign_corruption.three_segments(tmp_path)

    assert_passed(campaign_corruption.change_files("three", index, 6, SEED))


@pytest.mark.slow
def test_every_kind_of_change_is_refused_or_without_effect(subject: Subject) -> None:
    for change in dict.fromkeys(campaign_corruption.CHANGES):
        assert_passed(
            campaign_corruption.change_files("one", subject.index, 1, SEED, (change,))
        )


@pytest.mark.slow
def test_a_kill_leaves_one_index_or_the_other(subject: Subject) -> None:
    assert_passed(campaign_crash.kill_rebuilds("kills", subject, SMALL.kills, SEED))


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["signal=KILL", "error=EIO", "error=ENOSPC"])
def test_a_fault_at_each_call_of_the_switch_does(
    subject: Subject, tmp_path: Path, fault: str
) -> None:
    assert_passed(
        campaign_crash.inject_at_each_call(
            "calls", tmp_path, subject, 10_000, SEED, fault
        )
    )


@pytest.mark.slow
def test_a_kill_of_a_rebuild_with_a_second_process_does(tmp_path: Path) -> None:
    assert_passed(campaign_crash.kill_large_rebuilds(tmp_path, 1, SEED, 12_000))


@pytest.mark.slow
def test_a_kill_of_an_incremental_rebuild_leaves_nothing_to_the_next(
    tmp_path: Path,
) -> None:
    for row in (
        campaign_incremental.kill_incremental(tmp_path / "few", 3, SEED),
        campaign_incremental.kill_with_slow_helpers(tmp_path / "slow", 1, SEED),
    ):
        assert_passed(row)


@pytest.mark.slow
def test_the_systems_errors_leave_the_old_index(
    subject: Subject, tmp_path: Path
) -> None:
    for row in (
        campaign_faults.full_disk(tmp_path, subject, SEED, 2),
        campaign_faults.lost_holder(subject, SEED, 2),
    ):
        assert_passed(row)
    assert row.outcomes["went on"]


@pytest.mark.slow
def test_neither_a_clock_nor_another_user_is_in_the_way(subject: Subject) -> None:
    assert_passed(campaign_faults.jumping_clock(subject, SEED))
    assert_passed(campaign_faults.read_only(subject, SEED))


@pytest.mark.slow
def test_no_search_fails_or_mixes_while_rebuilds_run(subject: Subject) -> None:
    assert_passed(
        campaign_concurrency.search_during_rebuilds("searches", subject, SMALL, SEED)
    )


@pytest.mark.slow
def test_two_rebuilds_at_once_wait_for_each_other(subject: Subject) -> None:
    assert_passed(campaign_concurrency.rebuild_at_once(subject, 3, SEED))


@pytest.mark.parametrize("name", campaign_inputs.TARGETS)
def test_any_input_is_understood_or_refused(name: str) -> None:
    assert_passed(
        campaign_inputs.draw_inputs(name, campaign_inputs.SEEDS[name], 300, SEED)
    )


@pytest.mark.slow
def test_queries_and_files_are_bounded(subject: Subject, tmp_path: Path) -> None:
    for row in campaign_bounds.bounds(tmp_path, subject, SMALL, SEED):
        assert_passed(row)


@pytest.mark.slow
def test_no_place_is_in_the_way(subject: Subject) -> None:
    assert_passed(campaign_places.locales(subject, SEED))
    assert_passed(campaign_places.closed_streams(subject, SEED))
    assert_passed(campaign_places.interrupt(subject, 6, SEED))
    assert_passed(campaign_places.soak(subject, SMALL.seconds, SEED))


@pytest.mark.slow
def test_a_release_is_complete_and_installs(tmp_path: Path) -> None:
    assert_passed(campaign_supply.release(tmp_path, SEED))


def test_the_command_prints_a_table_and_writes_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Row("bounds", "one", 3, tried=2), Row("bounds", "two", 3, skipped="no X")]
    bad = Row("bounds", "three", 3, tried=1, failed=1, failures=["the fault"])
    monkeypatch.setitem(campaign.KINDS, "bounds", lambda *_: iter(rows))
    record = tmp_path / "record.jsonl"
    words = ["--only", "bounds", "--scale", "small", "--output", str(record)]

    assert campaign.main(words) == 0
    assert "nothing failed" in capsys.readouterr().out
    rows.append(bad)
    assert campaign.main(words) == 1

    printed = capsys.readouterr().out
    assert "seed 3" in printed
    assert "skipped: no X" in printed
    assert "the fault" in printed
    lines = record.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["what"] for line in lines] == ["one", "two", "three"]
    assert campaign.main(["--table", str(record)]) == 0
    assert "| bounds | two | 0 | 0 | 0 | no X |" in capsys.readouterr().out


@pytest.mark.slow
def test_no_file_of_a_corpus_fails_to_be_read_without_an_error(
    subject: Subject, tmp_path: Path
) -> None:
    assert_passed(campaign_reading.fail_each_read(tmp_path, subject, 100, SEED))


@pytest.mark.slow
def test_clients_that_never_read_are_disconnected(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How soon depends on the machine, so the campaign alone judges that."""
    monkeypatch.setattr(campaign_server, "_HONEST_SECONDS", 150.0)
    monkeypatch.setattr(campaign_server, "_SLACK", 180.0)
    assert_passed(campaign_server.never_read(subject, SEED, 30))


@pytest.mark.slow
def test_honest_clients_are_answered_beside_abusive_ones(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In what time depends on the machine, so the campaign alone judges that."""
    monkeypatch.setattr(campaign_load, "P95_SECONDS", 60.0)
    assert_passed(campaign_load.mixed_load(subject, SEED, 8))


# A planted fault is found

SHIM = """
import os, sys
sys.path.insert(0, {root!r})
{fault}
from search.cli.main import main
main()
"""


def shimmed(folder: Path, fault: str) -> str:
    """Return a Python that has a *fault* planted in the program it runs."""
    script = folder / "shim.py"
    text = SHIM.format(root=str(campaign_support.ROOT), fault=textwrap.dedent(fault))
    script.write_text(text, encoding="utf-8")
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nshift 2\nexec "{sys.executable}" "{script}" "$@"\n')
    python.chmod(0o755)
    return str(python)


UNCHECKED = """
from indexer.storage.checksums import Verified
Verified._check = lambda self, number: None
"""
POINTS_FIRST = """
from indexer.build import pointer, switch
def complete(folder, building, plain=switch.complete):
    number = max(pointer.generations(folder), default=0) + 1
    (folder / "CURRENT").write_text(f"g{number} " + "0" * 64 + chr(10))
    switch.sync(folder / "CURRENT")
    plain(folder, building)
switch.complete = complete
"""


def planted(fault: str) -> Callable[..., Done]:
    """Return a `run` whose processes have a fault planted before they begin."""

    def run(*words: str | Path, stdin: bytes = b"") -> Done:
        code = f"{fault}\nfrom search.cli.main import main\nmain()"
        return campaign_support.run_program(
            *(sys.executable, "-W", "ignore", "-c", code), *words, stdin=stdin
        )

    return run


@pytest.mark.slow
def test_an_index_that_is_not_verified_is_found(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with it a check that does not look at some file."""
    run = planted(UNCHECKED)
    stdin = "".join(f"{query}\n" for query in campaign_support.QUERIES).encode()
    words = ("batch", "--limit", "100", "--index")
    for name in ("run", "answers", "check"):
        fake = {
            "run": run,
            "answers": lambda index: run(*words, index, stdin=stdin),
            "check": lambda _: Done(0, b"", ""),
        }[name]
        monkeypatch.setattr(campaign_corruption, name, fake)

    flips = (campaign_corruption.flip,)
    row = campaign_corruption.change_files("planted", subject.index, 4, SEED, flips)

    assert row.failed


@pytest.mark.slow
def test_a_pointer_that_is_switched_before_the_rename_is_found(
    subject: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("strace"):
        pytest.skip("strace is not there")
    monkeypatch.setattr(sys, "executable", shimmed(tmp_path, POINTS_FIRST))
    monkeypatch.setattr(campaign_crash, "SWITCH", "rename")

    row = campaign_crash.inject_at_each_call(
        "x", tmp_path, subject, 2, SEED, "signal=KILL"
    )

    assert row.failed
    assert "Traceback" not in "".join(row.failures)


WRITES_INTO_LINKS = """
from indexer.build import incremental, segment_writer
from indexer.storage import hardlink, new_file
new_file.create = lambda path: path.open("wb")
def links(building, changes, *others, write=incremental.write):
    for path in changes.generation.glob("*.bin"):
        if path.name not in segment_writer.FILES:
            hardlink.link(path, building / path.name)
    return write(building, changes, *others)
incremental.write = links
"""
OUTLIVING = """
from indexer import parallel
parallel.die_with = lambda parent: None
"""


@pytest.mark.slow
def test_an_incremental_rebuild_that_writes_into_linked_files_is_found(
    tmp_path: Path,
) -> None:
    rows = (
        campaign_incremental.kill_incremental(
            tmp_path / str(seed), 3, seed, fault=WRITES_INTO_LINKS
        )
        for seed in range(SEED, SEED + 4)
    )

    assert any("is damaged (changed: " in "".join(row.failures) for row in rows)


STALE_HASHES = """
from indexer.storage import sentence_hashes
sentence_hashes._content = lambda sentence: sentence.text[:8]
"""


@pytest.mark.slow
def test_a_change_that_an_incremental_rebuild_overlooks_is_found(
    tmp_path: Path,
) -> None:
    assert_passed(campaign_edits.edit_scripts(tmp_path / "a", 4, SEED))
    row = campaign_edits.edit_scripts(tmp_path / "b", 12, SEED, STALE_HASHES)

    assert row.failed


@pytest.mark.slow
def test_a_helper_that_outlives_its_parent_is_found(tmp_path: Path) -> None:
    row = campaign_incremental.kill_with_slow_helpers(tmp_path, 1, SEED, OUTLIVING)

    assert row.failed
    assert "outlived the command" in row.failures[0]


UNREAD_IS_EMPTY = """
from indexer import regular_files
def readinto(self, buffer, plain=regular_files._NamedFile.readinto):
    try:
        return plain(self, buffer)
    except OSError:
        if self._path.suffix != ".jsonl":
            raise
        return 0
regular_files._NamedFile.readinto = readinto
"""


@pytest.mark.slow
def test_an_unreadable_file_that_passes_as_an_empty_one_is_found(
    subject: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_reading, "CALLS", ("read",))

    row = campaign_reading.fail_each_read(tmp_path, subject, 5, SEED, UNREAD_IS_EMPTY)

    if row.skipped:
        pytest.skip(row.skipped)
    assert row.failed


UNLIMITED_WRITING = """
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
http_protocol.HttpProtocol.pause_writing = HttpToolsProtocol.pause_writing
"""


@pytest.mark.slow
def test_a_server_that_waits_for_clients_that_never_read_is_found(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_server, "_SLACK", 3.0)

    row = campaign_server.never_read(subject, SEED, 3, UNLIMITED_WRITING)

    if row.skipped:
        pytest.skip(row.skipped)
    assert "still connected" in row.failures


SLOW_SEARCH = """
import time
from search.index import Index
fast = Index.search
Index.search = lambda *args, **options: time.sleep(1) or fast(*args, **options)
"""


@pytest.mark.slow
def test_a_server_that_is_slow_beside_abusive_clients_is_found(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_load, "P95_SECONDS", 0.9)

    row = campaign_load.mixed_load(subject, SEED, 8, SLOW_SEARCH)

    if row.skipped:
        pytest.skip(row.skipped)
    assert any("95 of 100" in message for message in row.failures)


@pytest.mark.slow
def test_a_power_cut_leaves_one_index_or_the_other(
    subject: Subject, tmp_path: Path
) -> None:
    for row in campaign_power.power(tmp_path, subject, SMALL, SEED):
        assert_passed(row)


UNSYNCED = """
from indexer.build import switch
switch.sync = lambda path: None
"""
UNSYNCED_FOLDERS = """
from indexer.build import switch
sync = switch.sync
switch.sync = lambda path: None if path.is_dir() else sync(path)
"""


@pytest.mark.slow
@pytest.mark.parametrize("fault", [UNSYNCED, UNSYNCED_FOLDERS, POINTS_FIRST])
def test_a_switch_that_a_power_cut_breaks_is_found(
    subject: Subject, tmp_path: Path, fault: str
) -> None:
    row = campaign_power.cut_power("x", tmp_path / "x", subject, 60, SEED, fault)

    if row.skipped:
        pytest.skip(row.skipped)
    assert row.failed


@pytest.mark.slow
def test_a_lock_that_outlives_its_holder_is_found(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (subject.index / "LOCK").open("r+b") as lock:

        def outliving(process: BaseProcess, into: Path) -> Done:
            done = campaign_support.wait_for(process, into)
            fcntl.flock(lock, fcntl.LOCK_EX)
            return done

        monkeypatch.setattr(campaign_faults, "wait_for", outliving)
        waiting = partial(campaign_support.run, most=3.0)
        monkeypatch.setattr(campaign_faults, "run", waiting)
        row = campaign_faults.lost_holder(subject, SEED, 1)

    assert row.failed


@pytest.mark.slow
def test_a_user_with_unexpected_write_access_is_detected(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_faults, "_as_nobody", campaign_support.run)
    row = campaign_faults.read_only(subject, SEED)
    if row.skipped:
        pytest.skip(row.skipped)

    assert row.failed == 1
    assert "rebuild" in row.failures[0]


def test_leftovers_are_found(subject: Subject) -> None:
    assert campaign_support.leftovers(subject.index) is None
    (subject.index / "building-0123abcd").mkdir()

    assert "building-0123abcd" in (campaign_support.leftovers(subject.index) or "")


def mixing(
    index: Path, known: frozenset[object], stopped: Callable[[], bool]
) -> Counter[str]:
    """Search as `search_on` does, each query of another opened index."""
    counts: Counter[str] = Counter()
    while not stopped():
        answers = []
        for query in campaign_support.QUERIES[:6]:
            with open_index(index) as opened:
                result = opened.search(query, limit=5)
            answers.append(
                (
                    result.total,
                    tuple((h.sentence.id, h.sentence.text) for h in result.hits),
                )
            )
        counts["whole" if tuple(answers) in known else "mixed"] += 1
    return counts


@pytest.mark.slow
def test_a_reader_that_mixes_two_generations_is_found(subject: Subject) -> None:
    scale = SMALL._replace(rebuilds=6)

    row = campaign_concurrency.search_during_rebuilds(
        "planted", subject, scale, SEED, mixing
    )

    assert row.failed
    assert "mixed" in row.failures[0]


def test_a_parser_that_raises_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = parser.parse

    def raising(text: str, *, every_word: bool = False) -> object:
        if "NOT" in text and "-" in text:
            raise RecursionError(text)
        return parse(text, every_word=every_word)

    monkeypatch.setattr(campaign_inputs, "parse", raising)

    row = campaign_inputs.draw_inputs(
        "query", campaign_inputs.SEEDS["query"], 2_000, SEED
    )

    assert row.failed
    assert "RecursionError" in row.failures[0]


def test_a_sentence_at_the_wrong_place_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parse = document.parse_document

    def shifting(*arguments: object) -> object:
        parsed = parse(*arguments)  # type: ignore[arg-type]
        moved = [s._replace(text=s.text + "가") for s in parsed.sentences]
        return replace(parsed, sentences=tuple(moved))

    monkeypatch.setattr(campaign_inputs, "parse_document", shifting)

    assert campaign_inputs.draw_inputs(
        "text", campaign_inputs.SEEDS["text"], 300, SEED
    ).failed


@pytest.mark.slow
def test_a_query_that_takes_too_long_is_found(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_bounds, "worst_queries", lambda _: {"one": "전작권"})
    assert_passed(campaign_bounds.run_worst_queries(subject, SEED))
    monkeypatch.setattr(campaign_bounds, "_QUERY_SECONDS", 0.001)

    assert campaign_bounds.run_worst_queries(subject, SEED).failed


@pytest.mark.slow
def test_a_file_that_should_be_refused_and_is_not_is_found(
    subject: Subject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = campaign_bounds.Odd(
        lambda path: path.write_text("가나다."), "not a regular file"
    )
    monkeypatch.setattr(campaign_bounds, "ODD", {"planted": odd})

    assert campaign_bounds.rebuild_from_odd_files(tmp_path, subject, SEED).failed


@pytest.mark.slow
def test_a_leak_is_found(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    memory: list[bytearray] = []
    descriptors: list[int] = []

    def leaking(_: object) -> None:
        memory.append(bytearray(1 << 20))
        descriptors.append(os.open(os.devnull, os.O_RDONLY))

    monkeypatch.setattr(campaign_places, "_ask_all", leaking)
    try:
        assert campaign_places.soak(subject, 2, SEED).failed
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def test_a_release_with_too_much_or_too_little_is_found() -> None:
    whole = campaign_supply.expected()

    assert campaign_supply.faults_of_wheel(whole) == []
    assert campaign_supply.faults_of_wheel(whole | {"tests/conftest.py"})
    assert campaign_supply.faults_of_wheel(whole - {"indexer/text/hanja.txt"})
    assert campaign_supply.faults_of_sdist(whole)


def test_a_fault_of_two_lines_is_found() -> None:
    def two_lines(_: Path) -> None:
        raise CommuniqueError("one\ntwo")

    with pytest.raises(AssertionError):
        campaign_inputs._refused(two_lines, "x", b"")  # noqa: SLF001 (what targets share)
