"""Understanding: from the parsed query to the terms it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from indexer.analysis.analyzer import (
    BIGRAM_MARK,
    NOUN_RUN_MARK,
    Analysis,
    Analyzer,
    Role,
    Token,
)
from indexer.text.folding import compact
from search.engine.clauses import And, Clause, Not, Or, WordQuery, map_words
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
from search.query.plan import Meaning

EMPTY = Note("The query is empty.")

_SHORT = 2
"""Below this length a part of a longer word says too little to count alone."""
_SHORT_NUMBER = 3
_TELLING = 4
"""From this length on syllables in a row are no coincidence, whatever parts them."""


def understand(query: Query, analyzer: Analyzer) -> Meaning:
    """Analyse the words of *query*.

    In a query of words only, a compound's parts count as well as the whole; where AND,
    NOT or `-` stand, and in a phrase, a word is the whole word.
    """
    if query.root is None:
        return Meaning(None, (*query.notes, EMPTY))
    return _Reader(analyzer, whole=has_operator(query.root)).read(query)


def whole_word(text: str, analyzer: Analyzer) -> WordQuery | None:
    """Return the concept of *text* as one whole, or None where it holds no term."""
    return _concept(PhraseNode(text), analyzer, whole=True)


def telling(key: str) -> str | None:
    """Return *key* if it is long enough for its letters in a row to be no coincidence."""
    return key if len(key) >= _TELLING else None


def has_operator(node: Node) -> bool:
    """Tell whether there is more to the query than words and phrases side by side."""
    if isinstance(node, WordNode | PhraseNode):
        return False
    return not isinstance(node, OrNode) or any(map(has_operator, node.operands))


class _Reader:
    def __init__(self, analyzer: Analyzer, *, whole: bool) -> None:
        self._analyzer = analyzer
        self._whole = whole
        self._concepts: dict[WordNode | PhraseNode, WordQuery | None] = {}

    def read(self, query: Query) -> Meaning:
        clause = self._clause(query.root) if query.root else None
        left_out = [n.text for n, concept in self._concepts.items() if not concept]
        notes = (*query.notes, *_notes_of(left_out))
        return Meaning(clause, notes, tuple(self._joined(query.root)))

    def _joined(self, root: Node | None) -> Iterator[str]:
        """Yield the terms of neighbouring words, the first without a particle, as one."""
        words = root.operands if isinstance(root, OrNode) else ()
        for first, second in pairwise(words):
            if not isinstance(first, WordNode) or not isinstance(second, WordNode):
                continue
            left = self._analyzer.analyze(first.text).noun_run_terms
            right = self._analyzer.analyze(second.text).noun_run_terms
            if (
                left
                and right
                and left[-1].end == len(first.text)
                and not right[0].start
            ):
                one, other = (
                    t.term.removeprefix(NOUN_RUN_MARK) for t in (left[-1], right[0])
                )
                yield f"{BIGRAM_MARK}{one[-1]}{other[0]}"
                yield f"{NOUN_RUN_MARK}{one}{other}"

    def _clause(self, node: Node) -> Clause | None:
        if isinstance(node, WordNode | PhraseNode):
            if node not in self._concepts:
                found = _concept(node, self._analyzer, whole=self._whole)
                self._concepts[node] = found
            return self._concepts[node]
        if isinstance(node, NotNode):
            inner = self._clause(node.operand)
            # What stands inside a longer word is not meant.
            return Not(map_words(inner, _without_edge)) if inner else None
        read = [self._clause(operand) for operand in node.operands]
        clauses = tuple(dict.fromkeys(clause for clause in read if clause))
        if len(clauses) < 2:
            return clauses[0] if clauses else None
        return And(clauses) if isinstance(node, AndNode) else Or(clauses)


def _concept(
    node: WordNode | PhraseNode, analyzer: Analyzer, *, whole: bool
) -> WordQuery | None:
    phrase = isinstance(node, PhraseNode)
    analysis = analyzer.analyze(node.text)
    morphemes = analysis.morphemes
    if not morphemes:
        return None
    sequences = [tuple(token.term for token in morphemes)]
    edge = stretch = None
    key = compact(node.text[morphemes[0].start : morphemes[-1].end])
    if _is_all_nouns(node.text, analysis) and (whole or phrase):
        stretch = telling(key)
    if _is_one_noun_run(analysis):
        grams = tuple(token.term for token in analysis.noun_bigrams)
        if len(grams) == 1:
            edge = grams[0].removeprefix(BIGRAM_MARK)
        else:
            sequences.append(grams)
    alone = [] if whole or phrase else _alone(morphemes)
    return WordQuery(
        text=node.text,
        phrase=phrase,
        term_sequences=tuple(sequences),
        part_terms=tuple(dict.fromkeys(alone)),
        boundary=edge,
        substring=stretch,
        terms=tuple(dict.fromkeys(analysis.terms)),
        key=key,
    )


def _without_edge(concept: WordQuery) -> Clause:
    return concept._replace(boundary=None)


def _is_all_nouns(text: str, analysis: Analysis) -> bool:
    """Tell whether every word of *text* but the last is nouns to its end."""
    ends = {
        token.end
        for token in analysis.noun_run_terms
        if token.term == NOUN_RUN_MARK + compact(text[token.start : token.end])
    }
    *words, last = re.finditer(r"\S+", text)
    reaches = all(word.end() in ends for word in words)
    return reaches and any(end > last.start() for end in ends)


def _is_one_noun_run(analysis: Analysis) -> bool:
    """Tell whether the text is nothing but neighbouring nouns, so that grams spell it."""
    morphemes, grams = analysis.morphemes, analysis.noun_bigrams
    return (
        bool(grams)
        and grams[0].start <= morphemes[0].start
        and grams[-1].end >= morphemes[-1].end
        and all(left.term[-1] == right.term[1] for left, right in pairwise(grams))
    )


def _alone(morphemes: Sequence[Token]) -> Iterator[str]:
    """Yield the terms of a longer word that count without the rest of it.

    What an affix was put to does not: 비핵화 asks for more than 비핵.
    """
    neighbours = zip(
        [None, *morphemes], morphemes, [*morphemes[1:], None], strict=False
    )
    for before, token, after in neighbours:
        affixed = (before and before.role is Role.PREFIX) or (
            after and after.role is Role.SUFFIX
        )
        short = _SHORT_NUMBER if token.term.isdigit() else _SHORT
        if token.role is Role.FREE and not affixed and len(token.term) >= short:
            yield token.term


def _notes_of(left_out: Sequence[str]) -> Iterator[Note]:
    """Yield a sentence for each reason that words were left out for."""
    spoken = tuple(text for text in left_out if any(map(str.isalnum, text)))
    marks = tuple(text for text in left_out if text not in spoken)
    if spoken:
        yield Note(
            "Nothing but particles or endings, so not searched: {words}.", words=spoken
        )
    if marks:
        yield Note("Without a letter or digit, so not searched: {words}.", words=marks)
