"""AND, NOT and phrases match as plain words do, so the sets of their hits fit together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from helpers import examples, index_records
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from search.index import Index, open_index

TEXTS = {
    "name": "이 회의는 서 욱 대한민국 국방부장관이 공동 주재하였다.",
    "juice": "착즙 주스를 마셨다.",
    "fresh": "갓 짠 주스와 착즙기를 소개하였다.",
    "troops": "훈련에 병력 3천 명이 참가하였다.",
    "budget": "예산 5백억원을 편성하였다.",
    "defence": "방위비 분담을 협의하였다.",
    "share": "장관은 방위비분담 특별협정을 평가하였다.",
    "china": "에스퍼 미합중국 국방장관은 훈련을 참관하였다.",
    "command": "유엔군사령부 ( 유엔사 )는 정전협정을 관리한다.",
    "foc": "완전운용능력 ( FOC ) 검증을 평가하였다.",
    "hanja": "電氣 설비와 전기 요금을 논의하였다.",
    "vision": "국방비전과 국방비를 논의하였다.",
    "adverb": "위협에 대해 적절히 대응하였다.",
}
WORDS = (
    *("장관", "서욱", "훈련", "주스", "착즙", "3천명", "3천 명", "예산", "5백억 원"),
    *("방위비를 분담", "방위비 분담", "방위비분담", "국방", "국방비", "중국", "해적"),
    *("유앤사", "유엔사", "유엔군사령부", "FOC", "완전 운용 능력", "완전운용능력"),
    *(
        "전기",
        "電氣",
        "참가한",
        "논의",
        "없는말",
        "wjsrl",
        "ㅇㅇㅅ",
        "이",
        "적절",
        "관리를",
    ),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return an index of `TEXTS`."""
    folder = tmp_path_factory.mktemp("operators")
    with open_index(index_records(folder, TEXTS)) as opened:
        yield opened


def hits(index: Index, query: str, *, exact: bool = False) -> set[str]:
    """Return the ids of the hits, all of which are counted."""
    result = index.search(query, limit=1000, exact=exact)
    assert (result.total, result.uncounted) == (len(result.hits), 0)
    return {hit.sentence.id for hit in result}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("장관 AND 서욱", {"name"}),
        ("장관 NOT 서욱", {"share", "china"}),
        ("장관 -서욱", {"share", "china"}),
        ("주스 AND 착즙", {"juice", "fresh"}),
        ("주스 NOT 착즙", set()),
        ("훈련 AND 3천명", {"troops"}),
        ("훈련 NOT 3천명", {"china"}),
        ('예산 AND "5백억 원"', {"budget"}),
        ('예산 NOT "5백억 원"', set()),
        ('"방위비를 분담"', {"defence", "share"}),
        ('장관 NOT "방위비 분담"', {"name", "china"}),
        ("유앤사 NOT 정전협정", set()),
        ("검증 NOT (완전 운용 능력)", set()),
        ("장관 AND 국방", {"name", "china"}),
        ("장관 NOT 국방", {"share"}),
        ("국방비 AND 논의", {"vision"}),
        ("대응 NOT 해적", {"adverb"}),
    ],
)
def test_a_word_beside_an_operator_matches_as_it_does_alone(
    index: Index, query: str, expected: set[str]
) -> None:
    assert hits(index, query) == expected


def test_a_pasted_sentence_finds_itself_whatever_marks_are_in_it(index: Index) -> None:
    sentence = '"이 회의"는 서 -욱 대한민국 국방부장관이 공동 주재하였다.'

    pasted = index.search(sentence)
    assert pasted.hits[0].sentence.id == "name"
    assert '“"이 회의"”, “-욱”' in pasted.notes[0]
    assert index.explain(sentence).notes[0] == pasted.notes[0]
    excluding = index.search(f"{sentence} -주재")
    assert "name" not in {hit.sentence.id for hit in excluding}


@st.composite
def operands(draw: st.DrawFn) -> str:
    """Draw a word, a phrase, a stretch of a text in any spacing, or words under OR."""
    if draw(st.booleans()):
        text = draw(st.sampled_from(WORDS))
    else:
        source = draw(st.sampled_from([*TEXTS.values()]))
        start = draw(st.integers(0, len(source) - 2))
        text = source[start : start + draw(st.integers(2, 9))]
        text = text.replace("(", " ").replace(")", " ")
        text = draw(st.sampled_from([text, text.replace(" ", "")]))
    assume(any(map(str.isalnum, text)))
    form = draw(st.sampled_from(["({})", '"{}"', "({} OR 장관)", "({} -정전협정)"]))
    return form.format(text)


@settings(max_examples=examples(4))
@given(q=operands(), w=operands(), exact=st.booleans())
def test_and_intersects_and_not_subtracts(
    index: Index, q: str, w: str, *, exact: bool
) -> None:
    # A query of nothing but particles has no hits, but does not narrow another.
    notes = index.search(f"{q} AND {w}").notes
    assume(not any("not searched" in note for note in notes))
    q_hits = hits(index, f"{q} AND {q}", exact=exact)
    w_hits = hits(index, f"{w} AND {w}", exact=exact)

    assert hits(index, f"{q} AND {w}", exact=exact) == q_hits & w_hits
    assert hits(index, f"{q} NOT {w}", exact=exact) == q_hits - w_hits
