"""The analyzer: the terms of a text, their spans, and the pinned terms of a version."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import (
    ANALYSIS_VERSION,
    BIGRAM_MARK,
    NOUN_RUN_MARK,
    Analysis,
    Analyzer,
    Role,
    Token,
    hangul_runs,
)
from indexer.ingest.document import Document
from indexer.storage.morpheme_cache import KnownRuns
from indexer.text.offset_text import OffsetText

PINNED = (3, "70fdc1aeceaaa1c1af2dc23dd9e5106dc0c28d4508bd49ef7fd906658a97f5e8")
"""The version of the analysis, and the digest of the communiqué's terms in it."""


def analyze(text: str) -> Analysis:
    return Analyzer(KnownRuns(kiwi.morphemes).morphemes).analyze(text)


def marked(text: str, tokens: tuple[Token, ...]) -> list[tuple[str, str]]:
    """Return the terms of *tokens*, each with the text of its span."""
    return [(token.term, text[token.start : token.end]) for token in tokens]


MORPHEMES: dict[str, list[tuple[str, str]]] = {
    # Particles
    "전작권": [("전작권", "전작권")],
    "전작권을": [("전작권", "전작권")],
    "유엔사로부터": [("유엔사", "유엔사")],
    "한반도에서의": [("한반도", "한반도")],
    "SCM이": [("scm", "SCM")],
    "SCM을": [("scm", "SCM")],
    "MCM ) 가": [("mcm", "MCM")],
    "「계획」을": [("계획", "계획")],
    "9·19의": [("9.19", "9·19")],
    # Endings
    "갖춘": [("갖추다", "갖춘")],
    "갖추고": [("갖추다", "갖추")],
    "갖춰지는": [("갖추다", "갖춰")],
    "다뤘다": [("다루다", "다뤘")],
    "다루는": [("다루다", "다루")],
    "아름다운": [("아름답다", "아름다운")],
    # 하다, 되다
    "긴밀하게": [("긴밀", "긴밀")],
    "긴밀히": [("긴밀", "긴밀히")],
    "긴밀한": [("긴밀", "긴밀")],
    "중요하다": [("중요", "중요")],
    "중요한": [("중요", "중요")],
    "논의하였다": [("논의", "논의")],
    "강화되었다": [("강화", "강화")],
    "했다": [("하다", "했")],
    # Affixes and compounds
    "비핵화": [("비핵", "비핵"), ("화", "화")],
    "장관들": [("장관", "장관"), ("들", "들")],
    "국방장관이": [("국방", "국방"), ("장관", "장관")],
    "지정된이행과업": [("지정", "지정"), ("이행", "이행"), ("과업", "과업")],
    # Numbers, letters, signs
    "제52차": [("52", "52"), ("차", "차")],
    "９·19": [("9.19", "９·19")],
    "1,000명": [("1000", "1,000"), ("명", "명")],
    "ＳＣＭ": [("scm", "ＳＣＭ")],
    "D.C.": [("d", "D"), ("c", "C")],
    "對美": [("대미", "對美")],
    "한·미": [("한미", "한·미")],
    "ㅋㅋ": [("ㅋㅋ", "ㅋㅋ")],
    "5㎏": [("5", "5"), ("kg", "㎏")],
    "…!?": [],
    "": [],
}


@pytest.mark.parametrize(
    ("text", "expected"), MORPHEMES.items(), ids=[text or "빈 글" for text in MORPHEMES]
)
def test_the_morphemes_of_a_word_and_their_spans(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert marked(text, analyze(text).morphemes) == expected


PARTS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "전작권을": (["_전작", "_작권"], ["=전작권"], ["전작", "작권"]),
    "유엔사로부터": (["_유엔", "_엔사"], ["=유엔사"], ["유엔", "엔사"]),
    "비핵화": (["_비핵", "_핵화"], ["=비핵화"], ["핵화"]),
    "국방부": (["_국방", "_방부"], ["=국방부"], ["국방", "방부"]),
    "국방장관이": (["_국방", "_방장", "_장관"], ["=국방장관"], []),
    "지위협정": (["_지위", "_위협", "_협정"], ["=지위협정"], []),
    "현안과업무": (["_현안", "_업무"], ["=현안", "=업무"], []),
    "논의하였다": (["_논의"], ["=논의", "=논의하다"], []),
    "강화되었다": (["_강화"], ["=강화", "=강화되다"], []),
    "긴밀하게": (["_긴밀"], ["=긴밀", "=긴밀하다"], []),
    "한·미·일": (["_한미", "_미일"], ["=한미일"], ["한미", "미일"]),
    "對美": (["_대미"], ["=대미"], []),
    "갖추고": ([], ["=갖추다"], []),
    "갖춰지는": ([], [], []),
    "아름다운": ([], ["=아름답다"], []),
    "차": ([], [], []),
    "SCM": ([], [], []),
    "52": ([], [], []),
}


@pytest.mark.parametrize(("text", "expected"), PARTS.items(), ids=list(PARTS))
def test_noun_bigrams_noun_run_terms_and_boundary_bigrams(
    text: str, expected: tuple[list[str], list[str], list[str]]
) -> None:
    analysis = analyze(text)

    assert (
        tuple(
            [token.term for token in tokens]
            for tokens in (
                analysis.noun_bigrams,
                analysis.noun_run_terms,
                analysis.boundary_bigrams,
            )
        )
        == expected
    )


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        pytest.param("비핵", [Role.PREFIX, Role.FREE], id="접두사"),
        pytest.param("비핵화", [Role.FREE, Role.SUFFIX], id="접미사"),
        pytest.param("장관들", [Role.FREE, Role.SUFFIX], id="복수"),
        pytest.param("2020년", [Role.FREE, Role.BOUND], id="의존 명사"),
        pytest.param("모든 회의", [Role.BOUND, Role.FREE], id="관형사"),
        pytest.param("전작권 SCM 52", [Role.FREE] * 3, id="홀로 서는 말"),
    ],
)
def test_the_roles_of_morphemes(text: str, roles: list[Role]) -> None:
    assert [token.role for token in analyze(text).morphemes] == roles


def test_the_terms_are_morphemes_then_noun_bigrams_then_noun_run_terms() -> None:
    assert analyze("전작권을 SCM에서").terms == [
        "전작권",
        "scm",
        "_전작",
        "_작권",
        "=전작권",
    ]


def test_marks_distinguish_bigrams_and_noun_runs_from_morphemes() -> None:
    analysis = analyze("국방 국방부 한_미 _국방 =국방")

    assert {token.term[0] for token in analysis.noun_bigrams} == {BIGRAM_MARK}
    assert {token.term[0] for token in analysis.noun_run_terms} == {NOUN_RUN_MARK}
    marks = {BIGRAM_MARK, NOUN_RUN_MARK}
    assert not any(marks & set(token.term) for token in analysis.morphemes)


def test_morphemes_are_requested_for_the_hangul_runs_of_a_text() -> None:
    requested: list[str] = []
    text = "제52차 SCM에서 한·미가 對美 지원을 ㅋㅋ"

    def source(runs: Sequence[str]) -> list[tuple[kiwi.Morpheme, ...]]:
        requested.extend(runs)
        return list(kiwi.morphemes(runs))

    Analyzer(source).analyze(text)

    assert (
        requested
        == list(hangul_runs(text))
        == ["1차", "A에서", "한미가", "대미", "지원을"]
    )


def test_a_text_without_hangul_needs_no_morphemes() -> None:
    def source(runs: object) -> list[tuple[kiwi.Morpheme, ...]]:
        raise AssertionError(runs)

    assert Analyzer(source).analyze("SCM 52 㐀 ㅋ").terms == [
        "scm",
        "52",
        "㐀",
        "ㅋ",
        "^㐀",
    ]


KOREAN = st.text(
    "전작권을한·미9,019제차갖춘고다뤘하였비핵화SCMＳ對ㅋ .「」\n", max_size=40
)


@given(KOREAN | st.text(max_size=30))
def test_every_token_has_a_span_in_the_text(text: str) -> None:
    text = unicodedata.normalize("NFC", text)

    analysis = analyze(text)

    for token in (
        *analysis.morphemes,
        *analysis.noun_bigrams,
        *analysis.noun_run_terms,
        *analysis.boundary_bigrams,
    ):
        assert 0 <= token.start < token.end <= len(text)
        assert token.term
        assert not any(char.isspace() for char in token.term)
    starts = [token.start for token in analysis.morphemes]
    assert starts == sorted(starts)


@given(st.text("전작권을한·미9,019제차갖춘고다뤘하였비핵화SCMＳ對ㅋ .\n", max_size=40))
def test_the_tokens_of_a_word_do_not_depend_on_its_neighbours(text: str) -> None:
    words = unicodedata.normalize("NFC", text).split()

    together = analyze(" ".join(words))

    separate = [analyze(word) for word in words]
    for field in Analysis._fields:
        terms = [token.term for token in getattr(together, field)]
        assert terms == [token.term for a in separate for token in getattr(a, field)]


def test_the_spans_of_a_source_in_nfd_can_be_recovered(communique: Document) -> None:
    for sentence in communique.sentences:
        source = unicodedata.normalize("NFD", sentence.text)
        text = OffsetText.of(source)

        for token in analyze(text.text).morphemes:
            start, end = text[token.start : token.end].span
            part = unicodedata.normalize("NFC", source[start:end])
            assert part == sentence.text[token.start : token.end]


def test_the_terms_of_the_communique_change_only_with_the_version(
    communique: Document,
) -> None:
    digest = hashlib.sha256()
    for sentence in communique.sentences:
        analysis = analyze(sentence.text)
        boundary_bigrams = [token.term for token in analysis.boundary_bigrams]
        record = [sentence.id, analysis.terms, boundary_bigrams]
        digest.update(json.dumps(record, ensure_ascii=False).encode() + b"\n")

    assert (ANALYSIS_VERSION, digest.hexdigest()) == PINNED, (
        "The communiqué's terms differ from those in indexes of this version:"
        " raise ANALYSIS_VERSION, so that they are rebuilt, and pin the new digest."
    )
