"""Corpus files: their order, their names and their encodings."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.errors import CommuniqueError
from indexer.ingest import corpus_files, file_search
from indexer.ingest.corpus_errors import CorpusEncodingError, CorpusUnreadableError
from indexer.ingest.document_names import document_name, document_names
from indexer.ingest.file_kinds import KINDS
from indexer.ingest.source import Source, SourceFile


@pytest.fixture
def messages() -> list[str]:
    """Return a list for the messages to the user."""
    return []


def file(path: Path, data: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


# Finding


def test_the_files_of_a_folder_come_sorted_by_path(
    tmp_path: Path, messages: list[str]
) -> None:
    names = ["나.txt", "가/하.txt", "가.jsonl", "B.TXT", "a.txt", "가/나/다.jsonl"]
    for name in names:
        file(tmp_path / name)

    paths = file_search.find([tmp_path], messages.append)

    assert paths == sorted(tmp_path / name for name in names)
    assert messages == []


def test_paths_are_searched_in_order(tmp_path: Path, messages: list[str]) -> None:
    last, first = file(tmp_path / "z.txt"), file(tmp_path / "folder" / "a.txt")

    paths = file_search.find([last, first.parent], messages.append)

    assert paths == [last, first]


def test_a_file_named_twice_is_read_once(tmp_path: Path, messages: list[str]) -> None:
    path = file(tmp_path / "a.txt")
    roundabout = tmp_path / "folder" / ".." / "a.txt"
    (tmp_path / "folder").mkdir()

    assert file_search.find([path, tmp_path, roundabout], messages.append) == [path]


def test_hidden_files_and_folders_are_skipped_without_a_message(
    tmp_path: Path, messages: list[str]
) -> None:
    seen = file(tmp_path / "a.txt")
    file(tmp_path / ".b.txt")
    file(tmp_path / ".git" / "c.txt")
    file(tmp_path / "folder" / ".DS_Store")
    file(tmp_path / "folder" / "~$a.docx")

    assert file_search.find([tmp_path], messages.append) == [seen]
    assert messages == []


def test_a_hidden_folder_named_in_the_paths_is_searched(
    tmp_path: Path, messages: list[str]
) -> None:
    path = file(tmp_path / ".corpus" / "a.txt")

    assert file_search.find([path.parent], messages.append) == [path]


def test_files_of_other_kinds_are_skipped_with_a_message(
    tmp_path: Path, messages: list[str]
) -> None:
    file(tmp_path / "a.txt")
    other = file(tmp_path / "folder" / "b.xls")

    file_search.find([tmp_path], messages.append)

    (message,) = messages
    assert message == (
        f"{other}: passed over, neither .txt, .jsonl, .csv, .hwp, .hwpx, .pdf, .docx,"
        " .html, .htm nor .md"
    )


def test_a_folder_named_like_a_file_is_a_folder(
    tmp_path: Path, messages: list[str]
) -> None:
    path = file(tmp_path / "x.txt" / "y.txt")

    assert file_search.find([tmp_path], messages.append) == [path]
    assert file_search.find([tmp_path / "x.txt"], messages.append) == [path]
    assert messages == []


def fault_of_finding(*paths: Path) -> str:
    with pytest.raises(CommuniqueError) as caught:
        file_search.find(paths, lambda _: None)
    return str(caught.value)


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "없음.txt"

    assert fault_of_finding(path) == (
        f"{path}: there is no such file or folder; give --corpus another path."
    )


@pytest.mark.parametrize("name", ["a.xls", "a", "txt", "a.txt.gz"])
def test_a_file_of_another_kind_named_in_the_paths_is_an_error(
    tmp_path: Path, name: str
) -> None:
    path = file(tmp_path / name)

    assert fault_of_finding(path) == (
        f"{path}: only {KINDS} files can be indexed; convert it first."
    )


@pytest.mark.parametrize("names", [[], [".hidden.txt"], ["a.xls"], ["folder.txt/"]])
def test_a_folder_with_nothing_to_index_is_an_error(
    tmp_path: Path, names: list[str]
) -> None:
    for name in names:
        if name.endswith("/"):
            (tmp_path / name).mkdir()
        else:
            file(tmp_path / name)

    assert fault_of_finding(tmp_path) == (
        f"{tmp_path}: the folder holds no file to index ({KINDS})."
    )


# Naming


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["a.txt", "b.txt"], ["a", "b"]),
        (["a.hwp", "a.pdf"], ["a.hwp", "a.pdf"]),
        (["a.jsonl", "b.txt", "a.txt"], ["a.jsonl", "b", "a.txt"]),
        (["2021/a.txt", "2022/a.txt"], ["2021/a", "2022/a"]),
        (["x/1/a.txt", "y/1/a.txt"], ["x/1/a", "y/1/a"]),
        (
            ["2021/a.hwp", "2021/a.pdf", "2022/a.hwp"],
            ["2021/a.hwp", "2021/a.pdf", "2022/a.hwp"],
        ),
        (["a b.txt", "a_b.txt"], ["a_b", "a_b.txt"]),
        (["a b.txt", "a_b.txt", "a\tb.txt"], ["a_b", "a_b.txt", "a_b#2"]),
        (["a.txt.md"], ["a.txt.md"]),
        (["a.txt.md", "a.txt", "a.pdf"], ["a.txt.md", "a.txt", "a.pdf"]),
        (
            ["성명.txt", f"z/{unicodedata.normalize('NFD', '성명')}.txt"],
            ["폴더/성명", "z/성명"],
        ),
    ],
)
def test_files_of_one_name_are_distinct_documents(
    tmp_path: Path, files: list[str], names: list[str]
) -> None:
    paths = [file(tmp_path / "폴더" / each, b"1\n") for each in files]

    assert list(document_names(paths).values()) == names


@pytest.mark.parametrize(
    ("recorded", "names"),
    [
        ({"a.pdf": "a"}, ["a.hwp", "a"]),
        ({"a.hwp": "a"}, ["a", "a.pdf"]),
        ({"a.hwp": "a.pdf"}, ["a.pdf", "a.pdf#2"]),
        ({"b.hwp": "a.hwp"}, ["a.hwp", "a.pdf"]),
    ],
)
def test_a_recorded_name_stays(recorded: dict[str, str], names: list[str]) -> None:
    paths = [Path("a.hwp"), Path("a.pdf")]

    assert list(document_names(paths, recorded).values()) == names


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        pytest.param("scm-52-2020.txt", "scm-52-2020", id="그대로"),
        pytest.param("제52차 공동성명.txt", "제52차_공동성명", id="빈칸"),
        pytest.param("a: b\u3000c.txt", "a_b_c", id="쌍점과 전각 빈칸"),
        pytest.param(unicodedata.normalize("NFD", "성명.txt"), "성명", id="NFD"),
        pytest.param("a.2020.jsonl", "a.2020", id="점"),
    ],
)
def test_a_document_is_named_by_its_files_stem(file_name: str, name: str) -> None:
    assert document_name(Path(file_name)) == name
    assert Source(Path("x") / file_name, "", "utf-8", "").name == name


# Reading

TEXT = "양 장관은 ‘9·19 군사합의’를 「계획」으로 ’20년에 재확인하였다.\n對美 ﬁ".replace(
    "ﬁ", ""
)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(TEXT.encode(), "utf-8", id="UTF-8"),
        pytest.param(TEXT.encode("utf-8-sig"), "utf-8", id="BOM"),
        pytest.param(TEXT.encode("cp949"), "cp949", id="CP949"),
    ],
)
def test_a_file_is_decoded_and_hashed(
    tmp_path: Path, data: bytes, encoding: str
) -> None:
    path = file(tmp_path / "a.txt", data)

    source = corpus_files.read(path, lambda _: None)

    digest = hashlib.sha256(data).hexdigest()
    assert source == Source(path, TEXT, encoding, digest)


@pytest.mark.parametrize("text", ["", "가\r\n나\r다\f\x85", "\u1100\u1161", "\ufeff가"])
def test_decoding_changes_no_character(tmp_path: Path, text: str) -> None:
    path = file(tmp_path / "a.txt", text.encode("utf-8-sig"))

    assert corpus_files.read(path, pytest.fail).text == text


def test_reading_as_cp949_has_a_message(tmp_path: Path, messages: list[str]) -> None:
    path = file(tmp_path / "a.txt", "전작권".encode("cp949"))

    corpus_files.read(path, messages.append)

    assert messages == [f"{path}: not UTF-8, read as CP949"]


def test_reading_as_utf_8_has_no_message(tmp_path: Path, messages: list[str]) -> None:
    corpus_files.read(
        file(tmp_path / "a.txt", TEXT.encode("utf-8-sig")), messages.append
    )

    assert messages == []


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        pytest.param("가나".encode() + b"\xff", 6, id="어긋난 바이트"),
        pytest.param("가나".encode()[:-1] + b"\n\xff\xff", 3, id="잘린 글자"),
        pytest.param("전작권 1".encode("cp949") + b"\xff", 0, id="CP949"),
    ],
)
def test_a_file_in_neither_encoding_is_an_error_with_its_byte(
    tmp_path: Path, data: bytes, offset: int
) -> None:
    path = file(tmp_path / "a.txt", data)

    with pytest.raises(CorpusEncodingError) as caught:
        corpus_files.read(path, pytest.fail)

    assert str(caught.value) == (
        f"{path}: byte {offset} fits neither UTF-8 nor CP949; convert the file to UTF-8."
    )


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """For example, if it is deleted between finding and reading."""
    path = tmp_path / "a.txt"

    with pytest.raises(CorpusUnreadableError) as caught:
        corpus_files.read(path, pytest.fail)

    assert str(caught.value) == (
        f"{path}: cannot be read (No such file or directory); mend that or leave it out."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="links take rights on Windows")
def test_reading_a_dangling_link_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.symlink_to("nowhere")

    assert file_search.find([tmp_path], pytest.fail) == [path]
    with pytest.raises(CorpusUnreadableError):
        corpus_files.read(path, pytest.fail)


@pytest.mark.parametrize("missing", [True, False])
def test_a_limit_on_open_files_leaves_out_no_file(
    tmp_path: Path, missing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(tmp_path / "a.txt", b"a")
    limit = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    monkeypatch.setattr("indexer.regular_files.os.open", Mock(side_effect=limit))

    with pytest.raises(CorpusUnreadableError, match="Too many open files"):
        corpus_files.read_all(
            [path], pytest.fail, allow_missing=missing, allow_unreadable=not missing
        )


def link_to(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 30)


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX file types")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkfifo, "not a regular file"),
        (bound, ""),
        (link_to("/dev/zero"), "not a regular file"),
        (link_to("글.txt"), ""),
        (sparse, "more than 256 MiB"),
    ],
    ids=["관", "소켓", "장치", "고리", "큰 파일"],
)
def test_a_file_that_is_not_regular_or_too_large_is_an_error(
    make: Callable[[Path], object], reason: str, messages: list[str]
) -> None:
    # The name of a socket may not be long.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "글.txt"
        make(path)
        for argument in (path, path.parent):
            with pytest.raises(CommuniqueError, match=f"cannot be read .*{reason}"):
                corpus_files.read_all(
                    file_search.find([argument], messages.append), messages.append
                )


@pytest.mark.skipif(
    sys.platform != "linux", reason="file names are bytes on Linux only"
)
def test_a_name_in_another_encoding_is_an_error(
    tmp_path: Path, messages: list[str]
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + "/글.txt".encode("cp949")))
    path.write_text("글이다.", encoding="utf-8")

    with pytest.raises(CommuniqueError, match="encoding of the locale"):
        file_search.find([tmp_path], messages.append)


def test_a_folder_that_cannot_be_read_is_an_error(
    tmp_path: Path, messages: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise its files would be lost without a message."""
    (tmp_path / "a.txt").write_text("글이다.", encoding="utf-8")
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)

    with pytest.raises(CommuniqueError, match=r"closed: cannot be read \(Permission"):
        file_search.find([tmp_path], messages.append)
    paths = file_search.find([tmp_path], messages.append, allow_missing=True)
    assert [path.name for path in paths] == ["a.txt"]
    assert messages[-1].startswith("left out: ")


def test_a_link_to_a_folder_is_skipped_with_a_message(
    tmp_path: Path, messages: list[str]
) -> None:
    (tmp_path / "a.txt").write_text("글이다.", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path)

    assert file_search.find([tmp_path], messages.append) == [tmp_path / "a.txt"]
    assert messages == [f"{tmp_path / 'link'}: passed over, a link to a folder"]


@given(
    st.one_of(
        st.binary(max_size=40),
        st.text("한글a\n\r\ufeff\u2028", max_size=20).map(str.encode),
        st.text("한글a\n\r", max_size=20).map(lambda text: text.encode("cp949")),
    ),
    st.integers(1, 7),
)
@example(b"\x01\x00", 1)
def test_a_file_read_in_parts_has_the_same_result_as_one_read_at_once(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, part: int
) -> None:
    path = tmp_path_factory.mktemp("parts") / "a.jsonl"
    path.write_bytes(data)
    messages: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus_files, "_PART", part)
        source = outcome(corpus_files.read, path, messages)
        examined = outcome(corpus_files.examine, path, messages)

    if isinstance(source, Source):
        assert isinstance(examined, SourceFile)
        assert examined == source.file
        lines = "\n".join(corpus_files.read_lines(examined))
        assert lines == source.text.removesuffix("\n")
    else:
        assert examined == source
    assert messages[::2] == messages[1::2]


def outcome(read: Callable[..., object], path: Path, messages: list[str]) -> object:
    """Return what *read* returns, or the message of its error."""
    try:
        return read(path, messages.append)
    except CommuniqueError as fault:
        return str(fault)
