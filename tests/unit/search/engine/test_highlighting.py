"""Highlighting: the spans of the morphemes that match, without their particles."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.ingest.document import Document
from indexer.ingest.sentence import Sentence
from indexer.storage.morpheme_cache import KnownRuns
from search.engine.clauses import WordQuery
from search.engine.highlighting import Span, spans
from search.query.builder import QueryBuilder
from search.query.parser import parse
from search.query.plan import Grade

ANALYZER = Analyzer(KnownRuns(kiwi.morphemes).morphemes)


def spans_of(query: str, text: str) -> tuple[Span, ...]:
    return spans_as(Grade.SUBSTRING, query, text)


def spans_as(grade: Grade, query: str, text: str) -> tuple[Span, ...]:
    """Return the spans in a sentence that matches *query* with that grade."""
    words = QueryBuilder(ANALYZER).plan(parse(query)).words_to_mark(grade)
    return spans(text, ANALYZER.analyze(text), words)


def marked(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in spans_of(query, text)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("전작권", "전작권을 전환한다", ["전작권"]),
        ("전작권을", "전작권이 전환된다", ["전작권"]),
        ("유엔사", "유엔사로부터 받았다", ["유엔사"]),
        ("갖춘", "적합성이 갖춰지는 대로", ["갖춰"]),
        ("갖춘", "능력과 준비를 갖추고 있으며", ["갖추"]),
        ("다뤘다", "분야 등을 다루는 협의체", ["다루"]),
        ("협력하다", "긴밀히 협력해 나가기로 하였다", ["협력"]),
        ("9.19", "‘9·19 군사합의’를 통해", ["9·19"]),
        ("9월 19일", "2018. 9. 19. 평양", ["9", "19"]),
        ("9·19 군사합의", "‘9·19 군사합의’를 통해", ["9·19", "군사합의"]),
        ("신뢰 구축", "군사적 신뢰구축 조치", ["신뢰구축"]),
        ('"신뢰 구축"', "군사적 신뢰구축 조치", ["신뢰구축"]),
        ("신뢰구축", "군사적 신뢰 구축 조치", ["신뢰", "구축"]),
        ('"신뢰 구축"', "신뢰와 구축의 신뢰", ["신뢰", "구축"]),
        ("연합사", "미래연합사로의 전환", ["연합사"]),
        ("국방", "국방부장관은 국방을", ["국방", "국방"]),
        ("국방부장관", "국방부 장관이", ["국방부", "장관"]),
        ("위협", "주한미군지위협정", []),
        ("한·미", "한미 간 한ㆍ미 동맹", ["한미", "한ㆍ미"]),
        ("한미동맹", "한미동맹과 한미 간 동맹", ["한미동맹", "한미", "동맹"]),
        ("동맹 NOT 한미동맹", "동맹은 지상·해상의", ["동맹"]),
        ("동맹 -핵", "동맹의 핵 억제", ["동맹"]),
        ("지상 해상 공중", "지상·해상·공중 등", ["지상", "해상", "공중"]),
        ("WMD", "WMD 대응 ( CWMD ), CWMDC", ["WMD"]),
        ("scm", "제52차 SCM이 ＳＣＭ을", ["SCM", "ＳＣＭ"]),
        ("52차", "제52차 SCM", ["52차"]),
        ("코로나19", "코로나19 방역", ["코로나19"]),
        ("2020년", "’20년 후반기", ["20년"]),
        ("1234", "예산 1,234원", ["1,234"]),
        ("km", "50㎞ 밖", ["㎞"]),
        ("對美", "한국의 對美 지원", ["對美"]),
        ("지원", "한국의 對美지원을", ["지원"]),
        ("비핵화", "완전한 비핵화와", ["비핵화"]),
        ("전작권", "없다", []),
    ],
)
def test_the_highlighted_words_of_a_query(
    query: str, text: str, expected: list[str]
) -> None:
    assert marked(query, text) == expected


@pytest.mark.parametrize("particle", ["이", "을", "를", "은", "는", "의", "에", "과"])
def test_a_particle_behind_a_bracket_is_not_marked(particle: str) -> None:
    assert marked(particle, f"회의( MCM ) {particle} 「계획」{particle} 마쳤다") == []


def test_neighbouring_words_have_separate_spans() -> None:
    """A span contains white space only inside a word of the source."""
    assert marked("전작권 전환", "전작권 전환") == ["전작권", "전환"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("신뢰구축", "군사적 신뢰 구축 조치"),
        ("전작권전환", "전작권 전환을 위해"),
        ("국방부장관", "국방부 장관은"),
        ("연합방위태세", "연합 방위태세를"),
        ("미래연합사", "미래 연합사로 전환되기"),
    ],
)
def test_the_parts_of_a_compound_are_highlighted_with_spaces_between(
    query: str, text: str
) -> None:
    """Spaces in the text make no difference, even with an operator in the query."""
    assert "".join(marked(f"{query} -없음", text)) == query


@pytest.mark.parametrize("query", ['"한미동"', "한미동 -없음"])
def test_bigrams_of_two_words_do_not_match_a_third(query: str) -> None:
    """한미 and 미동 have the bigrams of 한미동, but not in one word."""
    assert marked(query, "한미 미동 지역") == []


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("국방", "국방부장관은 국방을", ["국방", "국방"]),
        ("세종", "세종대왕과 세종시", ["세종", "세종"]),
        ("인천", "인천과 인천시", ["인천", "인천"]),
        ("김포", "김포와 김포공항", ["김포", "김포"]),
        ("국방비", "국방비와 국방비전", ["국방비", "국방비"]),
        ("국방 장관", "국방부 장관이", ["국방", "장관"]),
        ("위협", "위협과 주한미군지위협정", ["위협"]),
    ],
)
def test_every_occurrence_is_highlighted(
    query: str, text: str, expected: list[str]
) -> None:
    assert [text[a:b] for a, b in spans_as(Grade.TYPED, query, text)] == expected


@pytest.mark.parametrize(
    ("substring", "text", "expected"),
    [
        ("3일", "13일부터 3일까지", ["3일"]),
        ("8년", "2018년", []),
        ("년후반기", "’20년 후반기", ["년", "후반기"]),
        ("919군사합의", "‘9·19 군사합의’를", ["9·19", "군사합의"]),
        ("35a", "F-35A와 135A", ["35A"]),
        ("전작권", "‘전(작)권’을", ["전(작)권"]),
    ],
)
def test_substrings_are_highlighted_but_do_not_split_numbers(
    substring: str, text: str, expected: list[str]
) -> None:
    word = WordQuery(substring, substring=substring)
    hits = spans(text, ANALYZER.analyze(text), [word])

    assert [text[start:end] for start, end in hits] == expected


def test_overlapping_matches_are_one_span() -> None:
    text = "한미연합군사령부"

    assert spans_of("한미연합 연합군 사령부 한미연합군사령부", text) == ((0, 8),)


@pytest.fixture(scope="module")
def word_spans(communique: Document) -> list[tuple[Sentence, str, tuple[Span, ...]]]:
    """Return each searchable word of each sentence with its spans there."""
    return [
        (sentence, word, spans_of(word, sentence.text))
        for sentence in communique.sentences
        for word in dict.fromkeys(sentence.text.split())
        if QueryBuilder(ANALYZER).plan(parse(word)).words
    ]


def test_every_word_is_highlighted_in_its_sentence(
    word_spans: list[tuple[Sentence, str, tuple[Span, ...]]],
) -> None:
    """Spans are sorted, disjoint, stripped, and inside the sentence."""
    for sentence, word, hits in word_spans:
        assert hits or len(word) == 1, (word, sentence.id)
        last = -1
        for start, end in hits:
            assert last < start < end <= len(sentence.text)
            text = sentence.text[start:end]
            assert text[0].isalnum(), (word, text)
            assert text[-1].isalnum(), (word, text)
            last = end


def particles(text: str) -> set[int]:
    """Return the offsets of syllables that belong to particles and endings only."""
    places: set[int] = set()
    content: set[int] = set()
    runs = list(re.finditer("[가-힣]+", text))
    for run, parts in zip(runs, kiwi.morphemes(r[0] for r in runs), strict=True):
        for part in parts:
            kind = places if part.tag[0] in "JE" else content
            kind.update(range(run.start() + part.start, run.start() + part.end))
    return places - content


def test_no_span_ends_in_a_particle(
    word_spans: list[tuple[Sentence, str, tuple[Span, ...]]],
) -> None:
    sentences = {sentence for sentence, _, _ in word_spans}
    places = {sentence.id: particles(sentence.text) for sentence in sentences}
    for sentence, word, hits in word_spans:
        for start, end in hits:
            text = sentence.text[start:end]
            assert not {start, end - 1} & places[sentence.id], (word, text)


WORDS = ["전작권을", "한미동맹", "국방부장관", "9·19", "신뢰 구축", "WMD", "對美", "を"]
MARKS = [" ", "·", "( ", " )", "’", "😀", "\u200b", "을", ""]


@given(
    st.lists(st.sampled_from(WORDS), min_size=1),
    st.lists(st.sampled_from(WORDS + MARKS), max_size=30).map("".join),
)
def test_spans_are_sorted_disjoint_and_inside_any_text(
    words: list[str], text: str
) -> None:
    end = -1
    for span in spans_of(" ".join(words), text):
        assert end < span[0] < span[1] <= len(text)
        assert text[span[0] : span[1]].strip() == text[span[0] : span[1]]
        end = span[1]
