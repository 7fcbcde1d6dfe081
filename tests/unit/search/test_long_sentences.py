"""The work for a sentence grows with its length, whatever it consists of."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import count_steps, index_records

from search.index import open_index

_SIZE = 300
QUERIES = ("동맹", "국방장관 강화", "맹강", "동맹국방장관", '"국방 장관"')


@pytest.mark.parametrize(
    "piece",
    [
        "국방장관이 전작권을 ",
        "국방장관전작권",
        "국방장관 ( MND )을 ",
        "국방장관( ",
        "“국방 장관",
        "스스스스 (Szszszszm) ",
        "동맹a1",
        "한·미·일·",
        "韓美同盟金樂更",
        "1,234,567",
        ") 이 ",
    ],
)
def test_a_longer_sentence_takes_proportionally_more_steps(
    tmp_path: Path, piece: str
) -> None:
    def steps(times: int) -> tuple[int, int]:
        folder = tmp_path / str(times)
        folder.mkdir()
        texts = ["동맹 강화, 국방 장관 " + piece * times, "동맹을 강화하였다."]
        made = count_steps(lambda: index_records(folder, texts))
        with open_index(folder / "index") as index:
            return made, count_steps(lambda: [*map(index.search, QUERIES)])

    steps(1)  # fills the caches
    for few, many in zip(steps(_SIZE), steps(4 * _SIZE), strict=True):
        assert many < 5 * few
