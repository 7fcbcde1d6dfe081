"""The words that ask, in the form of their morphemes."""

from __future__ import annotations

QUESTION_WORDS = frozenset(
    [
        "무엇",
        "무어",
        "뭐",
        "뭣",
        "언제",
        "어디",
        "몇",
        "누구",
        "누",
        "어느",
        "어떤",
        "얼마",
        "얼마나",
        "왜",
        "무슨",
    ]
)
"""A question has them, its answer does not."""
