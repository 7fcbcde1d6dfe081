"""Alphabets: a text comes back from its code, whatever its letters."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from indexer.storage.text_codec import END, TextCodec

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))


@given(TEXTS)
def test_texts_are_decoded_from_their_codes(texts: list[str]) -> None:
    alphabet = TextCodec.of(texts)
    opened = TextCodec(alphabet.letters)

    for text in texts:
        coded = alphabet.coded(text)
        assert opened.text(coded) == text
        assert END not in coded
        assert len(coded) == len(text)


def test_the_most_frequent_letters_are_the_shortest() -> None:
    alphabet = TextCodec.of(["한미 동맹", "한미동맹", "한국"])

    assert alphabet.letters[0] == "한"
    assert set(alphabet.letters) == set("한미 동맹국")
    assert alphabet.coded("한한") == "\1\1"
    assert len(alphabet.coded("한미동맹국").encode()) == 5


def test_every_letter_has_a_code() -> None:
    """Some codes are surrogates then, which are kept as they are, also side by side."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    letters = every.encode(errors="ignore").decode()
    alphabet = TextCodec.of([letters])

    coded = alphabet.coded(letters)
    assert "\ud800" in coded
    encodable = coded.encode(errors="surrogatepass").decode(errors="surrogatepass")
    assert alphabet.text(encodable) == letters
