"""Bounds: the worst queries and the oddest files take bounded time and memory."""

from __future__ import annotations

import os
import random
import resource
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from campaign_support import Done, Row, Scale, Subject, Word, answers, run, timed

_GIB = 1 << 30
_QUERY_SECONDS = 20.0
_FILE_SECONDS = 60.0
_MEMORY = 6 * _GIB
"""Bytes of addresses that a process may have; Kiwi's libraries take most of them."""


def _syllables(count: int, chooser: random.Random) -> str:
    return "".join(chr(chooser.randrange(0xAC00, 0xD7A4)) for _ in range(count))


def worst_queries(seed: int) -> Mapping[str, str]:
    """Return queries that are long, deep, or match everything, by what they are."""
    chooser = random.Random(seed)  # noqa: S311
    long = 10_000
    words = [_syllables(3, chooser) for _ in range(10_000)]
    return {
        "1 MB of *": "*" * (1 << 20),
        "10,000 terms": " ".join(words),
        "as many as are read": " ".join(words)[:long],
        "syllables unspaced": _syllables(long, chooser),
        "100,000 syllables unspaced": _syllables(100_000, chooser),
        "one syllable": "가" * long,
        "deep parentheses": "(" * 5_000 + "가" + ")" * 5_000,
        "as deep as is read": "(" * 30 + "전작권" + ")" * 30,
        "quotation marks": '"' * long,
        "a phrase of all": '"' + " ".join(words)[: long - 2] + '"',
        "exclusions": "-가 " * (long // 3),
        "every sentence": "NOT 없는말 " * (long // 10),
        "digits": "1" * long,
        "commas": "1," * (long // 2),
        "initials": "ㄱ" * long,
        "combining marks": "가" + "\u0301" * (long - 1),
        "Hanja": "對美" * (long // 2),
        "a speaker": "speaker:" + "가" * (long - 8),
        "years": "year:2019-2020 " * (long // 15),
        "operators": "AND OR NOT " * (long // 11),
    }


class Odd(NamedTuple):
    """An odd corpus file: how it is made, and the message that the command must print."""

    make: Callable[[Path], object]
    refused: str | None = None
    name: str = "글.txt"


def _sparse(path: Path, size: int = _GIB) -> None:
    path.touch()
    os.truncate(path, size)


def _bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def _bytes(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


_LINE = "양 장관은 전작권 전환을 논의하였다. "
_WRAPPED = "\n".join(["가" * 40] * 2_000)
ODD: Mapping[str, Odd] = {
    "a line of 1 GB": Odd(_sparse, "more than 256 MiB"),
    "a line of 3 MB": Odd(_bytes((_LINE * 60_000).encode())),
    "no space in 1 MB": Odd(_bytes(("전작권전환" * 70_000).encode())),
    "wrapped without spaces": Odd(_bytes(_WRAPPED.encode())),
    "1 MB of spaces": Odd(_bytes(b" " * (1 << 20) + "가".encode())),
    "spaces around an end mark": Odd(
        _bytes(("가.\n끝" + " " * 300_000 + "x").encode())
    ),
    "1 MB of combining marks": Odd(_bytes(("가" + "\u0301" * 500_000).encode())),
    "NULs": Odd(_bytes(b"\0" * 1000 + "가나다.".encode()), "binary data"),
    "numbers alone": Odd(
        _bytes("".join(f"{n}. 가.\n" for n in range(1, 999)).encode())
    ),
    "half a CP949 character": Odd(
        _bytes("전작권이다.".encode("cp949") + b"\xc0"), "byte 0"
    ),
    "half a surrogate pair": Odd(
        _bytes(b'{"id": "a", "text": "\\ud800"}'), "surrogate", "글.jsonl"
    ),
    "records nested deep": Odd(
        _bytes(b'{"id": "a", "text": ' + b"[" * 10**6), "not a JSON object", "글.jsonl"
    ),
    "an endless number": Odd(
        _bytes(b'{"id": "a", "text": ' + b"1" * 10**6 + b"}"), "JSON", "글.jsonl"
    ),
    "a FIFO": Odd(os.mkfifo, "not a regular file"),
    "a socket": Odd(_bind, "cannot be read"),
    "/dev/zero": Odd(lambda path: path.symlink_to("/dev/zero"), "not a regular file"),
    "a terminal": Odd(lambda path: path.symlink_to("/dev/tty"), "cannot be read"),
    "a link to itself": Odd(lambda path: path.symlink_to(path.name), "cannot be read"),
    "a link to nothing": Odd(lambda path: path.symlink_to("nothing"), "cannot be read"),
    "a folder": Odd(lambda path: path.mkdir()),
}
"""Each odd file, beside a plain one."""


def bounds(folder: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the rows."""
    yield run_worst_queries(subject, seed)
    yield rebuild_from_odd_files(folder, subject, seed)
    yield rebuild_with_little_memory(folder, seed)
    yield rebuild_from_changing_files(folder, seed, max(5, scale.kills // 10))


def run_worst_queries(subject: Subject, seed: int) -> Row:
    """Search for the worst queries, each in a process of its own."""
    row = Row("bounds", f"queries: {_QUERY_SECONDS:.0f} s, 6 GiB of addresses", seed)
    with timed(row):
        for what, query in worst_queries(seed).items():
            words: list[Word] = ["batch", "--index", subject.index]
            done = run(
                *words, stdin=query.encode(), before=_limited, most=_QUERY_SECONDS
            )
            row.judge(f"status {done.status}", done.fault and f"{what}: {done.fault}")
    return row


def _limited(most: int = _MEMORY) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def rebuild_from_odd_files(folder: Path, subject: Subject, seed: int) -> Row:
    """Rebuild from each odd file beside a plain one; the old index must stay."""
    row = Row(
        "bounds", f"corpus files: {_FILE_SECONDS:.0f} s, 6 GiB of addresses", seed
    )
    before = answers(subject.index).out
    with timed(row):
        for number, (what, odd) in enumerate(ODD.items()):
            corpus = folder / f"odd {number}"
            corpus.mkdir()
            (corpus / "other.txt").write_text(_LINE, encoding="utf-8")
            odd.make(corpus / odd.name)
            index = subject.index if odd.refused else folder / f"index {number}"
            words: list[Word] = ["rebuild", "--corpus", corpus, "--index", index]
            done = run(*words, before=_limited, most=_FILE_SECONDS)
            fault = done.fault or _memory_message(odd, done)
            if not fault and odd.refused and answers(index).out != before:
                fault = "the old index does not answer any more"
            outcome = "refused" if odd.refused else "indexed"
            row.judge(outcome, fault and f"{what}: {fault}")
    return row


def _memory_message(odd: Odd, done: Done) -> str | None:
    if odd.refused is None:
        return None if done.status == 0 else f"refused: {done.err}"
    if done.status == 2 and odd.refused in done.err:
        return None
    return f"ended with {done.status}: {done.err[-300:]}"


def rebuild_with_little_memory(folder: Path, seed: int) -> Row:
    """Rebuild with less and less memory: it is done, or refused in a sentence."""
    row = Row("bounds", "a rebuild with little memory", seed)
    corpus = folder / "little.txt"
    corpus.write_text(_LINE * 100_000, encoding="utf-8")
    with timed(row):
        for mib in (250, 300, 350, 400, 500, 700, 1_000):
            words: list[Word] = [
                "rebuild",
                "--force",
                "--corpus",
                corpus,
                "--index",
                folder / "little",
            ]
            done = run(*words, before=partial(_limited, mib << 20))
            if done.status == -signal.SIGABRT and "Traceback" not in done.err:
                row.count("ended by Kiwi, which has no error for it")
                continue
            outcome = "done" if done.status == 0 else "refused"
            row.judge(outcome, done.fault and f"{mib} MiB: {done.fault}")
    return row


def rebuild_from_changing_files(folder: Path, seed: int, times: int) -> Row:
    """Change, cut and remove a file while it is read."""
    row = Row("bounds", "files that change while they are read", seed)
    corpus = folder / "restless"
    corpus.mkdir()
    (corpus / "other.txt").write_text(_LINE, encoding="utf-8")
    index = folder / "restless index"
    with timed(row):
        for number in range(times):
            path = corpus / "글.txt"
            path.write_text(_LINE * 100, encoding="utf-8")
            stop = partial(_change_soon, path, random.Random(seed + number))  # noqa: S311
            words: list[Word] = ["rebuild", "--force", "--allow-missing"]
            done = run(*words, "--corpus", corpus, "--index", index, before=stop)
            outcome = "indexed" if done.status == 0 else "refused"
            row.judge(outcome, done.fault and f"{number}: {done.fault}")
            if index.exists() and done.status == 0:
                checked = run("check", "--index", index)
                row.judge("whole", None if checked.status == 0 else checked.err)
    return row


def _change_soon(path: Path, chooser: random.Random) -> None:
    """Change the file from another process, for a second."""
    if os.fork():
        return
    try:
        for _ in range(200):
            with suppress(OSError):
                choice = chooser.randrange(3)
                if choice == 0:
                    path.write_text(_LINE * chooser.randrange(200), encoding="utf-8")
                elif choice == 1:
                    path.unlink()
                else:
                    os.truncate(path, chooser.randrange(50))
    finally:
        os._exit(0)
