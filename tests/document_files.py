"""Writers of one statement in each format, by the formats' libraries where they exist.

No library writes HWP 5, nor PDF without a font file; these two are written here, with no
more than a reader needs.
"""

from __future__ import annotations

import html
import io
import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

TITLE = "제99차 한미안보협의회의 공동성명"
DATE = "2031년 10월 14일, 서울"
PARAGRAPHS = (
    (
        "1. 양 장관은 연합방위태세가 굳건하다는 데 인식을 같이하였다. 양측은 북한의 핵과"
        " 미사일 위협이 국제사회 전체의 평화와 안정을 해친다고 평가하였다."
    ),
    (
        "2. 양 장관은 전시작전통제권 전환에 진전이 있었다는 점에 주목하였다. 양측은 조건에"
        " 기초한 전환 계획을 충실히 이행하여 나가기로 하였다."
    ),
    (
        "3. 양 장관은 사이버와 우주 영역에서 협력을 강화할 필요성을 재확인하였다. 양측은"
        " 정보 공유를 넓히기 위한 실무 협의를 정례화하기로 합의하였다."
    ),
)
ANNEX = ("붙임: 이행 계획", "실무 협의는 해마다 두 차례 서울과 워싱턴에서 열린다.")
LINES = (TITLE, DATE, *PARAGRAPHS, *ANNEX)
"""A statement of eight sentences, with a title, a date line and an annex."""


def txt(lines: Sequence[str] = LINES) -> bytes:
    return "\n\n".join(lines).encode()


def md(lines: Sequence[str] = LINES) -> bytes:
    title, *rest = lines
    marked = "\n\n".join(rest).replace("양 장관은", "**양 장관은**")
    return f"# {title}\n\n{marked}\n".encode()


def html_page(lines: Sequence[str] = LINES) -> bytes:
    title, *rest = (html.escape(line) for line in lines)
    body = "".join(f"<p>{line}</p>" for line in rest)
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>부처</title></head><body>'
        "<nav><a href='/'>누리집 차림</a></nav><script>var 전환 = 1;</script>"
        f"<main><h1>{title}</h1>{body}</main><footer>저작권 안내</footer></body></html>"
    ).encode()


def docx(lines: Sequence[str] = LINES) -> bytes:
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.sections[0].header.paragraphs[0].text = "머리말 전환"
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def hwpx(lines: Sequence[str] = LINES) -> bytes:
    from hwpx.document import HwpxDocument

    document = HwpxDocument.new()
    for line in lines:
        document.add_paragraph(line)
    return document.to_bytes()


def hwp(lines: Sequence[str] = LINES, flags: int = 1) -> bytes:
    """Return an HWP 5 file (한글문서파일형식 5.0, revision 1.3); *flags* are its properties."""
    header = struct.pack("<32sII216x", b"HWP Document File", 0x05000300, flags)
    properties = _record(16, 0, struct.pack("<H24x", 1))
    section = b""
    for line in lines:
        text = f"{line}\r".encode("utf-16-le")
        section += _record(66, 0, struct.pack("<I18x", len(text) // 2))
        section += _record(67, 1, text)
    streams = {
        "FileHeader": header,
        "DocInfo": _deflated(properties),
        "BodyText/Section0": _deflated(section),
    }
    return ole(streams)


def _record(tag: int, level: int, data: bytes) -> bytes:
    size = min(len(data), 0xFFF)
    head = struct.pack("<I", tag | level << 10 | size << 20)
    return head + (struct.pack("<I", len(data)) if size == 0xFFF else b"") + data


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


_SECTOR, _MINI = 512, 64
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF


def ole(streams: dict[str, bytes]) -> bytes:
    """Return a compound file ([MS-CFB], version 3) of streams that are in one mini stream."""
    mini, mini_fat, starts = b"", list[int](), {}
    for name, data in streams.items():
        starts[name] = len(mini_fat)
        count = -(-len(data) // _MINI)
        mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), _END]
        mini += data.ljust(count * _MINI, b"\0")
    # Sectors: the table, the directory, the table of the mini stream, the mini stream.
    entries = _directory(streams, starts, len(mini))
    parts = [
        b"".join(entries),
        struct.pack(f"<{len(mini_fat)}I", *mini_fat),
        mini,
    ]
    sectors = [-(-len(part) // _SECTOR) for part in parts]
    fat, first = [0xFFFFFFFD], [1]
    for count in sectors:
        fat += [*range(len(fat) + 1, len(fat) + count), _END]
        first.append(len(fat))
    root = struct.pack("<I", first[2])
    parts[0] = parts[0][:116] + root + parts[0][120:]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, first[1], sectors[1], _END, 0),
    )
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    body = b"".join(
        p.ljust(n * _SECTOR, b"\0") for p, n in zip(parts, sectors, strict=True)
    )
    return header + table + body


def _directory(
    streams: dict[str, bytes], starts: dict[str, int], mini_size: int
) -> list[bytes]:
    """Return the entries: the root, its streams, and the storage BodyText with its one.

    Siblings form a tree that is a chain here: readers follow it, whatever its balance.
    """

    def entry(  # noqa: PLR0913, PLR0917 (the fields of a directory entry)
        name: str, kind: int, right: int, child: int, start: int, size: int
    ) -> bytes:
        encoded = f"{name}\0".encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII36xIQ",
            *(encoded, len(encoded), kind, 1, _FREE, right, child, start, size),
        )

    def stream(path: str, right: int) -> bytes:
        name = path.rpartition("/")[2]
        return entry(name, 2, right, _FREE, starts[path], len(streams[path]))

    return [
        entry("Root Entry", 5, _FREE, 1, 0, mini_size),
        stream("DocInfo", 2),
        entry("BodyText", 1, 3, 4, 0, 0),
        stream("FileHeader", _FREE),
        stream("BodyText/Section0", _FREE),
    ]


_WIDTH = 44
"""Characters of a line of the PDF."""


def wrapped(line: str) -> list[str]:
    """Return a paragraph as lines that break between words; a space at its end stays."""
    lines = [""]
    for word in line.split(" "):
        if len(lines[-1]) + len(word) >= _WIDTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    lines[-1] += " " * line.endswith(" ")
    return lines


def pdf(lines: Sequence[str] = LINES) -> bytes:
    """Return a PDF of two pages with running heads and page numbers, hard-wrapped."""
    half = len(lines) - 3
    return pdf_pages([lines[:half], lines[half:]])


def pdf_pages(
    pages: Sequence[Sequence[str]],
    head: Callable[[int], str] = lambda _: "안보정책",
    foot: Callable[[int], str] = "- {} -".format,
) -> bytes:
    """Return a PDF with the paragraphs of each page, between its head and its foot.

    A line feed in a paragraph breaks a line.
    """
    numbers = range(1, len(pages) + 1)
    furniture = "".join(head(n) + foot(n) for n in numbers)
    letters = sorted(
        {c for page in pages for line in page for c in line} | {*furniture, " "}
    )
    code = {letter: number for number, letter in enumerate(letters, 1)}

    def shown(text: str, x: int, y: float) -> str:
        codes = "".join(f"{code[letter]:04x}" for letter in text)
        return f"BT /F 10 Tf {x} {y} Td <{codes}> Tj ET\n"

    contents = []
    for number, paragraphs in enumerate(pages, 1):
        drawn, y = shown(head(number), 70, 800), 760.0
        for paragraph in paragraphs:
            for line in (each for p in paragraph.split("\n") for each in wrapped(p)):
                drawn += shown(line, 70, y)
                y -= 16
            y -= 16
        contents.append(drawn + shown(foot(number), 290, 30))
    return _pdf(contents or [""], code)


def _pdf(contents: Sequence[str], code: dict[str, int]) -> bytes:
    mapping = "".join(
        f"1 beginbfchar <{n:04x}> <{c.encode('utf-16-be').hex()}> endbfchar\n"
        for c, n in code.items()
    )
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{mapping}endcmap end end"
    )
    first = 7
    pages = [first + 2 * n for n in range(len(contents))]
    kids = " ".join(f"{number} 0 R" for number in pages)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 595 842] >>",
        (
            "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H"
            " /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>"
        ),
        (
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /FontDescriptor 5 0 R /DW 1000"
            " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        ),
        (
            "<< /Type /FontDescriptor /FontName /A /Flags 4 /FontBBox [0 -200 1000 900]"
            " /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 900 /StemV 80 >>"
        ),
        _stream(to_unicode),
    ]
    for number, content in zip(pages, contents, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Contents {number + 1} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>"
        )
        objects.append(_stream(content))
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    tail = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    )
    return data + tail.encode()


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


WRITERS: dict[str, Callable[..., bytes]] = {
    "txt": txt,
    "md": md,
    "html": html_page,
    "docx": docx,
    "hwpx": hwpx,
    "hwp": hwp,
    "pdf": pdf,
}
"""The writers by suffix; each takes the lines of a statement."""


def write_all(folder: Path) -> list[Path]:
    """Write the statement in each format to *folder*, and return the files."""
    folder.mkdir(exist_ok=True)
    files = []
    for suffix, writer in WRITERS.items():
        files.append(folder / f"성명.{suffix}")
        files[-1].write_bytes(writer())
    return files
