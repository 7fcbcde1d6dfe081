"""Documents of other programs: their texts, and the errors of those without one."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import document_files
import pytest
from helpers import SHARED, is_running

from indexer.documents import extract as extraction
from indexer.documents import sandbox
from indexer.documents.extract import (
    DocumentsMissingError,
    DocumentStoppedError,
    DocumentUnreadableError,
)
from indexer.documents.extracted import Extracted, ExtractionError

SAMPLES = SHARED / "samples"
FORMATS = ["hwp", "hwpx", "pdf", "docx", "html"]

shared = pytest.mark.shared


def extract(path: Path, data: bytes) -> Extracted:
    return extraction.extract(path, data)


def fault_of(name: str, data: bytes) -> str:
    with pytest.raises(DocumentUnreadableError) as caught:
        extract(Path(name), data)
    return str(caught.value)


LEFT_OUT = "; replace the file, or leave it out with --allow-unreadable."


def sample(name: str) -> Extracted:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{path} is missing")
    return extract(path, path.read_bytes())


@shared
@pytest.mark.parametrize(
    ("name", "size", "part"),
    [
        (
            "hwpjs_distribution.hwp",
            3_671,
            "해시코드와 AES-128 알고리즘을 이용하여",
        ),
        ("hwpxlib_multipara.hwpx", 1_137, "시원한 3점홈런을 폭발했다.\n\n김하성은 2일"),
        (
            "mfds_admin_notice.hwpx",
            2_948,
            "식품의약품안전처 공고 제2025-477호\n",
        ),
        ("mpm_recruitment_notice.hwpx", 918, "< 모집 개요 >\n"),
        ("pyhwp_footnote-endnote.hwp", 57, "미주참조\n\n 각주입니다.\n\n 각주 두"),
        ("pyhwp_sample-5017.hwp", 353, "A0\tB0\n\nA1\tB10 B11\n"),
        (
            "autorag_korean_texts_two_page.pdf",
            3_635,
            "체결됩니다.\n\n제2조(용어의 정의) 이 계약에서",
        ),
    ],
)
def test_real_files_are_read(name: str, size: int, part: str) -> None:
    text = sample(name).text

    assert part in text
    assert abs(len(text) - size) < 20


def test_the_boilerplate_of_a_distribution_file_is_not_its_text() -> None:
    assert "상위 버전의 배포용 문서" not in sample("hwpjs_distribution.hwp").text


def test_pages_of_a_pdf_begin_at_their_offsets() -> None:
    data = document_files.pdf_pages([["첫째 면이다."], ["둘째 면이다."], ["셋째."]])

    text, pages, *_ = extract(Path("a.pdf"), data)

    assert text == "첫째 면이다.\n둘째 면이다.\n셋째.\n"
    assert [text[start:][:2] for start in pages] == ["첫째", "둘째", "셋째"]


def test_a_pdf_without_a_text_layer_is_an_error() -> None:
    assert fault_of("a.pdf", document_files.pdf_pages([])) == (
        "a.pdf: it has no text layer, as a scan; read it with OCR first" + LEFT_OUT
    )


def test_a_protected_hwp_is_an_error() -> None:
    assert fault_of("a.hwp", document_files.hwp(flags=0b11)) == (
        "a.hwp: it is protected by a password or by DRM" + LEFT_OUT
    )


@pytest.mark.parametrize(
    ("name", "suffix", "reason"),
    [
        ("a.pdf", "html", "it holds HTML, not PDF"),
        ("a.docx", "hwpx", "it holds HWPX, not DOCX"),
        ("a.pdf", "txt", "it is damaged, or is no PDF file"),
    ],
)
def test_a_file_of_another_format_is_an_error(
    name: str, suffix: str, reason: str
) -> None:
    data = document_files.WRITERS[suffix]()

    assert fault_of(name, data) == f"{name}: {reason}{LEFT_OUT}"


def test_hwpx_named_hwp_is_read() -> None:
    text = extract(Path("a.hwp"), document_files.hwpx()).text

    assert document_files.DATE in text


def test_hwpx_with_a_compressed_mimetype_is_read() -> None:
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document_files.hwpx())) as archive,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in archive.namelist():
            packed.writestr(name, archive.read(name))

    assert document_files.DATE in extract(Path("a.hwpx"), output.getvalue()).text


def test_without_its_library_a_format_names_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extraction, "find_spec", lambda _: None)

    with pytest.raises(DocumentsMissingError) as caught:
        extract(Path("a.pdf"), document_files.pdf())

    assert "a.pdf: reading PDF needs the extra 'documents'; install" in str(
        caught.value
    )
    assert "[documents]'`" in str(caught.value)


def test_tables_are_rows_and_notes_come_last(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph("차례", style="List Number")
    document.add_paragraph("둘째", style="List Number")
    cells = [cell for row in document.add_table(2, 2).rows for cell in row.cells]
    for cell, text in zip(cells, ["분야", "합의", "사이버", "강화"], strict=True):
        cell.text = text
    path = tmp_path / "a.docx"
    document.save(str(path))

    text = extract(path, path.read_bytes()).text

    assert text == "1. 차례\n\n2. 둘째\n\n분야\t합의\n\n사이버\t강화\n"


def test_tracked_changes_text_boxes_and_content_controls_of_docx_are_read() -> None:
    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    box = f"<w:p>{run('글상자')}</w:p>"
    body = (
        f"<w:p>{run('가')}<w:ins>{run('나')}</w:ins><w:del><w:r><w:delText>다</w:delText>"
        f"</w:r></w:del><w:r><w:br/><w:t>라</w:t></w:r><w:r><w:pict><w:txbxContent>{box}"
        "</w:txbxContent></w:pict></w:r></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('마')}</w:p></w:sdtContent></w:sdt>"
    )

    assert extract(Path("a.docx"), docx_of(body)).text == "가나\n라\n\n글상자\n\n마\n"


def docx_of(body: str) -> bytes:
    from docx import Document
    from docx.oxml import parse_xml

    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = Document()
    for element in parse_xml(f'<w:body xmlns:w="{word}">{body}</w:body>'):
        document.element.body.append(element)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def test_the_marker_of_a_bookmark_is_no_text_of_hwpx(tmp_path: Path) -> None:
    data = document_files.hwpx(["가나다"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        section = archive.read("Contents/section0.xml").decode()
    marked = section.replace(
        "가나다",
        "가</hp:t><hp:ctrl><hp:bookmark name='x'/></hp:ctrl><hp:t>나<hp:lineBreak/>다",
    )
    data = replaced_part(
        data, "Contents/section0.xml", marked.encode(), tmp_path / "a.zip"
    )

    assert extract(Path("a.hwpx"), data).text == "가나\n다\n"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>가&amp;나&nbsp;다<br>라</p><p>마</p>", "가&나\xa0다\n라\n\n마\n"),
        (
            "<table><tr><td>가</td><th>나</th></tr><tr><td>다</td></tr></table>",
            "가\t나\n\n다\n",
        ),
        ("<p>가</p><script>나</script><div hidden>다</div><nav>라</nav>", "가\n"),
        ("<div>" * 20_000 + "가", "가\n"),
        (
            "<article>가</article>나<article>다<article>라</article></article>",
            "가\n\n다\n\n라\n",
        ),
        ("<h1>가</h1><main>나나나</main>", "가\n\n나나나\n"),
        (
            "<p style='color: red; DISPLAY : none'>가</p><p style='visibility:hidden'>나</p>다",
            "다\n",
        ),
        ("<nav hidden><form><p>가</p></form><nav>나</nav></nav>다", "다\n"),
        ("<header><h1>가</h1></header><p>나</p>", "가\n\n나\n"),
        ("<header><a href='/'>가</a></header><p>나</p>", "나\n"),
        (
            "<a href='#b'>가</a><ul><li><a href=1>나</a><li><a href=2>다</a></ul><p>라</p>",
            "라\n",
        ),
        ("<p>가<a href='#1'>1)</a> 나 <a href=2>다</a></p>", "가1) 나 다\n"),
        ("<p><b>가</b><br>나<br><br>다</p>", "가\n\n나\n\n다\n"),
        (
            "<table><tr><td><p>가<br>나</p><p>다</p></td><td>라</td></tr></table>",
            "가 나 다\t라\n",
        ),
        ("<pre>가\n나\n\n다</pre>", "가\n나\n\n다\n"),
    ],
)
def test_html_becomes_its_visible_text(page: str, text: str) -> None:
    assert extract(Path("a.html"), page.encode()).text == text


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<a><div>", "<table><tr><td>"])
def test_deep_nesting_in_html_is_an_error_without_a_wait(tag: str) -> None:
    assert fault_of("a.html", tag.encode() * 200_000) == (
        "a.html: its elements are nested more than 20000 deep" + LEFT_OUT
    )


def test_html_is_decoded_as_it_declares() -> None:
    data = '<meta charset="euc-kr"><p>뷁 전작권'.encode("cp949")

    assert extract(Path("a.htm"), data).text == "뷁 전작권\n"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# **한미** [동맹](a.md)\n\n> - `전환`", Extracted("한미 동맹\n\n전환\n")),
        ("1. 첫째 _강조_\n2. a_b_c", Extracted("1. 첫째 강조\n\n2. a_b_c\n")),
        (
            "가 &amp; 나 &lt;다&gt; `&amp; **라**` \\&amp; &#54620;",
            Extracted("가 & 나 <다> &amp; **라** &amp; 한\n"),
        ),
        ("**가 `나` 다**  \n라\\\n마", Extracted("가 나 다\n라\n마\n")),
        ("가\n===\n나\n- 다\n  라\n- 마", Extracted("가\n\n나\n\n다\n라\n\n마\n")),
        ("| 가 | 나 |\n|---|---|\n| 다 | 라 |", Extracted("가\t나\n\n다\t라\n")),
        (
            "---\ntitle: '제52차'\ndate: 2020-10-14\ntags: [a]\n---\n본문",
            Extracted("본문\n", (), "제52차", "2020-10-14"),
        ),
        ("---\n본문", Extracted("본문\n")),
    ],
)
def test_markdown_becomes_its_text(markdown: str, expected: Extracted) -> None:
    assert extract(Path("a.md"), markdown.encode()) == expected


# Hostile files


def bomb(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/hwp+zip", zipfile.ZIP_STORED)
        with archive.open(name, "w") as file:
            for _ in range(300):
                file.write(bytes(1 << 20))
    return path.read_bytes()


@pytest.mark.parametrize("name", ["a.hwpx", "a.docx"])
def test_a_decompression_bomb_is_an_error(tmp_path: Path, name: str) -> None:
    part = "Contents/section0.xml" if name == "a.hwpx" else "word/document.xml"
    data = bomb(tmp_path / "bomb.zip", part)
    if name == "a.docx":
        data = data.replace(b"application/hwp+zip", b"application/xxx+xxx")
        data = data.replace(b"mimetype", b"word/xyz")

    assert "it unpacks to more than 256 MiB" in fault_of(name, data)


def replaced_part(data: bytes, name: str, content: bytes, path: Path) -> bytes:
    path.write_bytes(data)
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for each, old in parts.items():
            archive.writestr(each, content if each == name else old)
    return path.read_bytes()


ENTITIES = "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "가" * 99}">' for n in range(9)
)
EXPANSION = f"<!DOCTYPE a [{ENTITIES}]><a>&a8;</a>".encode()
NESTING = b"<a>" * 200_000


@pytest.mark.parametrize("content", [EXPANSION, NESTING], ids=["entities", "nesting"])
@pytest.mark.parametrize(
    ("suffix", "name"),
    [("hwpx", "Contents/section0.xml"), ("docx", "word/document.xml")],
)
def test_hostile_xml_is_an_error(
    tmp_path: Path, suffix: str, name: str, content: bytes
) -> None:
    data = document_files.WRITERS[suffix]()
    data = replaced_part(data, name, content, tmp_path / "a.zip")

    assert fault_of(f"a.{suffix}", data).startswith(f"a.{suffix}: it ")


def replace_parser(monkeypatch: pytest.MonkeyPatch, path: Path, program: str) -> None:
    """Write a parser module that runs *program*, and have the sandbox use it."""
    path.write_text(f"def extract(path):\n    {program}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(path.parent)
    monkeypatch.setattr(sandbox, "PACKAGE", "")


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("x = bytearray(1 << 31)", "reading it takes too much memory"),
        ("while True: pass", "reading it takes more than 1 seconds"),
        ("import time; time.sleep(30)", "reading it takes more than 1 seconds"),
        ("import os; os.abort()", "its parser crashed"),
        ("import os; os._exit(255)", "its parser crashed"),
        ("open(path, 'wb').write(bytes(1 << 30))", "reading it takes too much memory"),
        ("raise OSError(12, '')", "reading it takes too much memory"),
        ("1 / 0", "it is damaged (ZeroDivisionError)"),
    ],
)
def test_a_parser_beyond_its_limits_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, reason: str
) -> None:
    replace_parser(monkeypatch, tmp_path / "bad_parser.py", program)
    # On a busy machine a second is too short for the other limits.
    limit = 1.0 if reason.endswith("seconds") else 30.0
    monkeypatch.setattr(sandbox, "SECONDS", limit)

    with pytest.raises(ExtractionError) as caught:
        sandbox.run("bad_parser", tmp_path / "document.bad")

    assert str(caught.value) == reason


@pytest.mark.skipif(sys.platform == "win32", reason="signals and messages of POSIX")
@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (
            "import os; os.kill(os.getpid(), 9)",
            "it was killed; memory may have run out",
        ),
        (
            "raise OSError(28, '')",
            "No space left on device; see whether TMPDIR has space",
        ),
        (
            "open(path.with_name('text.json'), 'w'); raise OSError(24, '')",
            "Too many open files",
        ),
    ],
)
def test_a_parser_that_the_system_stops_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, reason: str
) -> None:
    replace_parser(monkeypatch, tmp_path / "pdf.py", program)

    # --allow-unreadable leaves out no such file: it is not a DocumentUnreadableError.
    with pytest.raises(DocumentStoppedError) as caught:
        extract(Path("a.pdf"), document_files.WRITERS["pdf"]())

    assert str(caught.value) == (
        f"a.pdf: the system stopped its parser ({reason}); mend that and try again."
    )


WAITING = """
import sys
from pathlib import Path
from indexer.documents import sandbox
sandbox.PACKAGE = ""
sandbox.run("waiting_parser", Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends by its limits")
def test_a_parser_ends_when_the_process_that_waits_for_it_is_killed(
    tmp_path: Path,
) -> None:
    (tmp_path / "waiting_parser.py").write_text(
        "import os, time\n"
        "def extract(path):\n"
        "    (path.parent / 'pid').write_text(f'{os.getpid()}\\n')\n"
        "    time.sleep(600)\n",
        encoding="utf-8",
    )
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, tmp_path / "document"],
        env={**os.environ, "PYTHONPATH": paths},
    ) as parent:
        while not (written := tmp_path / "pid").exists() or not written.read_text(
            "utf-8"
        ):
            assert parent.poll() is None
            time.sleep(0.01)
        parent.kill()

    until = time.monotonic() + 30
    while is_running(int(written.read_text("utf-8"))):
        assert time.monotonic() < until
        time.sleep(0.01)


def mutated(data: bytes, random_: random.Random) -> bytes:
    """Return *data* with bytes changed, doubled, cut out or swapped."""
    changed = bytearray(data)
    for _ in range(random_.choice([1, 3, 10, 100])):
        place = random_.randrange(len(changed))
        length = random_.choice([1, 4, 64, 1024])
        kind = random_.randrange(4)
        if kind == 0:
            changed[place] = random_.randrange(256)
        elif kind == 1:
            changed[place : place + 4] = struct.pack(
                "<I", random_.choice([0, 2**31, 2**32 - 1])
            )
        elif kind == 2:
            del changed[place : place + length]
        else:
            changed[place:place] = changed[place : place + length]
        if not changed:
            return b""
    return bytes(changed)


def try_mutations(suffix: str, count: int) -> None:
    """Read mutated files: each has a text or is an error.

    The system holds the memory and the time of a parser within limits, which
    `test_a_parser_beyond_its_limits_is_an_error` shows.
    """
    random_ = random.Random(suffix)  # noqa: S311 (no secret)
    original = document_files.WRITERS[suffix]()
    for _ in range(count):
        data = mutated(original, random_)
        try:
            outcome = extract(Path(f"a.{suffix}"), data).text
        except DocumentUnreadableError as fault:
            outcome = str(fault)
        assert outcome.strip()


@pytest.mark.parametrize("suffix", [*FORMATS, "md"])
def test_some_mutated_files_are_a_text_or_an_error(suffix: str) -> None:
    try_mutations(suffix, 5)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [*FORMATS, "md"])
def test_mutated_files_are_a_text_or_an_error(suffix: str) -> None:
    try_mutations(suffix, 200)
