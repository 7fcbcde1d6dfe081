"""Documents: the communiqué's sentences and their spans, plain prose, and records."""

from __future__ import annotations

import json
import re
import textwrap
import time
import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from helpers import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from indexer.analysis.kiwi import spaces_between
from indexer.build.plan import CORPUS
from indexer.ingest import corpus_files
from indexer.ingest.document import Document, RecordError, parse_document
from indexer.ingest.source import Source

FILE = CORPUS / "scm-52-2020.txt"


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    return " ".join(text.split())


def unspaced(text: str) -> str:
    return "".join(text.split())


def unwrapped(raw: str) -> str:
    """Undo the line ends of *raw*: one space where a line ends in a space, otherwise nothing."""
    lines = [line.lstrip() for line in re.split(r"[\r\n\f]", raw)]
    spaced = [line.rstrip() + " " if line[-1:] == " " else line for line in lines]
    return "".join(spaced).strip()


def unused(lines: Sequence[str]) -> list[bool]:
    raise AssertionError(lines)


def source_of(text: str, name: str = "글.txt") -> Source:
    return Source(Path(name), text, "utf-8", "")


def prose(text: str) -> Document:
    return parse_document(source_of(text), spaces_between)


def paragraphs(document: Document) -> dict[int, str]:
    """Return the text of each paragraph on one line."""
    return {
        number: one_line(" ".join(sentence.text for sentence in group))
        for number, group in groupby(document.sentences, lambda s: s.paragraph)
        if number is not None
    }


# The communiqué


def test_the_communique_has_82_sentences_in_20_paragraphs(
    communique: Document,
) -> None:
    assert len(communique.sentences) == 82
    numbers = [
        number for number, _ in groupby(s.paragraph for s in communique.sentences)
    ]
    assert numbers == list(range(1, 21))


def test_title_and_dateline_are_not_sentences(
    communique: Document,
) -> None:
    assert communique.name == "scm-52-2020"
    assert communique.title == "제52차 한미안보협의회의 ( SCM ) 공동성명"
    assert communique.dateline == "2020년 10월 14일, 워싱턴 D.C."
    texts = [sentence.text for sentence in communique.sentences]
    assert communique.title not in texts
    assert communique.dateline not in texts


def test_ids_name_document_paragraph_and_sentence(communique: Document) -> None:
    for paragraph, group in groupby(communique.sentences, lambda s: s.paragraph):
        for number, sentence in enumerate(group, 1):
            assert sentence.id == f"scm-52-2020:{paragraph}.{number}"
            assert sentence.document == "scm-52-2020"
            assert sentence.number == number


def test_no_sentence_contains_the_end_mark_or_a_paragraph_number(
    communique: Document,
) -> None:
    for sentence in communique.sentences:
        assert "끝/" not in sentence.text
        assert not re.match(r"\d+\.\s", sentence.text)
        assert "\n" not in sentence.text
        assert "  " not in sentence.text


@pytest.mark.parametrize(
    ("id_", "text"),
    [
        pytest.param(
            "1.3",
            "이 회의에 앞서 2020년 10월 13일 대한민국 합참의장 원인철 대장과 미합중국"
            " 합참의장 마크 밀리 ( Mark A. Milley ) 대장이 제45차 한미군사위원회회의( MCM )"
            " 를 주재하였다.",
            id="괄호 앞에서 끊긴 줄",
        ),
        pytest.param(
            "4.3",
            "서 장관은 또한 ‘9·19 군사합의’를 통해 합의된 완충지역이 한반도에서의 우발적"
            " 충돌을 방지하고 군사적 신뢰구축 조치에 기여할 것이라는 기대감을 표명하였다.",
            id="쪽이 바뀌는 문장",
        ),
        pytest.param(
            "5.5",
            "아울러 서 장관은 정전협정과 유엔안보리결의안에 의거 유엔사에 부여된 권한과"
            " 책임을 지지한다는 점을 확인하였다",
            id="마침표 없는 끝 문장",
        ),
        pytest.param(
            "20.3",
            "양측은 제53차 SCM과 제46차 MCM을 2021년 상호 편리한 시기에 서울에서 개최하기로"
            " 하였다.",
            id="마지막 문장",
        ),
    ],
)
def test_the_text_of_selected_sentences(
    communique: Document, id_: str, text: str
) -> None:
    texts = {sentence.id: sentence.text for sentence in communique.sentences}

    assert texts[f"scm-52-2020:{id_}"] == text


def test_lines_that_end_in_spaces_need_no_judge(
    communique: Document,
) -> None:
    assert parse_document(corpus_files.read(FILE, pytest.fail), unused) == communique


def test_the_sentences_tile_the_document(communique: Document) -> None:
    """Only title, dateline, numbers, end mark and white space are outside them."""
    text = corpus_files.read(FILE, pytest.fail).text
    bounds = [
        0,
        *(b for s in communique.sentences for b in (s.start, s.end)),
        len(text),
    ]
    assert bounds == sorted(bounds)

    outside = " ".join(text[start:end] for start, end in list(pairwise(bounds))[::2])

    assert communique.title
    assert communique.dateline
    assert outside.split() == [
        *communique.title.split(),
        *communique.dateline.split(),
        *(f"{number}." for number in range(1, 21)),
        "//끝//",
    ]


def as_nfd(text: str) -> bytes:
    return unicodedata.normalize("NFD", text).encode()


VARIANTS: dict[str, Callable[[str], bytes]] = {
    "그대로": str.encode,
    "NFD": as_nfd,
    "CP949": lambda text: text.encode("cp949"),
    "BOM": lambda text: text.encode("utf-8-sig"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "쪽바꿈": lambda text: re.sub(r"\n (?=\S)", "\n\f ", text).encode(),
    "줄바꿈 없는 쪽바꿈": lambda text: re.sub(r"\n (?=\S)", "\f ", text).encode(),
    "줄 사이 붙임": lambda text: re.sub(r"(?<= )\n\n(?=\S)", "\n", text).encode(),
    "CP949와 CRLF": lambda text: text.replace("\n", "\r\n").encode("cp949"),
    "NFD와 BOM과 CRLF": lambda text: (
        b"\xef\xbb\xbf" + as_nfd(text.replace("\n", "\r\n"))
    ),
}


@pytest.mark.parametrize("encode", VARIANTS.values(), ids=list(VARIANTS))
def test_spans_are_offsets_in_the_decoded_file(
    communique: Document, tmp_path: Path, encode: Callable[[str], bytes]
) -> None:
    """In every encoding of the file, the sentences are the same and source[start:end] fits."""
    path = tmp_path / FILE.name
    path.write_bytes(encode(FILE.read_text(encoding="utf-8")))
    source = corpus_files.read(path, lambda _: None)

    document = parse_document(source, unused)

    assert document.title == communique.title
    assert document.dateline == communique.dateline
    assert [(s.id, s.text) for s in document.sentences] == [
        (s.id, s.text) for s in communique.sentences
    ]
    for sentence in document.sentences:
        assert (
            nfc(unwrapped(source.text[sentence.start : sentence.end])) == sentence.text
        )


def wrapped(text: str, columns: int) -> list[str]:
    """Break *text* between words into lines of at most *columns*."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if wcswidth(longer) <= columns:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@settings(max_examples=examples(0.4))
@given(
    columns=st.one_of(st.none(), st.integers(40, 100)),
    ending=st.sampled_from(["", " "]),
    between=st.sampled_from(["\n", "\n\n", "\r\n"]),
)
def test_wrapping_between_words_does_not_change_the_sentences(
    communique: Document, columns: int | None, ending: str, between: str
) -> None:
    parts = [communique.title, communique.dateline]
    for number, text in paragraphs(communique).items():
        lines = (
            wrapped(f"{number}. {text}", columns) if columns else [f"{number}. {text}"]
        )
        parts.append((ending + between).join(lines))
    text = f"{between}{between}".join(map(str, parts))

    document = parse_document(source_of(text, FILE.name), spaces_between)

    assert (document.title, document.dateline) == (
        communique.title,
        communique.dateline,
    )
    assert [(s.id, one_line(s.text)) for s in document.sentences] == [
        (s.id, one_line(s.text)) for s in communique.sentences
    ]


# Numbers that are not paragraph numbers, and end marks


def test_a_single_1_is_not_a_paragraph_number() -> None:
    document = prose("1. 하나뿐인 항목이다.\n그 밖의 말이다.\n")

    assert [(s.id, s.paragraph, s.text) for s in document.sentences] == [
        ("글:1", None, "1. 하나뿐인 항목이다."),
        ("글:2", None, "그 밖의 말이다."),
    ]


def test_a_date_at_the_start_of_a_line_is_not_a_paragraph_number() -> None:
    document = prose(
        "다음과 같이 정한다.\n2020. 10. 14. 서울에서 만났다.\n1. 2. 다시 만났다.\n"
    )

    assert [(s.id, s.paragraph, s.text) for s in document.sentences] == [
        ("글:1", None, "다음과 같이 정한다."),
        ("글:2", None, "2020. 10. 14. 서울에서 만났다."),
        ("글:3", None, "1. 2. 다시 만났다."),
    ]


def test_a_date_broken_across_lines_starts_no_paragraph() -> None:
    lines = [
        "1. 양측은 협의회의를 워싱턴에서 개최한 날이 2020. ",
        "10. 14. 이었음을 확인하고 다음 회의를 서울에서 개최 ",
        "하기로 합의하였으며 상호 편리한 시기를 찾기로 하였 ",
        "2. 양측은 또한 지속적인 협력을 확대하기로 하였다. ",
    ]

    document = prose("\n".join(lines))

    assert [s.paragraph for s in document.sentences] == [1, 2]
    assert "2020. 10. 14. 이었음을" in document.sentences[0].text


def test_a_number_out_of_sequence_belongs_to_the_text() -> None:
    document = prose("1. 첫째이다.\n3. 셋째이다.\n2. 둘째이다.\n")

    assert [(s.id, s.text) for s in document.sentences] == [
        ("글:1.1", "첫째이다."),
        ("글:1.2", "3. 셋째이다."),
        ("글:2.1", "둘째이다."),
    ]


def test_a_wrapped_preamble_is_not_a_title() -> None:
    """Otherwise the first half of its first sentence would not be searched."""
    document = prose(
        "양 장관은 워싱턴에서 만나 한반도의 정세를 점검하고 \n"
        "다음과 같은 사항에 합의하였다. \n"
        "1. 양 장관은 연합방위태세를 더욱 강화하기로 하고 \n"
        "이를 위해 긴밀히 협력하기로 하였다. \n"
        "2. 양 장관은 다음 회의를 서울에서 개최하기로 \n"
        "하였다. \n"
    )

    assert document.title is None
    assert document.sentences[0].id == "글:0.1"
    assert document.sentences[0].text == (
        "양 장관은 워싱턴에서 만나 한반도의 정세를 점검하고 다음과 같은 사항에"
        " 합의하였다."
    )


def test_text_between_title_and_paragraph_1_is_paragraph_0() -> None:
    document = prose(
        "공동성명\n2020년 10월 14일, 서울\n양측은 다음에 합의하였다.\n"
        "1. 첫째이다.\n2. 둘째이다.\n"
    )

    assert (document.title, document.dateline) == ("공동성명", "2020년 10월 14일, 서울")
    assert [(s.id, s.paragraph, s.number) for s in document.sentences] == [
        ("글:0.1", 0, 1),
        ("글:1.1", 1, 1),
        ("글:2.1", 2, 1),
    ]


@pytest.mark.parametrize(
    "mark",
    ["//끝//", "// 끝 //", "<끝>", "〈끝〉", "(끝)", "끝", "끝.", "  //끝// \n\n"],
)
def test_an_end_mark_on_its_own_line_is_not_a_sentence(mark: str) -> None:
    document = prose(f"회의가 열렸다.\n논의가 있었다.\n{mark}")

    assert [s.text for s in document.sentences] == ["회의가 열렸다.", "논의가 있었다."]


def test_an_end_mark_behind_the_last_sentence_is_cut_off() -> None:
    document = prose("회의가 열렸다.\n논의가 있었다.  끝.\n")

    assert [s.text for s in document.sentences] == ["회의가 열렸다.", "논의가 있었다."]


@pytest.mark.parametrize("text", ["이것이 전쟁의 끝.", "협상은 이제 끝"])
def test_a_sentence_may_end_in_the_word_end(text: str) -> None:
    assert [s.text for s in prose(text).sentences] == [text]


# Plain prose


WAYS: dict[str, Callable[[str], str]] = {
    "풀어 씀": lambda text: text,
    "낱말 사이": lambda text: textwrap.fill(text, 40),
    "낱말 사이, 끝 공백": lambda text: " \n".join(textwrap.wrap(text, 40)),
    "낱말 안": lambda text: "\n".join(
        text[start : start + 43] for start in range(0, len(text), 43)
    ),
}


@pytest.mark.parametrize("wrap", WAYS.values(), ids=list(WAYS))
def test_plain_prose_has_numbered_sentences_and_no_paragraphs(
    communique: Document, wrap: Callable[[str], str]
) -> None:
    sentences = [s for s in communique.sentences if s.paragraph in {3, 7}]
    text = "\n\n".join(wrap(paragraphs(communique)[number]) for number in (3, 7))

    document = prose(text)

    assert (document.title, document.dateline) == (None, None)
    assert [(s.id, s.paragraph, s.number, s.text) for s in document.sentences] == [
        (f"글:{number}", None, number, one_line(sentence.text))
        for number, sentence in enumerate(sentences, 1)
    ]
    for sentence in document.sentences:
        raw = text[sentence.start : sentence.end]
        assert unspaced(raw) == unspaced(sentence.text)


def test_a_heading_is_a_sentence_of_its_own(communique: Document) -> None:
    text = "\n\n".join(
        [
            "한반도 정세에 대한 평가",
            textwrap.fill(paragraphs(communique)[3], 40),
            "연합방위태세의 강화",
            textwrap.fill(paragraphs(communique)[7], 40),
        ]
    )

    texts = [sentence.text for sentence in prose(text).sentences]

    assert texts[0] == "한반도 정세에 대한 평가"
    assert texts[4] == "연합방위태세의 강화"
    assert len(texts) == 7


def test_lines_that_were_not_wrapped_are_not_joined() -> None:
    text = "# 제목\n본문 한 줄입니다.\n둘째 줄입니다\n\n- 항목 하나\n- 항목 둘\n"

    assert [s.text for s in prose(text).sentences] == [
        "# 제목",
        "본문 한 줄입니다.",
        "둘째 줄입니다",
        "- 항목 하나",
        "- 항목 둘",
    ]


@pytest.mark.parametrize("ending", [" \n", "\n"], ids=["끝 공백", "공백 없음"])
@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("2020년 10월 14일 워싱턴에서 개최되었다.", id="문장 끝"),
        pytest.param("2020년 10월 14일 워싱턴에서 개최되었음.", id="명사형 문장 끝"),
        pytest.param("2020년 10월 14일 워싱턴에서 서 욱", id="문장 가운데"),
        pytest.param("2020년 10월 14일, 워싱턴에서 양국의", id="쉼표 뒤 문장 가운데"),
    ],
)
def test_a_wrapped_line_that_starts_with_a_date_is_not_a_dateline(
    sentence: str, ending: str
) -> None:
    """Nor is the line above it a title: both belong to one sentence."""
    lines = [
        "제52차 한미안보협의회의가 미국의 수도에서",
        sentence,
        "장관과 고위 관계관들이 참석하여 개최하였고",
        "많은 사람들이 이에 주목하였다. 회의는 성공적으로",
        "끝났으며 양 장관은 다음 회의를 서울에서 열기로",
        "하였다.",
    ]

    document = prose(ending.join(lines))

    assert (document.title, document.dateline) == (None, None)
    assert " ".join(s.text for s in document.sentences) == " ".join(lines)


def test_a_tab_in_a_wrapped_line_does_not_end_a_sentence(communique: Document) -> None:
    lines = textwrap.wrap(paragraphs(communique)[3], 40)
    tabbed = [line.replace(" ", "\t", 1) for line in lines]

    document = prose("\n".join(tabbed))

    assert [one_line(s.text) for s in document.sentences] == [
        one_line(s.text) for s in communique.sentences if s.paragraph == 3
    ]


@pytest.mark.parametrize("text", ["", " \n\n\t", "\f", "끝", "//끝//\n"])
def test_a_blank_document_has_no_sentences(text: str) -> None:
    assert prose(text) == Document("글", None, None, ())


@given(
    text=st.text(
        "가나다라 다.?!\n\r\f\t'\"()·…A,\u1100\u1161\u2028\u0301", max_size=200
    ),
    space=st.booleans(),
)
def test_plain_prose_loses_only_white_space(text: str, *, space: bool) -> None:
    def judge(lines: Sequence[str]) -> list[bool]:
        return [space] * (len(lines) - 1)

    document = parse_document(source_of(text), judge)

    assert unspaced("".join(s.text for s in document.sentences)) == unspaced(nfc(text))
    last = 0
    for sentence in document.sentences:
        assert last <= sentence.start < sentence.end <= len(text)
        raw = text[sentence.start : sentence.end]
        assert unspaced(nfc(raw)) == unspaced(sentence.text)
        last = sentence.end


# The communiqués of other years


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"), [("scm44_2012", 15), ("scm48_2016", 18), ("scm51_2019", 23)]
)
def test_the_paragraphs_of_the_white_papers_are_complete_and_in_order(
    shared: Path, name: str, count: int
) -> None:
    path = shared / "data" / "communiques" / f"{name}.txt"
    source = corpus_files.read(path, pytest.fail)

    document = parse_document(source, spaces_between)

    assert document.title
    assert document.dateline
    numbers = [number for number, _ in groupby(s.paragraph for s in document.sentences)]
    assert numbers == list(range(1, count + 1))
    for sentence in document.sentences:
        raw = source.text[sentence.start : sentence.end]
        assert unspaced(raw) == unspaced(sentence.text)


# Records


def records(text: str) -> Document:
    return parse_document(source_of(text, "기록.jsonl"), unused)


def test_a_record_is_one_sentence_with_its_own_id() -> None:
    text = "1. 첫째이다. 둘째이다.\n2. 셋째이다. //끝//"
    line = json.dumps({"id": "law-7/2", "text": text}, ensure_ascii=False)

    [sentence] = records(line).sentences

    assert sentence.id == "law-7/2"
    assert sentence.document == "기록"
    assert (sentence.paragraph, sentence.number) == (None, None)
    assert one_line(sentence.text) == one_line(text)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_the_span_of_a_record_is_its_line(end: str) -> None:
    lines = [
        json.dumps({"id": f"r{n}", "text": "줄\u2028바꿈"}, ensure_ascii=False)
        for n in range(3)
    ]
    text = end.join([lines[0], "", lines[1], "  ", lines[2], ""])

    document = records(text)

    assert [s.id for s in document.sentences] == ["r0", "r1", "r2"]
    assert [text[s.start : s.end] for s in document.sentences] == lines


def test_other_keys_of_a_record_are_ignored() -> None:
    [sentence] = records('{"text": "가", "title": ["나"], "id": "a"}').sentences

    assert (sentence.id, sentence.text) == ("a", "가")


def test_the_text_of_a_record_is_in_nfc() -> None:
    """The analyzer expects NFC; a decomposed 전작권 would have the terms of its letters."""
    text = unicodedata.normalize("NFD", "전작권을 전환하였다.")

    for line in (
        json.dumps({"id": "a", "text": text}, ensure_ascii=False),
        json.dumps({"id": "a", "text": text}),
    ):
        [sentence] = records(line).sentences
        assert sentence.text == "전작권을 전환하였다."


def test_a_record_or_a_file_may_be_empty() -> None:
    assert [s.text for s in records('{"id": "a", "text": ""}').sentences] == [""]
    assert records("\n \n").sentences == ()


NO_OBJECT = "not a JSON object"
BAD_ID = "the id is empty or holds white space"
BAD_LINES = {
    "JSON 아님": ("전작권", NO_OBJECT),
    "잘린 JSON": ('{"id": "a", "text": "가', NO_OBJECT),
    "두 개": ('{"id": "a", "text": "가"} {}', NO_OBJECT),
    "배열": ('["a", "가"]', NO_OBJECT),
    "문자열": ('"가"', NO_OBJECT),
    "수": ("1", NO_OBJECT),
    "null": ("null", NO_OBJECT),
    "NaN": ("NaN", NO_OBJECT),
    "Infinity": ("-Infinity", NO_OBJECT),
    "긴 수": ("1" * 10_000, NO_OBJECT),
    "객체 안의 긴 수": (
        '{"id": "a", "text": "가", "n": ' + "1" * 10_000 + "}",
        NO_OBJECT,
    ),
    "깊은 배열": ("[" * 100_000, NO_OBJECT),
    "깊은 객체": ('{"a":' * 100_000, NO_OBJECT),
    "깊이 닫힌 배열": ("[" * 100_000 + "]" * 100_000, NO_OBJECT),
    "제어 문자": ('{"id": "a", "text": "\x01"}', NO_OBJECT),
    "빈 객체": ("{}", 'the key "id" is missing'),
    "id 없음": ('{"text": "가"}', 'the key "id" is missing'),
    "text 없음": ('{"id": "a"}', 'the key "text" is missing'),
    "수인 id": ('{"id": 7, "text": "가"}', 'the value of "id" is not a string'),
    "null인 text": ('{"id": "a", "text": null}', 'the value of "text" is not a string'),
    "NaN인 text": ('{"id": "a", "text": NaN}', 'the value of "text" is not a string'),
    "배열인 text": (
        '{"id": "a", "text": ["가"]}',
        'the value of "text" is not a string',
    ),
    "빈 id": ('{"id": "", "text": "가"}', BAD_ID),
    "빈칸 있는 id": ('{"id": "a b", "text": "가"}', BAD_ID),
    "탭 있는 id": (r'{"id": "a\tb", "text": "가"}', BAD_ID),
    "줄바꿈 있는 id": (r'{"id": "a\n", "text": "가"}', BAD_ID),
    "전각 빈칸 있는 id": (r'{"id": "\u3000", "text": "가"}', BAD_ID),
    "NUL 있는 id": (r'{"id": "a\u0000", "text": "가"}', BAD_ID),
    "반쪽 대리 id": (
        r'{"id": "\ud83d", "text": "가"}',
        'the value of "id" has half a surrogate pair',
    ),
    "반쪽 대리 text": (
        r'{"id": "a", "text": "가\ude00"}',
        'the value of "text" has half a surrogate pair',
    ),
}


@pytest.mark.parametrize(("line", "fault"), BAD_LINES.values(), ids=list(BAD_LINES))
def test_an_invalid_line_is_reported_with_file_line_and_reason(
    line: str, fault: str
) -> None:
    with pytest.raises(RecordError) as caught:
        records(f'{{"id": "good", "text": "가"}}\n\n{line}\n')

    assert str(caught.value) == f"기록.jsonl, line 3: {fault}; nothing was indexed."


def test_an_escaped_surrogate_pair_is_one_character() -> None:
    [sentence] = records(r'{"id": "a", "text": "\ud83e\udd81"}').sentences

    assert sentence.text == "🦁"


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        " " * 200_000 + "가",
        "가.\n끝" + " " * 200_000 + "x",
        "\n".join(["가" * 40] * 1_000),
        "\n".join(["전작권전환" * 8 + "나다라마"] * 1_000),
        ("가" * 50_000 + "x\n") * 2,
    ],
    ids=["빈칸", "끝 뒤", "한 글자", "띄어쓰기 없이", "긴 줄"],
)
def test_an_odd_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    start = time.process_time()

    parse_document(Source(Path("글.txt"), text, "utf-8", ""), spaces_between)

    assert time.process_time() - start < 15
