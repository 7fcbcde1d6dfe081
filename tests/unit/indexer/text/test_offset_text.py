"""OffsetText: NFC text in which every character has its span in the source."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.text.offset_text import OffsetText

# Syllables, conjoining letters, accents of several classes, marks that sort, and one
# sign that is no mark itself but decomposes to marks that sort.
COMPOSING = "가각ᄀᄒ\u1161\u11a8\u11bdㄱ전 e\u0301\u0323\u0f71\u0f72\u0f73\u09c7\u09beé漢\uf900"
TEXTS = st.one_of(
    st.text(),
    st.text(COMPOSING),
    (st.text() | st.text(COMPOSING)).map(lambda t: unicodedata.normalize("NFD", t)),
)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@given(TEXTS)
@example("A\u0f73\u0300")
def test_the_text_is_the_source_in_nfc(source: str) -> None:
    assert OffsetText.of(source).text == nfc(source)


@given(TEXTS)
def test_the_span_of_a_character_contains_it(
    source: str,
) -> None:
    text = OffsetText.of(source)

    for char, start, end in zip(text.text, text.starts, text.ends, strict=True):
        assert char in nfc(source[start:end])


@given(TEXTS)
def test_the_spans_tile_the_source(source: str) -> None:
    text = OffsetText.of(source)

    spans = sorted(set(zip(text.starts, text.ends, strict=True)))
    bounds = [0, *(end for _, end in spans)]
    assert [start for start, _ in spans] == bounds[:-1]
    assert bounds[-1] == len(source)
    assert list(text.starts) == sorted(text.starts)


@given(TEXTS, st.data())
def test_a_slice_keeps_its_offsets(source: str, data: st.DataObject) -> None:
    text = OffsetText.of(source)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    part = text[start:end]

    assert part.text == text.text[start:end]
    if part.text:
        assert part.span == (text.starts[start], text.ends[end - 1])
        assert part.text in nfc(source[slice(*part.span)])


@given(TEXTS)
def test_stripping_drops_white_space_and_keeps_offsets(source: str) -> None:
    text = OffsetText.of(source)

    stripped = text.strip()

    assert stripped.text == text.text.strip()
    assert len(stripped) == len(stripped.starts) == len(stripped.ends)
    if stripped.text:
        assert nfc(source[slice(*stripped.span)]).strip() == stripped.text


@given(TEXTS, st.lists(st.integers(0, 20)))
def test_joining_the_pieces_of_a_text_gives_the_text(
    source: str, cuts: list[int]
) -> None:
    text = OffsetText.of(source)
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]

    joined = OffsetText.join(text[start:end] for start, end in pairwise(bounds))

    assert joined.text == text.text
    assert list(joined.starts) == list(text.starts)
    assert list(joined.ends) == list(text.ends)


@pytest.mark.parametrize(
    ("source", "part", "span"),
    [
        pytest.param("전작권을", slice(0, 3), (0, 3), id="NFC"),
        pytest.param(
            "\u110c\u1165\u11ab\u110c\u1161\u11a8", slice(1, 2), (3, 6), id="NFD"
        ),
        pytest.param("가\u110c\u1165\u11ab나", slice(1, 2), (1, 4), id="섞임"),
        pytest.param("cafe\u0301 가", slice(3, 4), (3, 5), id="덧붙은 강세"),
        pytest.param("\uac00\u11a8 나", slice(0, 1), (0, 2), id="받침만 떨어짐"),
        pytest.param("\uf900나", slice(0, 2), (0, 2), id="호환 한자"),
    ],
)
def test_spans_point_into_the_source_as_it_is(
    source: str, part: slice, span: tuple[int, int]
) -> None:
    assert OffsetText.of(source)[part].span == span
