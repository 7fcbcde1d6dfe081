"""Statements: the speaker of a sentence and the act at its end."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers import DATA
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.extract.statements import Statement, statement
from indexer.ingest import corpus_files
from indexer.ingest.document import Document, parse_document
from indexer.ingest.sentence import Sentence
from indexer.storage.morpheme_cache import KnownRuns

JUDGED = DATA / "statements.tsv"
DRAWN = 40
ANALYZER = Analyzer(KnownRuns(kiwi.morphemes).morphemes)


def of(text: str) -> Statement:
    return statement(text, ANALYZER.analyze_runs(text))


def judged() -> dict[str, Statement]:
    """Return the judgements by hand, sentence id to statement; blank is None."""
    _, *lines = JUDGED.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return {id_: Statement(who or None, act or None) for id_, who, act in rows}


def right(sentences: Sequence[Sentence]) -> float:
    """Return the share of *sentences* with both speaker and act as judged."""
    expected = judged()
    hits = [of(sentence.text) == expected[sentence.id] for sentence in sentences]
    return sum(hits) / len(hits)


def test_speaker_and_act_are_as_judged_in_the_communique(communique: Document) -> None:
    assert len(communique.sentences) == 82
    assert right(communique.sentences) >= 0.97


def drawn(document: Document) -> list[Sentence]:
    """Return the sentences of *document* that were judged."""
    return random.Random(2020).sample(document.sentences, DRAWN)  # noqa: S311


@pytest.mark.shared
@pytest.mark.parametrize("name", ["scm44_2012", "scm48_2016", "scm51_2019"])
def test_speaker_and_act_are_as_judged_in_other_years(shared: Path, name: str) -> None:
    path = shared / "data" / "communiques" / f"{name}.txt"
    document = parse_document(corpus_files.read(path, pytest.fail), kiwi.spaces_between)

    assert right(drawn(document)) >= 0.93


SPEAKERS = {
    "일본 방위대신": (
        "기하라 방위대신은 일본의 방위력을 근본적으로 강화하겠다는 결의를 재확인하였다.",
        "기하라 방위대신",
    ),
    "이름이 어미로 끝남": ("기시다 총리는 이에 사의를 표명했다.", "기시다 총리"),
    "성 한 자": ("조 장관은 호주의 기여를 높이 평가하였다.", "조 장관"),
    "띄어 쓴 이름": ("이와 관련 서 욱 장관은 우려를 표명하였다.", "서 욱 장관"),
    "붙여 쓴 이름": ("바이든대통령은 확장억제 공약을 재확인하였다.", "바이든 대통령"),
    "나라의 장관": ("호주의 말스 부총리는 지지를 표명하였다.", "말스 부총리"),
    "두 장관": ("한일 양국 장관은 북한의 도발을 규탄하였다.", "한일 양국 장관"),
    "가운뎃점": ("한·일 양국은 셔틀외교를 재개하기로 하였다.", "한일 양국"),
    "국방·외교 장관": (
        "양국 외교·국방 장관들은 협력을 강화하기로 하였다.",
        "양국 외교·국방 장관",
    ),
    "복수": ("4개국 장관들은 협력 방안을 논의하였다.", "4개국 장관"),
    "G7": ("G7 정상들은 우크라이나에 대한 지지를 재확인하였다.", "G7 정상"),
    "우리": ("우리는 러시아의 침략을 가장 강력한 언어로 규탄한다.", "우리"),
    "우리 정상": ("우리 정상들은 이를 환영한다.", "우리 정상"),
    "일본측": ("일본측은 후쿠시마 오염수에 관해 설명하였다.", "일본 측"),
    "호측": ("호측은 이에 감사를 표하였다.", "호측"),
    "나라": ("일본은 한국의 노력을 지지하였다.", "일본"),
    "두 나라": ("한국과 호주는 국방협력을 확대하기로 하였다.", "한국과 호주"),
    "세 나라": ("한국, 미국, 일본은 공동훈련을 환영하였다.", "한국, 미국, 일본"),
    "남과 북": ("남과 북은 적대행위를 전면 중지하기로 하였다.", "남과 북"),
    "괄호": ("신원식 장관(한국)은 기하라 대신에게 사의를 표하였다.", "신원식 장관"),
    "괄호 안의 말": ("페니 웡(Penny Wong) 장관은 이에 동의하였다.", "페니 웡 장관"),
    "괄호 뒤의 와": (
        "로이드 오스틴 장관(미국)과 신 장관은 이를 논의하였다.",
        "로이드 오스틴 장관과 신 장관",
    ),
    "괄호 뒤의 의": ("호주 ( AUS ) 의 말스 장관은 동의하였다.", "말스 장관"),
    "께서는": ("대통령께서는 이 제안을 환영하셨다.", "대통령"),
    "도": ("양 정상도 이에 공감하였다.", "양 정상"),
    "주격": ("양국 외교장관이 5월 2일 서울에서 회담하였다.", "양국 외교장관"),
    "주격, 안긴절의 주어": (
        "신 장관이 북한이 도발을 중단할 것을 촉구하였다.",
        "신 장관",
    ),
    "주제는 회의": (
        "이번 회담은 신원식 국방부 장관과 리처드 말스 국방장관이 공동 주재하였다.",
        "신원식 국방부 장관과 리처드 말스 국방장관",
    ),
    "앞의 날짜": ("2024년 5월 1일 양국 정상은 협정에 서명하였다.", "양국 정상"),
    "앞의 때": ("회담 후 신 장관은 결과를 설명하였다.", "신 장관"),
    "절이 둘": (
        "한국은 확장억제 공약을 환영하였으며, 미국은 이를 재확인하였다.",
        "미국",
    ),
    "안긴절의 주제": (
        "블링컨 장관은 미국은 동맹을 지킬 것이라는 점을 강조하였다.",
        "블링컨 장관",
    ),
    "현재의 두 절": (
        "우리는 휴전을 지지하며, 일본은 추가 지원을 약속한다.",
        "일본",
    ),
    "말을 따옴": (
        "한 총리는 “우리는 평화를 원한다”고 강조하였다.",
        "한 총리",
    ),
    "이름 사이의 빈칸": ("페니 웡 장관은 이에 동의하였다.", "페니 웡 장관"),
    "두 직": (
        "말스 부총리 겸 국방장관은 이에 사의를 표명하였다.",
        "말스 부총리 겸 국방장관",
    ),
    "수식하는 말의 병렬": (
        "이 회의에 국방 및 외교 분야 고위 관계관들이 참석하였다.",
        "고위 관계관",
    ),
    "지난 때": ("그동안 양측은 협력을 지속해 왔다.", "양측"),
    "대표단": ("대한민국 대표단은 따뜻한 환대에 사의를 표하였다.", "대한민국 대표단"),
}


@pytest.mark.parametrize(("text", "speaker"), SPEAKERS.values(), ids=list(SPEAKERS))
def test_the_speaker_is_the_topic_of_the_last_clause(text: str, speaker: str) -> None:
    assert of(text).speaker == speaker


NO_SPEAKERS = {
    "회의": "제13차 한-호주 국방장관회담이 시드니에서 개최되었다.",
    "회의, 주제": "이 회의는 서울에서 개최되었다.",
    "군대": "주한미군은 한반도의 평화에 기여하였다.",
    "동맹": "한미동맹은 새로운 단계로 발전하였다.",
    "주어 없음": "북한이 모든 도발을 중단할 것을 촉구하였다.",
    "관형절": "미국이 제안한 방안이 논의되었다.",
    "에게는": "양국 정상에게는 초청장이 전달되었다.",
    "장관회담": "외교장관회담은 내년에 개최하기로 하였다.",
    "장소": "한반도에서의 긴장은 지속되었다.",
    "예측": "경제에 대한 예측은 논의되었다.",
    "제목": "연합방위태세의 강화",
    "빈 글": "",
    "괄호뿐": "(끝)",
}


@pytest.mark.parametrize("text", NO_SPEAKERS.values(), ids=list(NO_SPEAKERS))
def test_a_topic_that_is_not_an_office_or_side_is_not_a_speaker(text: str) -> None:
    assert of(text).speaker is None


ACTS = {
    "재확인하였다.": "재확인",
    "재확인했다.": "재확인",
    "재확인한다.": "재확인",
    "재확인합니다.": "재확인",
    "재확인하였음": "재확인",
    "재확인하셨다.": "재확인",
    "재강조하였다.": "재강조",
    "재확인 하였다.": "재확인",
    "협력해 나가기로 하였다.": "합의",
    "협력하기로 했다.": "합의",
    "협력하기로 함.": "합의",
    "협력하지 않기로 하였다.": "합의",
    "협력하기로 합의하였다.": "합의",
    "협력하기로 결정했다.": "결정",
    "협력하기로 약속하였다.": "약속",
    "협력하기로 의견을 모았다.": "합의",
    "회담하는 데 합의를 이루었다.": "합의",
    "필요하다는 데 의견의 일치를 보았다.": "합의",
    "필요하다는 점에 의견을 같이하였다.": "공감",
    "필요하다는 점에 의견을 같이 하였다.": "공감",
    "필요하다는 데 인식을 같이했다.": "공감",
    "필요하다는 데 뜻을 함께하였다.": "공감",
    "사의를 표하였다.": "표명",
    "깊은 우려를 표명하였다.": "표명",
    "감사드립니다.": "감사",
    "공약을 논의하고 확인하였다.": "확인",
    "현황을 평가·점검하였다.": "점검",
    "심도 있는 논의를 하였다.": "논의",
    "방안을 논의해 왔다.": "논의",
    "방안을 협의하고 있다.": "협의",
    "방안을 논의한 바 있다.": "논의",
    "도발을 강력히 규탄하는 바이다.": "규탄",
    "서울에서 개최되었다.": "개최",
    "협력을 강화시켰다.": "강화",
    "제도를 현실화하였다.": "현실화",
    "결과를 보고받았다.": "보고",
    "결과를 보고를 받았다.": "보고",
    "양자 회담을 가졌다.": "회담",
    "이같이 밝혔다.": "밝히다",
    "서울에서 만났다.": "만나다",
    "이같이 말했다.": "말하다",
    "것에 대해 높이 평가하였다.": "평가",
    "회의를 공동주재하였다.": "주재",
    "별도로 논의하였다 (별첨 1).": "논의",
    "회담을 개최하였다": "개최",
}


@pytest.mark.parametrize(("end", "act"), ACTS.items(), ids=list(ACTS))
def test_the_act_is_the_verb_at_the_end(end: str, act: str) -> None:
    assert of(f"양 장관은 {end}") == ("양 장관", act)


NO_ACTS = [
    "전환은 체계적으로 추진되어야 한다.",
    "양측은 긴밀히 협력하여야 한다.",
    "양 장관은 이에 동의하지 않았다.",
    "우리는 계속 협력할 것이다.",
    "우리는 계속 협력하겠습니다.",
    "이러한 협력은 매우 중요하다.",
    "긴밀한 협력이 필요하다.",
    "양국은 가까운 이웃이다.",
    "추가 조치를 할 필요가 있다.",
    "양측이 협력하도록 하였다.",
    "한미동맹의 강화",
    "협력을 확대하며",
    "SCM",
    "두 정상은 자리를 함께했다.",
    "2020. 10. 14.",
    "",
]


@pytest.mark.parametrize("text", NO_ACTS)
def test_denials_obligations_and_qualities_are_not_acts(text: str) -> None:
    assert of(text).act is None


PIECES = [
    *(
        " ",
        ", ",
        "(",
        ") ",
        "“",
        "”",
        "및 ",
        "과 ",
        "은 ",
        "이 ",
        "의 ",
        "·",
        "3",
        "국",
    ),
    *("G", "美", "ㄱ", "양 ", "서 ", "장관", "양측", "일본", "측은 ", "들이 ", "회의"),
    *(
        "재확인",
        "하였으며 ",
        "하고 ",
        "하였다",
        "기로 ",
        "하는 ",
        "바이다",
        ".",
        "\u3000",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_sentence_has_a_speaker_and_an_act_or_none(pieces: list[str]) -> None:
    speaker, act = of("".join(pieces))

    assert speaker is None or speaker == " ".join(speaker.split()) != ""
    assert act is None or re.fullmatch(r"\S+", act)


def test_the_last_of_several_verbs_is_the_act() -> None:
    text = "양측은 진전을 환영하고, 앞으로의 방향에 대해 논의하였으며, 이를 승인하였다."

    assert of(text) == ("양측", "승인")
