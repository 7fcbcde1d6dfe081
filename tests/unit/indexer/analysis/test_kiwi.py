"""The Kiwi adapter: the properties of its results that other modules rely on."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import indexer
from indexer import parallel
from indexer.analysis import kiwi
from indexer.analysis.kiwi import (
    KiwiDelegatedError,
    Morpheme,
    Morphemes,
    is_word,
    morphemes,
    spaces_between,
)
from indexer.analysis.script_runs import AFTER_DIGIT, AFTER_LETTER
from indexer.parallel import parallel_map


def test_each_run_is_analysed_by_itself_and_in_order() -> None:
    together = list(morphemes(["전작권을", "갖추고", "전작권을"]))

    assert together[0] == (
        Morpheme("전작권", "NNG", 0, 3),
        Morpheme("을", "JKO", 3, 4),
    )
    for run, parts in zip(("전작권을", "갖추고", "전작권을"), together, strict=True):
        assert list(morphemes([run])) == [parts]
    assert list(morphemes([])) == []


def test_runs_are_consumed_while_others_are_analysed() -> None:
    """A progress bar over them shows how far the analysis has come."""
    runs = [chr(code) * 2 for code in range(0xAC00, 0xD7A4)]
    taken: list[str] = []

    def iterate() -> Iterator[str]:
        for run in runs:
            taken.append(run)
            yield run

    results = morphemes(iterate())
    assert taken == []
    first = next(results)

    assert [first] == list(morphemes(runs[:1]))
    assert 0 < len(taken) < len(runs)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        # The mark matters only before a particle, an ending or a bound noun.
        ("A을", [("을", "JKO", 0, 1)]),
        ("1년에", [("년", "NNB", 0, 1), ("에", "JKB", 1, 2)]),
        ("A동맹을", [("동맹", "NNG", 0, 2), ("을", "JKO", 2, 3)]),
    ],
)
def test_the_mark_of_a_preceding_letter_or_digit_is_removed(
    key: str, expected: list[tuple[str, str, int, int]]
) -> None:
    assert list(morphemes([key])) == [tuple(expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("감사", "공격을", "감사하다", "포기하고", "먹다")),
        *((text, False) for text in ("전한", "굮방", "", "abc", "빠른")),
    ],
)
def test_words_of_the_dictionary(text: str, expected: bool) -> None:
    assert is_word(text) is expected


def test_a_name_of_two_words_is_split() -> None:
    """Otherwise 에스퍼 would not find 마크 에스퍼."""
    names = list(morphemes(["마크에스퍼", "도널드트럼프"]))

    assert all(" " not in part.form for name in names for part in name)
    assert [part.form for part in names[1]] == ["도널드", "트럼프"]


def test_delegated_kiwi_is_not_loaded() -> None:
    kiwi.delegate(enabled=True)
    try:
        with pytest.raises(KiwiDelegatedError):
            is_word("감사")
    finally:
        kiwi.delegate(enabled=False)

    assert is_word("감사")


@pytest.mark.parametrize(
    ("lines", "spaces"),
    [
        pytest.param([], [], id="빈 글"),
        pytest.param(["양 장관은"], [], id="한 줄"),
        pytest.param(["양측은 이에 공감하", "였다."], [False], id="낱말 안"),
        pytest.param(["양 장관은", "재확인하였다."], [True], id="낱말 사이"),
        pytest.param(
            ["국방장관이 참석하", "였으며 양국의", "고위 관계관들"],
            [False, True],
            id="세 줄",
        ),
    ],
)
def test_each_break_has_a_space_or_none(lines: list[str], spaces: list[bool]) -> None:
    assert spaces_between(lines) == spaces


def test_loading_kiwi_leaves_the_filters_of_warnings_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All threads share them: a server's other thread may set its own meanwhile."""
    changes: list[str] = []

    class Recorder(warnings.catch_warnings):
        def __enter__(self) -> None:
            changes.append("filters")

        def __exit__(self, *_: object) -> None:
            pass

    with monkeypatch.context() as patched:
        patched.setattr(kiwi, "_loaded", {})
        patched.setattr(warnings, "catch_warnings", Recorder)
        list(morphemes(["전작권을"]))

    assert changes == []


@pytest.mark.parametrize(
    ("modules", "libraries"),
    [
        ("search.index", ["kiwipiepy", "numpy", "whoosh"]),
        ("search.cli.main", ["kiwipiepy", "numpy", "whoosh"]),
        ("indexer.build.rebuild", ["kiwipiepy"]),
    ],
)
def test_importing_the_package_loads_no_large_library(
    modules: str, libraries: list[str]
) -> None:
    """A search that needs no analysis starts in a fraction of the time."""
    code = f"import sys, {modules}; sys.exit(bool(sys.modules.keys() & {libraries}))"

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=Path(indexer.__file__).parents[1],
        check=False,
    )

    assert done.returncode == 0


def test_workers_return_the_morphemes_of_every_run() -> None:
    """More runs than one batch holds, some of them behind digits and letters."""
    nouns = [
        first + second
        for first in "국방한미동맹전작"
        for second in "권력부군기지성국도"
    ]
    keys = [
        before + noun + particle
        for before in ("", AFTER_DIGIT, AFTER_LETTER)
        for noun in nouns
        for particle in ("", "을", "에서는", "으로부터", "하였다")
    ] + [AFTER_LETTER + "을", AFTER_DIGIT + "차"]
    assert len(keys) > 1000

    with kiwi.worker_analyzer((), worth_it=True) as analyse:
        assert list(analyse(keys)) == list(kiwi.morphemes(keys))


@pytest.mark.parametrize(("worth_it", "cores"), [(False, 2), (True, 1)])
def test_no_worker_is_forked_where_it_would_not_help(
    monkeypatch: pytest.MonkeyPatch, worth_it: bool, cores: int
) -> None:
    monkeypatch.setattr(parallel, "core_count", lambda: cores)
    before = multiprocessing.active_children()

    with kiwi.worker_analyzer((), worth_it=worth_it) as analyse:
        assert list(analyse(["새말은"])) == list(kiwi.morphemes(["새말은"]))
        assert multiprocessing.active_children() == before


def test_a_closed_analyser_loads_its_own_kiwi() -> None:
    keys = ["전작권을", "새말은"]
    with kiwi.worker_analyzer((), worth_it=True) as analyse:
        analyse.close()
        assert list(analyse(keys)) == list(kiwi.morphemes(keys))


def test_a_process_forked_meanwhile_does_not_use_the_workers() -> None:
    """Results for one process could go to the other."""
    keys = ["전작권을", "새말은"]
    with kiwi.worker_analyzer((), worth_it=True) as analyse:

        def work(parts: Sequence[str]) -> Iterator[list[Morphemes]]:
            for part in parts:
                yield list(analyse([part] * 50))

        results = list(parallel_map(work, keys, 2))

    assert results == [[parts] * 50 for parts in kiwi.morphemes(keys)]
