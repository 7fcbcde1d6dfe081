"""What is said of sentences that were found as less than the words of the query."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from search.engine.clauses import And, Clause, Not, WordQuery
from search.engine.protocol import Engine, Ranking
from search.messages import Note
from search.query.plan import Grade, Meaning, Tier

INSIDE = " have {words} only inside a longer word"
LETTERS = (
    ", at the end, hold {words} only when spaces and the ends of words are of no account"
    " (spacing)"
)


def notes_of(meaning: Meaning, ranking: Ranking, engine: Engine) -> Iterator[Note]:
    """Yield a sentence for what was found as less than a word of the query."""
    tiers: list[Tier | None] = [None, *meaning.tiers]
    for (before, tier), total in zip(pairwise(tiers), ranking.totals, strict=True):
        if not tier or not total:
            continue
        more = "{count} more" if total < ranking.total else "{count}"
        if tier.grade is Grade.INSIDE:
            words = tuple(_inside(meaning, before, tier, engine))
            yield Note(f"{more}{INSIDE}", count=total, words=words)
        elif meaning.substring and tier.grade is Grade.LETTERS:
            words = (meaning.substring.text,)
            yield Note(f"{more}{LETTERS}", count=total, words=words)


def _inside(
    meaning: Meaning, before: Tier | None, tier: Tier, engine: Engine
) -> list[str]:
    """Return the words that a sentence of *tier*, and of none before it, has inside."""
    new: tuple[Clause, ...] = (tier.clause,)
    if before:
        new += (Not(before.clause),)
    return [
        concept.text
        for concept in meaning.wanted
        if any(
            engine.finds(And((*new, WordQuery(form.text, boundary=form.boundary))))
            for form in (concept, *concept.other_forms)
            if form.boundary
        )
    ]
