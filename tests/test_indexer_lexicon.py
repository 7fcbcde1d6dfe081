"""The lexicon: what was written is found without analysing anything again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import lexicon
from indexer.kiwi import Morpheme
from indexer.lexicon import Lexicon

HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1)
MORPHEMES = st.lists(
    st.builds(
        Morpheme,
        HANGUL | st.sampled_from(["ᆫ", "었", "ㄴ다"]),
        st.sampled_from(["NNG", "VV-I", "XSN", "JKO"]),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=4,
).map(tuple)
KNOWN = {
    "전작권을": (Morpheme("전작권", "NNG", 0, 3), Morpheme("을", "JKO", 3, 4)),
    "전작권": (Morpheme("전작권", "NNG", 0, 3),),
}

Entries = Mapping[str, tuple[Morpheme, ...]]


def unasked(runs: Sequence[str]) -> list[tuple[Morpheme, ...]]:
    raise AssertionError(runs)


class Analyser:
    """Calls every run a noun, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, runs: Sequence[str]) -> list[tuple[Morpheme, ...]]:
        self.asked.append(list(runs))
        return [(Morpheme(run, "NNG", 0, len(run)),) for run in runs]


@given(
    entries=st.dictionaries(HANGUL, MORPHEMES, max_size=30),
    others=st.lists(HANGUL, max_size=5),
)
def test_every_run_comes_back_and_others_are_not_mistaken_for_it(
    tmp_path_factory: pytest.TempPathFactory,
    entries: dict[str, tuple[Morpheme, ...]],
    others: list[str],
) -> None:
    path = tmp_path_factory.getbasetemp() / "property.tsv"
    lexicon.write(path, entries)
    analyser = Analyser()
    opened = Lexicon(path, analyser)

    found = opened.morphemes([*entries, *others])
    opened.close()

    assert found[: len(entries)] == list(entries.values())
    unknown = [run for run in dict.fromkeys(others) if run not in entries]
    assert analyser.asked == ([unknown] if unknown else [])


def test_a_run_without_morphemes_is_known_too(tmp_path: Path) -> None:
    lexicon.write(tmp_path / "lexicon.tsv", {**KNOWN, "빈": ()})

    opened = Lexicon(tmp_path / "lexicon.tsv", unasked)

    assert opened.morphemes(["빈"]) == [()]
    opened.close()


def test_an_unknown_run_is_analysed_once(tmp_path: Path) -> None:
    lexicon.write(tmp_path / "lexicon.tsv", KNOWN)
    analyser = Analyser()
    opened = Lexicon(tmp_path / "lexicon.tsv", analyser)

    first = opened.morphemes(["새말", "전작권을", "새말", "딴말"])
    second = opened.morphemes(["딴말", "새말"])
    opened.close()

    assert [run[0].form for run in first] == ["새말", "전작권", "새말", "딴말"]
    assert second == [first[3], first[0]]
    assert analyser.asked == [["새말", "딴말"]]


@pytest.mark.parametrize("run", ["전", "전작", "전작권은", "을", "가", "힣"])
def test_part_of_a_known_run_is_unknown(tmp_path: Path, run: str) -> None:
    lexicon.write(tmp_path / "lexicon.tsv", KNOWN)
    analyser = Analyser()
    opened = Lexicon(tmp_path / "lexicon.tsv", analyser)

    opened.morphemes([run])
    opened.close()

    assert analyser.asked == [[run]]


def test_an_empty_lexicon_knows_nothing(tmp_path: Path) -> None:
    lexicon.write(tmp_path / "lexicon.tsv", {})
    analyser = Analyser()
    opened = Lexicon(tmp_path / "lexicon.tsv", analyser)

    assert opened.morphemes([]) == []
    assert opened.morphemes(["새말"]) == [(Morpheme("새말", "NNG", 0, 2),)]
    opened.close()

    assert analyser.asked == [["새말"]]


def test_the_file_is_readable_lines_in_order(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"

    lexicon.write(path, KNOWN)

    assert path.read_text(encoding="utf-8") == (
        "전작권\t전작권/NNG/0/3\n전작권을\t전작권/NNG/0/3 을/JKO/3/4\n"
    )
