"""From the text of a query and its options to its plan, in the words of an index."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from indexer.text.folding import compact
from indexer.text.numerals import is_number
from search.engine.clauses import WordQuery, map_words
from search.messages import Note
from search.query.builder import EMPTY_QUERY, NO_TERMS, QueryBuilder, has_operator
from search.query.corpus_words import CorpusWords
from search.query.expansion import QueryExpansion
from search.query.parser import PhraseNode, Query, WordNode, check_length, parse
from search.query.plan import QueryPlan

if TYPE_CHECKING:
    from search.query.filter_clause import IndexedValues
    from search.query.filter_placement import FilterNode
    from search.query.filters import Filter


class QueryPlanner:
    """Plans the queries to one open index."""

    def __init__(
        self,
        words: CorpusWords,
        sentences: int,
        indexed_values: Callable[[], IndexedValues],
    ) -> None:
        """Take the words of the index, its size, and a getter of the values of filters."""
        self._words = words
        self._sentences = sentences
        self._indexed_values = indexed_values
        self._builder = QueryBuilder(words.analyzer)
        self._expansion = QueryExpansion(words)

    def prepare(self) -> None:
        """Load what the first query with a misspelt word needs."""
        self._expansion.prepare()

    def plan(
        self,
        query: str,
        *,
        every_word: bool,
        exact: bool,
        literal: bool,
        filters: Sequence[Filter] = (),
    ) -> QueryPlan:
        """Return the plan of a query; the arguments are those of `Index.search`.

        Raises:
            CommuniqueError: As `Index.search`.
        """
        check_length(query)
        query = unicodedata.normalize("NFC", query)
        typed_filters: Sequence[FilterNode] = ()
        if literal:
            from search.query.literal import literal_plan

            total = self._sentences
            plan = literal_plan(query, self._words.analyzer, self._words.engine, total)
        else:
            parsed = parse(query, every_word=every_word)
            plan = self._plan_of_words(parsed, exact=exact)
            typed_filters = parsed.filters
        if not filters and not typed_filters:
            return plan
        from search.query.filter_clause import filter_clause
        from search.query.filters import Filter

        typed = (Filter(*node) for node in typed_filters)
        clause = filter_clause((*typed, *filters), self._indexed_values())
        notes = tuple(note for note in plan.notes if note != EMPTY_QUERY)
        return plan._replace(filter=clause, notes=notes)

    def _plan_of_words(self, parsed: Query, *, exact: bool) -> QueryPlan:
        plan = self._builder.plan(parsed, whole=exact)
        if exact and plan.clause:
            typed = map_words(plan.clause, lambda word: word.as_typed)
            return self._expansion.without_match(plan._replace(clause=typed))
        if parsed.root is None:
            return plan
        plan = self._expansion.expand(plan)
        text, letters = parsed.text, compact(parsed.text)
        is_single = isinstance(parsed.root, WordNode | PhraseNode)
        if is_single and is_number(text):
            return plan
        if len(letters) > 1 and not has_operator(parsed.root):
            if len(text.split()) == 1:
                plan = plan._replace(inside=WordQuery(text, inside=letters))
            if _may_be_cut(plan):
                plan = plan._replace(substring=WordQuery(text, substring=letters))
        return plan


def _may_be_cut(plan: QueryPlan) -> bool:
    """Return whether spaces of the query may cut words: one is a syllable, or has no match."""
    unsearched = any(isinstance(n, Note) and n.form == NO_TERMS for n in plan.notes)
    syllables = len(plan.words) > 1 and any(len(word.text) == 1 for word in plan.words)
    return not plan.clause or bool(plan.unmatched) or unsearched or syllables
