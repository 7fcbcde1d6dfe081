"""Power loss: after any call of a rebuild, only what was synced by then is certain.

strace records the calls that a rebuild makes on the folder of the index. Each prefix of
them is replayed on a model of a file system, in which a new entry of a folder is certain
when the folder is synced, and the bytes of a file when the file is. The states that a
disk may then have are written out, and each must answer as before or after the rebuild.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from campaign_support import QUERIES, ROOT, Row, Scale, Subject, timed

from indexer.backends import backend_of
from indexer.errors import CommuniqueError
from search.index import open_index

CALLS = (
    "openat,write,lseek,ftruncate,fsync,rename,renameat,renameat2,link,linkat,unlink,"
    "unlinkat,mkdir,rmdir"
)
_CALL = re.compile(r"(\w+)\((.*)\) += (\d+)(?:<(.*)>)?")
_QUOTED = re.compile(r'"([^"]*)"')
_DESCRIPTOR = re.compile(r"(\d+)<([^>]*)>")
_LONGEST = 1 << 26
"""Bytes of one call that strace records at most."""
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)")
_UNFINISHED = "<unfinished ...>"
_PATCHED = (
    "from indexer.build import changes\n"
    "changes.MIN_SENTENCES, changes.MAX_CHANGED_ONE_IN = 1, 0.01"
)
"""Has any rebuild be an incremental one."""

Answers = tuple[tuple[str, ...], ...]
Choice = Callable[[], bool]


@dataclass
class File:
    """A file: its bytes, and those it had when it was last synced."""

    data: bytes = b""
    synced: bytes = b""


@dataclass
class Folder:
    """A folder: its entries, and those it had when it was last synced."""

    entries: dict[str, File | Folder] = field(default_factory=dict)
    synced: dict[str, File | Folder] = field(default_factory=dict)


class Disk:
    """A model of the folder *root*, to which recorded calls are applied.

    Args:
        root: The folder of the calls.
        before: A copy of it from before them.
    """

    def __init__(self, root: Path, before: Path) -> None:
        self._root = root
        self.top = _loaded(before)
        self._offsets: dict[tuple[str, int], int] = {}
        """The position of each descriptor in its file."""

    def apply(self, call: str) -> Path | None:
        """Apply a call, as strace prints it; return the path that it changed, if any."""
        if not (match := _CALL.fullmatch(call)):
            return None
        name, arguments, result, opened = match.groups()
        quoted = [_bytes_of(text) for text in _QUOTED.findall(arguments)]
        descriptor = _DESCRIPTOR.match(arguments)
        if name in ("write", "lseek", "ftruncate", "fsync"):
            if not descriptor:
                return None
            path = _path_of(descriptor[2])
            number = (
                int(arguments.split(", ")[1]) if name == "ftruncate" else int(result)
            )
            data = quoted[0][:number] if name == "write" else b""
            changed = self._changed(name, path, descriptor[1], number, data)
            return path if changed else None
        paths = [Path(os.fsdecode(path)) for path in quoted]
        if descriptor:  # unlinkat(5</index/g1>, "name", 0)
            paths[0] = _path_of(descriptor[2]) / paths[0]
        if name == "openat":
            return self._open(_path_of(opened), result, arguments) if opened else None
        if name == "mkdir":
            changed = self._create(paths[0], Folder())
        elif name in ("unlink", "unlinkat", "rmdir"):
            parent = self._folder(paths[0])
            changed = bool(parent and parent.entries.pop(paths[0].name, None))
        else:
            changed = self._move(paths[0], paths[-1], keep="link" in name)
        return paths[-1] if changed else None

    def _changed(
        self, name: str, path: Path, descriptor: str, number: int, data: bytes
    ) -> bool:
        """Apply a call on an open file or folder."""
        node = self._node(path)
        if isinstance(node, Folder):
            node.synced = dict(node.entries)
        elif node is None:
            return False
        elif name == "fsync":
            node.synced = node.data
        elif name == "ftruncate":
            node.data = node.data[:number].ljust(number, b"\0")
        elif name == "lseek":
            self._offsets[descriptor, id(node)] = number
            return False
        else:
            offset = self._offsets.get((descriptor, id(node)), 0)
            end = offset + len(data)
            node.data = node.data[:offset].ljust(offset, b"\0") + data + node.data[end:]
            self._offsets[descriptor, id(node)] = end
        return True

    def _open(self, path: Path, descriptor: str, flags: str) -> Path | None:
        changed = "O_CREAT" in flags and self._create(path, File())
        node = self._node(path)
        if isinstance(node, File):
            self._offsets[descriptor, id(node)] = 0
            if "O_TRUNC" in flags and node.data:
                node.data = b""
                changed = True
        return path if changed else None

    def _create(self, path: Path, node: File | Folder) -> bool:
        parent = self._folder(path)
        if not parent or path.name in parent.entries:
            return False
        parent.entries[path.name] = node
        return True

    def _move(self, source: Path, target: Path, *, keep: bool) -> bool:
        old, new = self._folder(source), self._folder(target)
        if not old or not new or source.name not in old.entries:
            return False
        take = old.entries.get if keep else old.entries.pop
        node = take(source.name)
        if node:
            new.entries[target.name] = node
        return True

    def _folder(self, path: Path) -> Folder | None:
        """Return the folder in which *path* is."""
        node = self._node(path.parent)
        return node if isinstance(node, Folder) else None

    def _node(self, path: Path) -> File | Folder | None:
        if not path.is_relative_to(self._root):
            return None
        node: File | Folder | None = self.top
        for name in path.relative_to(self._root).parts:
            node = node.entries.get(name) if isinstance(node, Folder) else None
        return node


def _bytes_of(text: str) -> bytes:
    r"""Return the bytes that strace prints as `\x2f\x74`."""
    return bytes.fromhex(text.replace("\\x", ""))


def _path_of(text: str) -> Path:
    return Path(os.fsdecode(_bytes_of(text)))


def _loaded(path: Path) -> Folder:
    """Return the model of a folder on the disk, all of which is synced."""
    entries: dict[str, File | Folder] = {}
    for child in path.iterdir():
        if child.is_dir():
            entries[child.name] = _loaded(child)
        else:
            data = child.read_bytes()
            entries[child.name] = File(data, data)
    return Folder(entries, dict(entries))


def _survived(folder: Folder, choose: Choice) -> Folder:
    """Return a state that the disk may have; *choose* decides on all that is not synced."""
    entries: dict[str, File | Folder] = {}
    for name, node in (folder.entries if choose() else folder.synced).items():
        if isinstance(node, Folder):
            entries[name] = _survived(node, choose)
        else:
            entries[name] = File(node.data if choose() else node.synced)
    return Folder(entries)


def _write(folder: Folder, path: Path) -> None:
    path.mkdir()
    for name, node in folder.entries.items():
        if isinstance(node, Folder):
            _write(node, path / name)
        else:
            (path / name).write_bytes(node.data)


def _key(folder: Folder) -> object:
    """Return a value that is equal for equal states only."""
    return tuple(
        (name, _key(node) if isinstance(node, Folder) else node.data)
        for name, node in sorted(folder.entries.items())
    )


def record(index: Path, corpus: Path, log: Path, begin: str = "") -> list[str]:
    """Rebuild *index* under strace; return its calls in order.

    The process begins with the statements *begin*.
    """
    program = f"{begin}\nfrom search.cli.main import main\nmain()"
    words = ("rebuild", "--corpus", str(corpus), "--index", str(index))
    subprocess.run(
        [
            *("strace", "-f", "-qq", "-y", "-xx", "-s", str(_LONGEST), "-o", str(log)),
            *("-e", f"trace={CALLS}", sys.executable, "-c", program, *words),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=600,
    )
    return list(_whole(log.read_text(encoding="utf-8").splitlines()))


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """Yield the calls without process numbers, those of two lines joined."""
    begun: dict[str, str] = {}
    for line in lines:
        process, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith(_UNFINISHED):
            begun[process] = call.removesuffix(_UNFINISHED)
        elif match := _RESUMED.match(call):
            yield begun.pop(process, "") + match[1]
        else:
            yield call


def answers(index: Path) -> Answers:
    """Return the texts that an index answers with, after it was verified."""
    backend_of(index).verify()
    with open_index(index) as opened:
        results = [opened.search(query, limit=100) for query in QUERIES]
    return tuple(tuple(hit.sentence.text for hit in result.hits) for result in results)


def power(folder: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield a row for a full and for an incremental rebuild."""
    for what, begin in (("a rebuild", ""), ("an incremental rebuild", _PATCHED)):
        place = folder / what.replace(" ", "_")
        most = scale.changes if scale.kills > 100 else 40
        yield cut_power(f"power cut during {what}", place, subject, most, seed, begin)


def cut_power(  # noqa: PLR0913, PLR0917 (what, where, of which, how often, and a fault)
    what: str, folder: Path, subject: Subject, most: int, seed: int, begin: str = ""
) -> Row:
    """Rebuild once, then cut the power after every call that changed the folder.

    Every state is tried that differs in the entries of the folder or in CURRENT, and at
    most *most* of the others, at even distances.
    """
    row = Row("power", what, seed)
    if not shutil.which("strace"):
        row.skipped = "strace is not there"
        return row
    folder.mkdir()
    index, before = folder / "index", folder / "before"
    for copy in (index, before):
        shutil.copytree(subject.index, copy)
    with timed(row):
        known = {answers(index)}
        calls = record(index, subject.b, folder / "calls", begin)
        known.add(answers(index))
        states = _states(index, before, calls, random.Random(seed))  # noqa: S311
        inner = [
            number for number, (_, _, is_outer) in enumerate(states) if not is_outer
        ]
        tried = set(inner[:: max(1, -(-len(inner) // most))])
        for position, (number, state, is_outer) in enumerate(states):
            if not is_outer and position not in tried:
                continue
            copy = folder / "cut"
            _write(state, copy)
            try:
                fault = None if answers(copy) in known else "other answers"
            except (CommuniqueError, OSError) as error:
                fault = str(error)
            row.judge("answers", fault and f"after call {number}: {fault}")
            shutil.rmtree(copy)
    return row


def _states(
    index: Path, before: Path, calls: list[str], chooser: random.Random
) -> list[tuple[int, Folder, bool]]:
    """Return the different states that a cut may leave.

    Each has the number of the call that was the last, and whether that changed a path in
    the folder of the index itself.
    """
    disk = Disk(index, before)
    states, seen = list[tuple[int, Folder, bool]](), set[object]()
    choices: tuple[Choice, ...] = (
        *(lambda: False, lambda: True),
        *(lambda: chooser.random() < 0.5,) * 2,
    )
    for number, call in enumerate(calls):
        changed = disk.apply(call)
        for choose in choices if changed else ():
            state = _survived(disk.top, choose)
            if (key := _key(state)) not in seen:
                seen.add(key)
                is_outer = changed is not None and index in (changed, changed.parent)
                states.append((number, state, is_outer))
    if _key(disk.top) != _key(_loaded(index)):
        raise ValueError("the recorded calls do not lead to the folder as it is")
    return states
