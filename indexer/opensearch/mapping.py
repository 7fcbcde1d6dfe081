"""The index on a server: its settings, its fields and its documents.

A document is a sentence. Its terms are analyzed before they are sent; the server splits
them at spaces. It scores them by a script with the formula of `search.engine.scoring`,
since Lucene's BM25 rounds lengths. The script needs the length of a sentence, so a term
is sent with one number, by `delimited_term_freq`, that encodes both its frequency and
that length. The average length and the number of sentences are constants of the script.
`pairs` are adjacent morphemes, scored alike. `morphemes` are in order, for phrases, and
so are `letters`, the pairs of letters of the text without spaces, for substrings.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

from indexer.analysis.analyzer import PAIR_SEPARATOR, Analysis
from indexer.bm25 import K1, B
from indexer.ingest.sentence import Sentence
from indexer.storage.bigram_index import splits_number
from indexer.text.folding import compact_with_offsets
from indexer.whoosh_format.lengths import stored_length
from indexer.whoosh_format.reader import TAGS, TERMS

ID, NUMBER, PART, SENTENCE = "id", "place", "part", "sentence"
MORPHEMES, PAIRS, BOUNDARIES, LETTERS = "morphemes", "pairs", "edges", "letters"

_BETWEEN = "+"
"""Between the morphemes of a pair; no morpheme has it."""
_APART, _STARTS, _ENDS = "~", "<", ">"
"""Marks of a bigram: a space within; a number starts with it; a number ends with it."""

_LONGEST = 512
"""Bytes of an id or a term; a longer one is replaced by its hash, as Lucene has a limit."""

_LENGTHS = 1 << 16
"""Lengths are below this; with a frequency of one byte, that is what a float holds."""
_OFTEN = 255


class Size(NamedTuple):
    """The number of sentences of a corpus, and their average number of terms."""

    sentences: int
    average: float


def _similarity(size: Size) -> dict[str, Any]:
    count = float(size.sentences)
    idf = f"Math.log(1 + ({count} - term.docFreq + 0.5) / (term.docFreq + 0.5))"
    average = size.average or 1.0
    score = (
        f"double times = Math.floor(doc.freq / {float(_LENGTHS)});"
        f" double length = doc.freq - times * {float(_LENGTHS)};"
        f" double slow = {K1} * ({1 - B} + {B} * length / {average});"
        f" return weight * times * {K1 + 1} / (times + slow);"
    )
    return {
        "type": "scripted",
        "weight_script": {"source": f"return query.boost * ({idf});"},
        "script": {"source": score},
    }


def frequency(number: float) -> tuple[int, int]:
    """Return the frequency of a term in a sentence and the sentence's length.

    *number* is the frequency that was sent for the term; see `_counted`.
    """
    return divmod(int(number), _LENGTHS)


def settings(shards: int, replicas: int, size: Size) -> dict[str, Any]:
    """Return the settings and the mapping of an index of sentences."""
    cut = {"type": "text", "analyzer": "spaces", "norms": False}
    counted = {**cut, "analyzer": "counted", "search_analyzer": "spaces"}
    exact = {"type": "keyword"}
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            # It is filled once, and refreshed before it becomes current.
            "refresh_interval": "-1",
            "analysis": {
                "tokenizer": {
                    "spaces": {"type": "whitespace", "max_token_length": 1 << 16}
                },
                "analyzer": {
                    "spaces": {"type": "custom", "tokenizer": "spaces"},
                    "counted": {
                        "type": "custom",
                        "tokenizer": "spaces",
                        "filter": ["delimited_term_freq"],
                    },
                },
            },
            "similarity": {"bm25": _similarity(size)},
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"includes": [SENTENCE]},
            "properties": {
                ID: exact,
                NUMBER: {"type": "long"},
                TERMS: {**counted, "index_options": "freqs", "similarity": "bm25"},
                PAIRS: {**counted, "index_options": "freqs", "similarity": "bm25"},
                MORPHEMES: cut,
                BOUNDARIES: {**exact, "doc_values": False},
                LETTERS: cut,
                SENTENCE: {"type": "object", "enabled": False},
                PART: exact,
                **dict.fromkeys(TAGS, exact),
            },
        },
    }


def file_settings(replicas: int) -> dict[str, Any]:
    """Return the settings and the mapping of an index of files."""
    return {
        "settings": {"number_of_shards": 1, "number_of_replicas": replicas},
        "mappings": {"dynamic": False},
    }


def document(number: int, sentence: Sentence, analysis: Analysis) -> dict[str, Any]:
    """Return the document of a sentence; *number* is its number in the corpus."""
    tags = {name: getattr(sentence, name) for name in TAGS}
    return {
        ID: key(sentence.id),
        NUMBER: number,
        **{name: key(str(tag)) for name, tag in tags.items() if tag is not None},
        **({PART: sentence.part} if sentence.part else {}),
        TERMS: " ".join(_counted(analysis.terms, analysis.length)),
        PAIRS: " ".join(_counted(_pairs(analysis.words), analysis.length)),
        MORPHEMES: " ".join(map(key, analysis.words)),
        BOUNDARIES: sorted({token.term for token in analysis.boundary_bigrams}),
        LETTERS: " ".join(_bigrams(sentence.text)),
        SENTENCE: {"is": list(sentence)},
    }


def _pairs(words: Sequence[str]) -> list[str]:
    return [pair_key(PAIR_SEPARATOR.join(pair)) for pair in pairwise(words)]


def pair_key(pair: str) -> str:
    """Return the pair of adjacent morphemes as it is on the server, without a space."""
    return pair.replace(PAIR_SEPARATOR, _BETWEEN)


def _counted(terms: Sequence[str], length: int) -> Iterator[str]:
    """Yield each distinct term with frequency and length, as in `전작권|65556`.

    65,556 is 1 · 65,536 + 20: once, in a sentence of length 20.
    """
    length = min(stored_length(length), _LENGTHS - 1)
    for term, times in Counter(terms).items():
        yield f"{key(term)}|{min(times, _OFTEN) * _LENGTHS + length}"


def sentence_of(source: dict[str, Any]) -> Sentence:
    """Return the sentence of a document."""
    return Sentence(*source[SENTENCE]["is"])


def key(text: str) -> str:
    """Return an id, a tag or a term as it is on the server: itself, or `#` and its hash."""
    if len(text) * 4 <= _LONGEST or len(text.encode(errors="replace")) <= _LONGEST:
        return text
    return f"#{hashlib.sha256(text.encode(errors='replace')).hexdigest()}"


def _bigrams(text: str) -> Iterator[str]:
    """Yield the letter bigrams of *text* without its spaces, with their marks.

    `제 52차` gives `제5~`, `52<>` and `2차`.
    """
    letters, origins = compact_with_offsets(text)
    for index, (one, other) in enumerate(pairwise(letters)):
        between = text[origins[index] : origins[index + 1] + 1]
        marks = _APART if len(between.split()) > 1 else ""
        if one.isdigit() and not splits_number(letters, origins, index):
            marks += _STARTS
        if other.isdigit() and not splits_number(letters, origins, index + 2):
            marks += _ENDS
        yield one + other + marks


def bigram_variants(substring: str, *, spaced: bool) -> list[list[str]]:
    """Return, for each bigram of a substring, the indexed bigrams that match it.

    Args:
        substring: Two letters or more, without spaces.
        spaced: Whether a sentence matches that has spaces between the letters.
    """
    last = len(substring) - 2
    return [
        [
            one + other + "".join(marks)
            for marks in product(
                ("", _APART) if spaced else ("",),
                _marks(_STARTS, one, at_end=index == 0),
                _marks(_ENDS, other, at_end=index == last),
            )
        ]
        for index, (one, other) in enumerate(pairwise(substring))
    ]


def _marks(mark: str, letter: str, *, at_end: bool) -> tuple[str, ...]:
    """Return the marks of a digit: at an end of the substring the number ends too."""
    if not letter.isdigit():
        return ("",)
    return (mark,) if at_end else ("", mark)
