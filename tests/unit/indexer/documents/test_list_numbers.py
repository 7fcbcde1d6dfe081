"""The automatic numbers of lists: of HWPX, DOCX and HTML."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import document_files
import pytest

from indexer.analysis.kiwi import spaces_between
from indexer.documents.extract import extract
from indexer.ingest import corpus_files
from indexer.ingest.document import parse_document

BODIES = [line.partition(". ")[2] for line in document_files.PARAGRAPHS]
LINES = [document_files.TITLE, document_files.DATE, *BODIES]


def hwpx_list(heading: str) -> bytes:
    """Return the statement, whose paragraphs have numbers by a paragraph shape."""
    output = io.BytesIO()
    data = document_files.hwpx(LINES)
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(output, "w") as packed,
    ):
        for name in archive.namelist():
            part = archive.read(name)
            if name == "Contents/header.xml":
                shape = r'(<hh:paraPr id="1".*?)<hh:heading [^>]*>'
                text = re.sub(shape, rf"\1{heading}", part.decode(), count=1)
                part = text.encode()
            if name == "Contents/section0.xml":
                head, *rest = part.decode().rsplit('paraPrIDRef="0"', len(BODIES))
                part = 'paraPrIDRef="1"'.join([head, *rest]).encode()
            packed.writestr(name, part)
    return output.getvalue()


def docx_list() -> bytes:
    from docx import Document

    document = Document()
    for line in LINES[:2]:
        document.add_paragraph(line)
    for line in BODIES:
        document.add_paragraph(line, style="List Number")
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def html_list() -> bytes:
    items = "".join(f"<li><p>{line}</p></li>" for line in BODIES)
    title, date = LINES[:2]
    return (
        f'<meta charset="utf-8"><h1>{title}</h1><p>{date}</p><ol>{items}</ol>'.encode()
    )


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        ("hwpx", hwpx_list('<hh:heading type="NUMBER" idRef="1" level="0"/>')),
        ("hwpx", hwpx_list('<hh:heading type="OUTLINE" idRef="0" level="0"/>')),
        ("docx", docx_list()),
        ("html", html_list()),
    ],
    ids=["hwpx", "outline", "docx", "html"],
)
def test_items_of_a_list_are_numbered_paragraphs(
    suffix: str, data: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(data)

    document = parse_document(corpus_files.read(path, print), spaces_between)

    ids = [sentence.id for sentence in document.sentences]
    assert ids == ["a:1.1", "a:1.2", "a:2.1", "a:2.2", "a:3.1", "a:3.2"]
    assert document.title == document_files.TITLE


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<ol><li>가</li><li>나</li></ol>", "1. 가\n\n2. 나"),
        ("<ol start=3><li>가<li value=7>나<li>다</ol>", "3. 가\n\n7. 나\n\n8. 다"),
        ("<ol reversed><li>가</li><li>나</li></ol>", "2. 가\n\n1. 나"),
        (
            "<ol><li>가<ol><li>다</ol></li><li>나</ol>",
            "1. 가\n\n  1. 다\n\n2. 나",
        ),
        ("<ol><li><b>가</b><br>나<p>다</p></li></ol>", "1. 가\n나\n\n다"),
        ("<ol type=a><li>가</ol><ol type=I><li>나</ol>", "가\n\n나"),
        ("<ol style='list-style: none'><li>가</ol><ul><li>나</ul>", "가\n\n나"),
        ("<ol><li>1. 가<li>2. 나</ol>", "1. 가\n\n2. 나"),
        ("<ol><li>가<li> <li>나</ol>", "1. 가\n\n3. 나"),
        ("<ol start=x><li value=''>가</ol>", "1. 가"),
        ("<table><tr><td><ol><li>가<li>나</ol><td>다</table>", "1. 가 2. 나\t다"),
    ],
)
def test_html_has_the_numbers_that_a_browser_shows(page: str, text: str) -> None:
    assert extract(Path("a.html"), page.encode()).text == f"{text}\n"


def test_docx_counts_on_in_the_same_list_and_restarts_at_an_override() -> None:
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    def number(paragraph: Any, id_: int) -> None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = id_

    document = Document()
    root = document.part.numbering_part.numbering_definitions._numbering  # noqa: SLF001
    definition = root.num_having_numId(
        int(document.styles["List Number"].element.pPr.numPr.numId.val)
    ).abstractNumId.val
    one, other = (root.add_num(definition).numId for _ in range(2))
    restarted = root.add_num(definition)
    override = OxmlElement("w:lvlOverride")
    override.set(qn("w:ilvl"), "0")
    start = OxmlElement("w:startOverride")
    start.set(qn("w:val"), "1")
    override.append(start)
    restarted.append(override)
    for text, id_ in zip("가나다라", [one, one, other, restarted.numId], strict=True):
        number(document.add_paragraph(text), id_)
    output = io.BytesIO()
    document.save(output)

    text = extract(Path("a.docx"), output.getvalue()).text

    assert text == "1. 가\n\n2. 나\n\n3. 다\n\n1. 라\n"
