"""The table of terms: its values are read back, by this program and by Whoosh."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import OrderedHashReader

from indexer.whoosh_format.terms import TermTableReader, TermTableWriter

WORDS = st.text("가나ab\0", max_size=3)
FIELDS = ("terms", "tag")


def written(path: Path, values: dict[tuple[str, str], bytes]) -> Path:
    """Write a table of *values*, by field and term."""
    with path.open("wb") as file:
        table = TermTableWriter(file, FIELDS)
        for field, term in sorted(
            values, key=lambda key: (FIELDS.index(key[0]), key[1])
        ):
            table.add(field, term, values[field, term])
        table.finish()
    return path


def stock(path: Path) -> dict[tuple[str, str], bytes]:
    """Return the values that Whoosh's own reader returns for each key."""
    storage = FileStorage(str(path.parent))
    with closing(OrderedHashReader.open(storage, path.name)) as reader:
        names = {number: name for name, number in reader.extras["fieldmap"].items()}
        keys = [bytes(key) for key, _ in reader]
        assert [bytes(key) for key in reader.keys_from(b"")] == keys == sorted(keys)
        assert all(reader.closest_key(key) == key for key in keys)
        return {
            (names[int.from_bytes(key[:2], "big")], key[2:].decode()): reader[key]
            for key in keys
        }


@given(
    st.dictionaries(st.tuples(st.sampled_from(FIELDS), WORDS), st.binary(max_size=9)),
    st.sets(WORDS),
)
@example({}, {""})
@example({("tag", "a"): b""}, {"a", "b"})
def test_each_term_has_its_value_and_no_other(
    tmp_path_factory: pytest.TempPathFactory,
    values: dict[tuple[str, str], bytes],
    others: set[str],
) -> None:
    path = written(tmp_path_factory.getbasetemp() / "terms.trm", values)

    assert stock(path) == values
    with closing(TermTableReader(path)) as terms:
        for field in (*FIELDS, "no field"):
            for term in {*others, *(term for _, term in values), "가\udc80"}:
                assert terms.value(field, term) == values.get((field, term))
            expected = sorted(term for name, term in values if name == field)
            assert terms.terms(field) == expected


def test_the_table_has_no_empty_slot(tmp_path: Path) -> None:
    """Each term takes its lengths, field, slot and offset, and no more."""
    terms = {f"말{number}": b"1" for number in range(9_000)}
    path = written(tmp_path / "terms.trm", {("terms", t): v for t, v in terms.items()})

    size = sum(len(term.encode()) + 1 + 8 + 2 + 12 + 4 for term in terms)
    assert path.stat().st_size - size < 256 * 12 + 200
    assert stock(path) == {("terms", term): value for term, value in terms.items()}


def test_terms_of_the_same_hash_are_distinguished(tmp_path: Path) -> None:
    drawn = random.Random(52)  # noqa: S311
    entries: dict[int, str] = {}
    while True:
        term = "".join(drawn.choices("가나다라마바사아자차카타파하", k=9))
        other = entries.setdefault(crc32(b"\0\0" + term.encode()), term)
        if other != term:
            break
    path = written(
        tmp_path / "terms.trm", {("terms", term): b"one", ("terms", other): b"other"}
    )

    with closing(TermTableReader(path)) as terms:
        assert terms.value("terms", term) == b"one"
        assert terms.value("terms", other) == b"other"
