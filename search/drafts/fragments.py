"""The sentences of a quotation, and the texts by which they are looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from indexer.ingest.sentence_split import sentence_spans

ENDS_WITH_STOP = re.compile(r"[.?!…][)\]」』”’\"']*$")
_PREFIX = 24
"""Letters at the beginning of a sentence by which it is looked up."""


def fragments_of(parts: Iterable[tuple[str, ...]]) -> list[list[str]]:
    """Return the sentences of a quotation, each as its parts between ellipses."""
    fragments: list[list[str]] = []
    continues = False
    for part in parts:
        text = " ".join(part)
        for start, end in sentence_spans(text):
            if continues:
                fragments[-1].append(text[start:end])
            else:
                fragments.append([text[start:end]])
            continues = False
        continues = not ENDS_WITH_STOP.search(text)
    return fragments


def ends_of(fragment: str) -> Iterator[str]:
    """Yield two parts of a sentence by which it can be looked up: its ends."""
    if len(fragment) <= 2 * _PREFIX:
        yield fragment
        return
    yield fragment[: 2 * _PREFIX].rpartition(" ")[0] or fragment[:_PREFIX]
    yield fragment[-2 * _PREFIX :].partition(" ")[2] or fragment[-_PREFIX:]
