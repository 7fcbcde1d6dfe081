"""The lexicon: what was written is found without analysing anything again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import starmap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.kiwi import Morpheme, Morphemes
from indexer.analysis.unseen_words import analyze_unseen
from indexer.file_names import MORPHEME_CACHE, NOUNS
from indexer.storage import morpheme_cache
from indexer.storage.morpheme_cache import KnownRuns, MorphemeCache, StoredRuns
from indexer.storage.sorted_lines import SortedLines

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

PARTS = [
    ("말", "NNG", 0, 1),
    ("하", "XSV", 1, 2),
    ("었", "EP", 1, 2),
    ("다", "EF", 2, 3),
]
"""The morphemes of 말했다, two of which share a syllable."""

Entries = Mapping[str, Morphemes]
NONE: Entries = {}


def unused(runs: Iterable[str]) -> Iterable[Morphemes]:
    for run in runs:
        raise AssertionError(run)
    return ()


class Analyser:
    """Analyses every run as a noun, and records the runs."""

    def __init__(self) -> None:
        self.requested: list[str] = []

    def __call__(self, runs: Iterable[str]) -> Iterator[Morphemes]:
        for run in runs:
            self.requested.append(run)
            yield (Morpheme(run, "NNG", 0, len(run)),)


def written(folder: Path, runs: Entries, nouns: Entries = NONE) -> tuple[Path, Path]:
    """Write a lexicon and return the paths of its files."""
    morpheme_cache.write(folder / MORPHEME_CACHE, runs)
    morpheme_cache.write(folder / NOUNS, nouns)
    return folder / MORPHEME_CACHE, folder / NOUNS


@given(
    entries=st.dictionaries(HANGUL, MORPHEMES, max_size=30),
    others=st.lists(HANGUL, max_size=5),
)
def test_every_run_is_read_back_and_others_are_unknown(
    tmp_path_factory: pytest.TempPathFactory,
    entries: dict[str, Morphemes],
    others: list[str],
) -> None:
    analyser = Analyser()
    opened = MorphemeCache(*written(tmp_path_factory.getbasetemp(), entries), analyser)

    morphemes = opened.morphemes([*entries, *others])
    unknown = [run for run in dict.fromkeys(others) if run not in entries]
    composed = {run: parts for run in unknown if (parts := analyze_unseen(run, opened))}
    opened.close()

    assert morphemes[: len(entries)] == list(entries.values())
    assert analyser.requested == [run for run in unknown if run not in composed]
    for run, parts in zip(others, morphemes[len(entries) :], strict=True):
        assert run not in composed or parts == composed[run]


def test_a_run_without_morphemes_is_known_too(tmp_path: Path) -> None:
    opened = MorphemeCache(*written(tmp_path, {**KNOWN, "빈": ()}), unused)

    assert opened.morphemes(["빈"]) == [()]
    opened.close()


def test_letters_outside_morphemes_are_skipped(tmp_path: Path) -> None:
    parts = (Morpheme("작", "NNG", 1, 2), Morpheme("을", "JKO", 3, 4))
    opened = MorphemeCache(*written(tmp_path, {"전작권을": parts}), unused)

    assert opened.morphemes(["전작권을"]) == [parts]
    opened.close()


def test_an_unknown_run_is_analysed_once(tmp_path: Path) -> None:
    analyser = Analyser()
    opened = MorphemeCache(*written(tmp_path, KNOWN), analyser)

    first = opened.morphemes(["새말", "전작권을", "새말", "딴말"])
    second = opened.morphemes(["딴말", "새말"])
    opened.close()

    assert [run[0].form for run in first] == ["새말", "전작권", "새말", "딴말"]
    assert second == [first[3], first[0]]
    assert analyser.requested == ["새말", "딴말"]


@pytest.mark.parametrize("run", ["전", "전작", "작권을", "을", "가", "힣"])
def test_part_of_a_known_run_is_unknown(tmp_path: Path, run: str) -> None:
    analyser = Analyser()
    opened = MorphemeCache(*written(tmp_path, KNOWN), analyser)

    opened.morphemes([run])
    opened.close()

    assert analyser.requested == [run]


def test_a_run_of_known_nouns_is_derived(tmp_path: Path) -> None:
    opened = MorphemeCache(*written(tmp_path, KNOWN), unused)

    assert opened.morphemes(["전작권은", "전작권"]) == [
        (Morpheme("전작권", "NNG", 0, 3), Morpheme("은", "JX", 3, 4)),
        KNOWN["전작권"],
    ]
    opened.close()


def test_the_nouns_within_runs_are_found_but_are_not_runs(tmp_path: Path) -> None:
    alone = {"전작권": KNOWN["전작권"]}
    opened = MorphemeCache(
        *written(tmp_path, {"전작권을": KNOWN["전작권을"]}, alone), unused
    )

    assert opened.find("전작권") == alone["전작권"]
    assert opened.find("전작") is None
    assert list(opened.with_prefix("전작")) == [
        ("전작권을", KNOWN["전작권을"]),
        ("전작권", alone["전작권"]),
    ]
    assert list(opened.runs()) == [("전작권을", KNOWN["전작권을"])]
    assert opened.morphemes(["전작권"]) == [alone["전작권"]]
    opened.close()


def test_stored_runs_are_parsed_and_only_others_analysed(tmp_path: Path) -> None:
    analyser = Analyser()
    path, _ = written(tmp_path, KNOWN)
    runs = StoredRuns(path, analyser)

    parts = list(runs.stream(iter(["전작권", "새말", "전작권을", "딴말"])))

    assert parts[::2] == [KNOWN["전작권"], KNOWN["전작권을"]]
    assert [run[0].form for run in parts[1::2]] == ["새말", "딴말"]
    assert analyser.requested == ["새말", "딴말"]


def test_a_known_run_is_not_analysed_again() -> None:
    analyser = Analyser()
    known = KnownRuns(analyser)

    known.learn(run for run in ["새말", "딴말"])

    assert [run[0].form for run in known.morphemes(["딴말", "셋째", "새말"])] == [
        *("딴말", "셋째", "새말")
    ]
    assert analyser.requested == ["새말", "딴말", "셋째"]
    assert list(known.known) == analyser.requested


def test_an_empty_cache_has_no_run(tmp_path: Path) -> None:
    analyser = Analyser()
    opened = MorphemeCache(*written(tmp_path, {}), analyser)

    assert opened.morphemes([]) == []
    assert opened.morphemes(["새말"]) == [(Morpheme("새말", "NNG", 0, 2),)]
    opened.close()

    assert analyser.requested == ["새말"]


def test_the_file_is_readable_lines_in_order(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.bin"

    entries = {"말했다": tuple(starmap(Morpheme, PARTS))}
    morpheme_cache.write(path, entries | KNOWN)

    lines = SortedLines(path)
    assert [line.decode() for line in lines.with_prefix(b"")] == [
        "말했다\tNNG/1 XSV/1/0/하 EP/1/-1/었 EF/1",
        "전작권\tNNG/3",
        "전작권을\tNNG/3 JKO/1",
    ]
    lines.close()


def test_a_cache_of_many_blocks_has_every_run(tmp_path: Path) -> None:
    runs = [
        chr(code) + end for code in range(0xAC00, 0xD7A4, 5) for end in ("", "권을")
    ]
    entries = {run: (Morpheme(run, "NNG", 0, len(run)),) for run in runs}
    opened = MorphemeCache(*written(tmp_path, entries), unused)

    assert opened.morphemes(runs) == list(entries.values())
    opened.close()
