"""The Python API of searching: an opened index."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypeAlias

from indexer import kiwi, manifest
from indexer.analysis import Analyzer
from indexer.edition import Edition, by_date
from indexer.errors import CommuniqueError
from indexer.folding import squeeze
from indexer.forms import Forms
from indexer.generation import DICTIONARY, FORMS, LEXICON, NOUNS, VOCABULARY
from indexer.kiwi import UserWord
from indexer.lexicon import KnownRuns, Lexicon
from indexer.manifest import Manifest
from indexer.sentence import Sentence
from indexer.store import Store, default_folder
from indexer.vocabulary import Vocabulary
from search.clauses import Concept, Either
from search.engine import Engine, Ranking
from search.ladder import Ladder
from search.meaning import Grade, Meaning, listed
from search.query import parse
from search.results import Hit, SearchResult
from search.spans import spans
from search.understanding import EMPTY, has_operator, understand
from search.whoosh_engine import WhooshEngine

if TYPE_CHECKING:
    from indexer.dictionary import Dictionary
    from search.explain import Change, Explanation
    from search.filters import Filter
    from search.similarity import Similarity

Order: TypeAlias = Literal["rank", "date", "document"]


class NotInIndexError(CommuniqueError):
    """What was asked to be shown is not there."""

    def __init__(self, reference: str, example: str) -> None:
        super().__init__(
            f"the index holds no {reference!r}; ask for a document, a paragraph or a"
            f" sentence by its id, such as {example}."
        )


class Index:
    """An index opened for searching: a context manager that closes it.

    It goes on answering from the generation it was opened on, whatever is rebuilt.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (what a generation holds)
        self,
        generation: Path,
        manifest: Manifest,
        engine: Engine,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
        forms: Forms,
    ) -> None:
        self.generation = generation
        self.manifest = manifest
        self.forms = forms
        self._engine = engine
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self.analyzer = Analyzer(lexicon.morphemes)
        self._ladder = Ladder(engine, self.analyzer, vocabulary, forms)

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
        """Let go of the index."""
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
        filters: Sequence[Filter] = (),
        order: Order = "rank",
    ) -> SearchResult:
        """Return the sentences that *query* asks for, best first.

        Args:
            query: Words, "phrases", AND, OR, NOT, -word and parentheses, and filters
                such as speaker:에스퍼.
            limit: How many hits to return at most.
            offset: How many of the best hits to leave out.
            every_word: Whether each word must be found rather than one of them.
            exact: Whether to look for the words as typed alone, without the ladder.
            filters: What to narrow the hits by besides.
            order: By `rank`, by `date` and place from the oldest on, or by `document`:
                the documents by date, and in each the hits by rank.

        Raises:
            search.query.QueryError: Parentheses nest too deep.
            search.filters.NoSuchValueError: The index holds nothing to narrow by.
        """
        meaning = self._meaning(
            query, every_word=every_word, exact=exact, filters=filters
        )
        ranking = self._ranking(meaning, limit=limit, offset=offset, order=order)
        hits = []
        for rank, found in enumerate(ranking.best, offset + 1):
            (sentence,) = self._engine.sentences(found.id)
            analysis = self.analyzer.analyze(sentence.text)
            concepts = meaning.marked(meaning.tiers[found.tier].grade)
            marked = spans(sentence.text, analysis, concepts)
            hits.append(Hit(rank, sentence, found.score, marked))
        return SearchResult(
            query=query,
            understood=meaning.to_json(),
            total=ranking.total,
            hits=tuple(hits),
            notes=(*meaning.notes, *_notes_of(meaning, ranking)),
            facets=self._facets(meaning) if meaning.tiers else {},
            editions={edition.document: edition for edition in self.editions},
        )

    def _ranking(
        self, meaning: Meaning, *, limit: int, offset: int, order: Order
    ) -> Ranking:
        if order == "rank":
            return self._engine.rank(
                meaning.clauses, meaning.weights, limit=limit, offset=offset
            )
        every = self.manifest.sentences
        ranking = self._engine.rank(
            meaning.clauses, meaning.weights, limit=every, offset=0
        )
        dates = {each.document: place for place, each in enumerate(self.editions)}
        documents = {
            found.id: dates[self._engine.sentences(found.id)[0].document]
            for found in ranking.best
        }
        best = sorted(
            ranking.best,
            key=lambda found: (
                documents[found.id],
                found.place if order == "date" else 0,
            ),
        )
        return ranking._replace(best=tuple(best[offset : offset + limit]))

    def _facets(self, meaning: Meaning) -> dict[str, dict[str, int]]:
        """Return how many of the sentences found have each speaker, act and so on."""
        found = Either(tuple(meaning.clauses))
        facets = {
            name: self._engine.counts(found, name)
            for name in ("speaker", "act", "document")
        }
        years: Counter[str] = Counter()
        for edition in self.editions:
            years[str(edition.year or "")] += facets["document"].get(
                edition.document, 0
            )
        return {
            **facets,
            "year": {year: n for year, n in sorted(years.items()) if year and n},
        }

    @cached_property
    def editions(self) -> list[Edition]:
        """The documents that hold a sentence, from the oldest to the newest."""
        return by_date(
            source.edition for source in self.manifest.sources if source.sentences
        )

    def rank(
        self,
        query: str,
        *,
        limit: int = 10,
        every_word: bool = False,
        exact: bool = False,
    ) -> list[tuple[str, float]]:
        """Return the ids of the sentences that *query* asks for, with their scores.

        They are those of the hits of `search`, but no text is read and nothing marked.
        """
        meaning = self._meaning(query, every_word=every_word, exact=exact)
        ranking = self._engine.rank(
            meaning.clauses, meaning.weights, limit=limit, offset=0, counted=False
        )
        return [(found.id, found.score) for found in ranking.best]

    def explain(
        self,
        query: str,
        sentence_id: str | None = None,
        *,
        every_word: bool = False,
        exact: bool = False,
    ) -> Explanation:
        """Tell how *query* is read and, for a sentence, how it scores or why it fails.

        Raises:
            NotInIndexError: The index holds no sentence of that id.
            search.query.QueryError: Parentheses nest too deep.
        """
        sentence = None
        if sentence_id is not None:
            found = self._engine.sentences(sentence_id.strip())
            if [each.id for each in found] != [sentence_id.strip()]:
                raise NotInIndexError(sentence_id, self._example())
            (sentence,) = found
        from search.explain import explain

        meaning = self._meaning(query, every_word=every_word, exact=exact)
        return explain(query, meaning, sentence, self.analyzer, self._engine)

    def changes(self, own: Dictionary) -> Iterator[Change]:
        """Yield the sentences whose terms the words of a dictionary would change."""
        from search.explain import Change

        other = Analyzer(KnownRuns(kiwi.analyser(own.words)).morphemes)
        for source in self.manifest.sources:
            for sentence in self._engine.sentences(source.document):
                before = Counter(self.analyzer.analyze(sentence.text).words)
                after = Counter(other.analyze(sentence.text).words)
                if before != after:
                    lost, gained = before - after, after - before
                    yield Change(sentence, tuple(lost), tuple(gained))

    def suggest(self, prefix: str, *, limit: int = 10) -> list[tuple[str, int]]:
        """Return words that begin with *prefix*, with how many sentences have each.

        The most frequent come first. The prefix may end within a syllable (전작ㄱ), or
        be initial consonants alone (ㅈㅈㄱ).
        """
        prefix = unicodedata.normalize("NFC", prefix)
        return self._vocabulary.starting(
            prefix, limit
        ) or self._vocabulary.with_initials(prefix, limit)

    def show(self, reference: str) -> list[Sentence]:
        """Return the sentences of a document, a paragraph or a sentence by its id.

        Raises:
            NotInIndexError: The index holds nothing of that name.
        """
        typed = reference.strip()
        reference = unicodedata.normalize("NFC", typed)
        for name in (typed, reference):
            if found := self._engine.sentences(name):
                return found
        raise NotInIndexError(reference, self._example())

    def document(self, name: str) -> list[Sentence]:
        """Return the sentences of the document of that name; none where there is none.

        Unlike `show` it takes no record for a document that is called as it is.
        """
        found = self._engine.sentences(name)
        return found if found and found[0].document == name else []

    @cached_property
    def similarity(self) -> Similarity:
        """How close its sentences are to each other."""
        from search.similarity import Similarity

        return Similarity(self._engine, self.analyzer, self.manifest.sentences)

    def _meaning(
        self,
        query: str,
        *,
        every_word: bool,
        exact: bool,
        filters: Sequence[Filter] = (),
    ) -> Meaning:
        text = unicodedata.normalize("NFC", query)
        if filters or ":" in text:
            from search.filters import parted, understood

            text, typed = parted(text)
            wanted = understood((*typed, *filters), self.editions, self._engine.tags)
            meaning = self._words(text, every_word=every_word, exact=exact)
            notes = tuple(n for n in meaning.notes if n != EMPTY or not wanted)
            return replace(meaning, filter=wanted, notes=notes)
        return self._words(text, every_word=every_word, exact=exact)

    def _words(self, text: str, *, every_word: bool, exact: bool) -> Meaning:
        parsed = parse(text, every_word=every_word)
        meaning = understand(parsed, self.analyzer)
        if exact or parsed.root is None:
            return meaning
        meaning = self._ladder.climb(meaning)
        letters = squeeze(parsed.text)[0]
        if len(letters) > 1 and not has_operator(parsed.root):
            return replace(meaning, stretch=Concept(parsed.text, stretch=letters))
        return meaning

    def _example(self) -> str:
        first = next(s.document for s in self.manifest.sources if s.sentences)
        return self._engine.sentences(first)[0].id


def open_index(folder: Path | None = None) -> Index:
    """Open the index in *folder*, by default where rebuilding puts it.

    Raises:
        CommuniqueError: There is no index, or other versions made it.
    """
    store = Store(folder or default_folder())
    try:
        return store.read(open_generation)
    except FileNotFoundError:
        raise manifest.ManifestUnreadableError(store.current()) from None


def open_generation(generation: Path) -> Index:
    """Open the index that *generation*, a folder within an index's folder, holds.

    Raises:
        FileNotFoundError: A file of it is missing; it may have been swept away.
        CommuniqueError: Other versions made it, or it is damaged.
    """
    found = manifest.read(generation)
    manifest.check(found, generation)
    words: tuple[UserWord, ...] = ()
    if found.dictionary:
        from indexer import dictionary

        words = dictionary.read(generation / DICTIONARY).words
    analyse = kiwi.analyser(words)
    with ExitStack() as opened:
        try:
            lexicon = Lexicon(generation / LEXICON, generation / NOUNS, analyse)
            opened.callback(lexicon.close)
            vocabulary = Vocabulary(generation / VOCABULARY)
            opened.callback(vocabulary.close)
            engine = WhooshEngine(generation)
            opened.callback(engine.close)
            forms = Forms(generation / FORMS)
        except FileNotFoundError:
            raise
        except Exception as fault:
            # Whatever a reader makes of bytes that nobody wrote.
            raise manifest.GenerationDamagedError(generation, str(fault)) from fault
        opened.pop_all()
    return Index(generation, found, engine, lexicon, vocabulary, forms)


def _notes_of(meaning: Meaning, ranking: Ranking) -> Iterator[str]:
    """Yield a sentence for what was found as less than a word of the query."""
    for tier, total in zip(meaning.tiers, ranking.totals, strict=True):
        more = f"{total} more" if total < ranking.total else str(total)
        if total and tier.grade is Grade.INSIDE:
            words = [concept.text for concept in meaning.wanted if concept.edge]
            yield f"{more} have {listed(words)} only inside a longer word"
        elif total and meaning.stretch and tier.grade is Grade.LETTERS:
            yield (
                f"{more}, at the end, hold {listed([meaning.stretch.text])} only when"
                " spaces and the ends of words are of no account (spacing)"
            )
