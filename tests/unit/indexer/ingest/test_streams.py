"""Files of any size: read in parts they say what they say when read as a whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import CommuniqueError
from indexer.ingest import corpus_files, streams


@given(
    st.one_of(
        st.binary(max_size=40),
        st.text("한글a\n\r\ufeff\u2028", max_size=20).map(str.encode),
        st.text("한글a\n\r", max_size=20).map(lambda text: text.encode("cp949")),
    ),
    st.integers(1, 7),
)
def test_a_file_read_in_parts_is_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, part: int
) -> None:
    path = tmp_path_factory.mktemp("parts") / "a.jsonl"
    path.write_bytes(data)
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "_PART", part)
        found = [
            _outcome(read, path, said) for read in (corpus_files.read, streams.examine)
        ]

    source, examined = found
    if isinstance(source, corpus_files.Source):
        assert isinstance(examined, corpus_files.SourceFile)
        assert examined == source.file
        lines = "\n".join(streams.lines(examined))
        assert lines == source.text.removesuffix("\n")
    else:
        assert examined == source
    assert said[::2] == said[1::2]


def _outcome(read: Callable[..., object], path: Path, said: list[str]) -> object:
    """Return what *read* returns, or the sentence of its fault."""
    try:
        return read(path, said.append)
    except CommuniqueError as fault:
        return str(fault)
