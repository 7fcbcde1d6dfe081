"""Notes: sentences for the user, which a front end may put into another language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Fact: TypeAlias = str | int | tuple[str, ...]
"""What a note tells of: a name, a number, or words that are listed."""


class Note(str):
    """A sentence in English that remembers what it was made of.

    `form` is the sentence with the names of its `facts` in braces; whoever says it in
    another language puts the same facts into a form of their own.
    """

    __slots__ = ("facts", "form")

    form: str
    facts: dict[str, Fact]

    def __new__(cls, form: str, **facts: Fact) -> Note:  # noqa: PYI034 (as in Index)
        """Put *facts* into *form*."""
        shown = {
            name: listed(fact) if isinstance(fact, tuple) else fact
            for name, fact in facts.items()
        }
        note = super().__new__(cls, form.format(**shown))
        note.form, note.facts = form, facts
        return note


def listed(
    texts: Sequence[str], more: str = " and {} more", most: int = 5, length: int = 40
) -> str:
    """Return *texts* in quotation marks, cut short where they are many or long."""
    shown = [
        f"“{text if len(text) <= length else text[:length] + '…'}”"
        for text in texts[:most]
    ]
    rest = more.format(len(texts) - most) if len(texts) > most else ""
    return ", ".join(shown) + rest
