"""The history of a sentence: its counterparts in the other documents by year, and as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from indexer.ingest.sentence import Sentence
from search.index import Index
from search.reading import comparison_limits
from search.reading.comparison import EditionComparison
from search.web.translations import Translations


class SentenceHistory(NamedTuple):
    """The comparisons of a sentence, those of the newest documents first.

    `newer` and `older` are the counterparts after and before the document of the sentence;
    `absent` are the documents without one. `citations` and `markdown` are texts to copy.
    """

    newer: list[EditionComparison]
    older: list[EditionComparison]
    absent: list[EditionComparison]
    citations: str
    markdown: str


def sentence_history(
    index: Index, sentence: Sentence, texts: Translations
) -> SentenceHistory:
    """Compare a sentence with all other documents.

    Raises:
        CommuniqueError: The comparison is too large.
    """
    comparisons = comparison_limits.history(index, sentence.id).comparisons
    places = {edition.document: n for n, edition in enumerate(index.editions)}
    newest_first = sorted(comparisons, key=lambda x: -places[x.edition.document])
    present = [each for each in newest_first if each.comparison.has_counterpart]
    place = places[sentence.document]
    newer = [each for each in present if places[each.edition.document] > place]
    older = present[len(newer) :]
    absent = [x for x in newest_first if not x.comparison.has_counterpart]
    sentences = [*map(counterpart, newer), sentence, *map(counterpart, older)]
    lines = [
        (each.text, texts.citation(each, index.editions_by_name[each.document]))
        for each in sentences
    ]
    last = _absent_line(absent, texts)
    return SentenceHistory(
        newer,
        older,
        absent,
        citations=_joined(
            (f"{text}\n({citation})\n" for text, citation in lines), last
        ),
        markdown=_joined((f"- {text} ({citation})" for text, citation in lines), last),
    )


def counterpart(compared: EditionComparison) -> Sentence:
    """Return the sentence of the other document, which has one."""
    pair = (compared.comparison.before, compared.comparison.after)
    document = compared.edition.document
    return next(each for each in pair if each and each.document == document)


def _absent_line(absent: Iterable[EditionComparison], texts: Translations) -> str:
    headings = [texts.heading(each.edition) for each in absent]
    if not headings:
        return ""
    return f"{texts('absent_from', count=len(headings))}: {'; '.join(headings)}"


def _joined(lines: Iterable[str], last: str) -> str:
    text = "\n".join(lines).rstrip("\n")
    return f"{text}\n\n{last}\n" if last else f"{text}\n"
