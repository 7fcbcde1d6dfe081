"""Usual misspellings are corrected, whatever a dictionary has; right words are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import index_records

from search.index import Index, open_index
from search.query import misspellings

NOUNS = """
역활 역할 | 메세지 메시지 | 컨텐츠 콘텐츠 | 워크샵 워크숍 | 리더쉽 리더십 | 댓가 대가
싸이버 사이버 | 싸드 사드 | 커피샵 커피숍 | 파트너쉽 파트너십 | 플래쉬 플래시 | 쥬스 주스
비젼 비전 | 캡쳐 캡처 | 까페 카페 | 빠리 파리 | 쎄미나 세미나 | 돈까스 돈가스
심포지움 심포지엄 | 데이타 데이터 | 악세사리 액세서리 | 케잌 케이크 | 윈도우 윈도
비스켓 비스킷 | 팜플렛 팸플릿 | 리모콘 리모컨 | 컨퍼런스 콘퍼런스 | 콘트롤 컨트롤
네트웍 네트워크 | 알콜 알코올 | 앵콜 앙코르 | 씽크탱크 싱크탱크 | 촛점 초점 | 헛점 허점
갯수 개수 | 뒷풀이 뒤풀이 | 윗층 위층 | 등교길 등굣길 | 장마비 장맛비 | 전세집 전셋집
인삿말 인사말 | 비률 비율 | 출산률 출산율 | 성장율 성장률 | 회계년도 회계연도 | 육계장 육개장
무지게 무지개 | 휴계소 휴게소 | 김치찌게 김치찌개 | 폭팔 폭발 | 뇌졸증 뇌졸중
절대절명 절체절명 | 곱배기 곱빼기 | 개구장이 개구쟁이 | 닥달 닦달 | 경재 경제 | 통재 통제
"""
"""Misspellings that Kiwi's dictionary has, or that have other sounds, and the right words."""
IN_SENTENCES = [
    ("설레임", "그는 설렘을 느꼈다."),
    ("짖궂은", "그는 짓궂은 농담을 하였다."),
    ("잠궜다", "문을 잠갔다."),
    ("덮힌", "눈에 덮인 산이다."),
    ("희안한", "희한한 일이다."),
    ("왠만하면", "웬만하면 함께 가자."),
    ("깨끗히", "방을 깨끗이 치웠다."),
    ("몇일", "며칠이 지났다."),
]

PAIRS = [
    tuple(pair.split()) for pair in NOUNS.replace("\n", "|").split("|") if pair.strip()
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return an index with a sentence for each right word."""
    texts = {right: f"그 문서는 {right}에 대하여 말하였다." for _, right in PAIRS}
    texts |= dict(IN_SENTENCES)
    with open_index(
        index_records(tmp_path_factory.mktemp("misspellings"), texts)
    ) as index:
        yield index


@pytest.mark.parametrize(("typed", "right"), PAIRS)
def test_a_misspelling_finds_the_right_word(
    index: Index, typed: str, right: str
) -> None:
    result = index.search(typed)

    assert [hit.sentence.id for hit in result] == [right]
    assert f"“{typed}” → “{right}” (spelling)" in result.notes
    assert index.search(typed, exact=True).total == 0


@pytest.mark.parametrize("typed", [typed for typed, _ in IN_SENTENCES])
def test_a_misspelt_form_finds_the_right_word(index: Index, typed: str) -> None:
    assert [hit.sentence.id for hit in index.search(typed)] == [typed]


def test_a_word_of_the_index_is_not_corrected(tmp_path: Path) -> None:
    with open_index(
        index_records(tmp_path, ["메세지를 보냈다.", "메시지를 받았다."])
    ) as index:
        result = index.search("메세지")

    assert [hit.sentence.id for hit in result] == ["0"]
    assert result.notes == ()


RIGHT = """
가격 가슴 가을 가족 감사 감정 강아지 거리 거울 건강 결제 결재 경기 경찰 계절 고개 고리 고양이
공기 과일 교실 구두 구름 국수 군데 그림 극장 기대 기차 까닭 꼬리 꽃병 꿀벌 나무 나이 날개 날씨
냄비 노래 농담 다리 단추 달걀 대문 도둑 도끼 동생 두부 딸기 때문 떡국 라면 마당 마을 만화 머리
모래 모레 목소리 문화제 물고기 미소 바구니 바닷가 발전사 밥상 배추 번개 벌레 병원 보물 봉투
부엌 빗물 빵집 뿌리 사과 사냥 사자 상자 새벽 선물 세수 소나기 손톱 수건 수해 숙제 시름 시장
신발 싸움 쌀밥 씨름 아마추어 아이 안경 야구 약국 양말 어깨 언덕 얼굴 여행 연필 오늘 옷장 우산
운동장 유리 음악 의자 이불 인형 자전거 잔치 장난감 저녁 전화 젓가락 제단 종이 주머니 지갑 지게
찌개 창문 책상 철학 추억 춤꾼 치마 친구 칼국수 커피 코끼리 콩나물 크기 탑승 택시 토끼 튀김
팔꿈치 편지 포도 풍선 피아노 하늘 학교 할머니 해돋이 햇빛 허리 형제 호박 화분 회수 횟수 휴지
흙탕물 꺼리다 쪼개다 찌우다 베끼다 메우다 매우 새기다 세우다 미쳐 부쳐 다쳐
"""


def test_no_right_word_is_corrected(index_folder: Path) -> None:
    with open_index(index_folder) as index:
        notes = [note for word in RIGHT.split() for note in index.search(word).notes]

    assert [note for note in notes if note.endswith(("(spelling)", "(keyboard)"))] == []


def test_each_misspelling_of_the_table_has_one_right_spelling() -> None:
    path = Path(misspellings.__file__).with_name("misspellings.txt")
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    wrong = [word for line in lines for word in line[1:]]

    assert all(len(line) > 1 for line in lines)
    assert len(wrong) == len(set(wrong))
    assert not {line[0] for line in lines} & set(wrong)
