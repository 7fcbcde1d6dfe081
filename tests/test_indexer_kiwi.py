"""The Kiwi analyser: the few things that the rest relies on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import indexer
from indexer.kiwi import Morpheme, morphemes, spaces_between


def test_each_run_is_analysed_by_itself_and_in_order() -> None:
    together = morphemes(["전작권을", "갖추고", "전작권을"])

    assert together[0] == (
        Morpheme("전작권", "NNG", 0, 3),
        Morpheme("을", "JKO", 3, 4),
    )
    assert together == [
        morphemes([run])[0] for run in ("전작권을", "갖추고", "전작권을")
    ]
    assert morphemes([]) == []


def test_a_name_of_two_words_is_no_morpheme_with_a_space() -> None:
    """With Kiwi's dictionary of them, 에스퍼 would not find 마크 에스퍼."""
    names = morphemes(["마크에스퍼", "도널드트럼프"])

    assert all(" " not in part.form for name in names for part in name)
    assert [part.form for part in names[1]] == ["도널드", "트럼프"]


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
def test_spaces_are_told_for_every_break(lines: list[str], spaces: list[bool]) -> None:
    assert spaces_between(lines) == spaces


def test_importing_the_package_does_not_load_kiwi() -> None:
    """A search that needs no analysis starts in a fraction of the time."""
    code = (
        "import sys, indexer.rebuild, search.index;"
        "sys.exit('kiwipiepy' in sys.modules or 'numpy' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=Path(indexer.__file__).parents[1],
        check=False,
    )

    assert done.returncode == 0
