"""The query language: from the text a user typed to a tree of words and operators.

The lexer cuts the text into tokens, two passes mend what is broken and say so in
notes, and the grammar, which then has no errors left to meet, builds the tree.
Only parentheses nested too deep are refused; every other text means something.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from indexer.errors import CommuniqueError
from search.messages import Note
from search.query.lexer import Kind, Token, lex

if TYPE_CHECKING:
    from search.query.filter_placement import FilterNode

DEEPEST = 30
LONGEST = 10_000
"""Characters of a query; the slowest of so many that was tried took 2.3 seconds."""


class QueryError(CommuniqueError):
    """A query that cannot be read."""


def check_length(text: str, most: int = LONGEST) -> None:
    """Refuse a query that is too long to be answered soon.

    Raises:
        QueryError: It has more than *most* characters.
    """
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
    """Words to be found side by side, joined by single spaces."""

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
    tokens = _balanced(lex(text), notes)
    if any(token.kind is Kind.FILTER for token in tokens):
        from search.query.filter_placement import separate_filters

        tokens, filters = separate_filters(tokens)
        text = " ".join(token.text for token in tokens)
    root = _tree(_with_operands(tokens, notes), every_word)
    return Query(text, root, tuple(dict.fromkeys(notes)), filters)


def _balanced(tokens: Iterable[Token], notes: list[str]) -> list[Token]:
    """Return *tokens* with parentheses in pairs, nothing empty and no stray hyphen."""
    kept: list[Token] = []
    depth = 0
    for kind, text in tokens:
        if kind is Kind.UNCLOSED:
            notes.append(_UNCLOSED_PHRASE)
            kind = Kind.PHRASE
        if kind is Kind.STRAY:
            notes.append(_LONE_HYPHEN)
        elif kind is Kind.PHRASE and not text:
            _leave_out(_EMPTY_PHRASE, kept, notes)
        elif kind is Kind.CLOSE and depth == 0:
            notes.append(_SURPLUS_CLOSE)
        elif kind is Kind.CLOSE:
            depth -= 1
            _close(kept, notes)
        else:
            depth += kind is Kind.OPEN
            _check(depth)
            kept.append(Token(kind, text))
    if depth:
        notes.append(_UNCLOSED_GROUP)
    for _ in range(depth):
        _close(kept, notes)
    return kept


def _check(depth: int) -> None:
    if depth > DEEPEST:
        raise QueryError(
            Note(
                "The query nests parentheses more than {deepest} levels deep; remove those"
                " that are not needed.",
                deepest=DEEPEST,
            )
        )


def _close(kept: list[Token], notes: list[str]) -> None:
    if kept[-1].kind is Kind.OPEN:
        kept.pop()
        _leave_out(_EMPTY_GROUP, kept, notes)
    else:
        kept.append(Token(Kind.CLOSE, ")"))


def _leave_out(note: str, kept: list[Token], notes: list[str]) -> None:
    """Note an operand left out, and with it the hyphen that was to exclude it."""
    notes.append(note)
    if kept and kept[-1].kind is Kind.EXCLUDE:
        kept.pop()
        notes.append(_LONE_HYPHEN)


def _with_operands(tokens: list[Token], notes: list[str]) -> list[Token]:
    """Return *tokens* with the operators that lack an operand turned into words."""
    kinds: list[Kind | None] = [token.kind for token in tokens]
    mended: list[Token] = []
    for (kind, text), following in zip(tokens, [*kinds[1:], None], strict=False):
        complete = following in _OPERAND_STARTS
        if kind in (Kind.AND, Kind.OR):
            complete &= bool(mended) and mended[-1].kind in _OPERAND_ENDS
        if kind in _NO_OPERAND and not complete:
            notes.append(_NO_OPERAND[kind])
            kind = Kind.WORD
        mended.append(Token(kind, text))
    return mended


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
        """Return the group as one node, its exclusions set against all the rest."""
        links = [link for link, _ in self.items[1:]]
        chains: list[list[Node]] = []
        exclusions: list[Node] = []
        for (link, node), after in zip(self.items, [*links, None], strict=False):
            # "NOT a OR b" is logic, but the same after a word only excludes a.
            leads = not chains and not exclusions and after is Kind.OR
            joined = link is not None or after is Kind.AND or leads
            if isinstance(node, NotNode) and not joined:
                exclusions.append(node)
            elif chains and (link is Kind.AND or (every_word and link is None)):
                chains[-1].append(node)
            else:
                chains.append([node])
        wanted = [_joined(AndNode, chain) for chain in chains]
        return _joined(
            AndNode, [*([_joined(OrNode, wanted)] if wanted else []), *exclusions]
        )


def _tree(tokens: list[Token], every_word: bool) -> Node | None:
    """Return the tree of faultless *tokens*, or None when there are none."""
    groups = [_Group()]
    for kind, text in tokens:
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
    """Return *nodes* under one node of *kind*, or the only one of them itself."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.operands if isinstance(node, kind) else [node])
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _negation(node: Node) -> Node:
    return node.operand if isinstance(node, NotNode) else NotNode(node)
