"""From a parsed query to its plan: each word becomes the terms that it matches.

한미동맹  →  WordQuery("한미동맹", terms=("한미", "동맹", "_한미", "_미동", "_동맹", "=한미동맹"))
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.analysis.analyzer import (
    NOUN_RUN_MARK,
    PIECE_MARK,
    SPELLING_MARK,
    Analysis,
    Analyzer,
    Role,
    Token,
)
from indexer.text.folding import compact, has_hanja
from indexer.text.numerals import spelled_number
from search.engine.clauses import (
    And,
    Clause,
    Not,
    Or,
    WordQuery,
    segmentations,
)
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
from search.query.weights import MORPHEME, PIECE, adjacent_pairs, term_weights

EMPTY_QUERY = Note("The query is empty.")
NO_TERMS = "Nothing but particles or endings, so not searched: {words}."

_MIN_PART = 2
"""Syllables that a part of a longer word needs to count alone."""
_MIN_NUMBER_PART = 3
"""Digits that a number in a longer word needs to count alone."""
_MIN_SUBSTRING = 4
"""Syllables in a row that do not match by chance, whatever spaces stand between them."""


def build_plan(query: Query, analyzer: Analyzer, *, whole: bool = False) -> QueryPlan:
    """Return the plan of *query*: its words as terms, before query expansion.

    In a query of words only, the parts of a compound match too: 한미동맹 matches 동맹. In a
    phrase, and in a query with AND, NOT or `-`, a word matches as a whole, as do all words
    if *whole*.
    """
    if query.root is None:
        return QueryPlan(None, (*query.notes, EMPTY_QUERY))
    builder = _Builder(analyzer, whole=whole or has_operator(query.root))
    clause = builder.clause(query.root)
    notes = (*query.notes, *_notes_on(builder.words_without_terms))
    pairs = dict.fromkeys(
        pair
        for texts in _runs_of_words(query.root)
        for pair in adjacent_pairs(map(analyzer.analyze, texts))
    )
    return QueryPlan(clause, notes, tuple(pairs))


def whole_word(text: str, analyzer: Analyzer) -> WordQuery | None:
    """Return the query for *text* as a whole word; None if it has no term."""
    return _word_query(PhraseNode(text), analyzer, whole=True)


def letters_query(word: WordQuery) -> WordQuery:
    """Return *word* as a single term of its letters, if its morphemes are none of it."""
    key = compact(word.text)
    return WordQuery(
        word.text,
        word.phrase,
        term_sequences=((key,),),
        weights=((key, MORPHEME),),
        key=key,
    )


def distinctive_substring(key: str) -> str | None:
    """Return *key*, or None if it is so short that its letters may be in a row by chance."""
    return key if len(key) >= _MIN_SUBSTRING else None


def has_operator(node: Node) -> bool:
    """Return whether the query is more than words and phrases side by side or under OR."""
    if isinstance(node, WordNode | PhraseNode):
        return False
    return not isinstance(node, OrNode) or any(map(has_operator, node.operands))


class _Builder:
    """Turns nodes into clauses; equal words are analysed once."""

    def __init__(self, analyzer: Analyzer, *, whole: bool) -> None:
        self._analyzer = analyzer
        self._whole = whole
        self._words: dict[WordNode | PhraseNode, WordQuery | None] = {}

    @property
    def words_without_terms(self) -> list[str]:
        """The words that cannot be searched, such as particles and marks."""
        return [node.text for node, word in self._words.items() if not word]

    def clause(self, node: Node) -> Clause | None:
        """Return the clause of *node*, or None if none of its words has a term."""
        if isinstance(node, WordNode | PhraseNode):
            if node not in self._words:
                word = _word_query(node, self._analyzer, whole=self._whole)
                self._words[node] = word
            return self._words[node]
        if isinstance(node, NotNode):
            inner = self.clause(node.operand)
            return Not(inner) if inner else None
        operands = [self.clause(operand) for operand in node.operands]
        clauses = tuple(dict.fromkeys(clause for clause in operands if clause))
        if len(clauses) < 2:
            return clauses[0] if clauses else None
        return And(clauses) if isinstance(node, AndNode) else Or(clauses)


def _runs_of_words(node: Node) -> Iterator[list[str]]:
    """Yield the words and phrases that stand side by side, as they were typed."""
    if isinstance(node, NotNode):
        return
    operands = [node] if isinstance(node, WordNode | PhraseNode) else node.operands
    run: list[str] = []
    for operand in operands:
        if isinstance(operand, WordNode | PhraseNode):
            run.append(operand.text)
        else:
            yield run
            run = []
            yield from _runs_of_words(operand)
    yield run


def _word_query(
    node: WordNode | PhraseNode, analyzer: Analyzer, *, whole: bool
) -> WordQuery | None:
    phrase = isinstance(node, PhraseNode)
    analysis = analyzer.analyze(node.text)
    morphemes = analysis.morphemes
    if not morphemes:
        return None
    if analyzer.leaves_coda(node.text):
        return letters_query(WordQuery(node.text, phrase))
    sequences = [tuple(token.term for token in morphemes)]
    boundary = compound = substring = None
    key = compact(node.text[morphemes[0].start : morphemes[-1].end])
    if _is_all_nouns(node.text, analysis, key):
        if len(key) == _MIN_PART:
            boundary = key
        else:
            compound = key
            # Kiwi may split the query and the text differently.
            sequences += segmentations(key, shortest=_MIN_PART)
            if len(sequences) == 1 and (whole or phrase):
                substring = key
    if whole and spelled_number(key):
        sequences.append((SPELLING_MARK + key,))
    parts = [] if whole or phrase else [*_part_terms(morphemes), *_code_parts(analysis)]
    weights = term_weights(analysis._replace(readings=()))
    for term in _code_parts(analysis):
        weights.setdefault(term, PIECE)
    piece = None
    if len(morphemes) == 1 and key.isascii():
        piece = PIECE_MARK + morphemes[0].term
        if split := _split_code(analysis):
            sequences.append(split)
    return WordQuery(
        text=node.text,
        phrase=phrase,
        term_sequences=tuple(dict.fromkeys(sequences)),
        part_terms=tuple(dict.fromkeys(parts)),
        compound=compound,
        boundary=boundary,
        inside=compound,
        piece=piece,
        substring=substring,
        weights=tuple(weights.items()),
        spelling=tuple(
            dict.fromkeys(t.term for t in analysis.spellings if has_hanja(t.term))
        ),
        key=key,
    )


def _split_code(analysis: Analysis) -> tuple[str, ...]:
    """Return the letters and digits of a code as single words: K9 may be written K 9."""
    singles = [token.term.removeprefix(PIECE_MARK) for token in analysis.pieces]
    code = analysis.morphemes[0].term
    while singles and "".join(singles) != code:
        singles.pop()
    return tuple(singles)


def _code_parts(analysis: Analysis) -> Iterator[str]:
    """Yield the pieces of a code that match without the rest of it, as words and pieces."""
    for token in analysis.pieces if len(analysis.morphemes) == 1 else ():
        term = token.term.removeprefix(PIECE_MARK)
        if len(term) >= (_MIN_NUMBER_PART if term.isdigit() else _MIN_PART):
            yield term
            yield token.term


def _is_all_nouns(text: str, analysis: Analysis, key: str) -> bool:
    """Return whether the noun runs of *text* are all of *key*, its letters."""
    runs = {(token.start, token.end) for token in analysis.noun_run_terms}
    letters = "".join(compact(text[start:end]) for start, end in sorted(runs))
    terms = {token.term for token in analysis.noun_run_terms}
    return letters == key and all(
        f"{NOUN_RUN_MARK}{compact(text[start:end])}" in terms for start, end in runs
    )


def _part_terms(morphemes: Sequence[Token]) -> Iterator[str]:
    """Yield the terms of a longer word that match without the rest of it.

    A morpheme beside an affix does not: 비핵화 does not match 비핵. A verb beside another
    morpheme does not either: 없는말 does not match 없다. Of a date no number does.
    """
    has_numbers = sum(token.term.isdigit() for token in morphemes) > 1
    neighbours = zip(
        [None, *morphemes], morphemes, [*morphemes[1:], None], strict=False
    )
    for before, token, after in neighbours:
        affixed = (before and before.role is Role.PREFIX) or (
            after and after.role is Role.SUFFIX
        )
        shortest = _MIN_NUMBER_PART if token.term.isdigit() else _MIN_PART
        shown = token.end - token.start
        is_verb = shown < len(token.term) and token.term.endswith("다")
        if token.role is not Role.FREE or affixed or (is_verb and len(morphemes) > 1):
            continue
        if has_numbers and token.term.isdigit():
            continue
        if len(token.term) >= shortest:
            yield token.term


def _notes_on(words: Sequence[str]) -> Iterator[Note]:
    """Yield a note for each reason that *words*, which have no term, are not searched."""
    spoken = tuple(text for text in words if any(map(str.isalnum, text)))
    marks = tuple(text for text in words if text not in spoken)
    if spoken:
        yield Note(NO_TERMS, words=spoken)
    if marks:
        yield Note("Without a letter or digit, so not searched: {words}.", words=marks)
