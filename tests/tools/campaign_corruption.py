"""Corruption: an index is changed at random, and must not answer otherwise than before.

After each change a search, a listing and `check` are run as processes. Allowed is the
answer of before, or one clear error; and where anything was changed but the lock, or a
file that nothing reads, `check` must report it.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from campaign_support import (
    Done,
    Row,
    Scale,
    Subject,
    answers,
    check,
    run,
    scratch,
    timed,
    write_corpus,
)

from indexer.build.index_directory import IndexDirectory
from indexer.build.plan import CORPUS
from indexer.build.rebuild import rebuild
from indexer.file_names import segment_folder

_MANY = 6_000
"""Records, and as many paragraphs: enough for an incremental rebuild."""
Chooser = random.Random
Change = Callable[[Path, list[Path], Chooser], str]


def flip(index: Path, files: list[Path], chooser: Chooser) -> str:
    path = _filled(files, chooser)
    data = bytearray(path.read_bytes())
    place, bit = chooser.randrange(len(data)), chooser.randrange(8)
    data[place] ^= 1 << bit
    path.write_bytes(data)
    return f"bit {bit} of byte {place} of {path.relative_to(index)}"


def truncate(index: Path, files: list[Path], chooser: Chooser) -> str:
    path = _filled(files, chooser)
    size = chooser.randrange(path.stat().st_size)
    path.write_bytes(path.read_bytes()[:size])
    return f"{path.relative_to(index)} cut to {size} bytes"


def remove(index: Path, files: list[Path], chooser: Chooser) -> str:
    path = chooser.choice(files)
    path.unlink()
    return f"{path.relative_to(index)} removed"


def swap(index: Path, files: list[Path], chooser: Chooser) -> str:
    one, other = chooser.sample(files, 2)
    data = one.read_bytes(), other.read_bytes()
    other.write_bytes(data[0])
    one.write_bytes(data[1])
    return f"{one.relative_to(index)} and {other.relative_to(index)} swapped"


def zero(index: Path, files: list[Path], chooser: Chooser) -> str:
    path = _filled(files, chooser)
    data = bytearray(path.read_bytes())
    start = chooser.randrange(len(data))
    end = min(len(data), start + chooser.choice((1, 16, 512, 4096)))
    data[start:end] = bytes(end - start)
    path.write_bytes(data)
    return f"bytes {start} to {end} of {path.relative_to(index)} made 0"


def append(index: Path, files: list[Path], chooser: Chooser) -> str:
    path = chooser.choice(files)
    more = chooser.randbytes(chooser.choice((1, 8, 4096)))
    path.write_bytes(path.read_bytes() + more)
    return f"{len(more)} bytes appended to {path.relative_to(index)}"


def stale(index: Path, files: list[Path], chooser: Chooser) -> str:
    """Put a file of the generation before in the place of that of the same name."""
    current = IndexDirectory(index).current()
    before = next(
        path for path in IndexDirectory(index).generations() if path != current
    )
    names = [
        path.relative_to(current)
        for path in files
        if path.is_relative_to(current)
        and (before / path.relative_to(current)).exists()
    ]
    name = chooser.choice(names)
    shutil.copyfile(before / name, current / name)
    return f"{name} as it was in the generation before"


def repoint(index: Path, files: list[Path], chooser: Chooser) -> str:  # noqa: ARG001
    """Have CURRENT name another generation."""
    path = index / "CURRENT"
    name, _, rest = path.read_text(encoding="ascii").partition(" ")
    other = chooser.choice([p.name for p in IndexDirectory(index).generations()])
    path.write_text(f"{other if other != name else 'g99'} {rest}", encoding="ascii")
    return f"CURRENT names {other}"


def add(index: Path, files: list[Path], chooser: Chooser) -> str:
    """Add a copy of a file under a name that a reader might take for its own."""
    path = chooser.choice([p for p in files if p.parent != index])
    name = chooser.choice(("_MAIN_2.toc", "more", "MAIN_zzz.trm"))
    shutil.copyfile(path, path.with_name(name))
    return f"{path.relative_to(index)} copied to {name}"


CHANGES: tuple[Change, ...] = (
    *(flip,) * 6,
    *(truncate, remove, swap, zero, append, stale, repoint, add),
)


def corruption(
    folder: Path, subject: Subject, scale: Scale, seed: int
) -> Iterator[Row]:
    """Yield a row for each index that was changed."""
    yield change_files("A and B", subject.index, scale.changes, seed)
    yield change_files("three segments", three_segments(folder), scale.changes, seed)
    shared = Path(__file__).resolve().parents[3] / "shared/data/communiques"
    row = Row("corruption", "four communiqués", seed)
    if not shared.is_dir():
        row.skipped = "the shared collections do not lie beside the project"
        yield row
        return
    index = folder / "communiques"
    rebuild(index, [CORPUS])
    rebuild(index, [CORPUS, shared])
    yield change_files("four communiqués", index, scale.changes, seed)


def three_segments(folder: Path) -> Path:
    """Make an index of three segments: the first two have deleted sentences."""
    corpus, index = write_corpus(folder / "many", 3, _MANY), folder / "three segments"
    rebuild(index, [corpus])
    records = corpus / "기록.jsonl"
    for old, new, count in (("전작권", "작전권", 2), ("작전권", "지휘권", 1)):
        text = records.read_text(encoding="utf-8")
        records.write_text(text.replace(old, new, count), encoding="utf-8")
        rebuild(index)
    if not segment_folder(IndexDirectory(index).current(), 2).is_dir():
        raise ValueError("the index has fewer segments")
    return index


def change_files(
    what: str,
    index: Path,
    times: int,
    seed: int,
    changes: tuple[Change, ...] = CHANGES,
) -> Row:
    """Change copies of *index* at random, and judge what then is answered."""
    row = Row("corruption", what, seed)
    runs = _runs(index)
    # A document that one index has and the other lacks is an error, and stays one.
    if any(done.fault for done in runs):
        raise ValueError(f"the index does not answer: {runs}")
    with timed(row):
        for number in range(times):
            chooser = random.Random(seed * 1_000_003 + number)  # noqa: S311
            with tempfile.TemporaryDirectory(dir=scratch()) as folder:
                copy = Path(folder) / "index"
                shutil.copytree(index, copy)
                before = _bytes(copy)
                files = [copy / name for name in before]
                what_changed = chooser.choice(changes)(
                    copy, _answering(copy, files), chooser
                )
                after = _bytes(copy)
                if after == before:
                    row.count("no change")
                    continue
                outcome, fault = _judged(copy, index, runs, _matters(before, after))
                row.judge(outcome, fault and f"{number}: {what_changed}: {fault}")
    return row


def _answering(index: Path, files: list[Path]) -> list[Path]:
    """Return those of *files* that belong to what answers, not to what did before."""
    current = IndexDirectory(index).current()
    return sorted(
        path for path in files if path.parent == index or path.is_relative_to(current)
    )


def _runs(index: Path) -> list[Done]:
    """Return the output of the commands that read the index."""
    return [
        answers(index),
        run("explain", "전작권 전환", "--index", index),
        run("concordance", "전작권", "--index", index),
        run("suggest", "ㅈ", "--index", index),
        run("info", "--json", "--index", index),
    ]


def _judged(
    copy: Path, index: Path, runs: list[Done], matters: bool
) -> tuple[str, str | None]:
    """Return the outcome of a change and, if it is a bad one, what went wrong."""
    again = [each._replace(out=_plain(each, copy, index)) for each in _runs(copy)]
    same = again == runs
    for before, after in zip(runs, again, strict=True):
        if fault := _otherwise(before, after):
            return "failed", fault
    done = check(copy)
    is_error = done.status != 0
    if done.fault or (not is_error and not same) or (not is_error and matters):
        return "failed", f"check: {done.fault or 'found nothing wrong'}"
    if not is_error:
        return "without effect", None
    return ("found by check alone" if same else "refused"), None


def _otherwise(before: Done, after: Done) -> str | None:
    """Return a fault if the answer is neither the one before the change nor an error."""
    if after.fault or after == before:
        return after.fault
    if after.status != 2 or not _is_clear(after):
        return f"answers otherwise: {after.status} {after.err[-300:]}"
    if not _is_part(after.out, before.out):
        return "some of the answers are other ones"
    return None


def _plain(done: Done, copy: Path, index: Path) -> bytes:
    """Return the output with the path of the copy replaced by that of the index."""
    return done.out.replace(str(copy).encode(), str(index).encode())


def _is_clear(done: Done) -> bool:
    errors = [line for line in done.err.splitlines() if line.startswith("Error: ")]
    return len(errors) == 1 or (not errors and b'"error": "' in done.out)


def _is_part(out: bytes, before: bytes) -> bool:
    """Whether each line is an answer from before the change, or an error record."""
    known = set(before.splitlines())
    return all(line in known or b'"error": "' in line for line in out.splitlines())


def _matters(before: dict[str, bytes], after: dict[str, bytes]) -> bool:
    """Whether more than LOCK, or the line end of CURRENT, has changed."""
    names = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
    if {"CURRENT"} == names:
        return before["CURRENT"].strip() != after.get("CURRENT", b"").strip()
    return bool(names - {"LOCK"})


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _filled(files: list[Path], chooser: Chooser) -> Path:
    return chooser.choice([path for path in files if path.stat().st_size])
