"""Take pictures of the page for the README, in Chromium.

    python tests/tools/page_pictures.py     write tests/pictures/*.png

They show the communiqué and the two invented statements of the README. It needs the extras
`web` and `browser`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "tests" / "pictures"
CORPUS = ROOT / "corpus"
_STATEMENT = re.compile(r"cat > \S+/(\S+\.txt) <<'끝'\n(.*?)끝\n", re.DOTALL)
_WIDTH = 1100
"""Pixels; the README shows a picture smaller."""


class Picture(NamedTuple):
    """A file of `PICTURES`, the address that it shows, and its height in pixels."""

    name: str
    address: str
    height: int


OF_CORPUS = (
    Picture("page.png", "/?q=전작권+전환&shown=scm-52-2020:11.1", 760),
    Picture("concordance.png", "/?q=훈련&view=concordance&sort=right", 560),
)
OF_STATEMENTS = (
    Picture("compare.png", "/compare?before=nuri1_2031&after=nuri2_2032", 660),
)


def main() -> None:
    """Index the texts, serve them and take all pictures."""
    with tempfile.TemporaryDirectory() as name:
        statements = Path(name) / "statements"
        statements.mkdir()
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        for file, text in _STATEMENT.findall(readme):
            (statements / file).write_text(text, encoding="utf-8")
        for corpus, pictures in ((CORPUS, OF_CORPUS), (statements, OF_STATEMENTS)):
            with _served(corpus, Path(name) / f"{corpus.name}-index") as url:
                _take(url, pictures)


@contextmanager
def _served(corpus: Path, folder: Path) -> Iterator[str]:
    """Index *corpus* in *folder* and serve it; yield the URL."""
    command = [sys.executable, "-m", "search"]
    index = ["--index", str(folder)]
    rebuild = [*command, "rebuild", *index, "--corpus", str(corpus)]
    subprocess.run(rebuild, cwd=ROOT, check=True)
    serve = [*command, "serve", "--port", "0", *index]
    with subprocess.Popen(serve, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            yield server.stderr.readline().split()[0].rstrip("/")
        finally:
            server.terminate()


def _take(url: str, pictures: Sequence[Picture]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, address, height in pictures:
            context = browser.new_context(
                locale="ko-KR", viewport={"width": _WIDTH, "height": height}
            )
            page = context.new_page()
            answer = page.goto(url + address, wait_until="networkidle")
            assert answer is not None
            assert answer.ok, answer.status_text
            page.screenshot(path=PICTURES / name)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
