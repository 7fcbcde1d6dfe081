"""Two documents as an old/new table, read back by python-docx."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import write_texts

from indexer.build.rebuild import rebuild
from search.index import Index, open_index
from search.present import old_new_table
from search.present.old_new_table import DocxMissingError, old_new_docx
from search.present.table_labels import ENGLISH
from search.reading.compare import compare_documents
from search.reading.comparison import DocumentComparison

docx = pytest.importorskip("docx", reason="needs the extra `documents`")

BEFORE = (
    "제1차 회의 공동성명\n2019년 1월 2일, 서울\n"
    "1. 양측은 해적 대응 훈련을 실시하기로 하였다.\n"
    "2. 양 장관은 우주 협력을 확대하기로 합의하였다.\n"
    "3. 양측은 주한미군의 현 수준을 유지하기로 하였다.\n"
    "4. 양측은 북한의 도발을 규탄하였다.\n"
)
AFTER = (
    "제2차 회의 공동성명\n2020년 1월 2일, 워싱턴\n"
    "1. 양측은 북한의 도발을 규탄하였다.\n"
    "2. 양측은 해적 및 밀수 대응 훈련을 해마다 실시하기로 하였다.\n"
    "3. 양측은 주한미군의 현 수준을 유지하기로 하였다.\n"
    "4. 사이버 안보를 논의하였다.\n"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("table")
    rebuild(folder / "index", [write_texts(folder / "c", {"a": BEFORE, "b": AFTER})])
    with open_index(folder / "index") as opened:
        yield opened


@pytest.fixture(scope="module")
def comparison(index: Index) -> DocumentComparison:
    return compare_documents(index, "a", "b")


def rows_of(data: bytes) -> list[tuple[Any, ...]]:
    (table,) = docx.Document(io.BytesIO(data)).tables
    return [row.cells for row in table.rows]


def changes(cell: Any) -> str:
    """Return the text of a cell, with the marks of wdiff for its formats."""
    return "".join(
        f"[-{run.text}-]"
        if run.font.strike
        else f"{{+{run.text}+}}"
        if run.font.underline
        else run.text
        for run in cell.paragraphs[0].runs
    )


def test_the_table_is_read_back_with_its_changes(
    comparison: DocumentComparison,
) -> None:
    head, *rows = rows_of(old_new_docx(comparison))

    assert [cell.text for cell in head] == [
        "구: 제1차 회의 공동성명, 2019-01-02",
        "신: 제2차 회의 공동성명, 2020-01-02",
        "비고",
    ]
    shown = [tuple(map(changes, row)) for row in rows]
    percent = round((comparison.sentences[1].closeness or 0) * 100)
    assert set(shown) == {
        (
            "4.1  양측은 북한의 도발을 규탄하였다.",
            "1.1  양측은 북한의 도발을 규탄하였다.",
            "같음, 자리 옮김",
        ),
        (
            "1.1  양측은 해적 대응 훈련을 실시하기로 하였다.",
            "2.1  양측은 해적 {+및 밀수+} 대응 훈련을 {+해마다+} 실시하기로 하였다.",
            f"바뀜 ({percent}% 비슷함)",
        ),
        (
            "2.1  [-양 장관은 우주 협력을 확대하기로 합의하였다.-]",
            "〈삭제〉",
            "빠짐",
        ),
        *[("3.1  양측은 주한미군의 현 수준을 유지하기로 하였다.",) * 2 + ("같음",)],
        ("〈신설〉", "4.1  {+사이버 안보를 논의하였다.+}", "새 문장"),
    }


def test_both_sides_are_the_sentences(comparison: DocumentComparison) -> None:
    for each in comparison.sentences:
        for side, sentence in (("before", each.before), ("after", each.after)):
            text = "".join(text for text, _ in each.pieces(side))  # type: ignore[arg-type]
            assert text == (sentence.text if sentence else "")


def test_a_part_in_english(comparison: DocumentComparison) -> None:
    data = old_new_docx(comparison, comparison.sentences[-1:], ENGLISH)
    head, *rows = rows_of(data)

    assert head[2].text == "Remarks"
    assert len(rows) == 1
    assert docx.Document(io.BytesIO(data)).paragraphs[0].text == "Old and new text"


def test_the_head_is_repeated_and_the_page_lies_across(
    comparison: DocumentComparison,
) -> None:
    document = docx.Document(io.BytesIO(old_new_docx(comparison)))
    section = document.sections[0]

    assert section.page_width > section.page_height
    head, *rows = document.element.body.xpath(".//w:tr")
    assert len(head.xpath(".//w:tblHeader")) == 1
    assert not rows[0].xpath(".//w:tblHeader")


def test_characters_that_xml_does_not_allow_are_spaces(tmp_path: Path) -> None:
    texts = {
        "a": "1. 양측은 \x0b훈련\uffff을 <하였다> & 마쳤다.\n",
        "b": "1. 양측은 훈련을 하였다.\n",
    }
    rebuild(tmp_path / "index", [write_texts(tmp_path / "c", texts)])
    with open_index(tmp_path / "index") as index:
        data = old_new_docx(compare_documents(index, "a", "b"))

    cells = " ".join(cell.text for row in rows_of(data) for cell in row)
    assert "<하였다> & 마쳤다." in cells
    assert "\uffff" not in cells


def test_without_python_docx_the_message_names_the_extra(
    comparison: DocumentComparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_new_table, "find_spec", lambda _: None)

    with pytest.raises(DocxMissingError, match=r"DOCX needs more packages.*documents"):
        old_new_docx(comparison)
