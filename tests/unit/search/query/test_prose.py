"""Operators are text in a sentence, and operators where a person types them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.messages import Note
from search.query.builder import has_operator
from search.query.filter_placement import FilterNode
from search.query.inflection import is_inflected
from search.query.parser import Query, parse

SENTENCES = (
    "양 장관은 사이버 공간에서의 협력 증진을 재확인하였다.",
    "천안함 사건에 대한 한국의 브리핑을 발표한 토마스 마이르 하팅은 누구인가?",
    "정몽주가 정도전을 탄핵함으로써 제거하려고 했던 대상은?",
    "블루스를 처음 녹음한 가수의 이름은 무엇인가요",
)
NOUNS = (
    "장관",
    "중국",
    "방위비",
    "한미동맹",
    "협의",
    "회의",
    "결과",
    "SCM",
    "2020년",
    "역할",
)


def marks(query: Query) -> list[str]:
    """Return the marks that the note on a sentence names."""
    for note in query.notes:
        listed = note.facts.get("marks") if isinstance(note, Note) else None
        if isinstance(listed, tuple):
            return list(listed)
    return []


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        (
            "마이르 -하팅은 어느 나라의 대사인가?",
            "마이르 하팅은 어느 나라의 대사인가?",
            ["-하팅은"],
        ),
        ("마이르 -하팅은 누구인가", "마이르 하팅은 누구인가", ["-하팅은"]),
        (
            "마이르 -하팅은 제2차 세계 대전에서 활약한 프랑스의 장군",
            "마이르 하팅은 제2차 세계 대전에서 활약한 프랑스의 장군",
            ["-하팅은"],
        ),
        (
            "체스보드에서 “행”은 뭐라고 불리는가?",
            "체스보드에서 행은 뭐라고 불리는가?",
            ["“행”"],
        ),
        (
            '그는"동맹은 강하다"며 공약을 재확인했다',
            "그는 동맹은 강하다며 공약을 재확인했다",
            ['"동맹은 강하다"'],
        ),
        (
            '그는 "하팅은 1941년에 죽었다고 말했다.',
            "그는 하팅은 1941년에 죽었다고 말했다.",
            ['"하팅은 1941년에 죽었다고 말했다.'],
        ),
        ("기온이 -5도까지 내려간 날은?", "기온이 5도까지 내려간 날은?", ["-5도까지"]),
        (
            "병력은 -3천 명에서 5천 명으로 늘었다.",
            "병력은 3천 명에서 5천 명으로 늘었다.",
            ["-3천 명에서"],
        ),
        (
            "지혜 - 필레인은 (사랑)을 뜻하는 말이다.",
            "지혜 필레인은 사랑 뜻하는 말이다.",
            [],
        ),
        (
            "한미안보협의회의(SCM)는 -언제 열렸나?",
            "한미안보협의회의 SCM 언제 열렸나?",
            ["-언제"],
        ),
        (
            "1) 양측은 훈련을 강화하기로 하였다.",
            "1 양측은 훈련을 강화하기로 하였다.",
            [],
        ),
        (
            "-양측은 훈련을 강화하기로 합의하였다.",
            "양측은 훈련을 강화하기로 합의하였다.",
            ["-양측은"],
        ),
        (
            "AND 게이트와 OR 게이트의 차이는 무엇인가?",
            "and 게이트와 or 게이트의 차이는 무엇인가?",
            ["AND", "OR"],
        ),
        (
            "TO BE OR NOT TO BE라는 대사는 누구의 말인가?",
            "TO BE or not TO BE라는 대사는 누구의 말인가?",
            ["OR", "NOT"],
        ),
        (
            "한미동맹은 -“한미 동맹”으로도 쓰인다.",
            "한미동맹은 한미 동맹으로도 쓰인다.",
            ["-“한미 동맹”"],
        ),
        ("제목: 한-미 “동맹”의 미래는?", "제목: 한-미 동맹의 미래는?", ["“동맹”"]),
    ],
)
def test_in_a_sentence_marks_are_text(text: str, words: str, marked: list[str]) -> None:
    query = parse(text)

    plain = parse(words).root
    assert repr(query.root).casefold() == repr(plain).casefold()
    assert marks(query) == marked
    assert len(query.notes) == bool(marked)


@pytest.mark.parametrize(
    "text",
    [
        "장관 -중국",
        '"확장 억제" 공약',
        '-"한미 동맹" 방위비',
        "방위비 분담 협상 타결 -중국 -일본",
        "방위비 분담 -중국 협상 타결 역할 결과",
        '한미동맹 미래 비전 -"주한 미군" 감축',
        "한미안보협의회의 -중국 공동성명 군사합의 국방장관회의 방위비",
        "훈련을 실시한 부대 -해군",
        "훈련을 실시한 -해군 부대",
        "한미동맹에 대한 중국의 입장과 일본의 반응 -러시아",
        '"확장 억제"에 대한 미국의 공약',
        '"확장 억제"를 강화하기로 한 장관의 공약 -중국',
        "에스퍼 -서욱 공약을 재확인했다",
        '"전작권"은 무엇인가?',
        '에스퍼의 발언 "동맹을 강화하기로 하였다."',
        '"양 장관은 확장 억제를 재확인하기로 하였다."',
        "유엔사 NOT 정전협정은 무엇을 뜻하는가?",
        "(SCM OR MCM) AND 2021년에는 무엇을 논의했는가?",
        '장관은 "확장 억제" AND 공약을 재확인하였다.',
        "(양 장관은 훈련을 강화하였다.) AND (협력을 강화하였다.)",
        "장관 -중국 방위비 분담금?",
        "전작권은 NOT 조건은?",
        "동맹을 AND 우주는?",
    ],
)
def test_typed_operators_are_operators(text: str) -> None:
    query = parse(text)

    assert marks(query) == []
    assert '"' not in text or "phrase" in repr(query.root)
    assert '"' in text or (query.root and has_operator(query.root))


@pytest.mark.parametrize(
    ("end", "filters"),
    [
        ("-에스퍼", ()),
        ('-"주한 미군"', ()),
        ("NOT (에스퍼 OR 서욱)", ()),
        ("-에스퍼 year:2020 -서욱", (FilterNode("year", "2020"),)),
        (
            "(year:2019 OR year:2020) -에스퍼",
            (FilterNode("year", "2019"), FilterNode("year", "2020")),
        ),
        ("-act:강조", (FilterNode("act", "강조", excluded=True),)),
    ],
)
def test_exclusions_and_filters_after_a_sentence_apply(
    end: str, filters: tuple[FilterNode, ...]
) -> None:
    plain = "양 장관은 동맹의 억제를 재확인하였다."
    query = parse(f"양 장관은 -동맹의 “억제”를 재확인하였다. {end}")

    assert query.root == parse(f"{plain} {end}").root
    assert query.filters == filters
    assert marks(query) == ["-동맹의", "“억제”"]


def test_a_filter_in_a_sentence_stays_a_filter() -> None:
    query = parse("year:2020 양 장관은 -동맹의 -act:강조 억제를 재확인하였다.")

    assert query.filters == (
        FilterNode("year", "2020"),
        FilterNode("act", "강조", excluded=True),
    )
    assert query.root == parse("양 장관은 동맹의 억제를 재확인하였다.").root


@given(
    sentence=st.sampled_from(SENTENCES),
    hyphens=st.sets(st.integers(1, 9)),
    quoted=st.integers(0, 9),
)
def test_a_sentence_means_the_same_with_and_without_marks(
    sentence: str, hyphens: set[int], quoted: int
) -> None:
    words = sentence.split()
    marked = [
        f'"{word}"' if number == quoted else "-" * (number in hyphens) + word
        for number, word in enumerate(words)
    ]

    assert parse(" ".join(marked)).root == parse(sentence).root


@given(
    words=st.lists(st.sampled_from(NOUNS), min_size=2, max_size=8),
    excluded=st.integers(1, 7),
    phrase=st.booleans(),
)
def test_words_without_particles_are_no_sentence(
    words: list[str], excluded: int, *, phrase: bool
) -> None:
    excluded = min(excluded, len(words) - 1)
    words[excluded] = f'-"{words[excluded]}"' if phrase else f"-{words[excluded]}"

    query = parse(" ".join(words))
    assert query.root
    assert has_operator(query.root)
    assert query.notes == ()


@pytest.mark.parametrize(
    "word",
    [
        *(
            "장관은",
            "방위비를",
            "유엔사로부터",
            "SCM에서는",
            "2020년의",
            "행”은",
            "사람이",
        ),
        *(
            "논의했다",
            "누구인가?",
            "적으시오",
            "활약한",
            "강화하기로",
            "위한",
            "있는",
            "합의하며",
        ),
    ],
)
def test_inflected(word: str) -> None:
    assert is_inflected(word)


@pytest.mark.parametrize(
    "word",
    [
        *(
            "장관",
            "한미안보협의회의",
            "조사결과",
            "제도",
            "국가",
            "평가",
            "차이",
            "도로",
            "가을",
        ),
        *(
            "변호인",
            "천안함",
            "북한",
            "권한",
            "우크라이나",
            "케냐",
            "캐나다",
            "정의",
            "SCM",
            "2020",
        ),
    ],
)
def test_not_inflected(word: str) -> None:
    assert not is_inflected(word)
