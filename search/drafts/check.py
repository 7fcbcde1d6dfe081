"""Checking quotations: which sentences they come from, and how they differ from them.

A quotation whose letters a passage has is exact, or exact except for spacing and marks;
otherwise the nearest passage decides whether it is altered or not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from indexer.ingest.sentence import Sentence
from search.drafts.citations import Citation, citations_of
from search.drafts.markdown import headings_of, plain_text
from search.drafts.matching import Match, matches_of, spelling
from search.drafts.nearest import Passage, nearest_passage
from search.drafts.quotations import Quotation, read_quotations
from search.drafts.quoted_text import QuotedText
from search.drafts.report import CitationCheck, DraftCheck, QuotationCheck
from search.drafts.source import Source
from search.index import Index
from search.reading.diff import Segment
from search.reading.letters import letters

_CACHED = 1 << 12
"""Quotations that are looked up once."""
_BRACKETS = re.compile(r"\([^()]*\)")


def check_draft(
    index: Index,
    name: str,
    text: str,
    *,
    markdown: bool = False,
    headings: bool = False,
) -> DraftCheck:
    """Check the quotations of a draft against the sentences of *index*.

    Args:
        index: The index that holds the quoted documents.
        name: The name of the draft.
        text: Its text.
        markdown: Whether it is Markdown.
        headings: Whether titles and single words count too.
    """
    text = _normal(text)
    if markdown:
        text = plain_text(text)
    read = read_quotations(text)
    by_quotation = citations_of(text, read.quotations, index.editions_by_name)
    checker = _Checker(index)
    titles = _titles(edition.title or "" for edition in index.editions)
    draft_titles = _titles(headings_of(text) if markdown else ())
    checks: list[QuotationCheck] = []
    for number, quotation in enumerate(read.quotations):
        text = letters(quotation.text).text
        is_required = headings or not quotation.is_closed
        if not is_required and (quotation.is_word or text in titles):
            continue
        check = checker.check(quotation, by_quotation.get(number, []))
        # Nothing that is like a sentence of the index is left out.
        is_title = quotation.is_like_title or text in draft_titles
        if is_required or check.status != "missing" or not is_title:
            checks.append(check)
    left_out = len(read.quotations) - len(checks)
    return DraftCheck(name, tuple(checks), left_out, read.notes)


def _titles(titles: Iterable[str]) -> set[str]:
    """Return the letters of titles, also without their brackets: (SCM)."""
    texts = [*titles]
    texts += [_BRACKETS.sub("", text) for text in texts]
    return {letters(text).text for text in texts}


def _normal(text: str) -> str:
    """Return *text* in NFC with line feeds, without marks of format such as U+200B."""
    text = re.sub(
        r"\r\n?|[\u2028\u2029\v\f\x85]", "\n", unicodedata.normalize("NFC", text)
    )
    if text.isascii():
        return text
    return re.sub("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]", "", text)


class _Checker:
    """Checks quotations one by one; the same text with the same citations only once."""

    def __init__(self, index: Index) -> None:
        self._source = Source(index)
        self._find = lru_cache(_CACHED)(self._read)

    def check(
        self, quotation: Quotation, citations: Sequence[Citation]
    ) -> QuotationCheck:
        cited = [
            number
            for citation in citations
            for reference in citation.references
            for number in self._source.named(reference)
        ]
        matches, passage = self._find(tuple(quotation.parts), tuple(cited))
        if matches:
            return self._exact(quotation, matches, citations)
        if passage is None:
            checked = self._checked(citations, ())
            return QuotationCheck(quotation, "missing", (), 0.0, (), (), checked)
        sentences = tuple(self._source.sentence(each) for each in passage.numbers)
        return QuotationCheck(
            quotation,
            "altered" if passage.is_source else "missing",
            sentences,
            passage.likeness,
            passage.segments,
            (),
            self._checked(citations, [sentences] if passage.is_source else ()),
        )

    def _read(
        self, parts: tuple[tuple[str, ...], ...], cited: tuple[int, ...]
    ) -> tuple[list[Match], Passage | None]:
        """Return the matches of a quotation; if it has none, the nearest passage."""
        quoted = QuotedText(parts)
        if matches := matches_of(quoted, self._source, cited):
            return matches, None
        return [], nearest_passage(quoted, self._source, cited)

    def _exact(
        self,
        quotation: Quotation,
        matches: Sequence[Match],
        citations: Sequence[Citation],
    ) -> QuotationCheck:
        """Return the check of a quotation whose letters all of *matches* have."""
        patterns = [spelling(part) for part in quotation.parts]
        spelled = [match for match in matches if match.has_spelling(patterns)]
        named = [
            match
            for match in spelled or matches
            if any(_names(citation, match.sentences) for citation in citations)
        ]
        best = (named or spelled or matches)[0]
        segments: tuple[Segment, ...] = ()
        if not spelled:
            segments = tuple(
                best.segments([" ".join(part) for part in quotation.parts])
            )
        first = best.sentences[0]
        others = (m.sentences[0].id for m in matches if m.sentences[0] != first)
        return QuotationCheck(
            quotation,
            "exact" if spelled else "marks",
            best.sentences,
            1.0,
            segments,
            tuple(dict.fromkeys(others)),
            self._checked(citations, [match.sentences for match in matches]),
        )

    def _checked(
        self, citations: Iterable[Citation], places: Sequence[Sequence[Sentence]]
    ) -> tuple[CitationCheck, ...]:
        """Return whether each citation names one of *places*; None if there is no place."""
        checks: list[CitationCheck] = []
        for citation in citations:
            exists = citation.documents != ()
            agrees = any(_names(citation, each) for each in places) if places else None
            agrees = agrees if exists else False
            is_date = citation.is_bare and not any(
                self._source.named(name)
                for sentences in places
                for name in citation.places_in(sentences[0].document)
            )
            if agrees or not is_date:
                checks.append(
                    CitationCheck(citation.text, agrees, exists, citation.nearest)
                )
        return tuple(checks)


def _names(citation: Citation, sentences: Sequence[Sentence]) -> bool:
    return any(citation.matches(sentence) for sentence in sentences)
