"""From a name as it is typed, such as `scm-52-2020:11.3`, to the sentences that it names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from indexer.ingest.reference import DocumentRef, candidates
from search.engine.protocol import Engine

if TYPE_CHECKING:
    from indexer.build.manifest import SourceRecord
    from indexer.ingest.reference import Reference
    from indexer.ingest.sentence import Sentence


class ReferenceLookup:
    """Looks up names in one open index, whose documents are *sources*."""

    def __init__(self, engine: Engine, sources: Sequence[SourceRecord]) -> None:
        self._engine = engine
        self._sources = sources

    def numbers_of(self, typed: str, kinds: Sequence[str] = ()) -> range:
        """Return the sentence numbers of a typed name, of one of *kinds* if any are given.

        The range is empty if the index has nothing of that name.
        """
        for reference in references_of(typed, kinds):
            if numbers := self._engine.sentence_numbers(reference):
                return numbers
        return range(0)

    def resolve(self, typed: str) -> range:
        """Return the sentence numbers of a typed name.

        Raises:
            search.not_found.NotInIndexError: The index has nothing of that name.
        """
        if numbers := self.numbers_of(typed):
            return numbers
        from search.not_found import not_in_index

        name = unicodedata.normalize("NFC", typed.strip())
        raise not_in_index(name, self._sources, self._sentences_of)

    def sentence_number(self, typed: str) -> int:
        """Return the number of the sentence or record of a typed name.

        Raises:
            search.not_found.NotInIndexError: The index has nothing of that name.
            search.not_found.NotASentenceError: It names more than one sentence.
        """
        if numbers := self.numbers_of(typed, ("record", "sentence")):
            return numbers.start
        from search.not_found import NotASentenceError

        first = self._engine.stored_sentences(self.resolve(typed)[:1])[0]
        raise NotASentenceError(typed.strip(), first.id)

    def _sentences_of(self, document: str) -> list[Sentence]:
        numbers = self._engine.sentence_numbers(DocumentRef(document))
        return self._engine.stored_sentences(numbers)


def references_of(typed: str, kinds: Sequence[str] = ()) -> Iterator[Reference]:
    """Yield what a typed name may stand for: as typed, then in NFC.

    With *kinds* only references of these kinds, such as `document`, are yielded. The id of a
    record may be in the index in another form than NFC.
    """
    name = typed.strip()
    for form in dict.fromkeys((name, unicodedata.normalize("NFC", name))):
        for reference in candidates(form):
            if not kinds or reference.kind in kinds:
                yield reference
