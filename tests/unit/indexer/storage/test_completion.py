"""The vocabulary: the words of an index are completed from their keys or initials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analysis, Analyzer, Role, Token
from indexer.ingest.document import Document
from indexer.storage import completion
from indexer.storage.completion import CompletionTable
from indexer.storage.morpheme_cache import KnownRuns
from indexer.storage.sorted_lines import SortedLines
from indexer.text.jamo import initials, is_initials, letters

COUNTS = {
    "전작권": 7,
    "전작": 1,
    "전자": 4,
    "전자기": 2,
    "작전권": 3,
    "작전계획": 9,
    "자전거": 3,
    "값": 1,
    "갑시": 1,
    "군사": 13,
    "갖추다": 5,
    "scm": 7,
    "sofa": 7,
    "2020": 2,
    "ㅋㅋ": 1,
}

SYLLABLES = st.text("가각나낙단달값과꽈힣", min_size=1, max_size=4)
WORDS = SYLLABLES | st.text("abß1對é🦁", min_size=1, max_size=4)
ENTRIES = st.dictionaries(WORDS.map(str.casefold), st.integers(1, 5), max_size=40)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[CompletionTable]:
    path = tmp_path / "words.bin"
    completion.write(path, COUNTS)
    table = CompletionTable(path)
    yield table
    table.close()


def test_words_are_noun_runs_and_independent_words() -> None:
    analysis = Analysis(
        morphemes=(
            Token("전작", 0, 2),
            Token("권", 2, 3, Role.SUFFIX),
            Token("이후", 4, 6, Role.BOUND),
            Token("갖추다", 7, 9),
            Token("서", 10, 11),
            Token("scm", 12, 15),
            Token("5", 16, 17),
        ),
        noun_bigrams=(Token("_전작", 0, 2), Token("_작권", 1, 3)),
        noun_run_terms=(Token("=전작권", 0, 3),),
        boundary_bigrams=(Token("작권", 1, 3),),
    )

    assert completion.words_of(analysis) == {"전작권", "전작", "갖추다", "scm"}


def test_the_words_of_the_communique(communique: Document) -> None:
    analyzer = Analyzer(KnownRuns(kiwi.morphemes).morphemes)
    texts = [sentence.text for sentence in communique.sentences]

    counts = Counter(
        word for text in texts for word in completion.words_of(analyzer.analyze(text))
    )

    for word in ("전작권", "한미동맹", "방위비분담금", "에스퍼", "갖추다", "scm"):
        assert 0 < counts[word] <= len(texts)
    assert counts["동맹"] > counts["한미동맹"]
    assert counts["scm"] == sum("SCM" in text for text in texts)
    assert [word for word in counts if len(word) < 2 or word[0] in "=_"] == []


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        pytest.param("전작ㄱ", ["전작권"], id="반쯤 친 글자"),
        pytest.param("전작구", ["전작권"], id="받침이 모자란 글자"),
        pytest.param("전작", ["전작권", "전자기", "전작"], id="받침이 넘어갈 글자"),
        pytest.param("전자", ["전작권", "전자", "전자기", "전작"], id="받침 없는 글자"),
        pytest.param("ㅈ", ["작전계획", "전작권", "전자", "자전거", "작전권"], id="ㅈ"),
        pytest.param("갑", ["갑시", "값"], id="겹받침이 될 받침"),
        pytest.param("값", ["갑시", "값"], id="나뉠 겹받침"),
        pytest.param("값ㅇ", [], id="나뉘지 않을 겹받침"),
        pytest.param("전작권", ["전작권"], id="다 친 말"),
        pytest.param("전작권을", [], id="더 친 말"),
        pytest.param("s", ["scm", "sofa"], id="로마자"),
        pytest.param("SC", ["scm"], id="대문자"),
        pytest.param("20", ["2020"], id="숫자"),
        pytest.param("힣", [], id="맨 뒤"),
        pytest.param("!", [], id="맨 앞"),
        pytest.param("", [], id="빈 말"),
    ],
)
def test_words_with_the_prefix_are_sorted_by_frequency(
    opened: CompletionTable, prefix: str, expected: list[str]
) -> None:
    words = opened.with_prefix(prefix, 5)

    assert words == [(word, COUNTS[word]) for word in expected]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("ㅈㅈㄱ", ["전작권", "자전거", "작전권", "전자기", "작전계획"]),
        pytest.param("ㅈㅈㄱㅎ", ["작전계획"]),
        pytest.param("ㄳ", ["군사", "갑시"]),
        pytest.param("ㅋㅋ", ["ㅋㅋ"]),
        pytest.param("ㄲㄲ", []),
        pytest.param("ㄱ", []),
        pytest.param("전작권", []),
        pytest.param("s", []),
        pytest.param("", []),
    ],
)
def test_words_of_those_initials_come_before_longer_ones(
    opened: CompletionTable, typed: str, expected: list[str]
) -> None:
    words = opened.with_initials(typed, 5)

    assert words == [(word, COUNTS[word]) for word in expected]


def test_the_number_of_words_is_limited(opened: CompletionTable) -> None:
    assert opened.with_prefix("ㅈ", 1) == [("작전계획", 9)]
    assert opened.with_initials("ㅈㅈㄱ", 2) == [("전작권", 7), ("자전거", 3)]


def test_the_number_of_words_read_is_bounded(
    opened: CompletionTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are the first by their letters: ㅖ stands before ㅜ."""
    monkeypatch.setattr(completion, "MOST_CANDIDATES", 2)
    assert opened.with_prefix("ㅈㅏㄱ", 5) == [("작전계획", 9), ("작전권", 3)]
    monkeypatch.setattr(completion, "MOST_CANDIDATES", 1)
    assert opened.with_prefix("ㅈㅏㄱ", 5) == [("작전계획", 9)]
    monkeypatch.setattr(completion, "MOST_CANDIDATES", 0)
    assert opened.with_prefix("ㅈㅏㄱ", 5) == []


def test_the_file_is_readable_lines_in_order(tmp_path: Path) -> None:
    path = tmp_path / "words.bin"

    completion.write(path, {"값": 1, "scm": 7, "갑시": 2, "갑": 3, "Straße": 1})

    lines = SortedLines(path)
    assert [line.decode() for line in lines.with_prefix(b"")] == [
        "scm\t7",
        "Straße\t1",
        "갑\t3",
        "값\t1",
        "갑시\t2",
    ]
    lines.close()


def test_an_empty_vocabulary_has_no_words(tmp_path: Path) -> None:
    completion.write(tmp_path / "words.bin", {})

    opened = CompletionTable(tmp_path / "words.bin")

    assert opened.words() == {}
    assert opened.with_prefix("전", 5) == []
    assert opened.with_initials("ㅈㅈㄱ", 5) == []
    opened.close()


@given(counts=ENTRIES, typed=WORDS, most=st.integers(0, 9))
def test_every_written_word_is_completed(
    tmp_path_factory: pytest.TempPathFactory,
    counts: dict[str, int],
    typed: str,
    most: int,
) -> None:
    path = tmp_path_factory.getbasetemp() / "words.bin"
    completion.write(path, counts)
    opened = CompletionTable(path)

    everything = opened.words()
    starting = opened.with_prefix(typed, most)
    begun = initials(typed)
    with_initials = opened.with_initials(begun, most)
    opened.close()

    assert everything == counts
    assert list(everything) == sorted(
        counts, key=lambda word: (letters(word).casefold(), word)
    )
    best = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    keys = letters(typed).casefold()
    assert (
        starting
        == [entry for entry in best if letters(entry[0]).casefold().startswith(keys)][
            :most
        ]
    )
    typed_initials = begun if is_initials(begun) else "none"
    equal = [entry for entry in best if initials(entry[0]) == typed_initials]
    longer = [entry for entry in best if initials(entry[0]).startswith(typed_initials)]
    assert with_initials == [*equal, *(e for e in longer if e not in equal)][:most]
