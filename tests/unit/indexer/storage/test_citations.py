"""Citations: each reference has its sentences, and an unknown name has none."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.ingest.reference import (
    DocumentRef,
    ParagraphRef,
    RecordRef,
    Reference,
    SentenceRef,
)
from indexer.storage import citations
from indexer.storage.citations import Citations, name_after, split_number

NAMES = st.text("ab:.0129가\x01", max_size=5)
RANGES = st.builds(
    lambda first, count: range(first, first + count),
    st.integers(0, 9),
    st.sampled_from([1, 1, 1, 2, 3]),
)
COUNTING = st.lists(NAMES, max_size=4).map(
    lambda stems: {f"{s}{n}": range(n, n + 1) for s in stems for n in range(12)}
)


def references_named(name: str) -> tuple[Reference, ...]:
    """Return the references of all kinds that have *name*."""
    document, _, part = name.partition(":")
    in_document = (ParagraphRef(document, part),) if ":" in name else ()
    return DocumentRef(name), SentenceRef(name), RecordRef(name), *in_document


def check(
    folder: Path, ranges: Mapping[Reference, range], references: Iterable[Reference]
) -> None:
    """Check that *references* have the sentences of *ranges*, and no others."""
    citations.write(folder / "references.bin", ranges.items())
    with closing(Citations(folder / "references.bin")) as opened:
        for reference in references:
            numbers = opened.sentence_numbers(reference)
            assert numbers == ranges.get(reference, range(0)), reference


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
    ranges: dict[Reference, range] = {RecordRef(name): named[name] for name in named}
    references = (
        reference
        for name in {*named, *others, *near}
        for reference in references_named(name)
    )
    check(tmp_path_factory.getbasetemp(), ranges, references)


@given(
    st.dictionaries(
        NAMES.flatmap(lambda name: st.sampled_from(references_named(name))),
        RANGES,
        max_size=12,
    )
)
def test_equal_names_of_different_kinds_are_kept_apart(
    tmp_path_factory: pytest.TempPathFactory, ranges: dict[Reference, range]
) -> None:
    references = [
        other
        for reference in ranges
        for other in (reference, *references_named(reference.name))
    ]
    check(tmp_path_factory.getbasetemp(), ranges, references)


def test_consecutive_ids_take_no_space(tmp_path: Path) -> None:
    ranges: dict[Reference, range] = {
        RecordRef(f"l{n}"): range(n, n + 1) for n in range(100_000)
    }
    names = ("l0", "l9", "l10", "l99999", "l100000", "l-1", "l01", "l", "l5 ", "k9")
    check(tmp_path, ranges, map(RecordRef, names))

    assert (tmp_path / "references.bin").stat().st_size < 200


def test_ids_in_any_order(tmp_path: Path) -> None:
    """They are many blocks, in each of which a name may be the first."""
    drawn = random.Random(52)  # noqa: S311
    numbers = drawn.sample(range(10**6), 20_000)
    ranges: dict[Reference, range] = {
        RecordRef(f"기록 {n}"): range(place, place + 1)
        for place, n in enumerate(numbers)
    }
    others = (RecordRef(f"기록 {n}") for n in range(0, 10**6, 997))
    check(tmp_path, ranges, [*ranges, *others])


@given(st.text("ab:.0129٣가", max_size=25), st.integers(0, 999))
@example("9" * 5000, 1)
@example("a\n", 1)
def test_a_name_is_its_two_parts_and_counts_up(name: str, steps: int) -> None:
    stem, number = split_number(name)

    assert stem + number == name
    assert name_after(name, 0) == name
    if number:
        assert name_after(name, steps) == stem + str(int(number) + steps)
        assert int(number) < 10**18
    else:
        assert name_after(name, steps) == name
        assert not name or name[-1] not in "0123456789"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("l0", "l1"),
        ("scm-52-2020:11.9", "scm-52-2020:11.10"),
        ("a008", "a009"),
        ("a009", "a0010"),
        ("7", "8"),
        ("a", "a"),
        ("a٣", "a٣"),
        ("", ""),
    ],
)
def test_the_next_of_a_name(name: str, expected: str) -> None:
    assert name_after(name, 1) == expected
