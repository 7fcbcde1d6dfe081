"""Citations: how a person refers to a sentence."""

from __future__ import annotations

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence


def citation(sentence: Sentence) -> str:
    """Return the place of a sentence in its document: `paragraph 11, sentence 2, p. 3`.

    Only formats with pages have the page. A record has no place; its document's name is returned.
    """
    if sentence.number is None:
        return sentence.document
    page = f"p. {sentence.page}" if sentence.page else None
    place = (part_name(sentence), f"sentence {sentence.number}", page)
    return ", ".join(filter(None, place))


def full_citation(sentence: Sentence, edition: Edition) -> str:
    """Return the citation for a report: title, date, paragraph and sentence."""
    parts = [edition.title or edition.document, edition.date, citation(sentence)]
    return ", ".join(dict.fromkeys(filter(None, parts)))


def part_name(sentence: Sentence) -> str | None:
    """Return the part that holds a sentence: `paragraph 11`, `annex 1`, or None."""
    if sentence.part is None:
        return None
    if sentence.paragraph == 0:
        return "before paragraph 1"
    if sentence.paragraph is None:
        return sentence.part.replace("annex", "annex ")
    return f"paragraph {sentence.part}"
