"""Sentence boundaries: a table of stops that end a sentence and stops that do not."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kiwipiepy import Kiwi

from indexer.analysis import kiwi
from indexer.ingest import corpus_files
from indexer.ingest.document import parse_document
from indexer.ingest.sentence_split import sentence_spans

TABLE = {
    "마침표": ("회의가 열렸다. 논의가 있었다.", ["회의가 열렸다.", "논의가 있었다."]),
    "가나다로 센 항목": (
        "가. 훈련을 한다. 나. 정보를 나눈다.",
        ["가. 훈련을 한다.", "나. 정보를 나눈다."],
    ),
    "빈 글": ("", []),
    "공백뿐": (" \n\t ", []),
    "마침표 없는 끝": (
        "회의가 열렸다. 점을 확인하였다",
        ["회의가 열렸다.", "점을 확인하였다"],
    ),
    "띄어 쓰지 않은 다음 문장": (
        "양국이 합의하였다.이에 따라 추진한다.",
        ["양국이 합의하였다.", "이에 따라 추진한다."],
    ),
    "로마자 약어": (
        "워싱턴 D.C. 에서 열렸다. 끝났다.",
        ["워싱턴 D.C. 에서 열렸다.", "끝났다."],
    ),
    "가운데 이름": (
        "마크 에스퍼 ( Mark T. Esper ) 장관이 왔다.",
        ["마크 에스퍼 ( Mark T. Esper ) 장관이 왔다."],
    ),
    "점으로 적은 날짜": (
        "2020. 10. 14. 워싱턴에서 만났다. 다음은 2021. 3. 1. 이다.",
        ["2020. 10. 14. 워싱턴에서 만났다.", "다음은 2021. 3. 1. 이다."],
    ),
    "소수": ("비율은 3.5 배이다. 크다.", ["비율은 3.5 배이다.", "크다."]),
    "한 글자 뒤의 붙은 마침표": ("제1.가 항을 본다.", ["제1.가 항을 본다."]),
    "물음표": ("왜 그런가? 모른다.", ["왜 그런가?", "모른다."]),
    "느낌표": (
        "만세! 이겼다!! 정말?! 그렇다.",
        ["만세!", "이겼다!!", "정말?!", "그렇다."],
    ),
    "로마자 뒤의 물음표": ("이것이 SCM? 그렇다.", ["이것이 SCM?", "그렇다."]),
    "따옴표 안의 문장": (
        "그는 “합의했다.” 라고 말했다. ‘그렇다.’ 끝.",
        ["그는 “합의했다.”", "라고 말했다.", "‘그렇다.’", "끝."],
    ),
    "붙은 인용 조사": (
        "그는 “합의했다.”라고 말했다. 끝.",
        ["그는 “합의했다.”라고 말했다.", "끝."],
    ),
    "괄호 안의 마침표": (
        "합의했다(전문은 붙임.) 다음을 본다.",
        ["합의했다(전문은 붙임.)", "다음을 본다."],
    ),
    "낫표 뒤의 마침표": (
        "이것은 「계획」. 저것은 ‘합의’. 끝",
        ["이것은 「계획」.", "저것은 ‘합의’.", "끝"],
    ),
    "말줄임표": (
        "그러나… 모른다. 글쎄... 안다.",
        ["그러나…", "모른다.", "글쎄...", "안다."],
    ),
    "전각 마침표": ("합의했다。 끝났다．", ["합의했다。", "끝났다．"]),
    "한자 뒤의 마침표": ("長官은 贊成. 끝.", ["長官은 贊成.", "끝."]),
    "줄바꿈 뒤": ("열렸다.\n닫혔다.", ["열렸다.", "닫혔다."]),
    "쉼표와 쌍점": ("첫째, 이것: 저것; 그것이다.", ["첫째, 이것: 저것; 그것이다."]),
}


@pytest.mark.parametrize(("text", "expected"), TABLE.values(), ids=list(TABLE))
def test_stops_end_a_sentence_except_in_abbreviations_and_dates(
    text: str, expected: list[str]
) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == expected


@given(st.text() | st.text("가다 .?!…。\n\t\"'”’)」A1"))
def test_sentences_are_in_order_stripped_and_complete(text: str) -> None:
    spans = list(sentence_spans(text))

    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[last:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        last = end
    assert text[last:].strip() == ""


CORPUS = sorted((Path(__file__).parents[4] / "corpus").glob("*.txt"))


def paragraphs(path: Path) -> list[list[str]]:
    """Return the sentences of each paragraph of a document."""
    document = parse_document(
        corpus_files.read(path, lambda _: None), kiwi.spaces_between
    )
    parts = groupby(document.sentences, key=lambda sentence: sentence.part)
    return [[sentence.text for sentence in part] for _, part in parts]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_communique_is_split_where_kiwi_splits_it(path: Path) -> None:
    check_split(path)


@pytest.mark.shared
def test_other_communiques_are_split_where_kiwi_splits_them(shared: Path) -> None:
    others = sorted((shared / "data" / "communiques").glob("*.txt"))
    assert others
    for path in others:
        check_split(path)


def check_split(path: Path) -> None:
    """Compare the pattern with Kiwi's splitter, which analyses the whole text."""
    splitter = Kiwi(load_multi_dict=False)
    ours = paragraphs(path)
    theirs = [
        [each.text for each in splitter.split_into_sents(" ".join(texts))]
        for texts in ours
    ]

    assert len(ours) >= 15
    assert ours == theirs
