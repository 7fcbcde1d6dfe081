"""A corpus of documents: indexed, searched and cited like texts, by the command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import document_files
import pytest
from click.testing import CliRunner, Result
from helpers import SHARED

from indexer.documents import sandbox
from indexer.errors import CommuniqueError
from indexer.ingest import corpus_files
from indexer.ingest.csv_records import read_rows
from search.cli.main import communique


def run(*words: object) -> Result:
    return CliRunner(catch_exceptions=False).invoke(communique, [*map(str, words)])


SUFFIXES = list(document_files.WRITERS)


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the index of one statement in each format."""
    folder = tmp_path_factory.mktemp("statements")
    document_files.write_all(folder / "corpus")
    made = run("rebuild", "--index", folder / "index", "--corpus", folder / "corpus")
    assert made.exit_code == 0, made.stderr
    return folder / "index"


def sentences(index: Path, reference: str) -> list[dict[str, Any]]:
    shown = run("show", reference, "--json", "--index", index)
    assert shown.exit_code == 0, shown.stderr
    records: list[dict[str, Any]] = json.loads(shown.stdout)["sentences"]
    return records


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_format_has_the_same_sentences_and_hits(
    statements: Path, suffix: str
) -> None:
    name = f"성명.{suffix}"
    records = sentences(statements, name)
    source = text_of(statements, name)

    assert [
        (each["id"].removeprefix(name), each["text"], each["speaker"], each["act"])
        for each in records
    ] == [
        (
            each["id"].removeprefix("성명.txt"),
            each["text"],
            each["speaker"],
            each["act"],
        )
        for each in sentences(statements, "성명.txt")
    ]
    for each in records:
        part = source[each["start"] : each["end"]]
        assert part.replace("\n", " ") == each["text"]
    assert hit_ids(statements, "전작권 전환", name) == [":2.2", ":2.1"]


def hit_ids(index: Path, query: str, name: str) -> list[str]:
    result = run("search", query, "--document", name, "--json", "--index", index)
    return [h["id"].removeprefix(name) for h in json.loads(result.stdout)["hits"]]


def text_of(index: Path, name: str) -> str:
    return run("show", name, "--text", "--index", index).stdout


def test_title_and_date_are_recognised_in_each_format(statements: Path) -> None:
    info = json.loads(run("info", "--json", "--index", statements).stdout)

    assert {(s["title"], s["date"], s["paragraphs"]) for s in info["sources"]} == {
        (document_files.TITLE, "2031-10-14", 3)
    }


def test_a_hit_of_a_pdf_cites_its_page(statements: Path) -> None:
    pdf = ("--document", "성명.pdf", "--index", statements)

    assert run("search", "사이버", *pdf).stdout.startswith(
        " 1. 2031, paragraph 3, sentence 1, p. 2  성명.pdf:3.1\n"
    )
    assert (
        "paragraph 3, sentence 1, p. 2"
        in run("search", "사이버", "--format", "csv", *pdf).stdout
    )
    (hit,) = json.loads(run("search", "사이버", "--json", *pdf).stdout)["hits"]
    assert hit["page"] == 2
    assert [s["page"] for s in sentences(statements, "성명.docx")] == [None] * 8


def test_the_page_shows_and_copies_the_page_of_a_pdf(statements: Path) -> None:
    pytest.importorskip("fastapi", reason="needs the extra `web`")
    pytest.importorskip("httpx2", reason="needs the extra `browser`")
    from starlette.testclient import TestClient

    from search.web.app import application
    from search.web.service import Service

    service = Service(statements, say=lambda _: None)
    with TestClient(application(service)) as client:
        answer = client.get(
            "/", params={"q": "사이버", "document": "성명.pdf", "lang": "ko"}
        )

    assert "3문단 1문장, 2쪽</span>" in answer.text
    assert (
        f'data-copy="{document_files.TITLE}, 2031-10-14, 3문단 1문장, 2쪽"'
        in answer.text
    )


# Rebuilding


def corpus_of(folder: Path, **files: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


def test_only_changed_files_are_extracted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = corpus_of(
        tmp_path / "corpus", a__docx=document_files.docx(), b__pdf=document_files.pdf()
    )
    index = ("--index", tmp_path / "index")
    assert run("rebuild", *index, "--corpus", corpus).exit_code == 0
    modules: list[str] = []
    extract = sandbox.run

    def counted(module: str, path: Path) -> Any:
        modules.append(module)
        return extract(module, path)

    monkeypatch.setattr(sandbox, "run", counted)

    unchanged = run("rebuild", *index)
    assert unchanged.stderr.startswith("nothing has changed")
    (corpus / "a.docx").write_bytes(document_files.docx(["새 문서이다."]))
    run("rebuild", *index)

    assert modules == ["docx"]
    assert text_of(tmp_path / "index", "a") == "새 문서이다.\n"
    assert [s["page"] for s in sentences(tmp_path / "index", "b:3")] == [2, 2]


def test_a_file_without_text_stops_the_rebuild_or_is_left_out(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path / "corpus", a__txt=document_files.txt())
    index = ("--index", tmp_path / "index")
    run("rebuild", *index, "--corpus", corpus)
    corpus_of(corpus, b__pdf=document_files.pdf()[:200], c__txt=document_files.pdf())

    stopped = run("rebuild", *index)
    assert stopped.exit_code == 2
    assert stopped.stderr == (
        f"Error: {corpus / 'b.pdf'}: it is damaged (PdfiumError); replace the file, or"
        " leave it out with --allow-unreadable.\n"
    )
    assert hit_ids(tmp_path / "index", "사이버", "a") == [":3.1"]
    (corpus / "a.txt").write_bytes(document_files.txt(["다른 글이다."]))
    made = run("rebuild", *index, "--allow-unreadable")

    assert made.stdout.startswith("1 sentence of 1 document indexed")
    assert (
        f"left out: {corpus / 'c.txt'}: it holds PDF, not text; rename it to c.pdf"
        in made.stderr
    )
    assert "2 of 3 files left out\n" in made.stderr
    assert (
        "\nleft out   2 files\n"
        f"  {corpus / 'b.pdf'}: it is damaged (PdfiumError)\n"
        f"  {corpus / 'c.txt'}: it holds PDF, not text\n"
    ) in run("info", *index).stdout


def test_later_rebuilds_leave_out_unreadable_files_as_a_first_one_would(
    tmp_path: Path,
) -> None:
    corpus = corpus_of(
        tmp_path / "corpus", a__txt=document_files.txt(), b__txt=b"\0", c__txt=b"\0"
    )
    index = ("--index", tmp_path / "index")
    run("rebuild", *index, "--corpus", corpus, "--allow-unreadable")

    assert "nothing has changed" in run("rebuild", *index).stderr
    (corpus / "b.txt").write_text("고친 글이다.")
    (corpus / "c.txt").unlink()
    (corpus / "d.txt").write_bytes(b"\0\0")
    made = run("rebuild", *index)

    assert made.exit_code == 0, made.stderr
    fresh = ("--index", tmp_path / "fresh")
    run("rebuild", *fresh, "--corpus", corpus, "--allow-unreadable")
    records = [
        json.loads(run("info", "--json", *each).stdout) for each in (index, fresh)
    ]
    assert records[0]["unreadable"] == records[1]["unreadable"]
    assert records[0]["unreadable"] == {
        "count": 1,
        "files": [
            {"path": str(corpus / "d.txt"), "reason": "it holds binary data, not text"}
        ],
    }
    assert [s["document"] for s in records[0]["sources"]] == ["a", "b"]
    assert run("rebuild", *index, "--no-allow-unreadable").exit_code == 2
    assert run("rebuild", *index, "--corpus", corpus).exit_code == 2


def test_sentences_of_a_file_that_became_unreadable_do_not_vanish_silently(
    tmp_path: Path,
) -> None:
    corpus = corpus_of(
        tmp_path / "corpus", a__txt=document_files.txt(), b__txt=b"\0", c__txt=b"\0"
    )
    (corpus / "b.txt").write_text("사이버 협력을 강화하였다.")
    index = ("--index", tmp_path / "index")
    run("rebuild", *index, "--corpus", corpus, "--allow-unreadable")
    (corpus / "b.txt").write_bytes(b"\0")

    stopped = run("rebuild", *index)
    hits = hit_ids(tmp_path / "index", "사이버", "b")
    made = run("rebuild", *index, "--allow-unreadable")

    assert (stopped.exit_code, hits) == (2, [":1"])
    assert stopped.stderr.splitlines()[-1] == (
        f"Error: {corpus / 'b.txt'}: indexed before, and unreadable now; replace the"
        " file, or leave out its sentences with --allow-unreadable."
    )
    assert made.exit_code == 0
    assert (
        f"left out: {corpus / 'b.txt'} was indexed before, and its sentences are no"
        " longer\n"
    ) in made.stderr
    note = (
        f"{corpus / 'b.txt'}: it holds binary data, not text; it was indexed before\n"
    )
    for _ in range(2):
        assert note in run("info", *index).stdout
        assert "nothing has changed" in run("rebuild", *index).stderr
    run("rebuild", *index, "--force")
    assert note in run("info", *index).stdout


def test_the_list_of_unreadable_files_is_bounded(tmp_path: Path) -> None:
    files = {f"x{number:03}__txt": b"\0" for number in range(120)}
    corpus = corpus_of(tmp_path / "corpus", a__txt="글이다.".encode(), **files)
    index = ("--index", tmp_path / "index")

    run("rebuild", *index, "--corpus", corpus, "--allow-unreadable")

    info = run("info", *index).stdout
    assert "\nleft out   120 files\n" in info
    assert "x019.txt: it holds binary data, not text\n  and 100 more\n" in info
    record = json.loads(run("info", "--json", *index).stdout)["unreadable"]
    assert (record["count"], len(record["files"])) == (120, 100)


@pytest.mark.parametrize(
    ("suffix", "content"),
    [("pdf", "PDF"), ("html", "HTML"), ("docx", "DOCX"), ("hwpx", "HWPX")],
)
def test_a_text_with_another_format_inside_is_an_error(
    tmp_path: Path, suffix: str, content: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(document_files.WRITERS[suffix]())

    made = run("rebuild", "--index", tmp_path / "index", "--corpus", path)

    assert made.stderr == (
        f"Error: {path}: it holds {content}, not text; rename it to a.{suffix}, or leave"
        " it out with --allow-unreadable.\n"
    )


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("<p>합의하였다.</p>", "HTML"),
        ("<div class='a'>합의하였다.<br>만났다.", "HTML"),
        ("합의하였다.<br>\n" * 9, "HTML"),
        ("\ufeff\n<div><p>합의하였다.<p>만났다.</div>\n끝", "HTML"),
        ("<문서><제목>성명</제목>본문이다.</문서>", "XML"),
        ('<?xml version="1.0"?>\n<a>본문이다.', "XML"),
        ("<?xml version='1.0'?><HWPML><P>본문</P></HWPML>", "HWPML"),
        ("a < b 이고 c > d 이다.", None),
        ("<b>주의</b> 이 글은 본문이다.", None),
        ("표시는 <b>로 열고 </b>로 닫는다.", None),
        ("< 모집 개요 >\n<붙임 1>\n<표>\n<kim@x.kr> <https://x.kr>", None),
        ("<보도자료>\n본문이다.\n<끝>", None),
        ("배열은 List<String>, Map<K, V>, <source> <target> <object>이다.", None),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp949"])
def test_markup_in_a_text_is_an_error_and_a_tag_is_not(
    tmp_path: Path, text: str, content: str | None, encoding: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding, "ignore"))

    if content:
        remedy = "rename it to a.html" if content == "HTML" else "convert it to text"
        with pytest.raises(CommuniqueError) as caught:
            corpus_files.read(path, lambda _: None)
        assert str(caught.value) == (
            f"{path}: it holds {content}, not text; {remedy}, or leave it out with"
            " --allow-unreadable."
        )
    else:
        assert corpus_files.read(path, lambda _: None).text == text


def test_a_binary_text_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc\0def")

    made = run("rebuild", "--index", tmp_path / "index", "--corpus", path)

    assert "it holds binary data, not text; convert it to text" in made.stderr


@pytest.mark.parametrize(
    ("data", "sidecar"),
    [
        ("전작권 전환을 논의하였다.".encode("utf-16"), None),
        ("전작권 전환을 논의하였다.".encode("utf-32"), None),
        (b"\0\0\xfe\xff" + "전작권 전환을 논의하였다.".encode("utf-32-be"), None),
        ("전작권 전환을 논의하였다.".encode("utf-16-be"), {"encoding": "UTF-16-BE"}),
    ],
)
def test_utf_16_and_utf_32_are_read(
    tmp_path: Path, data: bytes, sidecar: dict[str, str] | None
) -> None:
    corpus = corpus_of(tmp_path / "corpus", a__txt=data)
    if sidecar:
        (corpus / "a.txt.json").write_text(json.dumps(sidecar))

    run("rebuild", "--index", tmp_path / "index", "--corpus", corpus)

    assert hit_ids(tmp_path / "index", "전작권", "a") == [":1"]
    assert text_of(tmp_path / "index", "a") == "전작권 전환을 논의하였다."


def test_a_sidecar_declares_title_and_date(tmp_path: Path) -> None:
    corpus = corpus_of(
        tmp_path / "corpus", a__pdf=document_files.pdf(["본문이다."] * 4)
    )
    index = ("--index", tmp_path / "index")
    run("rebuild", *index, "--corpus", corpus)
    sidecar = corpus / "a.pdf.json"
    sidecar.write_text('{"title": "제9차 회의", "date": "2030-05-06"}')

    made = run("rebuild", *index)

    assert made.stderr == ""
    (source,) = json.loads(run("info", "--json", *index).stdout)["sources"]
    assert (source["title"], source["date"], source["number"]) == (
        "제9차 회의",
        "2030-05-06",
        9,
    )
    sidecar.write_text('{"titel": "제9차"}')
    assert run("rebuild", *index).stderr == (
        f"Error: {sidecar}: it has the key 'titel'; it declares title, date (2020-10-14)"
        " or encoding (utf-8, cp949, utf-16, utf-16-le, utf-16-be) in a JSON object.\n"
    )


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id\ttext\r\na\t훈련, 협력; 합의이다.\r\n", "utf-16"),
        ('"번호";"제목";"본문"\r\na;"가;나";"훈련, 협력; 합의이다."\r\n', "utf-8-sig"),
        ("번호;본문\r\na;훈련, 협력\t합의이다.\r\n", "cp949"),
    ],
)
def test_tabs_and_semicolons_separate_the_fields_that_a_spreadsheet_saves(
    text: str, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))

    source = corpus_files.read(path, lambda _: None)
    (row,) = read_rows(source.text.split("\n"))

    assert row.id == "a"
    assert row.text.startswith("훈련, 협력")
    assert source.text[row.start : row.end] == row.text


def test_rows_of_a_csv_file_are_records(tmp_path: Path) -> None:
    text = 'id,year,text\nn-1,2020,"훈련을, ""정례화""\n하였다."\n\nn-2,2021,동맹\n'
    corpus = corpus_of(tmp_path / "corpus", a__csv=text.encode("utf-8-sig"))

    run("rebuild", "--index", tmp_path / "index", "--corpus", corpus)

    first, second = sentences(tmp_path / "index", "a:")
    assert (first["id"], first["text"]) == ("n-1", '훈련을, "정례화"\n하였다.')
    shown = text_of(tmp_path / "index", "a")
    assert shown[first["start"] : first["end"]] == '훈련을, ""정례화""\n하였다.'
    assert shown[second["start"] : second["end"]] == "동맹"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('b,"가, 나",z\r\n"c","다"\n', None),
        ('text,id\r\n"가",a\r\n나,b', ["가", "나"]),
        ("본문,날짜,번호\n가,2020,a\n", ["가"]),
        ("ID,Text\na,가\n", ["가"]),
        ('id,text\n\n"a","",\n', None),
        ('a,"가\r\n나"\r\nb,"""다"""\n', ["가\r\n나", '""다""']),
    ],
)
def test_offsets_of_a_row_are_those_of_its_text(
    text: str, fields: list[str] | None
) -> None:
    if fields is None:
        with pytest.raises(ValueError, match="fields instead of"):
            list(read_rows(text.split("\n")))
    else:
        rows = list(read_rows(text.split("\n")))
        assert [text[row.start : row.end] for row in rows] == fields


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("id,text\na,가,나\n", 2, "3 fields instead of 2"),
        ('a,"가', 1, "not CSV (unexpected end of data)"),
        ("a b,가\n", 1, "the id is empty or holds white space"),
    ],
)
def test_a_malformed_row_is_an_error(
    tmp_path: Path, text: str, line: int, fault: str
) -> None:
    corpus = corpus_of(tmp_path / "corpus", a__csv=text.encode())

    made = run("rebuild", "--index", tmp_path / "index", "--corpus", corpus)

    assert made.stderr == (
        f"Error: {corpus / 'a.csv'}, line {line}: {fault}; nothing was indexed.\n"
    )


def test_files_of_one_name_are_cited_apart(tmp_path: Path) -> None:
    for year in ("2021", "2022"):
        folder = tmp_path / "corpus" / year
        folder.mkdir(parents=True)
        (folder / "성명.txt").write_text(f"{year}년의 훈련이다.")

    run("rebuild", "--index", tmp_path / "index", "--corpus", tmp_path / "corpus")

    (record,) = sentences(tmp_path / "index", "2022/성명:1")
    assert (record["document"], record["text"]) == ("2022/성명", "2022년의 훈련이다.")


def test_a_new_file_of_the_same_name_renames_no_document(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path / "corpus", a__txt="첫째 글이다.".encode())
    index = ("--index", tmp_path / "index")
    run("rebuild", *index, "--corpus", corpus)
    corpus_of(corpus, a__html="<p>둘째 글이다.".encode(), a__txt__md="셋째.".encode())
    run("rebuild", *index)
    run("rebuild", *index, "--corpus", corpus, "--force")

    names = {"a:1": "첫째 글이다.", "a.html:1": "둘째 글이다.", "a.txt.md:1": "셋째."}
    for reference, text in names.items():
        (record,) = sentences(tmp_path / "index", reference)
        assert record["text"] == text


def test_the_text_of_a_changed_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("가나다.")
    run("rebuild", "--index", tmp_path / "index", "--corpus", path)
    path.write_text("라마바.")

    shown = run("show", "a", "--text", "--index", tmp_path / "index")

    assert shown.exit_code == 2
    assert shown.stderr == (
        f"Error: {path}: is not as it was indexed; rebuild the index, or put the file"
        " back.\n"
    )


@pytest.mark.shared
def test_the_samples_are_indexed_as_a_folder(tmp_path: Path) -> None:
    samples = SHARED / "samples"
    if not samples.exists():
        pytest.skip(f"{samples} is missing")
    corpus = shutil.copytree(samples, tmp_path / "corpus")

    made = run("rebuild", "--index", tmp_path / "index", "--corpus", corpus)

    assert made.exit_code == 0, made.stderr
    assert " of 8 documents indexed" in made.stdout
    assert hit_ids(tmp_path / "index", "국민참여정책단", "mpm_recruitment_notice")
