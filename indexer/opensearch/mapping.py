"""What the index on a server looks like: its settings, its fields, its documents.

A sentence is a document. Its terms come cut, and the server only splits them at their
spaces. It scores them by the formula of `search.engine.scoring`, written as a script: BM25 as
Lucene has it weighs frequent terms by another idf, and remembers other lengths. So a
term comes with a number for its frequency that has both how often the sentence has it
and how long the sentence is; the average length, and how many sentences there are, are
part of the script. `morphemes` are in order, which phrases are found by, and so are
`letters`, the pairs of letters of the squeezed text, by which a stretch is found.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

from indexer.analysis.analyzer import Analysis
from indexer.bm25 import K1, B
from indexer.ingest.sentence import Sentence
from indexer.storage.bigram_index import splits_number
from indexer.text.folding import compact_with_offsets
from indexer.whoosh_format.reader import TAGS, TERMS, kept_length

ID, PLACE, PART, SENTENCE = "id", "place", "part", "sentence"
MORPHEMES, EDGES, LETTERS = "morphemes", "edges", "letters"

_APART, _STARTS, _ENDS = "~", "<", ">"
"""Marks of a pair: a space is within, a number starts with it, a number ends with it."""

_LONGEST = 512
"""Bytes of an id or a term; a longer one goes by its hash, as Lucene has a limit."""

_LENGTHS = 1 << 16
"""Lengths are below that; with a frequency of a byte that is what a float holds."""
_OFTEN = 255


class Size(NamedTuple):
    """How many sentences a corpus has, and how many terms they have on average."""

    sentences: int
    average: float


def _similarity(size: Size) -> dict[str, Any]:
    idf = f"Math.log({float(size.sentences)} / (term.docFreq + 1.0)) + 1.0"
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
    """Return how often a sentence has a term, and its length, from the term's number."""
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
            # It is filled once, and refreshed before it answers.
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
                PLACE: {"type": "long"},
                TERMS: {**counted, "index_options": "freqs", "similarity": "bm25"},
                MORPHEMES: cut,
                EDGES: {**exact, "doc_values": False},
                LETTERS: cut,
                SENTENCE: {"type": "object", "enabled": False},
                PART: exact,
                **dict.fromkeys(TAGS, exact),
            },
        },
    }


def file_settings(replicas: int) -> dict[str, Any]:
    """Return the settings of the index that keeps the files of a generation."""
    return {
        "settings": {"number_of_shards": 1, "number_of_replicas": replicas},
        "mappings": {"dynamic": False},
    }


def document(place: int, sentence: Sentence, analysis: Analysis) -> dict[str, Any]:
    """Return the document of a sentence; *place* is its number in the corpus."""
    tags = {name: getattr(sentence, name) for name in TAGS}
    return {
        ID: key(sentence.id),
        PLACE: place,
        **{name: key(str(tag)) for name, tag in tags.items() if tag is not None},
        **({PART: sentence.part} if sentence.part else {}),
        TERMS: " ".join(_counted(analysis.terms)),
        MORPHEMES: " ".join(map(key, analysis.words)),
        EDGES: sorted({token.term for token in analysis.boundary_bigrams}),
        LETTERS: " ".join(_pairs(sentence.text)),
        SENTENCE: {"is": list(sentence)},
    }


def _counted(terms: Sequence[str]) -> Iterator[str]:
    """Yield each distinct term with the number that its frequency is given as."""
    length = min(kept_length(len(terms)), _LENGTHS - 1)
    for term, times in Counter(terms).items():
        yield f"{key(term)}|{min(times, _OFTEN) * _LENGTHS + length}"


def sentence_of(source: dict[str, Any]) -> Sentence:
    """Return the sentence of a document."""
    return Sentence(*source[SENTENCE]["is"])


def key(text: str) -> str:
    """Return what an id, a tag or a term is called on the server."""
    if len(text) * 4 <= _LONGEST or len(text.encode(errors="replace")) <= _LONGEST:
        return text
    return f"#{hashlib.sha256(text.encode(errors='replace')).hexdigest()}"


def _pairs(text: str) -> Iterator[str]:
    """Yield the pairs of letters of *text*, squeezed, with their marks."""
    squeezed, origins = compact_with_offsets(text)
    for place, (one, other) in enumerate(pairwise(squeezed)):
        between = text[origins[place] : origins[place + 1] + 1]
        marks = _APART if len(between.split()) > 1 else ""
        if one.isdigit() and not splits_number(squeezed, origins, place):
            marks += _STARTS
        if other.isdigit() and not splits_number(squeezed, origins, place + 2):
            marks += _ENDS
        yield one + other + marks


def spelt(stretch: str, *, apart: bool) -> list[list[str]]:
    """Return, for each pair of letters of a stretch, the pairs that may stand for it.

    Args:
        stretch: Two letters or more.
        apart: Whether there may be spaces between the letters.
    """
    last = len(stretch) - 2
    return [
        [
            one + other + "".join(marks)
            for marks in product(
                ("", _APART) if apart else ("",),
                _marks(_STARTS, one, at_end=place == 0),
                _marks(_ENDS, other, at_end=place == last),
            )
        ]
        for place, (one, other) in enumerate(pairwise(stretch))
    ]


def _marks(mark: str, letter: str, *, at_end: bool) -> tuple[str, ...]:
    """Return the marks a letter may have; a number goes on at no end of a stretch."""
    if not letter.isdigit():
        return ("",)
    return (mark,) if at_end else ("", mark)
