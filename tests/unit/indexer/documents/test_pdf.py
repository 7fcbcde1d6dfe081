"""PDF: paragraphs out of lines, and the running heads and page numbers between them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import document_files
import pytest
from helpers import ROOT

from indexer.analysis.kiwi import spaces_between
from indexer.documents.extract import extract
from indexer.documents.extracted import Extracted
from indexer.ingest import corpus_files
from indexer.ingest.document import parse_document

BODY = (
    "양 장관은 한반도와 역내의 안보 환경을 점검하고 협력 방안을 논의하였으며 앞으로도"
    " 긴밀히 공조하기로 하였다."
)


def no_furniture(_: int) -> str:
    return ""


def read(pages: list[list[str]], *furniture: Callable[[int], str]) -> Extracted:
    """Return the text of a PDF, whose pages have a head and a foot."""
    data = document_files.pdf_pages(pages, *furniture)
    return extract(Path("a.pdf"), data)


@pytest.mark.parametrize("count", [2, 3, 5, 8])
@pytest.mark.parametrize(
    ("head", "foot"),
    [
        (lambda _: "국방백서", lambda n: f"- {n} -"),
        (lambda n: f"국방백서 {n + 40}", lambda _: ""),
        (lambda n: "국방백서" if n % 2 else "한미동맹", lambda n: f"{n}"),
        (lambda n: f"{n} 국방백서" if n % 2 else f"제2장 동맹 {n}", lambda _: ""),
        (lambda _: "공동성명", lambda n: f"국방부 {n}/8"),
        (lambda n: f"제{1 + n // 3}장 안보", lambda n: f"{n}쪽"),
    ],
    ids=["marks", "number in head", "left and right", "outside", "of all", "chapters"],
)
def test_furniture_is_no_text(
    count: int, head: Callable[[int], str], foot: Callable[[int], str]
) -> None:
    heads = [head(n) for n in range(1, count + 1)]
    pages = [[f"{'가나다라마바사아'[n]} {BODY}"] for n in range(count)]

    text = read(pages, head, foot).text

    # A head that one page alone has cannot be distinguished from a heading.
    alone = {
        each for each in heads if heads.count(each) == 1 and not each[-1].isdigit()
    }
    rest = [line for line in text.splitlines() if line and line not in alone]
    assert " ".join(rest) == " ".join(page[0] for page in pages)


def test_lines_that_recur_in_the_text_stay() -> None:
    text = read([[BODY, "하나"], [BODY, "둘"], [BODY, "셋"]]).text

    assert text.replace("\n", " ").count(BODY) == 3


def test_a_paragraph_ends_where_the_next_word_would_fit() -> None:
    text = read(
        [[BODY, "가. 짧은 항목", BODY, f"제목\n{BODY}", "나. 긴 항목"]], str, str
    ).text

    assert [part.replace("\n", " ") for part in text.strip().split("\n\n")] == [
        "1",
        BODY,
        "가. 짧은 항목",
        BODY,
        "제목",
        BODY,
        "나. 긴 항목",
        "1",
    ]


def test_a_sentence_goes_on_over_pages() -> None:
    lines = document_files.wrapped(f"{BODY} {BODY}")

    text, pages, *_ = read([["\n".join(lines[:2])], ["\n".join(lines[2:])]])

    assert text == "\n".join(lines) + "\n"
    assert text[pages[1] :] == "\n".join(lines[2:]) + "\n"


def test_hyphens_at_line_ends_stay_except_in_hyphenated_words() -> None:
    text = read(
        [["KF-\n16 fighter and secu-\nrity of the 2018-\n2019 years"]],
        no_furniture,
        no_furniture,
    ).text

    assert text == "KF-16 fighter and security of the 2018-\n2019 years\n"


def test_spaces_at_line_ends_stay() -> None:
    marked = " \n".join(document_files.wrapped(BODY))

    assert read([[marked]], no_furniture, no_furniture).text == marked + "\n"


@pytest.mark.parametrize("width", [27, 31, 38])
def test_a_pdf_broken_anywhere_has_the_numbers_and_latin_words_of_its_source(
    width: int, tmp_path: Path
) -> None:
    source = parse_document(
        corpus_files.read(ROOT / "corpus/scm-52-2020.txt", print), spaces_between
    )
    paragraphs = [
        f"{number}. " + " ".join(sentence.text for sentence in group)
        for number, group in groupby(source.sentences, lambda s: s.paragraph)
    ]
    pieces = [re.findall(f".{{1,{width}}}", each) for each in paragraphs]
    broken = ["\n".join(map(str.strip, each)) for each in pieces]
    path = tmp_path / "a.pdf"
    path.write_bytes(
        document_files.pdf_pages([[each] for each in broken], no_furniture)
    )

    sentences = parse_document(corpus_files.read(path, print), spaces_between).sentences

    texts = [sentence.text for sentence in sentences]
    originals = [sentence.text for sentence in source.sentences]
    # The source itself spells these with and without a space.
    unclear = re.compile("(?<=[가-힣」]) ?(?=[가-힣「(])|(?<=GP) ?(?=철수)")
    assert [unclear.sub("", t) for t in texts] == [
        unclear.sub("", t) for t in originals
    ]
    assert len(set(texts) & set(originals)) >= 0.85 * len(originals)
