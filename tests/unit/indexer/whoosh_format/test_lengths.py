"""Lengths are rounded as Whoosh rounds them."""

from __future__ import annotations

from whoosh.util.numeric import byte_to_length, length_to_byte

from indexer.whoosh_format.lengths import LENGTHS, length_byte, stored_length


def test_each_byte_stands_for_the_length_of_whoosh() -> None:
    assert [byte_to_length(code) for code in range(256)] == list(LENGTHS)


def test_each_length_has_the_byte_of_whoosh() -> None:
    lengths = [*range(120_000), 1 << 31]
    assert list(map(length_byte, lengths)) == list(map(length_to_byte, lengths))
    assert stored_length(11) == 12
