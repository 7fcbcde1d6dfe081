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
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeAlias

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.build.index_directory import default_folder
from indexer.ingest.edition import Edition, by_date
from indexer.ingest.sentence import Sentence
from indexer.location import Location
from indexer.storage.morpheme_cache import KnownRuns
from indexer.text.control_characters import is_utf_8
from indexer.text.folding import compact
from search.engine.clauses import WordQuery
from search.engine.highlighting import spans
from search.engine.protocol import Ranking
from search.open import OpenFiles, open_files
from search.query.corpus_words import CorpusWords
from search.query.match_notes import match_notes
from search.query.plan import QueryPlan
from search.query.planner import QueryPlanner
from search.results import Hit, SearchResult

if TYPE_CHECKING:
    from indexer.extract.user_dictionary import UserDictionary
    from indexer.ingest.reference import Reference
    from search.engine.similarity import Similarity
    from search.explain import Change, Explanation
    from search.query.filter_clause import IndexedValues
    from search.query.filters import Filter
    from search.query.speaker_groups import Group
    from search.reference_lookup import ReferenceLookup

Order: TypeAlias = Literal["rank", "date", "document"]

_MOST_INTRODUCTIONS = 5_000
"""Sentences that name a state of which the speakers' sides are read, for each state."""
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
        words = CorpusWords(
            files.engine,
            self.analyzer,
            files.vocabulary,
            files.synonyms,
            files.user_words,
        )
        self._planner = QueryPlanner(
            words, self.manifest.sentences, self._indexed_values
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
                speaker:에스퍼 and side:미측.
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
            search.query.filters.NoYearError: No document is of the years.
            search.query.filter_placement.FilterPlaceError: A filter is beside OR or under NOT.
        """
        plan = self._planner.plan(
            query, every_word=every_word, exact=exact, literal=literal, filters=filters
        )
        ranking = self._ranking(
            plan, limit=limit, offset=offset, order=order, uncounted=uncounted
        )
        return SearchResult(
            query=query,
            understood=plan.to_json(),
            total=sum(ranking.totals[: len(plan.counted)]),
            hits=tuple(self._hits(plan, ranking, offset + 1)),
            notes=(*plan.notes, *match_notes(plan, ranking, self._engine)),
            facets=self._facets(plan) if faceted else {},
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

    def _hits(self, plan: QueryPlan, ranking: Ranking, first: int) -> Iterator[Hit]:
        """Yield the ranked sentences from rank *first* on, with the spans to mark."""
        sentences = self._engine.stored_sentences([hit.number for hit in ranking.hits])
        hits = zip(ranking.hits, sentences, strict=True)
        for rank, (ranked, sentence) in enumerate(hits, first):
            analysis = self.analyzer.analyze(sentence.text)
            words = plan.words_to_mark(plan.tiers[ranked.tier].grade)
            marks = spans(sentence.text, analysis, words)
            yield Hit(rank, sentence, ranked.score, marks)

    def _facets(self, plan: QueryPlan) -> dict[str, dict[str, int]]:
        from search.query.facets import facets

        return facets(plan, self._engine, self.editions)

    @cached_property
    def _references(self) -> ReferenceLookup:
        from search.reference_lookup import ReferenceLookup

        return ReferenceLookup(self._engine, self.manifest.sources)

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

    def _indexed_values(self) -> IndexedValues:
        from search.query.filter_clause import IndexedValues

        return IndexedValues(
            self.editions, self._engine.field_values, lambda: self.speaker_groups
        )

    @cached_property
    def speaker_groups(self) -> dict[str, Group]:
        """The group of each speaker that has one: `{"에스퍼 장관": "미측"}`.

        The sides of persons are read from the sentences that name a state.
        """
        from search.query.speaker_sides import STATES, sides_of, speaker_group

        if not self.speakers:
            return {}
        numbers = {
            number
            for state in STATES
            for number in self.numbers_with_letters(state, _MOST_INTRODUCTIONS)
        }
        sentences = self._engine.stored_sentences(sorted(numbers))
        sides = sides_of(sentence.text for sentence in sentences)
        groups = ((each, speaker_group(each, sides)) for each in self.speakers)
        return {speaker: group for speaker, group in groups if group}

    def edition(self, name: str) -> Edition:
        """Return the edition of the document *name*, for example `scm-52-2020`.

        Raises:
            search.not_found.NotInIndexError: No document has the name; the error names
                the nearest.
        """
        from search.reference_lookup import references_of

        for reference in references_of(name, ("document",)):
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
        plan = self._planner.plan(
            query, every_word=every_word, exact=exact, literal=literal
        )
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
            number = self._references.sentence_number(sentence_id)
        from search.explain import explain

        plan = self._planner.plan(
            query, every_word=every_word, exact=exact, literal=literal
        )
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
        self._planner.prepare()
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
        return self._engine.stored_sentences(self._references.resolve(reference))

    def has_sentence(self, id_: str) -> bool:
        """Return whether *id_* is the id of a sentence or of a record."""
        return bool(self._references.numbers_of(id_, ("record", "sentence")))

    def document(self, name: str) -> list[Sentence]:
        """Return the sentences of the document of that name, an empty list if unknown."""
        from indexer.ingest.reference import DocumentRef

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
        return self._references.numbers_of(typed)

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

    @cached_property
    def similarity(self) -> Similarity:
        """The comparison of sentences by the scores of this index."""
        from search.engine.similarity import Similarity

        return Similarity(self._engine, self.analyzer, self.manifest.sentences)


def open_index(location: Location | None = None, *, brief: bool = False) -> Index:
    """Open the index at *location*, by default the folder where `rebuild` writes it.

    With *brief*, for few queries in one thread, a large index answers them sooner and
    further ones later.

    Raises:
        CommuniqueError: There is no index, it is damaged, or other versions made it.
    """
    return Index(open_files(location or default_folder(), brief=brief))
