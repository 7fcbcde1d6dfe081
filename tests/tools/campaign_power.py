"""Power loss: after any call of a rebuild, only what was synced by then is certain.

strace records the calls that a rebuild makes on the folder of the index. Each prefix of
them is replayed on a model of a file system, in which a new entry of a folder is certain
when the folder is synced, and the bytes of a file when the file is. The states that a
disk may then have are written out, and each must answer as before or after the rebuild.
"""

from __future__ import annotations

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

CALLS = "openat,write,fsync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,rmdir"
_CALL = re.compile(r"(\w+)\((.*)\) += (\d+)(?:<(.*)>)?")
_PATH = re.compile(r'"([^"]*)"')
_DESCRIPTOR = re.compile(r"\d+<([^>]*)>")
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
    """A file: its bytes, how many of them were written, and how many synced."""

    data: bytes = b""
    written: int = 0
    synced: int = 0


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
        contents: The bytes of each file that they create, in the order of creation.
    """

    def __init__(
        self, root: Path, before: Path, contents: Iterable[bytes] = ()
    ) -> None:
        self._root = root
        self._contents = iter(contents)
        self.top = _loaded(before)
        self.created: list[File] = []

    def apply(self, call: str) -> bool:
        """Apply a call, as strace prints it; return whether it changed anything."""
        if not (match := _CALL.fullmatch(call)):
            return False
        name, arguments, result, opened = match.groups()
        paths = _PATH.findall(arguments)
        descriptor = _DESCRIPTOR.match(arguments)
        if name in ("write", "fsync"):
            size = int(result)
            return self._written(name, descriptor[1], size) if descriptor else False
        if descriptor:  # unlinkat(5</index/g1>, "name", 0)
            paths[0] = f"{descriptor[1]}/{paths[0]}"
        if name == "openat":
            return "O_CREAT" in arguments and self._create(opened, File())
        if name == "mkdir":
            return self._create(paths[0], Folder())
        if name in ("unlink", "unlinkat", "rmdir"):
            parent = self._folder(paths[0])
            return bool(parent and parent.entries.pop(Path(paths[0]).name, None))
        return self._move(Path(paths[0]), Path(paths[-1]), keep="link" in name)

    def files(self) -> Iterator[tuple[Path, File]]:
        """Yield the files with their paths."""
        return _files(self._root, self.top)

    def _written(self, name: str, path: str, size: int) -> bool:
        node = self._node(Path(path))
        if isinstance(node, Folder):
            node.synced = dict(node.entries)
        elif node and name == "write":
            node.written += size
        elif node:
            node.synced = node.written
        return bool(node)

    def _create(self, path: str, node: File | Folder) -> bool:
        parent = self._folder(path)
        if not parent or Path(path).name in parent.entries:
            return False
        if isinstance(node, File):
            node.data = next(self._contents, b"")
            self.created.append(node)
        parent.entries[Path(path).name] = node
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

    def _folder(self, path: str | Path) -> Folder | None:
        """Return the folder in which *path* is."""
        node = self._node(Path(path).parent)
        return node if isinstance(node, Folder) else None

    def _node(self, path: Path) -> File | Folder | None:
        if not path.is_relative_to(self._root):
            return None
        node: File | Folder | None = self.top
        for name in path.relative_to(self._root).parts:
            node = node.entries.get(name) if isinstance(node, Folder) else None
        return node


def _loaded(path: Path) -> Folder:
    """Return the model of a folder on the disk, all of which is synced."""
    entries: dict[str, File | Folder] = {}
    for child in path.iterdir():
        if child.is_dir():
            entries[child.name] = _loaded(child)
        else:
            data = child.read_bytes()
            entries[child.name] = File(data, len(data), len(data))
    return Folder(entries, dict(entries))


def _files(path: Path, folder: Folder) -> Iterator[tuple[Path, File]]:
    for name, node in folder.entries.items():
        if isinstance(node, Folder):
            yield from _files(path / name, node)
        else:
            yield path / name, node


def _survived(folder: Folder, choose: Choice) -> Folder:
    """Return a state that the disk may have; *choose* decides on all that is not synced."""
    entries: dict[str, File | Folder] = {}
    for name, node in (folder.entries if choose() else folder.synced).items():
        if isinstance(node, Folder):
            entries[name] = _survived(node, choose)
        else:
            size = node.written if choose() else node.synced
            entries[name] = File(node.data[:size])
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
            *("strace", "-f", "-qq", "-y", "-s", "0", "-o", str(log)),
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

    At most *most* different states of the disk are tried, at even distances.
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
        step = max(1, -(-len(states) // most))
        for number, state in states[::step]:
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
) -> list[tuple[int, Folder]]:
    """Return the different states that a cut may leave, with the number of the call."""
    # No file is written over, so its bytes are those that it has in the end.
    disk = Disk(index, before)
    for call in calls:
        disk.apply(call)
    paths = {id(file): path for path, file in disk.files()}
    final = (paths.get(id(file)) for file in disk.created)
    disk = Disk(index, before, [path.read_bytes() if path else b"" for path in final])
    states, seen = list[tuple[int, Folder]](), set[object]()
    choices: tuple[Choice, ...] = (
        *(lambda: False, lambda: True),
        *(lambda: chooser.random() < 0.5,) * 2,
    )
    for number, call in enumerate(calls):
        for choose in choices if disk.apply(call) else ():
            state = _survived(disk.top, choose)
            if (key := _key(state)) not in seen:
                seen.add(key)
                states.append((number, state))
    return states
