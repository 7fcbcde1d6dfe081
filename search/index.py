"""The Python API: open an index, search it, show, explain and compare its sentences.

    from search.index import open_index

    with open_index() as index:
        for hit in index.search("전작권 전환", limit=3):
            print(hit.rank, hit.sentence.id, hit.sentence.text)

Any method that reads the index may raise
`indexer.storage.checksums.FileDamagedError`; on a server,
`indexer.opensearch.address.ServerError`, and for a query of too many terms
`indexer.errors.QueryTooLargeError`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeAlias

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.build.index_directory import default_folder
from indexer.ingest.edition import Edition, by_date
from indexer.ingest.reference import DocumentRef, candidates
from indexer.ingest.sentence import Sentence
from indexer.location import Location
from indexer.storage.morpheme_cache import KnownRuns
from indexer.text.control_characters import is_utf_8
from indexer.text.folding import compact
from indexer.text.numerals import is_number
from search.engine.clauses import WordQuery, map_words
from search.engine.highlighting import spans
from search.engine.protocol import Ranking
from search.messages import Note
from search.open import OpenFiles, open_files
from search.query.builder import EMPTY_QUERY, NO_TERMS, build_plan, has_operator
from search.query.expansion import QueryExpansion
from search.query.facets import facets
from search.query.match_notes import match_notes
from search.query.parser import PhraseNode, Query, WordNode, check_length, parse
from search.query.plan import QueryPlan
from search.results import Hit, SearchResult

if TYPE_CHECKING:
    from indexer.extract.user_dictionary import UserDictionary
    from indexer.ingest.reference import Reference
    from search.engine.similarity import Similarity
    from search.explain import Change, Explanation
    from search.not_found import NotInIndexError
    from search.query.filter_placement import FilterNode
    from search.query.filters import Filter

Order: TypeAlias = Literal["rank", "date", "document"]

_MOST_TERMS = 128
"""Terms of a text by which the nearest sentences are looked up."""


class Index:
    """An opened index, and a context manager that closes it.

    It answers from the generation that it was opened on, also after a rebuild. Several
    threads may use it at the same time.
    """

    def __init__(self, files: OpenFiles) -> None:
        self.generation = files.generation
        self.manifest = files.generation.manifest
        self.synonyms = files.synonyms
        self._engine = files.engine
        self._lexicon = files.lexicon
        self._vocabulary = files.vocabulary
        self.analyzer = Analyzer(files.lexicon.morphemes)
        self._expansion = QueryExpansion(
            files.engine,
            self.analyzer,
            files.vocabulary,
            files.synonyms,
            files.user_words,
        )

    def __enter__(self) -> Index:  # noqa: PYI034 (Self is not in Python 3.10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files and connections of the index."""
        self._engine.close()
        self._lexicon.close()
        self._vocabulary.close()

    def search(  # noqa: PLR0913 (each has its default)
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        every_word: bool = False,
        exact: bool = False,
        literal: bool = False,
        filters: Sequence[Filter] = (),
        order: Order = "rank",
        faceted: bool = True,
        uncounted: bool = True,
    ) -> SearchResult:
        """Return the sentences that match *query*, best first.

        Args:
            query: Words, "phrases", AND, OR, NOT, -word, parentheses, and filters such as
                speaker:에스퍼.
            limit: How many hits to return at most.
            offset: How many of the best hits to leave out.
            every_word: Whether a hit must match every word rather than any.
            exact: Whether to match the words as typed only, with any endings, without
                query expansion.
            literal: Whether to match the letters of the query as typed, in which only
                case, width and runs of space are folded. Operators are text.
            filters: Filters in addition to those of the query.
            order: `rank` by score; `date` and `document` by the dates of the documents,
                the oldest first, then in the order of the text. A view of the order
                `document` has a heading for each document.
            faceted: Whether to count the facets of all matching sentences.
            uncounted: Whether to add the sentences that `total` leaves out (see
                `search.results.SearchResult`).

        Raises:
            search.query.parser.QueryError: The query is too long or nests too deep.
            search.query.filters.NoSuchValueError: The index has no such value of a field.
            search.query.filter_placement.FilterPlaceError: A filter is beside OR or under NOT.
        """
        plan = self._plan(
            query, every_word=every_word, exact=exact, literal=literal, filters=filters
        )
        ranking = self._ranking(
            plan, limit=limit, offset=offset, order=order, uncounted=uncounted
        )
        sentences = self._engine.stored_sentences([hit.number for hit in ranking.hits])
        hits = []
        for rank, (ranked, sentence) in enumerate(
            zip(ranking.hits, sentences, strict=True), offset + 1
        ):
            analysis = self.analyzer.analyze(sentence.text)
            words = plan.words_to_mark(plan.tiers[ranked.tier].grade)
            marks = spans(sentence.text, analysis, words)
            hits.append(Hit(rank, sentence, ranked.score, marks))
        return SearchResult(
            query=query,
            understood=plan.to_json(),
            total=sum(ranking.totals[: len(plan.counted)]),
            hits=tuple(hits),
            notes=(*plan.notes, *match_notes(plan, ranking, self._engine)),
            facets=facets(plan, self._engine, self.editions) if faceted else {},
            editions=self.editions_by_name,
            uncounted=sum(ranking.totals[len(plan.counted) :]),
        )

    def _ranking(
        self,
        plan: QueryPlan,
        *,
        limit: int,
        offset: int,
        order: Order,
        uncounted: bool,
    ) -> Ranking:
        query = (plan.clauses if uncounted else plan.counted, plan.weights)
        limit = min(limit, self.manifest.sentences)
        if order == "rank":
            return self._engine.rank(*query, limit=limit, offset=offset)
        from search.engine.sorting import by_document

        ranking = self._engine.rank(*query, limit=self.manifest.sentences, offset=0)
        counted = [hit for hit in ranking.hits if hit.tier < len(plan.counted)]
        hits = by_document(counted, self.manifest.sources)
        hits += ranking.hits[len(hits) :]
        return ranking._replace(hits=tuple(hits[offset : offset + limit]))

    @cached_property
    def editions(self) -> list[Edition]:
        """The editions of the documents with sentences, from the oldest to the newest."""
        return by_date(
            source.edition for source in self.manifest.sources if source.sentences
        )

    @cached_property
    def editions_by_name(self) -> dict[str, Edition]:
        """The editions by the names of their documents, in the same order."""
        return {edition.document: edition for edition in self.editions}

    @cached_property
    def speakers(self) -> list[str]:
        """The speakers of the sentences, sorted."""
        return list(self._engine.field_values("speaker"))

    def edition(self, name: str) -> Edition:
        """Return the edition of the document *name*, for example `scm-52-2020`.

        Raises:
            search.not_found.NotInIndexError: No document has the name; the error names
                the nearest.
        """
        for reference in _references(name, ("document",)):
            if edition := self.editions_by_name.get(reference.name):
                return edition
        from search.closest_name import closest_name
        from search.not_found import NotInIndexError

        near = closest_name(name, list(self.editions_by_name)) or ""
        raise NotInIndexError("document", name, near)

    def rank(
        self,
        query: str,
        *,
        limit: int = 10,
        every_word: bool = False,
        exact: bool = False,
        literal: bool = False,
    ) -> list[tuple[str, float]]:
        """Return the ids and scores of the hits of `search` without reading their texts.

        Example: `[("scm-52-2020:11.1", 33.24), ("scm-52-2020:11.3", 25.94)]`.

        Raises:
            CommuniqueError: As `search`.
        """
        plan = self._plan(query, every_word=every_word, exact=exact, literal=literal)
        limit = min(limit, self.manifest.sentences)
        ranking = self._engine.rank(
            plan.clauses, plan.weights, limit=limit, offset=0, counted=False
        )
        ids = self._engine.ids([hit.number for hit in ranking.hits])
        return [(id_, hit.score) for id_, hit in zip(ids, ranking.hits, strict=True)]

    def explain(
        self,
        query: str,
        sentence_id: str | None = None,
        *,
        every_word: bool = False,
        exact: bool = False,
        literal: bool = False,
    ) -> Explanation:
        """Explain how *query* is read and how a sentence matches it, or why it does not.

        Raises:
            search.not_found.NotInIndexError: The index has no sentence of that id.
            search.query.parser.QueryError: The query is too long or nests too deep.
        """
        number = None
        if sentence_id is not None:
            number = self._sentence_number(sentence_id)
        from search.explain import explain

        plan = self._plan(query, every_word=every_word, exact=exact, literal=literal)
        return explain(query, plan, self.analyzer, self._engine, number)

    def changes(self, dictionary: UserDictionary) -> Iterator[Change]:
        """Yield the sentences whose terms change if *dictionary* is the user dictionary."""
        from search.explain import Change

        other = Analyzer(KnownRuns(kiwi.local_analyzer(dictionary.words)).morphemes)
        for source in self.manifest.sources:
            for sentence in self.document(source.document):
                before = Counter(self.analyzer.analyze(sentence.text).words)
                after = Counter(other.analyze(sentence.text).words)
                if before != after:
                    lost, gained = before - after, after - before
                    yield Change(sentence, tuple(lost), tuple(gained))

    @property
    def cached_run_count(self) -> int:
        """How many runs, of sentences and of queries, have their morphemes cached."""
        return len(self._lexicon.known)

    def prepare(self) -> None:
        """Load Kiwi and the rest that the first query would otherwise wait for.

        In a small index the first comparison does not wait either.
        """
        self._lexicon.learn(["가"])
        self._expansion.prepare()
        if self.manifest.sentences <= self.similarity.most_cached:
            numbers = range(self.manifest.sentences)
            sentences = self._engine.stored_sentences(numbers)
            self.similarity.scored_terms([sentence.text for sentence in sentences])

    def suggest(self, prefix: str, *, limit: int = 10) -> list[tuple[str, int]]:
        """Return words that begin with *prefix*, with how many sentences have each.

        The most frequent word comes first: `전작` gives `[("전작권", 7)]`. The prefix may
        end within a syllable (전작ㄱ), be initial consonants alone (ㅈㅈㄱ), or be typed on
        the other keyboard layout (wjswkr).
        """
        prefix = unicodedata.normalize("NFC", prefix)
        if not is_utf_8(prefix):
            return []
        if words := self._words_with(prefix, limit):
            return words
        from search.query.keyboard import on_the_other_layout

        others = (
            self._words_with(other, limit) for other in on_the_other_layout(prefix)
        )
        return next(filter(None, others), [])

    def _words_with(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        return self._vocabulary.with_prefix(
            prefix, limit
        ) or self._vocabulary.with_initials(prefix, limit)

    def show(self, reference: str) -> list[Sentence]:
        """Return the sentences of a record, a sentence, a paragraph or a document.

        *reference* is a name as it is typed: `scm-52-2020:11.3`, `scm-52-2020:11`,
        `scm-52-2020:annex1` or `scm-52-2020`. If it is the id of a record and also the
        name of something else, the record is returned; `law-7:` with a colon is the
        document even if there is a record `law-7` (see
        `indexer.ingest.reference.candidates`).

        Raises:
            search.not_found.NotInIndexError: The index has nothing of that name; the error
                names the nearest.
        """
        return self._engine.stored_sentences(self._resolve(reference))

    def has_sentence(self, id_: str) -> bool:
        """Return whether *id_* is the id of a sentence or of a record."""
        return bool(self._numbers_of(id_, ("record", "sentence")))

    def document(self, name: str) -> list[Sentence]:
        """Return the sentences of the document of that name, an empty list if unknown."""
        return self.sentences_of(DocumentRef(name))

    def sentences_of(
        self, reference: Reference, start: int = 0, stop: int | None = None
    ) -> list[Sentence]:
        """Return the sentences of *reference*, an empty list if it names nothing.

        *start* and *stop* choose a part of them, as those of a slice.
        """
        numbers = self._engine.sentence_numbers(reference)[start:stop]
        return self._engine.stored_sentences(numbers)

    def numbers_of(self, typed: str) -> range:
        """Return the numbers of the sentences of a typed name, empty if it is unknown."""
        return self._numbers_of(typed)

    def sentence_at(self, number: int) -> Sentence:
        """Return the sentence of a number, counted from 0 in the order of the corpus."""
        return self._engine.stored_sentences([number])[0]

    def sentences_at(self, numbers: Sequence[int]) -> list[Sentence]:
        """Return the sentences of *numbers*, in that order."""
        return self._engine.stored_sentences(numbers)

    def numbers_with_letters(self, text: str, limit: int) -> list[int]:
        """Return the numbers of the first *limit* sentences that have the letters of *text*.

        Spaces, marks, case and width make no difference, and Hanja are read.
        """
        letters = compact(text)
        clause = WordQuery(text, substring=letters)
        if len(letters) < 2:
            return []
        ranking = self._engine.rank((clause,), {}, limit=limit, offset=0, counted=False)
        return [hit.number for hit in ranking.hits]

    def nearest_numbers(self, text: str, limit: int) -> list[int]:
        """Return the numbers of the *limit* sentences that score best for *text*'s terms.

        Terms weigh as in `Similarity`; of a long text only the rarest terms count.
        """
        weights = sorted(
            self.similarity.weights(text).items(), key=lambda item: -item[1]
        )
        numbers = range(self.manifest.sentences)
        limit = min(limit, len(numbers))
        scores = self._engine.best_scores(dict(weights[:_MOST_TERMS]), numbers, limit)
        return sorted(scores, key=lambda number: (-scores[number], number))

    def _resolve(self, typed: str) -> range:
        """Return the sentence numbers of a typed name.

        Raises:
            search.not_found.NotInIndexError: The index has nothing of that name.
        """
        if numbers := self._numbers_of(typed):
            return numbers
        raise self._not_in_index(unicodedata.normalize("NFC", typed.strip()))

    def _sentence_number(self, typed: str) -> int:
        """Return the number of the sentence or record of a typed name."""
        if numbers := self._numbers_of(typed, ("record", "sentence")):
            return numbers.start
        from search.not_found import NotASentenceError

        first = self._engine.stored_sentences(self._resolve(typed)[:1])[0]
        raise NotASentenceError(typed.strip(), first.id)

    def _numbers_of(self, typed: str, kinds: Sequence[str] = ()) -> range:
        """Return the sentence numbers of a typed name, of one of *kinds* if any are given.

        The range is empty if the index has nothing of that name.
        """
        for reference in _references(typed, kinds):
            if numbers := self._engine.sentence_numbers(reference):
                return numbers
        return range(0)

    @cached_property
    def similarity(self) -> Similarity:
        """The comparison of sentences by the scores of this index."""
        from search.engine.similarity import Similarity

        return Similarity(self._engine, self.analyzer, self.manifest.sentences)

    def _plan(
        self,
        query: str,
        *,
        every_word: bool,
        exact: bool,
        literal: bool,
        filters: Sequence[Filter] = (),
    ) -> QueryPlan:
        check_length(query)
        query = unicodedata.normalize("NFC", query)
        typed_filters: Sequence[FilterNode] = ()
        if literal:
            from search.query.literal import literal_plan

            total = self.manifest.sentences
            plan = literal_plan(query, self.analyzer, self._engine, total)
        else:
            parsed = parse(query, every_word=every_word)
            plan = self._plan_of_words(parsed, exact=exact)
            typed_filters = parsed.filters
        if not filters and not typed_filters:
            return plan
        from search.query.filters import Filter, filter_clause

        typed = (Filter(*node) for node in typed_filters)
        values_of = self._engine.field_values
        clause = filter_clause((*typed, *filters), self.editions, values_of)
        notes = tuple(note for note in plan.notes if note != EMPTY_QUERY)
        return replace(plan, filter=clause, notes=notes)

    def _plan_of_words(self, parsed: Query, *, exact: bool) -> QueryPlan:
        plan = build_plan(parsed, self.analyzer, whole=exact)
        if exact and plan.clause:
            typed = map_words(plan.clause, lambda word: word.as_typed)
            return self._expansion.without_match(replace(plan, clause=typed))
        if parsed.root is None:
            return plan
        plan = self._expansion.expand(plan)
        text, letters = parsed.text, compact(parsed.text)
        is_single = isinstance(parsed.root, WordNode | PhraseNode)
        if is_single and is_number(text):
            return plan
        if len(letters) > 1 and not has_operator(parsed.root):
            if len(text.split()) == 1:
                plan = replace(plan, inside=WordQuery(text, inside=letters))
            if _may_be_cut(plan):
                plan = replace(plan, substring=WordQuery(text, substring=letters))
        return plan

    def _not_in_index(self, reference: str) -> NotInIndexError:
        from search.not_found import not_in_index

        return not_in_index(reference, self.manifest.sources, self.document)


def _may_be_cut(plan: QueryPlan) -> bool:
    """Return whether spaces of the query may cut words: one is a syllable, or has no match."""
    unsearched = any(isinstance(n, Note) and n.form == NO_TERMS for n in plan.notes)
    syllables = len(plan.words) > 1 and any(len(word.text) == 1 for word in plan.words)
    return not plan.clause or bool(plan.unmatched) or unsearched or syllables


def _references(typed: str, kinds: Sequence[str]) -> Iterator[Reference]:
    """Yield what a typed name may stand for: as typed, then in NFC.

    The id of a record may be in the index in another form than NFC.
    """
    name = typed.strip()
    for form in dict.fromkeys((name, unicodedata.normalize("NFC", name))):
        for reference in candidates(form):
            if not kinds or reference.kind in kinds:
                yield reference


def open_index(location: Location | None = None, *, brief: bool = False) -> Index:
    """Open the index at *location*, by default the folder where `rebuild` writes it.

    With *brief*, for few queries in one thread, a large index answers them sooner and
    further ones later.

    Raises:
        CommuniqueError: There is no index, it is damaged, or other versions made it.
    """
    return Index(open_files(location or default_folder(), brief=brief))
