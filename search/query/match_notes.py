"""Notes on words that no sentence has, and on hits without a word of the query as typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from indexer.analysis.analyzer import PIECE_MARK
from search.engine.clauses import And, Clause, Not, Or, TermQuery, WordQuery
from search.engine.protocol import Engine, Ranking
from search.messages import Note
from search.query.plan import Grade, QueryPlan, Tier

NO_MATCH = "No sentence has {words}"
NO_MATCH_PARTS = "No sentence has {words}, so its parts were searched: {parts}"
"""The notes on words that no sentence has in any form."""
BOUNDARY_FORMS = (
    "{count} have {words} only inside a longer word",
    "{count} more have {words} only inside a longer word",
)
PARTS_FORM = (
    "{count}, ranked below and not counted, have only parts of {words}: {parts}"
)
COUNTED_PARTS_FORM = "{count} of these have only parts of {words}: {parts}"
SUBSTRING_FORM = (
    "{count}, ranked last and not counted, contain {words} only across word boundaries"
)
"""The notes on hits; the second of a pair is on hits that rank below better ones."""
NO_EFFECT = "No sentence has {words}, so excluding it has no effect"
EXCLUDED_INSIDE = (
    "Excluding {words} also excludes sentences that have it only inside a longer word;"
    " --exact keeps them"
)
"""The notes on excluded words."""
FORMS = (
    *(
        NO_MATCH,
        NO_MATCH_PARTS,
        *BOUNDARY_FORMS,
        PARTS_FORM,
        COUNTED_PARTS_FORM,
        SUBSTRING_FORM,
    ),
    *(NO_EFFECT, EXCLUDED_INSIDE),
)

_MOST_NAMED = 100
"""Words of a query that are looked for inside longer ones."""


def match_notes(plan: QueryPlan, ranking: Ranking, engine: Engine) -> Iterator[Note]:
    """Yield notes on the words without a match, then on each tier that needs one."""
    if ranking.total or len(plan.words) > 1:
        yield from _no_match_notes(plan, engine)
    tiers: list[Tier | None] = [None, *plan.tiers]
    better = 0
    for (before, tier), total in zip(pairwise(tiers), ranking.totals, strict=False):
        if not tier or not total:
            continue
        if tier.grade is Grade.BOUNDARY:
            words = tuple(_words_at_boundaries(plan, before, tier, engine))
            yield Note(BOUNDARY_FORMS[bool(better)], count=total, words=words)
        elif tier.grade is Grade.PARTS and not plan.unmatched:
            yield _parts_note(PARTS_FORM, total, plan.words, engine)
        elif plan.substring and tier.grade is Grade.SUBSTRING:
            yield Note(SUBSTRING_FORM, count=total, words=(plan.substring.text,))
        better += total
    compounds = [word for word in plan.words if word.has_parts]
    if plan.only_parts and set(compounds) - set(plan.unmatched):
        total = engine.count(plan.only_parts)
        if total:
            yield _parts_note(COUNTED_PARTS_FORM, total, compounds, engine)
    for word in plan.excluded_words:
        yield from _exclusion_notes(word, engine)


def _no_match_notes(plan: QueryPlan, engine: Engine) -> Iterator[Note]:
    bare: list[str] = []
    for word in plan.unmatched:
        if parts := _indexed_parts(word, engine):
            yield Note(NO_MATCH_PARTS, words=(word.text,), parts=parts)
        else:
            bare.append(word.text)
    if bare:
        yield Note(NO_MATCH, words=tuple(bare))


def _parts_note(
    form: str, count: int, compounds: Sequence[WordQuery], engine: Engine
) -> Note:
    words = tuple(word.text for word in compounds)
    parts = [part for word in compounds for part in _indexed_parts(word, engine)]
    return Note(form, count=count, words=words, parts=tuple(dict.fromkeys(parts)))


def _exclusion_notes(word: WordQuery, engine: Engine) -> Iterator[Note]:
    words = (word.text,)
    if not engine.has_match(word.any_form):
        yield Note(NO_EFFECT, words=words)
        return
    inner = [
        form.inner_only
        for form in word.forms
        if form.boundary or form.inside or form.piece
    ]
    whole = Not(Or(tuple(form.as_typed for form in word.forms)))
    if inner and engine.has_match(And((Or(tuple(inner)), whole))):
        yield Note(EXCLUDED_INSIDE, words=words)


def _indexed_parts(word: WordQuery, engine: Engine) -> tuple[str, ...]:
    terms = (part for part in word.part_terms if engine.has_match(TermQuery(part)))
    return tuple(dict.fromkeys(term.removeprefix(PIECE_MARK) for term in terms))


def _words_at_boundaries(
    plan: QueryPlan, before: Tier | None, tier: Tier, engine: Engine
) -> list[str]:
    """Return the words that *tier* finds inside longer ones and *before* does not.

    Each is looked up in the matches of the whole query, so only the first are named. The
    sentences that the tier adds come first in the clause, as texts are read of them alone.
    """
    added: tuple[Clause, ...] = (tier.clause,)
    if before:
        added += (Not(before.clause),)
    words = [
        word.text
        for word in plan.words[:_MOST_NAMED]
        if any(
            engine.has_match(And((*added, form.inner_only)))
            for form in word.forms
            if form.boundary or form.inside or form.piece
        )
    ]
    return words or ([plan.inside.text] if plan.inside else [])
