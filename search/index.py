"""The Python API of searching: an opened index."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from indexer import dictionary, kiwi, manifest
from indexer.analysis import Analyzer
from indexer.dictionary import Dictionary
from indexer.documents import Sentence
from indexer.errors import CommuniqueError
from indexer.folding import squeeze
from indexer.forms import Forms
from indexer.lexicon import Lexicon
from indexer.manifest import Manifest
from indexer.rebuild import DICTIONARY, FORMS, LEXICON, SQUEEZED, VOCABULARY, WHOOSH
from indexer.squeezed import SqueezedText
from indexer.store import Store, default_folder
from indexer.vocabulary import Vocabulary
from search.engine import Engine
from search.explain import Change, Explanation, explain
from search.ladder import Ladder
from search.meaning import Concept, Meaning, has_operator, listed, understand
from search.query import parse
from search.results import Hit, SearchResult
from search.spans import spans
from search.whoosh_engine import WhooshEngine


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

    def __init__(
        self,
        manifest: Manifest,
        engine: Engine,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
        forms: Forms,
    ) -> None:
        self.manifest = manifest
        self.forms = forms
        self._engine = engine
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._analyzer = Analyzer(lexicon.morphemes)
        self._ladder = Ladder(engine, self._analyzer, vocabulary, forms)

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

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        every_word: bool = False,
        exact: bool = False,
    ) -> SearchResult:
        """Return the sentences that *query* asks for, best first.

        Args:
            query: Words, "phrases", AND, OR, NOT, -word and parentheses.
            limit: How many hits to return at most.
            offset: How many of the best hits to leave out.
            every_word: Whether each word must be found rather than one of them.
            exact: Whether to look for the words as typed alone, without the ladder.

        Raises:
            search.query.QueryError: Parentheses nest too deep.
        """
        meaning = self._meaning(query, every_word=every_word, exact=exact)
        ranking = self._engine.rank(
            meaning.tiers, meaning.weights, limit=limit, offset=offset
        )
        hits = []
        for rank, (sentence, score) in enumerate(ranking.best, offset + 1):
            analysis = self._analyzer.analyze(sentence.text)
            marked = spans(sentence.text, analysis, meaning.marked)
            hits.append(Hit(rank, sentence, score, marked))
        notes = meaning.notes
        if meaning.stretch and ranking.totals[-1]:
            notes = (*notes, _stretch_note(meaning.stretch, ranking.totals[-1]))
        return SearchResult(query, meaning.to_json(), ranking.total, tuple(hits), notes)

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
            sentence = self._engine.sentence(sentence_id.strip())
            if sentence is None:
                raise NotInIndexError(sentence_id, self._example())
        meaning = self._meaning(query, every_word=every_word, exact=exact)
        return explain(query, meaning, sentence, self._analyzer, self._engine)

    def changes(self, own: Dictionary) -> Iterator[Change]:
        """Yield the sentences whose terms the words of a dictionary would change."""
        other = Analyzer(kiwi.analyser(own.words))
        for source in self.manifest.sources:
            for sentence in self._engine.document(source.document):
                before = Counter(self._analyzer.analyze(sentence.text).words)
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
        for id_ in (typed, reference):
            if sentence := self._engine.sentence(id_):
                return [sentence]
        if found := self._engine.paragraph(reference):
            return found
        if found := self._engine.document(reference):
            return found
        raise NotInIndexError(reference, self._example())

    def _meaning(self, query: str, *, every_word: bool, exact: bool) -> Meaning:
        parsed = parse(unicodedata.normalize("NFC", query), every_word=every_word)
        meaning = understand(parsed, self._analyzer)
        if exact or parsed.root is None:
            return meaning
        meaning = self._ladder.climb(meaning)
        letters = squeeze(parsed.text)[0]
        if len(letters) > 1 and not has_operator(parsed.root):
            return replace(meaning, stretch=Concept(parsed.text, stretch=letters))
        return meaning

    def _example(self) -> str:
        first = next(s.document for s in self.manifest.sources if s.sentences)
        return self._engine.document(first)[0].id


def open_index(folder: Path | None = None) -> Index:
    """Open the index in *folder*, by default where rebuilding puts it.

    Raises:
        CommuniqueError: There is no index, or other versions made it.
    """
    store = Store(folder or default_folder())
    try:
        return store.read(_open)
    except FileNotFoundError:
        raise manifest.ManifestUnreadableError(store.current()) from None


def _open(generation: Path) -> Index:
    found = manifest.read(generation)
    manifest.check(found, generation)
    words = dictionary.NONE.words
    if found.dictionary:
        words = dictionary.read(generation / DICTIONARY).words
    lexicon = Lexicon(generation / LEXICON, kiwi.analyser(words))
    squeezed = SqueezedText(generation / SQUEEZED)
    return Index(
        found,
        WhooshEngine(generation / WHOOSH, squeezed),
        lexicon,
        Vocabulary(generation / VOCABULARY),
        Forms(generation / FORMS),
    )


def _stretch_note(stretch: Concept, number: int) -> str:
    return (
        f"{number} more, at the end, hold {listed([stretch.text])} only when spaces and"
        " the ends of words are of no account (spacing)"
    )
