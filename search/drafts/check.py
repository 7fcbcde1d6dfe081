"""Checking quotations: which sentences they come from, and how they differ from them.

A quotation whose letters a passage has is exact, or exact except for spacing and marks;
otherwise the nearest passage decides whether it is altered or not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from indexer.ingest.sentence import Sentence
from search.drafts.citations import Citation, citations_of
from search.drafts.markdown import headings_of, plain_text
from search.drafts.matching import (
    Match,
    Matcher,
    is_spelled,
    spelling,
    spelling_segments,
)
from search.drafts.nearest import NearestPassage
from search.drafts.quotations import Quotation, read_quotations
from search.drafts.report import CitationCheck, DraftCheck, QuotationCheck, Status
from search.drafts.source import Source
from search.index import Index
from search.reading.diff import Segment
from search.reading.letters import letters

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
        if not headings and (quotation.is_word or text in titles):
            continue
        check = checker.check(quotation, by_quotation.get(number, []))
        # Nothing that is like a sentence of the index is left out.
        is_title = quotation.is_like_title or text in draft_titles
        if headings or check.status != "missing" or not is_title:
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
    def __init__(self, index: Index) -> None:
        self._source = Source(index)
        self._matcher = Matcher(self._source)
        self._nearest = NearestPassage(self._source)

    def check(
        self, quotation: Quotation, citations: Sequence[Citation]
    ) -> QuotationCheck:
        parts = quotation.parts
        cited = [
            number
            for citation in citations
            for reference in citation.references
            for number in self._source.named(reference)
        ]
        matches = self._matcher.matches(parts, cited)
        if matches:
            return self._exact(quotation, matches, citations)
        alteration = self._nearest.nearest(parts, cited)
        if alteration is None:
            checked = tuple(CitationCheck(c.text, None) for c in citations)
            return QuotationCheck(quotation, "missing", (), 0.0, (), (), checked)
        status: Status = "altered" if alteration.has_source else "missing"
        places = [alteration.sentences]
        return QuotationCheck(
            quotation,
            status,
            alteration.sentences,
            alteration.likeness,
            alteration.segments if status == "altered" else (),
            (),
            _checked(citations, places if status == "altered" else []),
        )

    def _exact(
        self,
        quotation: Quotation,
        matches: Sequence[Match],
        citations: Sequence[Citation],
    ) -> QuotationCheck:
        pattern = [spelling(part) for part in quotation.parts]
        spelled = [match for match in matches if is_spelled(match, pattern)]
        status: Status = "exact" if spelled else "marks"
        named = [
            match
            for match in spelled or matches
            if any(_names(citation, match.sentences) for citation in citations)
        ]
        best = (named or spelled or matches)[0]
        segments: tuple[Segment, ...] = ()
        if status == "marks":
            segments = tuple(spelling_segments(best, quotation.parts))
        others = tuple(
            dict.fromkeys(
                match.sentences[0].id
                for match in matches
                if match.sentences[0] != best.sentences[0]
            )
        )
        checked = _checked(citations, [match.sentences for match in matches])
        return QuotationCheck(
            quotation, status, best.sentences, 1.0, segments, others, checked
        )


def _names(citation: Citation, sentences: Sequence[Sentence]) -> bool:
    return any(citation.matches(sentence) for sentence in sentences)


def _checked(
    citations: Sequence[Citation],
    places: Sequence[Sequence[Sentence]],
) -> tuple[CitationCheck, ...]:
    """Return whether each citation names one of *places*; None if there is no place."""
    if not places:
        return tuple(CitationCheck(citation.text, None) for citation in citations)
    return tuple(
        CitationCheck(
            citation.text, any(_names(citation, sentences) for sentences in places)
        )
        for citation in citations
    )
