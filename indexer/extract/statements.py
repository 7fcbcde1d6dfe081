"""Statements: the speaker of a sentence and the act at its end.

`양 장관은 … 재확인하였다` has the speaker 양 장관 and the act 재확인. Both follow from the
morphemes and the order of the clauses, and are None where the sentence states none:
이 회의 is not a speaker, 중요하다 not an act.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from indexer.analysis.analyzer import AnalyzedRun
from indexer.extract.acts import act_of
from indexer.extract.speakers import speaker_of

# Brackets, titles and quoted speech, which are not part of the statement.
_ASIDE = re.compile(r"\([^()]*\)|\[[^][]*\]|「[^「」]*」|“[^“”]*”|\"[^\"]*\"")


class Statement(NamedTuple):
    """The speaker and the act of a sentence, as facets count and filters compare them.

    The speaker is the noun phrase of the text without particle, 들 and brackets: `서 장관`,
    `한미 양국`, `서 장관과 에스퍼 장관`. The act is a verbal noun (재확인, 합의, 개최), or the
    dictionary form of a verb without one (밝히다).
    """

    speaker: str | None
    act: str | None


def statement(text: str, parts: Sequence[AnalyzedRun]) -> Statement:
    """Return speaker and act of the sentence *text*, whose analysed runs are *parts*."""
    plain = _ASIDE.sub(lambda match: " " * len(match[0]), text)
    if plain != text:
        outside = [part for part in parts if plain[part[0].starts[0]] != " "]
        if outside:
            text, parts = plain, outside
    return Statement(speaker_of(text, parts), act_of(parts))
