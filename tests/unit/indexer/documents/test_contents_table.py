"""Tables of contents in documents of word processors are no paragraphs."""

from __future__ import annotations

from pathlib import Path

import document_files
import pytest

from indexer.documents.contents_table import marked, without_contents
from indexer.documents.extract import extract

CONTENTS = ["목 차", "1. 정세\t3", "2. 협력 ………\t3", "3. 계획\t12"]


def read(paragraphs: list[str]) -> list[str]:
    lines = [line for each in paragraphs for line in (marked(each), "")]
    return [line for line in without_contents(lines) if line]


@pytest.mark.parametrize(
    ("paragraphs", "rest"),
    [
        (["표지", *CONTENTS, "1. 본문이다."], ["표지", "1. 본문이다."]),
        (CONTENTS[1:], []),
        (["머리말이다.", *CONTENTS[1:]], ["머리말이다."]),
        (["가…………3", "나…………5", "다…………9", "끝"], ["끝"]),
        (CONTENTS[:3], CONTENTS[:3]),
        (["1. 정세\t3", "2. 협력\t1", "3. 계획\t2"],) * 2,
        (["구분 2020", "합계 2021", "소계 2022"],) * 2,
    ],
)
def test_entries_with_rising_pages_are_left_out_with_their_title(
    paragraphs: list[str], rest: list[str]
) -> None:
    assert read(paragraphs) == rest


def test_a_table_with_numbers_is_no_table_of_contents(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    table = document.add_table(3, 2)
    for number, row in enumerate(table.rows):
        row.cells[0].text, row.cells[1].text = "병력", str(number)
    path = tmp_path / "a.docx"
    document.save(str(path))

    assert extract(path, path.read_bytes()).text == "병력\t0\n\n병력\t1\n\n병력\t2\n"


def test_the_private_character_of_the_name_of_hangul_is_standard_text() -> None:
    data = document_files.hwp(["\uf53a글 2022로 쓴 글이다."])

    assert extract(Path("a.hwp"), data).text == "ᄒᆞᆫ글 2022로 쓴 글이다.\n"
