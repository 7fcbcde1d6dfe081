"""Messages for the user, which a front end can translate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Fact: TypeAlias = str | int | tuple[str, ...]
"""A value in a message: a name, a number, or a list of words."""


class Note(str):
    """An English message that keeps its format string and values for translation.

    `Note("{word} → {forms}", word=("對美",), forms=("대미",))` is the string “對美” → “대미”.
    Its `form` is the first argument and its `facts` are the others; a translator formats
    the facts with the form of another language. Words in a tuple are quoted and listed.
    """

    __slots__ = ("facts", "form")

    form: str
    facts: dict[str, Fact]

    def __new__(cls, form: str, **facts: Fact) -> Note:  # noqa: PYI034 (as in Index)
        """Format *form* with *facts*."""
        shown = {
            name: quoted_list(fact) if isinstance(fact, tuple) else fact
            for name, fact in facts.items()
        }
        note = super().__new__(cls, form.format(**shown))
        note.form, note.facts = form, facts
        return note


def quoted_list(
    texts: Sequence[str], more: str = " and {} more", most: int = 5, length: int = 40
) -> str:
    """Return *texts* in quotation marks: “가”, “나” and 3 more.

    At most *most* texts are listed, each cut to *length* characters; *more* is the form of
    the remaining count.
    """
    shown = [
        f"“{text if len(text) <= length else text[:length] + '…'}”"
        for text in texts[:most]
    ]
    rest = more.format(len(texts) - most) if len(texts) > most else ""
    return ", ".join(shown) + rest
