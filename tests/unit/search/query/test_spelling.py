"""Spelling: a misspelt word is corrected to a word of the index, a right one never."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.ingest.document import Document
from indexer.storage import completion
from indexer.storage.completion import CompletionTable
from indexer.storage.morpheme_cache import KnownRuns
from indexer.storage.sorted_lines import SortedLines
from indexer.text.jamo import CONSONANTS, compose, letters
from search.query.pronunciation import pronunciation
from search.query.spelling import Spelling

MISSPELT = [
    ("에스파", "에스퍼"),
    ("전한", "전환"),
    ("비핵하", "비핵화"),
    ("유앤사", "유엔사"),
    ("북방한게선", "북방한계선"),
    ("분담굼", "분담금"),
    ("확장억재", "확장억제"),
    ("전시작전통재권", "전시작전통제권"),
    ("쥬한미군", "주한미군"),
    ("동맴", "동맹"),
    ("정전협졍", "정전협정"),
    ("미싸일", "미사일"),
    ("싸드", "사드"),
    ("한미동멩", "한미동맹"),
    ("웨교", "외교"),
    ("왜교", "외교"),
    ("코로내", "코로나"),
    ("판문전", "판문점"),
    ("워싱톤", "워싱턴"),
    ("공둥성명", "공동성명"),
    ("한미군사위원해회의", "한미군사위원회회의"),
    ("대랴살상무기", "대량살상무기"),
    ("동ㅁ앵", "동맹"),
    ("유엔ㅅㅏ", "유엔사"),
    ("Espar", "esper"),
    ("Milly", "milley"),
]
WORDS = {
    "동맹": 5,
    "동명": 9,
    "동면": 5,
    "사드": 2,
    "사라": 1,
    "사다": 1,
    "scm": 3,
    "esper": 1,
    "2020": 4,
}

SPELT = st.one_of(
    st.text("가나다라마갸냐각난괴궤과", min_size=1, max_size=5),
    st.text("ab", min_size=1, max_size=9),
)


@pytest.fixture(scope="module")
def words(communique: Document) -> dict[str, int]:
    """Return the words of the communiqué."""
    analyzer = Analyzer(KnownRuns(kiwi.morphemes).morphemes)
    return Counter(
        word
        for sentence in communique.sentences
        for word in completion.words_of(analyzer.analyze(sentence.text))
    )


@contextmanager
def spelling_of(words: Mapping[str, int]) -> Iterator[Spelling]:
    """Yield the correction by *words*, with the number of sentences of each."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "words.bin"
        completion.write(path, words)
        table = CompletionTable(path)
        yield Spelling(table)
        table.close()


def corrections_by(words: Mapping[str, int], typed: str, most: int = 3) -> list[str]:
    with spelling_of(words) as spelling:
        return spelling.corrections(typed, most)


@pytest.fixture(scope="module")
def spelling(words: dict[str, int]) -> Iterator[Spelling]:
    with spelling_of(words) as opened:
        yield opened


@pytest.mark.parametrize(("typed", "meant"), MISSPELT)
def test_a_misspelt_word_of_the_communique_is_corrected(
    spelling: Spelling, typed: str, meant: str
) -> None:
    assert spelling.corrections(typed)[:1] == [meant]


def test_no_word_of_the_communique_is_corrected(
    words: dict[str, int], spelling: Spelling
) -> None:
    assert [word for word in words if spelling.corrections(word)] == []
    assert spelling.corrections("ESPER") == []


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("맹", id="한 글자"),
        pytest.param("뵭", id="네 낱자로 된 한 글자"),
        pytest.param("SCN", id="세 글자 약어"),
        pytest.param("2021", id="숫자"),
        pytest.param("大韓民國", id="한자"),
        pytest.param("동 맹", id="띄어 쓴 말"),
        pytest.param("ㄷㅁㄷㅁ", id="첫소리"),
        pytest.param("완전운용능력", id="딴 말"),
        pytest.param("", id="빈 말"),
    ],
)
def test_words_without_a_correction_stay_unchanged(word: str) -> None:
    words = {**WORDS, "뷁": 1, "뵭사": 1, "大韓帝國": 1, "ㄷㅁㄷ": 1}

    assert corrections_by(words, word) == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("동먱", ["동맹", "동명"], id="이웃한 글쇠가 잦은 말보다 먼저"),
        pytest.param("똥맹", ["동맹"], id="된소리"),
        pytest.param("동뭉", ["동명", "동맹"], id="같은 값이면 잦은 말이 먼저"),
        pytest.param("사카", ["사다", "사라"], id="똑같이 잦으면 가나다순"),
    ],
)
def test_likely_slips_come_first_then_frequent_words(
    word: str, expected: list[str]
) -> None:
    assert corrections_by(WORDS, word) == expected


def test_the_number_of_words_is_limited() -> None:
    assert corrections_by(WORDS, "동뭉", 1) == ["동명"]


@pytest.mark.parametrize(
    ("word", "meant", "corrected"),
    [
        pytest.param("사듬", "사드", True, id="다섯에 하나"),
        pytest.param("하듬", "사드", False, id="다섯에 둘"),
        pytest.param("바북개", "마부개", True, id="일곱에 둘"),
        pytest.param("바북게", "마부개", False, id="일곱에 셋"),
        pytest.param("acbd", "abcd", True, id="맞바뀐 글쇠"),
        pytest.param("abcd", "axbd", False, id="하나만 밀린 글쇠"),
        pytest.param("axbd", "abcd", False, id="하나만 당겨진 글쇠"),
        pytest.param("마바사아자착", "가나사아자차", True, id="열셋에 셋"),
        pytest.param("마바사아자챡", "가나사아자차", False, id="열셋에 넷"),
    ],
)
def test_longer_words_may_have_more_errors(
    word: str, meant: str, *, corrected: bool
) -> None:
    assert corrections_by({meant: 1}, word) == [meant] * corrected


@given(st.data())
def test_a_word_with_one_wrong_key_finds_the_right_one(
    words: dict[str, int], spelling: Spelling, data: st.DataObject
) -> None:
    word = data.draw(st.sampled_from(sorted(w for w in words if "가" <= w[0] <= "힣")))
    keys = letters(word)
    place = data.draw(st.integers(0, len(keys) - 1))
    key = data.draw(st.sampled_from("ㄱㄴㅅㅇㅎㅏㅐㅓㅗㅣ"))
    beside = keys[place : place + 2]
    instead = data.draw(st.sampled_from(["", key, beside[0] + key, beside[::-1]]))
    taken = len(beside) if instead == beside[::-1] else 1
    typed = compose(keys[:place] + instead + keys[place + taken :])
    assume(typed not in words and len(typed) > 1 and len(letters(typed)) > 3)
    # ㅞ is spelt ㅗㅔ there, so that one slip from ㅟ to ㅞ counts for two.
    assume("ㅜㅔ" not in keys + letters(typed))

    assert word in spelling.corrections(typed, len(words))


@cache
def distance(one: str, other: str) -> int:
    """Return the optimal string alignment distance by its definition."""
    if not one or not other:
        return len(one) + len(other)
    least = min(
        distance(one[:-1], other) + 1,
        distance(one, other[:-1]) + 1,
        distance(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if len(one) > 1 and one[-2:] == other[:-3:-1]:
        least = min(least, distance(one[:-2], other[:-2]) + 1)
    return least


@given(typed=SPELT, words=st.dictionaries(SPELT, st.integers(1, 9), max_size=40))
def test_no_word_that_is_near_enough_is_passed_over(
    typed: str, words: dict[str, int]
) -> None:
    keys = letters(typed)
    allowed = sum(len(keys) >= least for least in (4, 7, 13))
    near = {
        word
        for word in words
        # ㅞ is one letter from ㅙ and ㅚ.
        if distance(keys.replace("ㅜㅔ", "ㅗㅔ"), letters(word).replace("ㅜㅔ", "ㅗㅔ"))
        <= allowed
    }

    corrections = corrections_by(words, typed, len(words))

    assert len(corrections) == len(set(corrections))
    correct = typed in words or len(typed) < 2 or not allowed
    assert set(corrections) == (set() if correct else near)


SOUNDS = st.text("쇄쐐쉐쇠협력혐녁역할여칼국어구거", min_size=3, max_size=4)


@given(typed=SOUNDS, words=st.sets(SOUNDS, max_size=40))
def test_words_of_the_same_pronunciation_are_found_where_none_is_near(
    typed: str, words: set[str]
) -> None:
    def vowels(word: str) -> str:
        keys = "".join(key for key in spelt(word) if key not in CONSONANTS)
        return keys.replace("ㅐ", "ㅔ")

    def spelt(word: str) -> str:
        return letters(word).replace("ㅜㅔ", "ㅗㅔ")

    allowed = 1 if len(letters(typed)) < 7 else 2
    assume(all(distance(spelt(typed), spelt(word)) > allowed for word in words))

    corrections = corrections_by(dict.fromkeys(words, 1), typed, len(words))

    assert set(corrections) == {
        word
        for word in words
        if pronunciation(word) == pronunciation(typed) and vowels(word) == vowels(typed)
    }


def test_a_misspelt_word_is_corrected_without_reading_all_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    syllables = "가너도루므비새야져쵸큐태페혀"
    words = {"".join(each): 1 for each in product(syllables, repeat=3)}
    blocks = set[int]()
    read = SortedLines.block

    def counted(lines: SortedLines, number: int) -> list[bytes]:
        blocks.add(number)
        return read(lines, number)

    monkeypatch.setattr(SortedLines, "block", counted)
    with spelling_of(words) as spelling:
        assert spelling.corrections("가너됴", 1) == ["가너도"]
        assert spelling.corrections("뷁쀍뚫") == []

    assert 0 < len(blocks) < len(words) / 128 / 2
