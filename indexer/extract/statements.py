"""Statements: whose a sentence is, and the act it ends in.

A communiqué says who did what: `양 장관은 … 재확인하였다`. Both are found from the
morphemes of the runs and the order of the clauses. None stands for what is not said:
`이 회의는` is no speaker, and `중요하다` no act.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from indexer.analysis.analyzer import AnalyzedRun
from indexer.extract.acts import act_of
from indexer.extract.speakers import speaker_of

# What is said aside, or by others: brackets, titles and speech.
_ASIDE = re.compile(r"\([^()]*\)|\[[^][]*\]|「[^「」]*」|“[^“”]*”|\"[^\"]*\"")


class Statement(NamedTuple):
    """A sentence's speaker and its act, as they are counted and asked for.

    The speaker is the noun phrase as the text has it, without particle, 들 and brackets:
    `서 장관`, `한미 양국`, `서 장관과 에스퍼 장관`. The act is a verbal noun (재확인, 합의, 개최)
    or the dictionary form of a verb that has none (밝히다).
    """

    speaker: str | None
    act: str | None


def statement(text: str, parts: Sequence[AnalyzedRun]) -> Statement:
    """Return speaker and act of the sentence *text*, *parts* being its runs."""
    plain = _ASIDE.sub(lambda match: " " * len(match[0]), text)
    if plain != text:
        kept = [part for part in parts if plain[part[0].starts[0]] != " "]
        if kept:
            text, parts = plain, kept
    return Statement(speaker_of(text, parts), act_of(parts))
