"""Supply: a release holds what it must and nothing else, and installs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from campaign_support import ROOT, Row, Scale, Subject, run_program, timed

PACKAGES = ("corpus", "indexer", "search")
DATA = {
    "corpus": ("*.txt",),
    "indexer": ("text/hanja.txt", "text/hanja_words.txt", "py.typed"),
    "search": ("py.typed", "query/misspellings.txt", "web/static/*", "web/templates/*"),
}
_BESIDE = ("setup.cfg", "pyproject.toml", "README.md", "PKG-INFO")


def supply(folder: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:  # noqa: ARG001
    """Yield the rows."""
    yield release(folder, seed)
    yield advisories(seed)


def expected() -> set[str]:
    """Return the files that a release must hold of the packages."""
    patterns = {name: ("*.py", *DATA[name]) for name in PACKAGES}
    return {
        path.relative_to(ROOT).as_posix()
        for name, each in patterns.items()
        for pattern in each
        for path in (ROOT / name).rglob(pattern)
    }


def faults_of_wheel(names: set[str]) -> list[str]:
    """Return what a wheel holds too much, and what it lacks."""
    contents = {name for name in names if ".dist-info/" not in name}
    return [
        *(f"too much: {name}" for name in sorted(contents - expected())),
        *(f"missing: {name}" for name in sorted(expected() - contents)),
    ]


def faults_of_sdist(names: set[str]) -> list[str]:
    """Return what a source distribution holds too much, and what it lacks."""
    # setuptools adds the tests of its own accord, and a template alone would hinder it.
    tests = {p.relative_to(ROOT).as_posix() for p in (ROOT / "tests").glob("test*.py")}
    needed = expected() | set(_BESIDE) | tests
    contents = {name for name in names if ".egg-info/" not in name}
    return [
        *(f"too much: {name}" for name in sorted(contents - needed)),
        *(f"missing: {name}" for name in sorted(needed - contents)),
    ]


def release(folder: Path, seed: int) -> Row:
    """Build both distributions, compare what they hold, install the wheel and search."""
    row = Row("supply", "wheel and source distribution", seed)
    with timed(row):
        source = folder / "source"
        ignored = shutil.ignore_patterns(".git", ".venv", "__pycache__", "*.egg-info")
        shutil.copytree(ROOT, source, ignore=ignored)
        python = folder / "venv/bin/python"
        for words in (
            (sys.executable, "-m", "venv", folder / "venv"),
            (python, "-m", "pip", "install", "--quiet", "build"),
            (python, "-m", "build", "--outdir", folder / "dist", source),
        ):
            done = run_program(*words, most=600)
            if done.status:
                row.fail(f"{words}: {done.err[-800:]}")
                return row
        (wheel,) = (folder / "dist").glob("*.whl")
        (sdist,) = (folder / "dist").glob("*.tar.gz")
        with zipfile.ZipFile(wheel) as packed:
            for fault in faults_of_wheel(set(packed.namelist())):
                row.fail(f"wheel: {fault}")
        row.count("wheel listed")
        with tarfile.open(sdist) as unpacked:
            names = {m.name.partition("/")[2] for m in unpacked if m.isfile()}
        for fault in faults_of_sdist(names):
            row.fail(f"sdist: {fault}")
        row.count("source distribution listed")
        for distribution in (wheel, sdist):
            row.judge("installed and searched", _installed(folder, distribution))
    return row


def _installed(folder: Path, distribution: Path) -> str | None:
    """Install a distribution in an environment of its own, and search with it."""
    place = folder / f"installed {distribution.suffix}"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    pip = (place / "bin/python", "-m", "pip", "install", "--quiet")
    done = run_program(*pip, distribution, most=600)
    if done.status:
        return done.err[-800:]
    command = place / "bin/communique"
    index = place / "index"
    done = run_program(command, "rebuild", "--index", index)
    if done.status:
        return done.err[-800:]
    done = run_program(command, "search", "--count", "전작권", "--index", index)
    return None if done.out.strip() == b"7" else str(done)


def advisories(seed: int) -> Row:
    """Run pip-audit for advisories, if it reaches its database."""
    row = Row("supply", "advisories of the locked requirements", seed)
    tool = shutil.which("pip-audit") or Path(sys.executable).with_name("pip-audit")
    if not Path(tool).exists():
        row.skipped = "pip-audit is not there"
        return row
    with timed(row):
        lock = ROOT / ".ci/requirements.txt"
        done = run_program(
            tool, "--disable-pip", "--require-hashes", "-r", lock, most=120
        )
        if "No known vulnerabilities" in done.err + done.out.decode():
            row.count("none known")
        elif (
            "Connection" in done.err
            or "resolve" in done.err
            or "Max retries" in done.err
        ):
            row.skipped = "its database cannot be reached"
        else:
            row.fail((done.out.decode() + done.err)[-1_500:])
    return row
