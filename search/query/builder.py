"""From a parsed query to its plan: each word becomes the terms that it matches.

한미동맹  →  WordQuery("한미동맹", terms=("한미", "동맹", "_한미", "_미동", "_동맹", "=한미동맹"))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial

from indexer.analysis.analyzer import Analyzer
from search.engine.clauses import And, Clause, Not, Or, WordQuery
from search.messages import Note
from search.query.parser import (
    AndNode,
    Node,
    NotNode,
    OrNode,
    PhraseNode,
    Query,
    WordNode,
)
from search.query.plan import QueryPlan
from search.query.weights import adjacent_pairs
from search.query.word_query import word_query

EMPTY_QUERY = Note("The query is empty.")
_CACHED_WORDS = 1 << 12
"""How many words have their terms cached."""
NO_TERMS = "Nothing but particles or endings, so not searched: {words}."


class QueryBuilder:
    """Makes plans of parsed queries; the terms of a word are cached for further queries."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._word = lru_cache(_CACHED_WORDS)(partial(word_query, analyzer=analyzer))

    def plan(self, query: Query, *, whole: bool = False) -> QueryPlan:
        """Return the plan of *query*: its words as terms, before query expansion.

        In a query of words only, the parts of a compound match too: 한미동맹 matches 동맹. In
        a phrase, and in a query with AND, NOT or `-`, a word matches as a whole, as do all
        words if *whole*.
        """
        if query.root is None:
            return QueryPlan(None, (*query.notes, EMPTY_QUERY))
        whole = whole or has_operator(query.root)
        words = {
            node: self._word(node.text, phrase=node.kind == "phrase", whole=whole)
            for node in _word_nodes(query.root)
        }
        words_without_terms = [node.text for node, word in words.items() if not word]
        pairs = dict.fromkeys(
            pair
            for run in _runs_of_words(query.root)
            for pair in adjacent_pairs(filter(None, map(words.get, run)))
        )
        notes = (*query.notes, *_notes_on(words_without_terms))
        return QueryPlan(_clause(query.root, words), notes, tuple(pairs))


def has_operator(node: Node) -> bool:
    """Return whether the query is more than words and phrases side by side or under OR."""
    if isinstance(node, WordNode | PhraseNode):
        return False
    return not isinstance(node, OrNode) or any(map(has_operator, node.operands))


def _clause(
    node: Node, words: Mapping[WordNode | PhraseNode, WordQuery | None]
) -> Clause | None:
    """Return the clause of *node*, or None if none of its words has a term."""
    if isinstance(node, WordNode | PhraseNode):
        return words[node]
    if isinstance(node, NotNode):
        inner = _clause(node.operand, words)
        return Not(inner) if inner else None
    operands = [_clause(operand, words) for operand in node.operands]
    clauses = tuple(dict.fromkeys(clause for clause in operands if clause))
    if len(clauses) < 2:
        return clauses[0] if clauses else None
    return And(clauses) if isinstance(node, AndNode) else Or(clauses)


def _word_nodes(node: Node) -> Iterator[WordNode | PhraseNode]:
    """Yield the words and phrases of a query, excluded ones too."""
    if isinstance(node, WordNode | PhraseNode):
        yield node
        return
    operands = [node.operand] if isinstance(node, NotNode) else node.operands
    for operand in operands:
        yield from _word_nodes(operand)


def _runs_of_words(node: Node) -> Iterator[list[WordNode | PhraseNode]]:
    """Yield the words and phrases that stand side by side."""
    if isinstance(node, NotNode):
        return
    operands = [node] if isinstance(node, WordNode | PhraseNode) else node.operands
    run: list[WordNode | PhraseNode] = []
    for operand in operands:
        if isinstance(operand, WordNode | PhraseNode):
            run.append(operand)
        else:
            yield run
            run = []
            yield from _runs_of_words(operand)
    yield run


def _notes_on(words: Sequence[str]) -> Iterator[Note]:
    """Yield a note for each reason that *words*, which have no term, are not searched."""
    spoken = tuple(text for text in words if any(map(str.isalnum, text)))
    marks = tuple(text for text in words if text not in spoken)
    if spoken:
        yield Note(NO_TERMS, words=spoken)
    if marks:
        yield Note("Without a letter or digit, so not searched: {words}.", words=marks)
