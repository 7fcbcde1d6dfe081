"""The tools: the requests of an agent to an index, and the short answers to them.

The docstring of each method is its description in the protocol, and the annotations are
its schema.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Annotated, Any, Literal

from pydantic import Field

from indexer.backends import backend_of
from indexer.errors import CommuniqueError
from indexer.location import Location
from search.agents.answers import checked, cited, compared
from search.agents.arguments import LONGEST_DRAFT, Limit, Name, Names, Offset, Query
from search.index import Index, open_index
from search.limits import (
    LARGEST_PAGE,
    MOST_CONTEXT,
)
from search.present.terminal import PLAIN, highlighted
from search.query.filters import Filter
from search.reading.context import around


class Tools:
    """The tools on one index, which is opened anew after a rebuild.

    Calls run one after another.
    """

    def __init__(
        self, location: Location, index: Index, say: Callable[[str], None]
    ) -> None:
        """Take over *index*, the one at *location*; *say* prints for the operator."""
        self._location = location
        self._backend = backend_of(location)
        self._say = say
        self._index = index
        self._lock = Lock()

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def search(  # noqa: PLR0913 (the options of a search)
        self,
        query: Annotated[
            Query,
            Field(
                description='Korean words, "phrases", AND, OR, NOT, parentheses;'
                " particles, endings and spacing make no difference."
            ),
        ],
        *,
        limit: Limit = 10,
        offset: Offset = 0,
        speaker: Annotated[Names, Field(description="Such as 양 장관.")] = [],  # noqa: B006 (a schema's default)
        side: Annotated[Names, Field(description="한측, 미측, 공동 or 그밖.")] = [],  # noqa: B006
        act: Annotated[Names, Field(description="Last verbs, such as 재확인.")] = [],  # noqa: B006
        document: Names = [],  # noqa: B006
        year: Annotated[Names, Field(description="Such as 2020 or 2012-2019.")] = [],  # noqa: B006
        exact: Annotated[
            bool, Field(description="Match the words as typed alone.")
        ] = False,
        sort: Literal["rank", "date"] = "rank",
    ) -> dict[str, Any]:
        """Find sentences of the communiqués, best first, each with its citation.

        Matches are in [brackets]. `total` counts all matching sentences.
        """
        fields = {
            "speaker": speaker,
            "side": side,
            "act": act,
            "document": document,
            "year": year,
        }
        with self._open() as index:
            result = index.search(
                query,
                limit=limit,
                offset=offset,
                exact=exact,
                filters=[Filter(name, v) for name, vs in fields.items() for v in vs],
                order=sort,
                faceted=False,
            )
            hits = [
                {**cited(index, hit.sentence), "text": highlighted(hit, PLAIN)}
                for hit in result.hits
            ]
        return {"total": result.total, "hits": hits, "notes": list(result.notes)}

    def show(
        self,
        reference: Annotated[
            Name,
            Field(
                description="The id of a sentence (scm-52-2020:11.1), a paragraph"
                " (scm-52-2020:11), or the name of a document."
            ),
        ],
        context: Annotated[
            int, Field(ge=0, le=MOST_CONTEXT, description="Sentences on each side.")
        ] = 0,
        limit: Limit = LARGEST_PAGE,
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """Show the text of a sentence, a paragraph or a document, in pages."""
        with self._open() as index:
            sentences = index.show(reference)
            beside = around(index, sentences, context)
            sentences = [*beside.before, *sentences, *beside.after]
            page = sentences[offset : offset + limit]
            return {
                "total": len(sentences),
                "sentences": [cited(index, sentence) for sentence in page],
            }

    def resource(self, name: str) -> list[dict[str, Any]]:
        """Return the first sentences of a document, or of its paragraph: NAME/11.

        Raises:
            CommuniqueError: The index has no such document or paragraph.
        """
        name = unicodedata.normalize("NFC", name)
        with self._open() as index:
            document, _, part = name.rpartition("/")
            if name in index.editions_by_name:
                name += ":"
            elif document in index.editions_by_name:
                name = f"{document}:{part}"
        sentences: list[dict[str, Any]] = self.show(name)["sentences"]
        return sentences

    def documents(self) -> dict[str, Any]:
        """Return the documents of the index, the oldest first."""
        with self._open() as index:
            return {"documents": [each.to_json() for each in index.editions]}

    def compare(
        self,
        reference: Annotated[
            Name,
            Field(description="The id of a sentence or paragraph, or a document."),
        ],
        documents: Annotated[
            Names, Field(description="The documents to compare with; all by default.")
        ] = [],  # noqa: B006
        limit: Limit = 30,
    ) -> dict[str, Any]:
        """Show how sentences read in other documents.

        In `text`, [-removed-] and {+added+} mark the change from the older to the newer.
        """
        from search.reading import comparison_limits

        with self._open() as index:
            result = comparison_limits.history(index, reference, documents)
            comparisons = [
                {
                    "with": each.edition.document,
                    **compared(index, each.comparison),
                    "nearest": cited(index, each.nearest.sentence)
                    if each.nearest
                    else None,
                }
                for each in result.comparisons[:limit]
            ]
        return {"total": len(result.comparisons), "comparisons": comparisons}

    def trace(
        self, phrase: Annotated[Query, Field(description="Words side by side.")]
    ) -> dict[str, Any]:
        """Count the sentences with a phrase in each document, the oldest first.

        `closest` is the best sentence, also of a document without the phrase.
        """
        from search.reading.trace import trace

        with self._open() as index:
            result = trace(index, phrase)
            documents = [
                {
                    "document": each.edition.document,
                    "date": each.edition.date or each.edition.year,
                    "sentences": each.sentences,
                    "closest": cited(index, each.closest.sentence)
                    if each.closest
                    else None,
                }
                for each in result.documents[:LARGEST_PAGE]
            ]
        return {
            "total": len(result.documents),
            "documents": documents,
            "notes": list(result.notes),
        }

    def terms(self, document: Name, limit: Limit = 20) -> dict[str, Any]:
        """List the terms that set a document apart from the others, by log-likelihood."""
        from search.reading.keyness import keywords_of

        with self._open() as index:
            (keywords,) = keywords_of(index, document, limit)
        return keywords.to_json()

    def quotes(
        self,
        draft: Annotated[
            str,
            Field(
                max_length=LONGEST_DRAFT,
                description="Text or Markdown with quotations in “…”, with or without"
                " citations such as (scm-52-2020:11.1).",
            ),
        ],
        *,
        headings: Annotated[
            bool, Field(description="Also check titles and single words.")
        ] = False,
    ) -> dict[str, Any]:
        """Check the quotations of a draft, and its citations, against their sources.

        A status is `exact`, `marks` (other spacing or marks), `altered` or `missing`. In
        `changes`, [-…-] is the source and {+…+} the draft.
        """
        from search.drafts.check import check_draft
        from search.drafts.report import count_statuses

        with self._open() as index:
            result = check_draft(
                index, "draft", draft, markdown=True, headings=headings
            )
            checks = [checked(index, c) for c in result.checks[:LARGEST_PAGE]]
        return {
            "counts": count_statuses([result]),
            "left_out": result.left_out,
            "quotations": checks,
            "notes": list(result.notes),
        }

    @contextmanager
    def _open(self) -> Iterator[Index]:
        """Yield the index of the current generation.

        If it cannot be opened, the previous one answers.
        """
        with self._lock:
            try:
                if self._backend.current_name() != self._index.generation.name:
                    successor = open_index(self._location)
                    self._index.close()
                    self._index = successor
            except (CommuniqueError, OSError) as fault:
                self._say(f"{fault} Until then the previous index is searched.")
            yield self._index
