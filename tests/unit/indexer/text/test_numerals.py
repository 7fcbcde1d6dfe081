"""Numbers and dates: those that are one have one plain form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.script_runs import runs, split_words, words
from indexer.text.folding import fold
from indexer.text.numerals import (
    NUMERALS,
    apply_changes,
    is_number,
    plain_numbers,
    spelled_number,
)


def plain(text: str) -> str:
    """Return *text* with the numbers of each word in plain form."""
    folded = (fold(word) for word in split_words(text))
    return " ".join(
        apply_changes(word, origins, plain_numbers(word))[0] for word, origins in folded
    )


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        ("3000명", ["3천명", "3천 명", "삼천 명", "삼천명", "三千名"]),
        ("28500명", ["2만8500명", "2만 8,500명", "2만 8천5백 명", "이만 팔천오백 명"]),
        ("50000000000원", ["5백억 원", "500억원", "오백억 원", "0.05조 원"]),
        ("15000", ["1만 5천", "1만5천", "1.5만"]),
        ("1234567890000원", ["1조 2,345억 6,789만 원", "1조2345억6789만원"]),
        ("3500개", ["3천 5백 개", "3천500개", "삼천 오백 개"]),
        ("10000명", ["1만 명", "만 명", "10천 명"]),
        ("46차", ["46 차"]),
        ("제46차", ["제 46 차", "제46 차", "제 46차"]),
        ("2014년10월23일", ["2014.10.23", "2014. 10. 23", "2014-10-23", "2014/10/23"]),
        ("2014년3월5일", ["2014.03.05", "2014년 03월 05일", "2014. 3. 5"]),
        ("’2014년10월23일", ["’14.10.23", "’14. 10. 23", "’14-10-23"]),
        ("’1998년5월4일에", ["’98.5.4에"]),
        ("9.19", ["9·19", "9‧19", "9∙19"]),
    ],
)
def test_one_number_has_one_plain_form(expected: str, texts: list[str]) -> None:
    assert [plain(text) for text in [expected, *texts]] == [
        expected,
        *[expected] * len(texts),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "이천 시민",
            "사천",
            "삼천리",
            "삼십일",
            "백만장자",
            "천명하였다",
            "만원",
            "조건",
        ),
        *("제3조", "제3조 2항", "제10조제2항", "3조 2항", "헌법 60조", "이조 시대"),
        *("2014.13.45", "2014.10.32", "12.25.31", "192.168.0.1", "3.5%", "1-2-3"),
        *("1·2호", "3·4항", "1·2·3", "2020. 5 명", "수천 명", "그만 명", "이 명"),
        *("1234567890123456789만", "0만", "0.00001만", "일이삼 명"),
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert "".join(plain(text).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "number"),
    [("삼천", "3000"), ("오백억", "50000000000"), ("이", None), ("이천시", None)],
)
def test_a_word_of_numerals_is_a_number(text: str, number: str | None) -> None:
    assert spelled_number(text) == number


TEXTS = st.text(
    st.sampled_from([*NUMERALS, *"0123459.,-·’' 년월일명원제차조가"]), max_size=24
)


@given(TEXTS)
def test_changes_are_in_order_and_inside_the_text(text: str) -> None:
    folded, _ = fold(text)
    last = 0
    for change in plain_numbers(folded):
        assert last <= change.start < change.end <= len(folded)
        assert len(change.origins) == len(change.text)
        for offset in change.origins:
            assert change.start <= offset < change.end
        assert list(change.origins) == sorted(change.origins)
        last = change.end


@given(TEXTS)
def test_words_and_runs_are_the_same_with_and_without_offsets(text: str) -> None:
    assert split_words(text) == [word for _, word in words(text)]
    for run in runs(text):
        assert 0 <= run.start < run.end <= len(text)


@given(st.integers(1, 9999), st.sampled_from(["", "만", "억"]))
def test_digits_and_units_have_the_value_of_the_digits(number: int, unit: str) -> None:
    value = number * {"": 1, "만": 10**4, "억": 10**8}[unit]

    assert plain(f"{number:,}{unit} 명").replace(",", "") == f"{value}명"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            (text, True)
            for text in ("3천명을", "3,000명", "2014.10.23", "518", "제46차")
        ),
        *(
            (text, False)
            for text in ("19군사합의", "20년", "3천명서명", "KF-21", "사드")
        ),
        *((f"{piece * 20_000}x", False) for piece in ("1", "1 ", "1,", "3천 ", "이")),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_number_with_its_counter_is_a_number(text: str, *, expected: bool) -> None:
    """Long texts take time in proportion to their length."""
    assert is_number(text) is expected
