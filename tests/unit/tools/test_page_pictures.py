"""The pictures of the README are taken again, and stay small."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("playwright", reason="needs the extra `browser`")

import page_pictures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not shutil.which("chromium"), reason="chromium is not installed"
    ),
]


def test_each_picture_of_the_readme_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = page_pictures.PICTURES
    monkeypatch.setattr(page_pictures, "PICTURES", tmp_path)
    page_pictures.main()

    readme = (page_pictures.ROOT / "README.md").read_text(encoding="utf-8")
    pictures = (*page_pictures.OF_CORPUS, *page_pictures.OF_STATEMENTS)
    for name, *_ in pictures:
        assert f"tests/pictures/{name}" in readme
        for path in (tmp_path / name, committed / name):
            assert 20_000 < path.stat().st_size < 200_000
