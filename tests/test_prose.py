"""A word list keeps the crudest turns of phrase out of the prose and the names.

    python tests/test_prose.py [PATH…]     print every fault as file:line: rule: excerpt

Prose is docstrings, comments, string literals with a space in them, and Markdown outside
its code blocks. Names are those that Python code defines: functions, arguments, variables
and attributes. The rules are crude on purpose: a text that passes may still be unclear.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]

_OPENS = r"(?:^|[.!?:;]\s+)[*(“]?"
"""The start of a text, or of a sentence in it."""

RULES: dict[str, re.Pattern[str]] = {
    "Who or What opens a statement": re.compile(
        _OPENS + r"Wh(?:o|at|om|ose|oever|atever)\b(?![^.!]*\?)"
    ),
    "a machine that speaks or wants": re.compile(
        r"(?<!\buser )(?<!\breader )\b(?:tells|asks|knows|wants|hears|(?:is|are) told)\b"
    ),
    "Tell whether": re.compile(_OPENS + r"Tells?\b"),
    "lets go": re.compile(r"\b(?:lets?|letting) (?:\w+ ){0,2}go\b"),
    "be it": re.compile(r"\bbe it\b"),
    "but for": re.compile(r"\bbut for\b"),
    "of no account": re.compile(r"\bof no account\b"),
    "so many": re.compile(r"\bso many\b", re.IGNORECASE),
    "such as are": re.compile(r"\bsuch as (?:are|is|have|has)\b", re.IGNORECASE),
    "as it has it": re.compile(r"\bas (?:`?[\w.]+`? ){1,3}ha(?:s|ve) it\b"),
    "else for otherwise": re.compile(r"\b(?:would|must|could|might|may) else\b"),
}
"""Each rule's name, and the pattern that breaks it in a text on one line."""

NAMES = frozenset(
    {
        *("asked", "concept", "found", "given", "having", "holding"),
        *("kept", "ladder", "meaning", "mine", "own", "said"),
        *("standing", "stretch", "stretches", "told", "wanted"),
    }
)
"""Participles and former terms, in any case; a name is that of the thing it holds."""

TEST_NAME = re.compile(
    r"test_(?:what|who)(?:ever)?_|test_.*_(?:told|said|tells|knows|wants|asks)(?:_|$)"
)
"""The crudest in names of tests, which are sentences without spaces."""


class Fault(NamedTuple):
    """A place that breaks a rule."""

    line: int
    rule: str
    excerpt: str

    def __str__(self) -> str:
        return f"{self.line}: {self.rule}: {self.excerpt}"


def prose_faults(line: int, text: str) -> Iterator[Fault]:
    """Yield the faults of *text*, which begins on *line*; each has its own line."""
    # A paragraph is one text, as a sentence may go on in the next line.
    for paragraph in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text):
        start = line + text.count("\n", 0, paragraph.start())
        flat = re.sub(r"\s", " ", paragraph[0])
        for rule, pattern in RULES.items():
            for hit in pattern.finditer(flat):
                excerpt = flat[max(hit.start() - 20, 0) : hit.end() + 40]
                yield Fault(
                    start + paragraph[0].count("\n", 0, hit.end()), rule, excerpt
                )


def comments(source: str) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each comment; one block is one text."""
    block: list[str] = []
    before = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        is_alone = not token.line[: token.start[1]].strip()
        if block and not (is_alone and line == before + 1):
            yield before - len(block) + 1, "\n".join(block)
            block = []
        block.append(token.string.lstrip("#: "))
        before = line
    if block:
        yield before - len(block) + 1, "\n".join(block)


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each string; the values in an f-string as “_”."""
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if id(node) in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(
                    str(value.value) if isinstance(value, ast.Constant) else "_"
                    for value in node.values
                ),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each definition."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def python_faults(source: str) -> Iterator[Fault]:
    """Yield the faults of a Python file's prose and names."""
    tree = ast.parse(source)
    for line, text in (*comments(source), *strings(tree)):
        if " " in text:
            yield from prose_faults(line, text)
    for line, name in names(tree):
        if name.strip("_").casefold() in NAMES:
            yield Fault(line, "a participle as a name", name)
        if TEST_NAME.match(name):
            yield Fault(line, "a test's name", name)


def markdown_faults(text: str) -> Iterator[Fault]:
    """Yield the faults of a Markdown file, its code blocks left out."""
    blank = re.sub(
        r"^```.*?^```",
        lambda block: "\n" * block[0].count("\n"),
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
    # Each cell of a table, and each item of a list, is a text of its own.
    return prose_faults(1, re.sub(r"[|`]|^ *[-#]+ ", " ", blank, flags=re.MULTILINE))


def settings_faults(text: str) -> Iterator[Fault]:
    """Yield the faults in the comments of a settings file or a shell script."""
    blank = re.sub(
        r"^(?!.*#).*|^[^#\n]*#(?! )|^[^#\n]*# ", "", text, flags=re.MULTILINE
    )
    return prose_faults(1, blank)


def files() -> Iterator[Path]:
    """Yield the files whose prose is checked."""
    for folder in ("indexer", "search", "tests"):
        # This file quotes the faults.
        yield from sorted(set((ROOT / folder).rglob("*.py")) - {Path(__file__)})
        yield from sorted((ROOT / folder).rglob("*.md"))
    for name in ("README.md", "setup.cfg", "pyproject.toml", ".ci/run"):
        yield ROOT / name


def faults(path: Path) -> Iterator[Fault]:
    """Yield the faults of the file at *path*."""
    text = path.read_text(encoding="utf-8")
    by_suffix = {".py": python_faults, ".md": markdown_faults}
    return by_suffix.get(path.suffix, settings_faults)(text)


PLANTED: dict[str, tuple[str, int]] = {
    "Who or What opens a statement": ("Lines.\nWhat a line holds, and\nwhere.", 2),
    "a machine that speaks or wants": ("Text.\n\nThe index\nknows each id.", 4),
    "Tell whether": ("Tell whether the index is there.", 1),
    "lets go": ("The system lets the lock go.", 1),
    "be it": ("A text, be it short, is read.", 1),
    "but for": ("All lines but for the last.", 1),
    "of no account": ("Its case is of no account.", 1),
    "so many": ("So many lines are read at once.", 1),
    "such as are": ("Files such as are read twice.", 1),
    "as it has it": ("The text as the file has it.", 1),
    "else for otherwise": ("The lines would else be lost.", 1),
}


def test_every_rule_has_a_planted_fault() -> None:
    assert PLANTED.keys() == RULES.keys()


@pytest.mark.parametrize(
    ("rule", "text", "line"), [(r, *p) for r, p in PLANTED.items()]
)
@pytest.mark.parametrize(
    ("form", "offset"),
    [
        ('"""{}"""', 0),
        ('def f():\n    """{}\n\n    More.\n    """', 1),
        ('x = 1\nx = f"""{}"""', 1),
    ],
    ids=["module", "function", "f-string"],
)
def test_a_fault_planted_in_a_string_has_its_line(
    rule: str, text: str, line: int, form: str, offset: int
) -> None:
    hits = list(python_faults(form.format(text.replace("\n", "\n    "))))

    assert [(hit.line, hit.rule) for hit in hits] == [(line + offset, rule)]


@pytest.mark.parametrize(
    ("rule", "text", "line"), [(r, *p) for r, p in PLANTED.items()]
)
def test_a_fault_planted_in_a_comment_has_its_line(
    rule: str, text: str, line: int
) -> None:
    block = "x = 1\n" + "".join(f"# {part}\n" for part in text.split("\n"))

    hits = list(python_faults(block))

    assert [(hit.line, hit.rule) for hit in hits] == [(line + 1, rule)]


@pytest.mark.parametrize(
    ("rule", "text", "line"), [(r, *p) for r, p in PLANTED.items()]
)
def test_a_fault_planted_in_markdown_has_its_line(
    rule: str, text: str, line: int
) -> None:
    document = f"# Title\n\n```text\nbut for code\n```\n\n{text}\n"

    hits = list(markdown_faults(document))

    assert [(hit.line, hit.rule) for hit in hits] == [(line + 6, rule)]


@pytest.mark.parametrize(
    ("rule", "text", "line"), [(r, *p) for r, p in PLANTED.items()]
)
def test_a_fault_planted_in_settings_has_its_line(
    rule: str, text: str, line: int
) -> None:
    block = "[but for]\n" + "".join(f"# {part}\n" for part in text.split("\n"))

    hits = list(settings_faults(block))

    assert [(hit.line, hit.rule) for hit in hits] == [(line + 1, rule)]


@pytest.mark.parametrize(
    "code",
    [
        "found = 1",
        "for found in []: pass",
        "x: int = 1\nwith open(x) as found: pass",
        "def _found(): pass",
        "def f(*, found): pass",
        "lambda found: 1",
        "class found: pass",
        "class C:\n    found: int",
        "self.found = 1",
        "FOUND = 1",
    ],
)
def test_a_participle_as_a_name_is_a_fault(code: str) -> None:
    assert [hit.rule for hit in python_faults(code)] == ["a participle as a name"]


@pytest.mark.parametrize(
    ("name", "is_fault"),
    [
        ("test_what_is_shown", True),
        ("test_whoever_waits_is_answered", True),
        ("test_a_fault_is_told", True),
        ("test_a_file_tells_the_user", True),
        ("test_whole_lines_are_read", False),
        ("test_unsaid_words_are_read", False),
        ("what_is_shown", False),
    ],
)
def test_names_of_tests_are_plain(name: str, *, is_fault: bool) -> None:
    hits = [hit.rule for hit in python_faults(f"def {name}(): pass")]

    assert hits == ["a test's name"] * is_fault


def test_a_name_in_backticks_does_not_hide_a_fault() -> None:
    hits = prose_faults(1, "The name of it, as `Generation.name` has it.")

    assert [hit.rule for hit in hits] == ["as it has it"]


@pytest.mark.parametrize(
    "text",
    [
        "What did the reader ask for? Nothing.",
        "A question: what stands here.",
        "The user knows the file.",
        "Somewhat known, whatever it holds.",
        "The sentences that were found.",
        "Somewhere else.",
    ],
)
def test_plain_prose_has_no_fault(text: str) -> None:
    assert list(prose_faults(1, text)) == []


def test_prose_and_names_have_no_fault() -> None:
    hits = [
        f"{path.relative_to(ROOT)}:{hit}" for path in files() for hit in faults(path)
    ]

    assert hits == []


def main(paths: list[str]) -> int:
    """Print the faults of the files at *paths*, or of all; return how many there are."""
    count = 0
    for path in map(Path, paths) if paths else files():
        for fault in sorted(faults(path)):
            print(f"{path.resolve().relative_to(ROOT)}:{fault}")
            count += 1
    return count


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
