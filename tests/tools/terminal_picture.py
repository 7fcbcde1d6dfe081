"""Draw what a search prints on a terminal as an SVG picture, for the README.

    python tests/tools/terminal_picture.py [--index DIR]     write tests/pictures/terminal.svg

The search runs on a pseudo-terminal, so that its colours and line breaks are the real
ones. A Hangul syllable takes two columns, and every run of characters has its exact width
in the picture, whichever font the viewer has.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from wcwidth import wcswidth

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "tests" / "pictures" / "terminal.svg"
COMMAND = ("search", "전작권", "전환", "--limit", "3")

_COLUMNS, _ROWS = 88, 40
_CELL_WIDTH, _LINE_HEIGHT, _MARGIN = 8.4, 22, 18
"""Pixels: of a column, a line, and around the text."""

_SEQUENCE = re.compile(r"\x1b\[([\d;]*)m")
_STYLES = {"": "", "0": "", "2": "dim", "1;33": "match"}
"""The colours that a search prints, and the class of each in the picture."""

_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" \
viewBox="0 0 {width:g} {height:g}" role="img" \
aria-label="{label}">
<style>
text {{ font: 14px "D2Coding", "Noto Sans Mono CJK KR", "Nanum Gothic Coding", "Menlo", \
"Consolas", monospace; fill: #d6dae2; white-space: pre; }}
.prompt {{ fill: #7fd18b; }}
.dim {{ fill: #8b93a3; }}
.match {{ fill: #f4c95d; font-weight: bold; }}
</style>
<rect width="100%" height="100%" rx="8" fill="#1d2129"/>
"""


class Run(NamedTuple):
    """Characters of one style on a line, and the column of the first."""

    column: int
    text: str
    style: str


def terminal_output(arguments: Sequence[str], index: Path) -> str:
    """Return what `communique` with *arguments* prints on a terminal, colours included."""
    screen, terminal = pty.openpty()
    fcntl.ioctl(
        terminal, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0)
    )
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"COLUMNS", "LINES", "NO_COLOR", "COMMUNIQUE_ENGINE"}
    } | {"COMMUNIQUE_INDEX": str(index), "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "search", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=terminal,
        env=environment,
    ) as process:
        os.close(terminal)
        parts = list(_read(screen))
    os.close(screen)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return b"".join(parts).decode().replace("\r\n", "\n")


def _read(screen: int) -> Iterator[bytes]:
    """Yield the bytes of a pseudo-terminal until its process ends."""
    try:
        while part := os.read(screen, 1 << 16):
            yield part
    except OSError:  # Linux reports the end of the process as an input error.
        return


def runs(line: str) -> Iterator[Run]:
    """Yield the runs of a line with escape sequences, the spaces around them left out."""
    column, style = 0, ""
    # A split at a pattern with a group alternates between texts and the group's values.
    for number, part in enumerate(_SEQUENCE.split(line)):
        if number % 2:
            style = _STYLES[part]
            continue
        for word in re.finditer(r"\S+(?: \S+)*", part):
            start = column + wcswidth(part[: word.start()])
            yield Run(start, word[0], style)
        column += wcswidth(part)


def svg(lines: Sequence[str], command: str) -> str:
    """Return a picture of *command* and the *lines* that it prints."""
    rows = [[Run(0, "$", "prompt"), Run(2, command, "")], *map(list, map(runs, lines))]
    parts = [
        _HEAD.format(
            width=_COLUMNS * _CELL_WIDTH + 2 * _MARGIN,
            height=len(rows) * _LINE_HEIGHT + 2 * _MARGIN,
            label=escape(f"A terminal: {command}"),
        )
    ]
    for number, row in enumerate(rows):
        y = _MARGIN + number * _LINE_HEIGHT + 16
        parts += [_text(run, y) for run in row]
    return "".join([*parts, "</svg>\n"])


def _text(run: Run, y: int) -> str:
    x = _MARGIN + run.column * _CELL_WIDTH
    width = wcswidth(run.text) * _CELL_WIDTH
    style = f' class="{run.style}"' if run.style else ""
    return (
        f'<text x="{x:g}" y="{y}" textLength="{width:g}"'
        f' lengthAdjust="spacingAndGlyphs"{style}>{escape(run.text)}</text>\n'
    )


def picture(index: Path) -> str:
    """Return the picture of COMMAND, run on *index*."""
    lines = terminal_output(COMMAND, index).rstrip("\n").split("\n")
    return svg(lines, " ".join(["communique", *COMMAND]))


def main() -> None:
    """Write the picture, from an index of the communiqué unless another is named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--index", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        index = arguments.index
        if index is None:
            from indexer.build.rebuild import rebuild

            index = Path(temporary) / "index"
            rebuild(index)
        PICTURE.write_text(picture(index), encoding="utf-8")


if __name__ == "__main__":
    main()
