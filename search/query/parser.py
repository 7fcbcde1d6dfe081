"""The parser of the query language: from typed text to a tree of words, and filters.

동맹 -(SCM OR MCM) year:2020
→  And(동맹, Not(Or(SCM, MCM))), filtered by FilterNode("year", "2020")

The lexer cuts the text into tokens. Two passes repair errors and note each repair, so the
tree is built from tokens without errors. Only parentheses nested too deep and misplaced
filters are refused; any other text is a valid query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from indexer.errors import CommuniqueError
from search.messages import Note
from search.query.lexer import Kind, Token, tokenize

if TYPE_CHECKING:
    from search.query.filter_placement import FilterNode

DEEPEST = 30
LONGEST = 10_000
"""Characters of a query. The slowest query of this length took 2.3 seconds."""


class QueryError(CommuniqueError):
    """The query is too long, or its parentheses nest too deep."""


def check_length(text: str, most: int = LONGEST) -> None:
    """Raise QueryError if *text* has more than *most* characters."""
    if len(text) > most:
        raise QueryError(
            Note(
                "The query has {length:,} characters, more than the limit of {most:,};"
                " shorten it.",
                length=len(text),
                most=most,
            )
        )


class WordNode(NamedTuple):
    """One word as typed; operator words and leading hyphens may occur in it."""

    text: str
    kind: Literal["word"] = "word"


class PhraseNode(NamedTuple):
    """Words that must be adjacent, joined by single spaces."""

    text: str
    kind: Literal["phrase"] = "phrase"


class AndNode(NamedTuple):
    """Two or more operands, none of them an And."""

    operands: tuple[Node, ...]
    kind: Literal["and"] = "and"


class OrNode(NamedTuple):
    """Two or more operands, none of them an Or."""

    operands: tuple[Node, ...]
    kind: Literal["or"] = "or"


class NotNode(NamedTuple):
    """The complement of its operand, which is never a Not."""

    operand: Node
    kind: Literal["not"] = "not"


Node: TypeAlias = WordNode | PhraseNode | AndNode | OrNode | NotNode


class Query(NamedTuple):
    """A parsed query: the tree of its words, the filters on it, a note for each repair.

    `text` is the text as typed, without the filters; `root` is None if no word is left.
    """

    text: str
    root: Node | None
    notes: tuple[str, ...]
    filters: tuple[FilterNode, ...] = ()


_OPERAND_STARTS = {Kind.WORD, Kind.PHRASE, Kind.OPEN, Kind.EXCLUDE, Kind.NOT}
_OPERAND_ENDS = {Kind.WORD, Kind.PHRASE, Kind.CLOSE}
_WORDS = {Kind.WORD, Kind.FILTER}
_OPERATOR_WORDS = {kind.value for kind in (Kind.AND, Kind.OR, Kind.NOT)}
_LONE_HYPHEN = Note(
    'A "-" standing alone was left out; to exclude a word, write -word after a space.'
)
_EMPTY_PHRASE = Note('An empty phrase "" was left out.')
_EMPTY_GROUP = Note('An empty "()" was left out.')
_SURPLUS_CLOSE = Note('A ")" without a "(" before it was left out.')
_UNCLOSED_GROUP = Note(
    'A "(" was never closed, so it was closed at the end of the query.'
)
_UNCLOSED_PHRASE = Note(
    "A quotation mark was never closed, so its phrase runs to the end of the query."
)
_NO_OPERAND = {
    Kind.AND: Note(
        'An "AND" without a word on both sides was read as an ordinary word.'
    ),
    Kind.OR: Note('An "OR" without a word on both sides was read as an ordinary word.'),
    Kind.NOT: Note('A "NOT" without a word after it was read as an ordinary word.'),
}


def parse(text: str, *, every_word: bool = False) -> Query:
    """Return the query *text* means.

    With *every_word*, words that merely stand side by side must all be found. The
    tree is at most four nodes deep for each of the `DEEPEST` levels of parentheses.

    Raises:
        QueryError: Parentheses nest too deep.
        search.query.filter_placement.FilterPlaceError: A filter is an operand of OR or NOT.
    """
    notes: list[str] = []
    filters: tuple[FilterNode, ...] = ()
    tokens, is_prose = _read_prose(text, list(tokenize(text)), notes)
    tokens = _balanced(tokens, notes)
    if not is_prose:
        notes += _small_operators(tokens)
    if any(token.kind is Kind.FILTER for token in tokens):
        from search.query.filter_placement import separate_filters

        words, filters = separate_filters(tokens)
        text = _without(text, set(tokens).difference(words))
        tokens = words
    root = _tree(_with_operands(tokens, notes), every_word)
    return Query(text, root, tuple(dict.fromkeys(notes)), filters)


def _read_prose(
    text: str, tokens: list[Token], notes: list[str]
) -> tuple[list[Token], bool]:
    """Return *tokens*, those of a sentence as words, and whether *text* is a sentence."""
    if _WORDS.issuperset(token.kind for token in tokens):
        return tokens, False
    from search.query.prose import read_prose

    prose = read_prose(text, tokens)
    if prose is None:
        return tokens, False
    notes += prose[1]
    return prose[0], True


def _without(text: str, removed: Iterable[Token]) -> str:
    """Return *text* without *removed*: `(핵 year:2020)` becomes `(핵)`.

    Only the white space beside them changes: to one space, or to none at the ends of a group.
    """
    for token in sorted(removed, key=lambda token: token.start, reverse=True):
        before, after = text[: token.start].rstrip(), text[token.end :].lstrip()
        is_inner = (
            before and after and before[-1] not in "(（" and after[0] not in ")）"
        )
        text = f"{before} {after}" if is_inner else before + after
    return text


def _small_operators(tokens: Sequence[Token]) -> Iterator[Note]:
    """Yield a note for each `and`, `or` and `not` that may be meant as an operator."""
    ends = [False, *(token.kind in _OPERAND_ENDS for token in tokens)]
    for token, before, after in zip(tokens, ends, tokens[1:], strict=False):
        operator = token.text.upper()
        if (
            token.kind is Kind.WORD
            and operator in _OPERATOR_WORDS
            and (after.kind in _OPERAND_STARTS and (before or operator == "NOT"))
        ):
            yield Note(
                "{word} was searched as a word; the operator is {operator}, in capitals.",
                word=(token.text,),
                operator=operator,
            )


def _balanced(tokens: Iterable[Token], notes: list[str]) -> list[Token]:
    """Return *tokens* with parentheses in pairs, nothing empty and no stray hyphen."""
    balanced: list[Token] = []
    depth = 0
    end = 0
    for token in tokens:
        kind, end = token.kind, token.end
        if kind is Kind.UNCLOSED:
            notes.append(_UNCLOSED_PHRASE)
            kind = Kind.PHRASE
        if kind is Kind.STRAY:
            notes.append(_LONE_HYPHEN)
        elif kind is Kind.PHRASE and not token.text:
            _note_empty(_EMPTY_PHRASE, balanced, notes)
        elif kind is Kind.CLOSE and depth == 0:
            notes.append(_SURPLUS_CLOSE)
        elif kind is Kind.CLOSE:
            depth -= 1
            _close(token, balanced, notes)
        else:
            depth += kind is Kind.OPEN
            _check_depth(depth)
            balanced.append(token._replace(kind=kind))
    if depth:
        notes.append(_UNCLOSED_GROUP)
    for _ in range(depth):
        _close(Token(Kind.CLOSE, ")", end, end), balanced, notes)
    return balanced


def _check_depth(depth: int) -> None:
    if depth > DEEPEST:
        raise QueryError(
            Note(
                "The query nests parentheses more than {deepest} levels deep; remove those"
                " that are not needed.",
                deepest=DEEPEST,
            )
        )


def _close(closing: Token, tokens: list[Token], notes: list[str]) -> None:
    """Append *closing* to *tokens*, or drop the group that it closes if it is empty."""
    if tokens[-1].kind is Kind.OPEN:
        tokens.pop()
        _note_empty(_EMPTY_GROUP, tokens, notes)
    else:
        tokens.append(closing)


def _note_empty(note: str, tokens: list[Token], notes: list[str]) -> None:
    """Note an empty operand that is dropped, and drop the hyphen before it too."""
    notes.append(note)
    if tokens and tokens[-1].kind is Kind.EXCLUDE:
        tokens.pop()
        notes.append(_LONE_HYPHEN)


def _with_operands(tokens: list[Token], notes: list[str]) -> list[Token]:
    """Return *tokens* with each operator that lacks an operand turned into a word."""
    kinds: list[Kind | None] = [token.kind for token in tokens]
    repaired: list[Token] = []
    for token, following in zip(tokens, [*kinds[1:], None], strict=False):
        kind = token.kind
        complete = following in _OPERAND_STARTS
        if kind in (Kind.AND, Kind.OR):
            complete &= bool(repaired) and repaired[-1].kind in _OPERAND_ENDS
        if kind in _NO_OPERAND and not complete:
            notes.append(_NO_OPERAND[kind])
            kind = Kind.WORD
        repaired.append(token._replace(kind=kind))
    return repaired


class _Group:
    """The items of one pair of parentheses, each with the operator before it."""

    def __init__(self) -> None:
        self.items: list[tuple[Kind | None, Node]] = []
        self.link: Kind | None = None
        self.negated = False

    def add(self, node: Node) -> None:
        """Add *node* under the operators read since the last item."""
        self.items.append((self.link, _negation(node) if self.negated else node))
        self.link, self.negated = None, False

    def node(self, every_word: bool) -> Node:
        """Return the group as one node; exclusions apply to the whole group."""
        links = [link for link, _ in self.items[1:]]
        chains: list[list[Node]] = []
        exclusions: list[Node] = []
        for (link, node), after in zip(self.items, [*links, None], strict=False):
            # NOT is an operand in "NOT a OR b", but in "c NOT a OR b" it excludes a.
            leads = not chains and not exclusions and after is Kind.OR
            joined = link is not None or after is Kind.AND or leads
            if isinstance(node, NotNode) and not joined:
                exclusions.append(node)
            elif chains and (link is Kind.AND or (every_word and link is None)):
                chains[-1].append(node)
            else:
                chains.append([node])
        alternatives = [_joined(AndNode, chain) for chain in chains]
        required = [_joined(OrNode, alternatives)] if alternatives else []
        return _joined(AndNode, [*required, *exclusions])


def _tree(tokens: list[Token], every_word: bool) -> Node | None:
    """Return the tree of *tokens*, which have no errors; None if there are none."""
    groups = [_Group()]
    for kind, text, *_ in tokens:
        if kind is Kind.OPEN:
            groups.append(_Group())
        elif kind is Kind.CLOSE:
            inner = groups.pop().node(every_word)
            groups[-1].add(inner)
        elif kind in (Kind.NOT, Kind.EXCLUDE):
            groups[-1].negated = not groups[-1].negated
        elif kind in (Kind.AND, Kind.OR):
            groups[-1].link = kind
        else:
            groups[-1].add(PhraseNode(text) if kind is Kind.PHRASE else WordNode(text))
    return groups[0].node(every_word) if tokens else None


def _joined(kind: type[AndNode | OrNode], nodes: Iterable[Node]) -> Node:
    """Return *nodes* under one node of *kind*, or the node itself if it is the only one."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.operands if isinstance(node, kind) else [node])
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _negation(node: Node) -> Node:
    return node.operand if isinstance(node, NotNode) else NotNode(node)
