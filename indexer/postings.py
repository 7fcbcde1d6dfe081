"""The Whoosh index of a generation: its schema, and how sentences are written to it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

from indexer.analysis import Analysis
from indexer.documents import Sentence

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes in plain strings that newer Pythons warn of.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh.analysis import SpaceSeparatedTokenizer
    from whoosh.fields import ID, STORED, TEXT, Schema
    from whoosh.index import create_in

TERMS = "terms"
"""The field of the terms, morphemes first and grams behind, with positions."""
EDGES = "edges"
"""The field of the syllable pairs at the edges of morphemes; it does not score."""
ID_FIELD = "id"
DOCUMENT = "document"
PARAGRAPH = "paragraph"
"""The field that names a numbered paragraph, as `scm-52-2020:11`."""
STORED_SENTENCE = "sentence"
"""The stored field that holds the sentence, as the tuple of its attributes."""

MEMORY = 512
"""Megabytes of postings that are sorted at a time."""


def schema() -> Schema:
    """Return the schema; the terms come cut, so that no analyser of ours is pickled."""
    return Schema(
        **{
            ID_FIELD: ID(unique=True),
            DOCUMENT: ID(),
            PARAGRAPH: ID(),
            TERMS: TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True),
            EDGES: ID(),
            STORED_SENTENCE: STORED(),
        }
    )


def write(folder: Path, sentences: Iterable[tuple[Sentence, Analysis]]) -> int:
    """Write a new index of *sentences* to *folder*; return how many terms it has."""
    folder.mkdir()
    index = create_in(folder, schema())
    writer = index.writer(limitmb=MEMORY)
    for sentence, analysis in sentences:
        fields = {
            ID_FIELD: sentence.id,
            DOCUMENT: sentence.document,
            TERMS: analysis.terms,
            EDGES: sorted({token.term for token in analysis.edges}),
            STORED_SENTENCE: astuple(sentence),
        }
        if sentence.paragraph is not None:
            fields[PARAGRAPH] = f"{sentence.document}:{sentence.paragraph}"
        writer.add_document(**fields)
    writer.commit(optimize=True)
    with index.reader() as reader:
        terms = sum(1 for _ in reader.lexicon(TERMS))
    index.close()
    return terms
