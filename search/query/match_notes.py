"""Notes on the hits that do not have the words of the query as words of their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from search.engine.clauses import And, Clause, Not, WordQuery
from search.engine.protocol import Engine, Ranking
from search.messages import Note
from search.query.plan import Grade, QueryPlan, Tier

BOUNDARY_FORMS = (
    "{count} have {words} only inside a longer word",
    "{count} more have {words} only inside a longer word",
)
"""The note on all hits, and on hits that rank below better ones."""
SUBSTRING_FORMS = (
    "{count} contain {words} only across word boundaries (spacing)",
    "{count} more, ranked last, contain {words} only across word boundaries (spacing)",
)
"""The note on all hits, and on hits that rank below better ones."""


def match_notes(plan: QueryPlan, ranking: Ranking, engine: Engine) -> Iterator[Note]:
    """Yield a note for each tier of boundary or substring matches that has hits."""
    tiers: list[Tier | None] = [None, *plan.tiers]
    for (before, tier), total in zip(pairwise(tiers), ranking.totals, strict=True):
        if not tier or not total:
            continue
        more = total < ranking.total
        if tier.grade is Grade.BOUNDARY:
            words = tuple(_words_at_boundaries(plan, before, tier, engine))
            yield Note(BOUNDARY_FORMS[more], count=total, words=words)
        elif plan.substring and tier.grade is Grade.SUBSTRING:
            words = (plan.substring.text,)
            yield Note(SUBSTRING_FORMS[more], count=total, words=words)


def _words_at_boundaries(
    plan: QueryPlan, before: Tier | None, tier: Tier, engine: Engine
) -> list[str]:
    """Return the words that *tier* finds inside longer ones and *before* does not."""
    added: tuple[Clause, ...] = (tier.clause,)
    if before:
        added += (Not(before.clause),)
    return [
        word.text
        for word in plan.words
        if any(
            engine.has_match(
                And((*added, WordQuery(form.text, boundary=form.boundary)))
            )
            for form in (word, *word.other_forms)
            if form.boundary
        )
    ]
