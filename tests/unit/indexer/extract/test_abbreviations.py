"""Abbreviations: the pairs that a corpus defines, and text that defines none."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer, hangul_runs
from indexer.analysis.kiwi import Morpheme
from indexer.analysis.script_runs import words
from indexer.extract import abbreviations
from indexer.extract.abbreviations import LONGEST_CHAIN, MOST_LONG_FORMS
from indexer.extract.definition_cache import collect_definitions
from indexer.ingest import corpus_files
from indexer.ingest.document import Document, parse_document
from indexer.ingest.sentence import Sentence
from indexer.storage.synonyms import Abbreviation

_ANALYSED: dict[str, tuple[Morpheme, ...]] = {}


def _morphemes(keys: Sequence[str]) -> list[tuple[Morpheme, ...]]:
    new = [key for key in dict.fromkeys(keys) if key not in _ANALYSED]
    _ANALYSED.update(zip(new, kiwi.morphemes(new), strict=True))
    return [_ANALYSED[key] for key in keys]


def sentences(*texts: str) -> list[Sentence]:
    return [
        Sentence(f"문서:{number}", "문서", None, number, 0, len(text), text)
        for number, text in enumerate(texts, 1)
    ]


def abbreviations_of(
    corpus: Sequence[Sentence], analyzer: Analyzer
) -> list[Abbreviation]:
    spoken = dict.fromkeys(word for each in corpus for _, word in words(each.text))
    return abbreviations.mine_abbreviations(
        collect_definitions(corpus, spoken, analyzer)
    )


def pairs(*texts: str) -> list[tuple[str, str]]:
    mined_pairs = abbreviations_of(sentences(*texts), Analyzer(_morphemes))
    return [(pair.long, pair.short) for pair in mined_pairs]


def test_the_pairs_of_the_communique(communique: Document) -> None:
    mined_pairs = abbreviations_of(communique.sentences, Analyzer(_morphemes))

    prefix = "scm-52-2020:"
    assert [
        (p.long, p.short, p.sentence.removeprefix(prefix)) for p in mined_pairs
    ] == [
        ("한미안보협의회의", "SCM", "1.1"),
        ("마크 에스퍼", "Mark T. Esper", "1.2"),
        ("에스퍼", "Esper", "1.2"),
        ("마크 밀리", "Mark A. Milley", "1.3"),
        ("밀리", "Milley", "1.3"),
        ("한미군사위원회회의", "MCM", "1.3"),
        ("북방한계선", "NLL", "5.3"),
        ("전시작전통제권", "전작권", "11.1"),
        ("완전운용능력", "FOC", "11.1"),
        ("확산방지구상", "PSI", "16.8"),
        ("대량살상무기", "WMD", "16.9"),
        ("WMD 대응", "CWMD", "16.9"),
        ("대량살상무기대응위원회", "CWMDC", "16.10"),
        ("한미일 안보회의", "DTT", "17.1"),
        ("주한미군지위협정", "SOFA", "18.1"),
        ("방위비분담금 특별협정", "SMA", "19.2"),
    ]


@pytest.fixture(scope="session")
def defined(shared: Path) -> Callable[..., list[tuple[str, str]]]:
    """Return a function that mines the pairs of the communiqués of some years."""

    def read(*names: str) -> Iterator[Sentence]:
        for name in names:
            path = shared / "data" / "communiques" / f"{name}.txt"
            source = corpus_files.read(path, lambda _: None)
            yield from parse_document(source, kiwi.spaces_between).sentences

    def mined(*names: str) -> list[tuple[str, str]]:
        mined_pairs = abbreviations_of(list(read(*names)), Analyzer(_morphemes))
        return [(pair.long, pair.short) for pair in mined_pairs]

    return mined


YEARS: dict[str, list[tuple[str, str]]] = {
    "scm44_2012": [
        ("한미 안보협의회의", "SCM"),
        ("군사위원회 회의", "MCM"),
        ("우라늄농축프로그램", "UEP"),
        ("개정된 미사일지침", "RMG"),
        ("정보·감시·정찰", "ISR"),
        ("한국형 미사일 방어", "KAMD"),
        ("한미 통합국방협의체", "KIDD"),
        ("북방한계선", "NLL"),
        ("확산방지구상", "PSI"),
        ("운영전문가그룹", "OEG"),
        ("관련약정", "TOR"),
        ("안보정책구상", "SPI"),
        ("전시작전통제권", "전작권"),
        ("용산기지이전계획", "YRP"),
        ("연합토지관리계획", "LPP"),
        ("공동환경평가절차", "JEAP"),
    ],
    "scm48_2016": [
        ("한·미 안보협의회의", "SCM"),
        ("군사위원회 회의", "MCM"),
        ("한·미통합국방협의체", "KIDD"),
        ("관련약정", "TOR"),
        ("잠수함발사 탄도미사일", "SLBM"),
        ("한·미 외교·국방 확장억제 전략협의체", "EDSCG"),
        ("지상기반요격체", "GBI"),
        ("작전개념 이행지침", "CPIG"),
        ("한미억제전략위원회", "DSC"),
        ("맞춤형 억제전략", "TDS"),
        ("한국형 미사일 방어체계", "KAMD"),
        ("북방한계선", "NLL"),
        ("평화유지활동", "PKO"),
        ("확산방지구상", "PSI"),
        ("국방사이버정책실무협의회", "CCWG"),
        ("방산기술협력위원회", "DTICC"),
        ("조건에 기초한 전작권 전환계획", "COT-P"),
        ("용산기지이전계획", "YRP"),
        ("연합토지관리계획", "LPP"),
        ("공동환경평가절차", "JEAP"),
        ("방산기술전략·협력체", "DTSCG"),
    ],
    "scm51_2019": [
        ("한미안보협의회의", "SCM"),
        ("마크 에스퍼", "Mark T. Esper"),
        ("에스퍼", "Esper"),
        ("마크 밀리", "Mark A. Milley"),
        ("밀리", "Milley"),
        ("한미군사위원회회의", "MCM"),
        ("북방한계선", "NLL"),
        ("한미연합군사령부", "연합사"),
        ("전시작전통제권", "전작권"),
        ("기본운용능력", "IOC"),
        ("완전운용능력", "FOC"),
        ("특별상설군사위원회", "special PMC"),
        ("확산방지구상", "PSI"),
        ("대량살상무기", "WMD"),
        ("주한미군지위협정", "SOFA"),
        ("특별조치협정", "SMA"),
    ],
}


@pytest.mark.shared
@pytest.mark.parametrize("year", YEARS)
def test_the_pairs_of_other_communiques(
    defined: Callable[..., list[tuple[str, str]]], year: str
) -> None:
    assert defined(year) == YEARS[year]


@pytest.mark.shared
def test_the_pairs_of_several_communiques_together(
    defined: Callable[..., list[tuple[str, str]]],
) -> None:
    mined_pairs = defined(*YEARS)

    assert [long for long, short in mined_pairs if short == "SCM"] == [
        "한미 안보협의회의"
    ]
    assert [long for long, short in mined_pairs if short == "TOR"] == ["관련약정"]


DEFINITIONS: dict[str, list[tuple[str, str]]] = {
    # Where the short form stands.
    "대량살상무기( WMD ) 확보": [("대량살상무기", "WMD")],
    "대량살상무기（WMD）의 확보": [("대량살상무기", "WMD")],
    "KIDD(한미통합국방협의체)를 열었다": [("한미통합국방협의체", "KIDD")],
    "전작권(전시작전통제권)의 전환": [("전시작전통제권", "전작권")],
    "확산방지구상(이하 PSI)에": [("확산방지구상", "PSI")],
    "확산방지구상(이하 “PSI”라 한다)에": [("확산방지구상", "PSI")],
    "전시작전통제권(이하 '전작권')의": [("전시작전통제권", "전작권")],
    "전시작전통제권(약칭: 전작권)의": [("전시작전통제권", "전작권")],
    "전시작전통제권(이하 전작권이라 함)의": [("전시작전통제권", "전작권")],
    "북방한계선(NLL, Northern Limit Line) 일대": [("북방한계선", "NLL")],
    "북방한계선(Northern Limit Line: NLL) 일대": [("북방한계선", "NLL")],
    "북방한계선(NLL, 이하 한계선)을": [
        ("북방한계선", "NLL"),
        ("북방한계선", "한계선"),
    ],
    "유엔군사령부(유엔사, UNC)가": [
        ("유엔군사령부", "유엔사"),
        ("유엔군사령부", "UNC"),
    ],
    # Where the long form begins.
    "조건에 기초한 전시작전통제권 ( 전작권 ) 전환계획": [("전시작전통제권", "전작권")],
    "제52차 한미안보협의회의 ( SCM ) 가": [("한미안보협의회의", "SCM")],
    "포함한 완전운용능력 ( FOC ) 검증": [("완전운용능력", "FOC")],
    "한미 주한미군지위협정 ( SOFA )에": [("주한미군지위협정", "SOFA")],
    "방위비분담금 특별협정 ( SMA ) 이": [("방위비분담금 특별협정", "SMA")],
    "위한 한미 WMD 대응 ( CWMD ) 노력": [("WMD 대응", "CWMD")],
    "PSI 운영전문가그룹(OEG) 회의": [("운영전문가그룹", "OEG")],
    "훈련과 한국형 미사일 방어(KAMD)를": [("한국형 미사일 방어", "KAMD")],
    "지속적으로 정보·감시·정찰(ISR)과": [("정보·감시·정찰", "ISR")],
    "확산과 환경ㆍ사회ㆍ지배구조(ESG)": [("환경ㆍ사회ㆍ지배구조", "ESG")],
    "소득이전을 통한 세원잠식 문제(BEPS)": [("세원잠식 문제", "BEPS")],
    "조달 관련 양해각서(MOU)": [("양해각서", "MOU")],
    # Quotes.
    "설치된‘한미 통합국방협의체(KIDD)’가": [("한미 통합국방협의체", "KIDD")],
    "설치된 ‘한미 통합국방협의체’(KIDD)가": [("한미 통합국방협의체", "KIDD")],
    "“개정된 미사일지침(RMG)”이": [("개정된 미사일지침", "RMG")],
    "양국「국방우주협력을 위한 관련약정(TOR)」": [("관련약정", "TOR")],
    "2+2‘외교·국방 확장억제 전략협의체(EDSCG)’의": [
        ("외교·국방 확장억제 전략협의체", "EDSCG")
    ],
    "「자본시장과 금융투자업에 관한 법률」(이하 “자본시장법”이라 한다)": [
        ("자본시장과 금융투자업에 관한 법률", "자본시장법")
    ],
    # Forms of short forms.
    "특별상설군사위원회(special PMC)가": [("특별상설군사위원회", "special PMC")],
    "조건기반 전작권 전환계획(COT-P)에": [("조건기반 전작권 전환계획", "COT-P")],
    "국방 연구개발(R&D) 예산": [("연구개발", "R&D")],
    "지휘통제통신컴퓨터정보(C4I) 체계": [("지휘통제통신컴퓨터정보", "C4I")],
    "한미연합군사령부(연합사) 본부": [("한미연합군사령부", "연합사")],
    "한미연합사령부(연합사) 본부": [("한미연합사령부", "연합사")],
    "해군작전사령부(해작사)를": [("해군작전사령부", "해작사")],
    "중앙 통합방위협의회(이하 “중앙협의회”라 한다)": [
        ("중앙 통합방위협의회", "중앙협의회")
    ],
    # Names of persons and organisations.
    "나토(NATO)의": [("나토", "NATO")],
    "마크 에스퍼 ( Mark T. Esper ) 장관": [
        ("마크 에스퍼", "Mark T. Esper"),
        ("에스퍼", "Esper"),
    ],
    "국방장관 로이드 오스틴(Lloyd J. Austin III)이": [
        ("로이드 오스틴", "Lloyd J. Austin III"),
        ("오스틴", "Austin"),
    ],
    "찰스 브라운(Charles Q. Brown, Jr.) 대장": [
        ("찰스 브라운", "Charles Q. Brown"),
        ("브라운", "Brown"),
    ],
    "에이브럼스(Robert B. Abrams) 사령관": [("에이브럼스", "Abrams")],
    "서 욱(Suh Wook) 장관": [("서 욱", "Suh Wook")],
    "서욱(Suh Wook) 장관": [("서욱", "Suh Wook")],
}


@pytest.mark.parametrize(
    ("text", "expected"), DEFINITIONS.items(), ids=list(DEFINITIONS)
)
def test_a_definition_yields_its_pairs(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert pairs(text) == expected


REFUSED = [
    # Years, numbers, codes.
    "주한미군 방위비(2020년)",
    "전략대화 회의( 제2차 )",
    "재해복구 활동(2010~2012)",
    "확장억제전략협의체(2+2)",
    "전략폭격기 자산(B-52)",
    "방문취업(H-2)의 자격",
    "고기압 지역(376 hPa)",
    # Enumerations.
    "안보협의회의와 군사위원회(SCM, MCM)",
    "안보협의회의(SCM/MCM)",
    "자동차 매매(이륜차, 승합차)",
    # Clauses and glosses.
    "대량살상무기 대응 노력(CWMD 관련)",
    "동맹의 체계(THAAD, 패트리어트 포함)",
    "전자문서(전자문서로 된 신청서를 포함한다)",
    "‘상시 전투태세(Fight Tonight)’의",
    "미사일 경보훈련(PACIFIC DRAGON)이",
    "전작권 전환 검증 계획(OPCON Certification Plan)",
    "사회 관계망 서비스(Social Network Service)에",
    # Places and parties.
    "국방장관 회담(한측)",
    "SCM(서울)에서",
    "SCM(화상회의)에서",
    "한미안보협의회의(서울)",
    # Too short, or the same again.
    "대통령(윤)",
    "「군인사법」(이하 “법”이라 한다)",
    "한미안보협의회의(한미안보협의회의)",
    "따른 중앙치매센터(이하 “중앙치매센터”라 한다)",
    "국방자격 검정(이하 “국방자격검정”이라 한다)",
    # Parts and kinds of the thing.
    "변경신고(신고)",
    "신고(변경신고)",
    "등록증(등록)의",
    "관광지(관광단지)의",
    "합동참모본부 회의(합참)",
    # No noun before it, or one of too little weight.
    "그렇게 한다 (SCM)",
    "(SCM)",
    "정비조직에 대한 인증(AMO)",
    "전시작전통제권(전작권) 전환 계획(COTP)",
    "장관(SCM)",
    # For one article only; of several things; of something else.
    "금융회사(이하 이 조에서 “회사”라 한다)",
    "토지ㆍ공장 또는 그 밖의 재산(이하 “토지등”이라 한다)",
    "토지ㆍ건물ㆍ등록재산(이하 “토지등”이라 한다)",
    "이전특별회계(이하 “이 회계”라 한다)",
    "서류를 낸 사람(이하 “신청인”이라 한다)",
    # More than eight morphemes.
    "한미 공동 연합 합동 방위 태세 발전 전략 대화 실무 협의 위원회(KUSJDDSWCGX)",
]


@pytest.mark.parametrize("text", REFUSED)
def test_other_brackets_yield_no_pair(text: str) -> None:
    assert [pair for pair in pairs(text) if pair[1] != "전작권"] == []


def test_the_long_form_is_the_one_that_most_definitions_allow() -> None:
    assert pairs(
        "미사일 방어체계(KAMD)를 갖춘다.", "한국형 미사일 방어체계(KAMD)를 갖춘다."
    ) == [("미사일 방어체계", "KAMD")]
    assert pairs(
        "제1차 한미안보협의회의(SCM)가 열렸다.", "한·미 안보협의회의(SCM)가 열렸다."
    ) == [("한미안보협의회의", "SCM")]


def test_a_short_form_may_have_different_long_forms() -> None:
    assert pairs("긴급행동지침(SOP)에 따라", "표준작전절차(SOP)에 따라") == [
        ("긴급행동지침", "SOP"),
        ("표준작전절차", "SOP"),
    ]


def test_a_part_of_a_dotted_compound_is_complete_if_it_occurs_alone() -> None:
    text = "생화학ㆍ대량살상무기(WMD)의 위협"

    assert pairs(text) == [("생화학ㆍ대량살상무기", "WMD")]
    assert pairs(text, "대량살상무기의 위협") == [("대량살상무기", "WMD")]


COMMITTEE = "방위비분담심의위원회(이하 “위원회”라 한다)를 둔다."


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (["위원회는 심의한다."], [("방위비분담심의위원회", "위원회")]),
        (["인사위원회와 다르다."], []),
        (["인사심의회(이하 “위원회”라 한다)를 둔다."], []),
    ],
    ids=["하나", "다른 위원회", "다른 것의 이름"],
)
def test_a_common_noun_is_a_name_only_if_it_has_one_meaning(
    others: list[str], expected: list[tuple[str, str]]
) -> None:
    assert pairs(COMMITTEE, *others) == expected


def test_a_common_noun_used_before_its_definition_is_not_a_name() -> None:
    assert pairs("위원회가 열렸다.", COMMITTEE) == []


def test_a_pair_is_returned_once_with_its_first_sentence() -> None:
    mined_pairs = abbreviations_of(
        sentences(
            "확산방지구상에 참여한다.",
            "확산방지구상(PSI)에 참여한다.",
            "확산 방지 구상 ( Psi ), 확산방지구상 ( PSI ) 등",
        ),
        Analyzer(_morphemes),
    )

    assert mined_pairs == [Abbreviation("확산방지구상", "PSI", "문서:2")]


def test_definitions_in_both_directions_make_no_cycle() -> None:
    assert pairs("한미안보협의회의(SCM)의", "SCM(한미안보협의회의)의") == [
        ("한미안보협의회의", "SCM")
    ]


CHAIN = [
    ("전시작전통제권전환계획", "전작통제권전환계획"),
    ("전작통제권전환계획", "전작권전환계획"),
    ("전작권전환계획", "전작계획"),
]


@pytest.mark.parametrize("chain", [CHAIN, CHAIN[::-1]], ids=["앞에서", "뒤에서"])
def test_a_pair_that_makes_a_chain_too_long_is_dropped(
    chain: list[tuple[str, str]],
) -> None:
    assert pairs(*(f"{long}({short})" for long, short in chain)) == chain[:2]
    assert [pairs(f"{long}({short})") for long, short in chain] == [
        [link] for link in chain
    ]


def test_the_number_of_long_forms_is_limited() -> None:
    heads = ["작전", "안보", "군수", "정보", "인사", "기획"]
    texts = [f"{head}평가체계(ABC)를 둔다." for head in heads]

    mined_pairs = pairs(*texts, *texts[2:])

    assert len(mined_pairs) == MOST_LONG_FORMS
    assert [long for long, _ in mined_pairs] == [
        f"{head}평가체계" for head in heads[2:]
    ]


PIECES = st.sampled_from(
    [
        *("한미안보협의회의", "한·미 안보협의회의", "전시작전통제권", "WMD 대응"),
        *("마크 에스퍼", "“개정된 미사일지침”", "핵·대량살상무기", "SCM", "전작권"),
        *("韓美", "㎏", "ﬀ", "Ⅲ", "İ", "핵", "각", "👍", "ㄱ", "\n", "관련", "대한"),
        *(" ", "를 ", "의 ", "·", "-", "‘", "’", "(", ")", '"', "제52차 ", ", "),
        *("(SCM)", " ( SCM ) ", "(전작권)", '(이하 "전작권"이라 한다)', "(CWMD)"),
        *("(Mark T. Esper)", "(이하 SCM)", "(전시작전통제권)", "(한미안보협의회의)"),
        *("(안보협의회의)", '(이하 "안보협의회의")', "(KIDD, Korea US Dialogue)"),
    ]
)
TEXTS = st.lists(
    st.lists(PIECES, min_size=2, max_size=12).map("".join), min_size=1, max_size=3
)


def compacted(text: str) -> str:
    return "".join(text.casefold().split())


@given(texts=TEXTS)
def test_pairs_of_any_text_are_sound(texts: list[str]) -> None:
    known = {key for text in texts for key in hangul_runs(text)}

    def recorded(keys: Sequence[str]) -> list[tuple[Morpheme, ...]]:
        assert known.issuperset(keys), "a run that indexing does not meet"
        return _morphemes(keys)

    corpus = sentences(*texts)
    mined_pairs = abbreviations_of(corpus, Analyzer(recorded))

    by_id = {sentence.id: compacted(sentence.text) for sentence in corpus}
    for pair in mined_pairs:
        for form in (pair.long, pair.short):
            assert form
            assert form == " ".join(form.split())
            assert form == unicodedata.normalize("NFC", form)
            assert compacted(form) in by_id[pair.sentence]
    assert_sound(mined_pairs)


def assert_sound(mined_pairs: Sequence[Abbreviation]) -> None:
    """Check that there is no duplicate pair, no cycle and no chain beyond the limit."""
    both = [(compacted(pair.long), compacted(pair.short)) for pair in mined_pairs]
    assert len(both) == len(set(both))
    reached = both
    for _ in range(LONGEST_CHAIN):
        assert not [pair for pair in reached if pair[0] == pair[1]]
        reached = [
            (first, last)
            for first, middle in reached
            for again, last in both
            if middle == again
        ]
    assert reached == []


def test_the_pairs_of_the_communique_are_sound(communique: Document) -> None:
    assert_sound(abbreviations_of(communique.sentences, Analyzer(_morphemes)))


@pytest.mark.parametrize(
    "text",
    [
        "(" + " " * 100_000,
        " " * 100_000 + "(SCM)",
        "한미안보협의회의(이하 " + "가 " * 40_000 + ")",
        "(SCM) " * 2_000,
    ],
    ids=["괄호와 공백", "공백과 괄호", "긴 괄호", "괄호뿐"],
)
def test_odd_text_takes_no_time(text: str) -> None:
    assert pairs(text) == []
