"""References: each name has its sentences, and what is no name has none."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.storage import citations
from indexer.storage.citations import References

NAMES = st.text("ab:.0129가\x01", max_size=5)
RANGES = st.builds(
    lambda first, count: range(first, first + count),
    st.integers(0, 9),
    st.sampled_from([1, 1, 1, 2, 3]),
)
COUNTING = st.lists(NAMES, max_size=4).map(
    lambda stems: {f"{s}{n}": range(n, n + 1) for s in stems for n in range(12)}
)


def cited(folder: Path, named: Mapping[str, range], names: set[str]) -> None:
    """Check that *names*, some of which are *named*, have the sentences they have."""
    citations.write(folder / "references.bin", named)
    with closing(References(folder / "references.bin")) as opened:
        for name in names:
            assert opened.cited(name) == named.get(name, range(0)), name


@given(st.dictionaries(NAMES, RANGES), COUNTING, st.sets(NAMES))
@example({"a1": range(1), "a3": range(1, 2)}, {}, {"a2", "a4", "a01", "a"})
@example({"a9": range(9, 10), "a10": range(10, 11)}, {}, {"a09", "a11", "a8"})
@example({"a1": range(2), "a2": range(2, 3), "a3": range(3, 5)}, {}, {"a4"})
@example({"a1": range(1), "a2": range(1, 3), "a3": range(3, 4)}, {}, set())
@example({"a07": range(7, 8), "a08": range(8, 9), "a7": range(9, 10)}, {}, {"a8"})
def test_each_name_has_its_sentences(
    tmp_path_factory: pytest.TempPathFactory,
    named: dict[str, range],
    counting: dict[str, range],
    others: set[str],
) -> None:
    named = {**counting, **named}
    near = {name[:-1] for name in named} | {f"{name}0" for name in named}
    cited(tmp_path_factory.getbasetemp(), named, {*named, *others, *near})


def test_ids_that_count_on_take_no_room(tmp_path: Path) -> None:
    named = {f"l{n}": range(n, n + 1) for n in range(100_000)}
    asked = {"l0", "l9", "l10", "l99999", "l100000", "l-1", "l01", "l", "l5 ", "k9"}
    cited(tmp_path, named, asked)

    assert (tmp_path / "references.bin").stat().st_size < 200


def test_ids_in_any_order(tmp_path: Path) -> None:
    """They are many blocks, in each of which a name may be the first."""
    drawn = random.Random(52)  # noqa: S311
    numbers = drawn.sample(range(10**6), 20_000)
    named = {f"기록 {n}": range(place, place + 1) for place, n in enumerate(numbers)}
    cited(tmp_path, named, {*named, *(f"기록 {n}" for n in range(0, 10**6, 997))})
