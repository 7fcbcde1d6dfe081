"""The query language: its tokens, its trees, its notes and the laws they obey."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import CommuniqueError
from search.query.filter_placement import FilterPlaceError
from search.query.lexer import Kind, tokenize
from search.query.parser import (
    DEEPEST,
    AndNode,
    Node,
    NotNode,
    OrNode,
    PhraseNode,
    Query,
    QueryError,
    WordNode,
    parse,
)

A, B, C, D = (WordNode(letter) for letter in "abcd")
AND, OR, NOT = WordNode("AND"), WordNode("OR"), WordNode("NOT")

LONE_HYPHEN = (
    'A "-" standing alone was left out; to exclude a word, write -word after a space.'
)
EMPTY_PHRASE = 'An empty phrase "" was left out.'
EMPTY_GROUP = 'An empty "()" was left out.'
SURPLUS_CLOSE = 'A ")" without a "(" before it was left out.'
UNCLOSED_GROUP = 'A "(" was never closed, so it was closed at the end of the query.'
UNCLOSED_PHRASE = (
    "A quotation mark was never closed, so its phrase runs to the end of the query."
)
AND_AS_WORD = 'An "AND" without a word on both sides was read as an ordinary word.'
OR_AS_WORD = 'An "OR" without a word on both sides was read as an ordinary word.'
NOT_AS_WORD = 'A "NOT" without a word after it was read as an ordinary word.'
SPACES = (
    " \t\n\r\0\x1b\x1f\x7f\x85\xa0\u1680\u2028\u202f\u3000"
    "\u200b\u200c\u200d\u200e\u2060\ufeff"
)


def wide(text: str) -> str:
    """Return *text* with its ASCII characters in their full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def both(*operands: Node) -> AndNode:
    """Return the operands under one And."""
    return AndNode(operands)


def either(*operands: Node) -> OrNode:
    """Return the operands under one Or."""
    return OrNode(operands)


def leaves(node: Node | None) -> list[str]:
    """Return the texts of all words and phrases below *node*."""
    texts: list[str] = []
    waiting = [] if node is None else [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, WordNode | PhraseNode):
            texts.append(node.text)
        else:
            waiting += [node.operand] if isinstance(node, NotNode) else node.operands
    return texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("전작권 전환", [(Kind.WORD, "전작권"), (Kind.WORD, "전환")]),
        ("🇰🇷 ❤️", [(Kind.WORD, "🇰🇷"), (Kind.WORD, "❤️")]),
        ('"신뢰  구축"', [(Kind.PHRASE, "신뢰 구축")]),
        ('"신뢰', [(Kind.UNCLOSED, "신뢰")]),
        ("F-35 -F", [(Kind.WORD, "F-35"), (Kind.EXCLUDE, "-"), (Kind.WORD, "F")]),
        ("a- -", [(Kind.WORD, "a-"), (Kind.STRAY, "-")]),
        ("--a", [(Kind.EXCLUDE, "-"), (Kind.WORD, "-a")]),
        ('"a"-b', [(Kind.PHRASE, "a"), (Kind.WORD, "-b")]),
        ("-AND", [(Kind.EXCLUDE, "-"), (Kind.WORD, "AND")]),
        (
            '-act:강조 speaker:"양 장관"',
            [
                (Kind.EXCLUDE, "-"),
                (Kind.FILTER, "act:강조"),
                (Kind.FILTER, 'speaker:"양 장관"'),
            ],
        ),
    ],
)
def test_lexer(text: str, expected: list[tuple[Kind, str]]) -> None:
    """Each token has its kind and the text as typed."""
    assert [(token.kind, token.text) for token in tokenize(text)] == expected


@pytest.mark.parametrize("text", ["a AND(b)", "a\tAND\n( b )", wide("a AND(b)")])
def test_lexer_kinds(text: str) -> None:
    """Parentheses need no white space, and full-width characters are the same."""
    kinds = [token.kind for token in tokenize(text)]

    assert kinds == [Kind.WORD, Kind.AND, Kind.OPEN, Kind.WORD, Kind.CLOSE]


@pytest.mark.parametrize("space", SPACES, ids=ascii)
def test_white_space(space: str) -> None:
    """Control and zero-width characters part words, as all white space does."""
    assert parse(f"{space}전작권{space}전환{space}").root == either(
        WordNode("전작권"), WordNode("전환")
    )
    assert parse(f'"신뢰{space}구축"').root == PhraseNode("신뢰 구축")
    assert parse(space) == Query(space, None, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("전작권", WordNode("전작권")),
        ("전작권 전환", either(WordNode("전작권"), WordNode("전환"))),
        ('"신뢰 구축"', PhraseNode("신뢰 구축")),
        ("“신뢰 구축”", PhraseNode("신뢰 구축")),
        ('"신뢰 구축”', PhraseNode("신뢰 구축")),
        ("＂신뢰 구축＂", PhraseNode("신뢰 구축")),
        ("동맹 NOT 한미동맹", both(WordNode("동맹"), NotNode(WordNode("한미동맹")))),
        ("동맹 ＮＯＴ 한미동맹", both(WordNode("동맹"), NotNode(WordNode("한미동맹")))),
        ("동맹 －한미동맹", both(WordNode("동맹"), NotNode(WordNode("한미동맹")))),
        ('동맹 -"한미 동맹"', both(WordNode("동맹"), NotNode(PhraseNode("한미 동맹")))),
        ("（국방 ＯＲ 안보）", either(WordNode("국방"), WordNode("안보"))),
        ("방위비(SMA)", either(WordNode("방위비"), WordNode("SMA"))),
        ("‘9·19 군사합의’", either(WordNode("‘9·19"), WordNode("군사합의’"))),
        ("’20년 '20년", either(WordNode("’20년"), WordNode("'20년"))),
        ("«군사 합의»", either(WordNode("«군사"), WordNode("합의»"))),
        ("F-35 Ｆ－35", either(WordNode("F-35"), WordNode("Ｆ－35"))),
        ("*? a:b km/h [1]", either(*map(WordNode, ["*?", "a:b", "km/h", "[1]"]))),
        ("🇰🇷 -🇺🇸", both(WordNode("🇰🇷"), NotNode(WordNode("🇺🇸")))),
        ("ANDS NOTE", either(WordNode("ANDS"), WordNode("NOTE"))),
        ('"a AND (b"', PhraseNode("a AND (b")),
    ],
)
def test_words_and_phrases(text: str, expected: Node) -> None:
    """Words stay as typed, whatever forms quotation marks and operators take."""
    assert parse(text) == Query(text, expected, ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("동맹 and 협력", ["and"]),
        ("동맹 Or (협력 not 훈련)", ["Or", "not"]),
        ("not 동맹", ["not"]),
        ("and 동맹 or", []),
        ('"동맹 and 협력"', []),
        ("동맹 AND 협력", []),
        ("동맹 android", []),
    ],
)
def test_an_operator_in_small_letters_is_a_word_with_a_hint(
    text: str, words: list[str]
) -> None:
    assert [*parse(text).notes] == [
        f"“{word}” was searched as a word; the operator is {word.upper()}, in capitals."
        for word in words
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a OR b AND c", either(A, both(B, C))),
        ("a b AND c", either(A, both(B, C))),
        ("(a OR b) AND c", both(either(A, B), C)),
        ("(a OR b)c", either(A, B, C)),
        ("(a OR b)AND(c)", both(either(A, B), C)),
        ("a AND (b AND (c AND d))", both(A, B, C, D)),
        ("((a) b) OR a", either(A, B, A)),
        ("((a))", A),
        ("NOT a", NotNode(A)),
        ("NOT NOT a", A),
        ("NOT -a", A),
        ("-(-a)", A),
        ("NOT(a b)", NotNode(either(A, B))),
        ("-AND", NotNode(AND)),
        ("--a", NotNode(WordNode("-a"))),
        ("(a)-b", either(A, WordNode("-b"))),
    ],
)
def test_operators(text: str, expected: Node) -> None:
    """AND binds tighter than OR, and nested and double operators collapse."""
    assert parse(text) == Query(text, expected, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b -c", both(either(A, B), NotNode(C))),
        ("a -c b", both(either(A, B), NotNode(C))),
        ("-c a b", both(either(A, B), NotNode(C))),
        ("a OR b NOT c", both(either(A, B), NotNode(C))),
        ("a NOT c OR b", both(either(A, B), NotNode(C))),
        ("a -c -d", both(A, NotNode(C), NotNode(D))),
        ("a b -(c d)", both(either(A, B), NotNode(either(C, D)))),
        ("NOT a NOT b", both(NotNode(A), NotNode(B))),
        ("NOT a NOT b OR c", both(C, NotNode(A), NotNode(B))),
        ("a (NOT b)", both(A, NotNode(B))),
        ("a OR (b -c)", either(A, both(B, NotNode(C)))),
        ("(a b -c) -d", both(either(A, B), NotNode(C), NotNode(D))),
    ],
)
def test_exclusions(text: str, expected: Node) -> None:
    """A negated item without an operator before it is taken from its whole group."""
    assert parse(text) == Query(text, expected, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a AND NOT b", both(A, NotNode(B))),
        ("NOT a AND b", both(NotNode(A), B)),
        ("a OR NOT b", either(A, NotNode(B))),
        ("NOT a OR b", either(NotNode(A), B)),
        ("a NOT b AND c", either(A, both(NotNode(B), C))),
        ("a NOT NOT b", either(A, B)),
    ],
)
def test_negation_in_logic(text: str, expected: Node) -> None:
    """A negated item joined by an operator is an operand like any other."""
    assert parse(text) == Query(text, expected, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("전작권 전환", both(WordNode("전작권"), WordNode("전환"))),
        ("a b OR c d", either(both(A, B), both(C, D))),
        ("a OR b NOT c", both(either(A, B), NotNode(C))),
        ("a OR b NOT c d", both(either(A, both(B, D)), NotNode(C))),
        ("a b -c", both(A, B, NotNode(C))),
        ("NOT a b", both(B, NotNode(A))),
        ("a (b OR c)", both(A, either(B, C))),
        ("a OR NOT b c", either(A, both(NotNode(B), C))),
    ],
)
def test_every_word(text: str, expected: Node) -> None:
    """With every_word, words side by side are joined as if AND stood there."""
    assert parse(text, every_word=True) == Query(text, expected, ())


@pytest.mark.parametrize(
    ("text", "expected", "notes"),
    [
        ("AND", AND, [AND_AS_WORD]),
        ("a AND", either(A, AND), [AND_AS_WORD]),
        ("OR a", either(OR, A), [OR_AS_WORD]),
        ("NOT", NOT, [NOT_AS_WORD]),
        ("NOT NOT", NotNode(NOT), [NOT_AS_WORD]),
        ("a AND NOT", both(A, NOT), [NOT_AS_WORD]),
        ("a AND OR b", either(A, AND, B), [AND_AS_WORD]),
        ("(a OR) b", either(A, OR, B), [OR_AS_WORD]),
        ('a AND ""', either(A, AND), [EMPTY_PHRASE, AND_AS_WORD]),
        ("NOT AND", either(NOT, AND), [NOT_AS_WORD, AND_AS_WORD]),
        ("(a b", either(A, B), [UNCLOSED_GROUP]),
        ("((a) (b", either(A, B), [UNCLOSED_GROUP]),
        ("a) b", either(A, B), [SURPLUS_CLOSE]),
        ("a () b ()", either(A, B), [EMPTY_GROUP]),
        ("(())", None, [EMPTY_GROUP]),
        ('a "" “ ”', A, [EMPTY_PHRASE]),
        (
            'a "신뢰 구축) NOT b',
            either(A, PhraseNode("신뢰 구축) NOT b")),
            [UNCLOSED_PHRASE],
        ),
        ('"', None, [UNCLOSED_PHRASE, EMPTY_PHRASE]),
        ("a - b --", either(A, B), [LONE_HYPHEN]),
        ("(a -)", A, [LONE_HYPHEN]),
        ("a -() b", either(A, B), [EMPTY_GROUP, LONE_HYPHEN]),
        ("--(a)", NotNode(A), [LONE_HYPHEN]),
        ('"a"-"b"', either(PhraseNode("a"), PhraseNode("b")), [LONE_HYPHEN]),
    ],
)
def test_repairs(text: str, expected: Node | None, notes: list[str]) -> None:
    """Errors are repaired, and each kind of repair is noted once."""
    assert parse(text) == Query(text, expected, tuple(notes))


@pytest.mark.parametrize("text", ["(" * 101, "(" * 31 + "a" + ")" * 31])
def test_too_deep(text: str) -> None:
    """Parentheses beyond the limit are refused, redundant ones included."""
    with pytest.raises(QueryError) as caught:
        parse(text)

    assert isinstance(caught.value, CommuniqueError)
    assert str(caught.value) == (
        "The query nests parentheses more than 30 levels deep; "
        "remove those that are not needed."
    )


def test_deep_enough() -> None:
    """Parentheses up to the limit are read."""
    assert parse("(" * DEEPEST + "a" + ")" * DEEPEST).root == A


@pytest.mark.parametrize(
    "unit",
    [
        *("(", ")", "()", "(a)", " -(a)", '"', 'a"', '""', "“a” ", "-", "- - -", " -a"),
        *("act:a ", "-act:a ", "(act:a) ", "(act:a b) ", "act:a AND ", "act:a OR "),
        *('act:"', 'act:"a" ', '"a act:a', "act:a("),
        *(
            "--a ",
            "a AND ",
            "a OR ",
            "NOT ",
            "AND ",
            "a NOT ",
            "a",
            "a ",
            "\0",
            "\u200b",
        ),
    ],
)
def test_long_text(unit: str) -> None:
    """30,000 characters of anything are read, or refused for nesting or a filter beside OR."""
    text = (unit * 30_000)[:30_000]

    try:
        query = parse(text)
    except (QueryError, FilterPlaceError):
        assert unit in {"(", "act:a(", "act:a OR "}
    else:
        assert query.text == text or (query.filters and "act:" in unit)


PIECES = [
    *("전작권", "’20년", "F-35", "한미동맹", "🇰🇷", "a", "-", "--", "*", " ", "\u200b"),
    *("AND", "OR", "NOT", wide("AND"), "(", ")", wide("("), wide("-"), '"', "“", "”"),
]
QUERIES = st.one_of(
    st.text(),
    st.text(alphabet='ab-()" \0“”'),
    st.lists(st.sampled_from(PIECES)).map(" ".join),
    st.lists(st.sampled_from(PIECES)).map("".join),
)


@given(QUERIES, st.booleans())
def test_any_text_is_read(text: str, every_word: bool) -> None:
    """No text raises anything but QueryError, and blank text needs no notes."""
    try:
        query = parse(text, every_word=every_word)
    except QueryError:
        assert text.count("(") + text.count(wide("(")) > DEEPEST
    else:
        assert query.text == text
        assert query.root is not None or query.notes or not words(text)


@given(QUERIES, st.booleans())
def test_no_word_is_lost(text: str, every_word: bool) -> None:
    """Every word but the operators is found in some word or phrase of the tree."""
    leaf_texts = leaves(parse(text, every_word=every_word).root)

    for word in words(text):
        assert any(word in leaf for leaf in leaf_texts)


def words(text: str) -> set[str]:
    """Return the words of *text* by cruder rules than those of the lexer."""
    parted = "".join(
        " " if c.isspace() or unicodedata.category(c) in ("Cc", "Cf") else c
        for c in text
    )
    parts = re.split(rf'[\s()"“”{wide("()")}{wide(chr(34))}]+', parted)
    bare = {part.lstrip("-" + wide("-")) for part in parts}
    return bare - {
        "",
        *(form for op in ("AND", "OR", "NOT") for form in (op, wide(op))),
    }
