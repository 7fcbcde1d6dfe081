"""How each word of a query matches a sentence: in which forms, where, for how many points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from indexer.analysis.analyzer import PAIR_SEPARATOR, Analysis
from search.engine.clauses import WordQuery
from search.engine.highlighting import spans
from search.engine.protocol import TermScore
from search.query.plan import Grade, QueryPlan


class FormReading(NamedTuple):
    """A form of a word that a sentence has: how close it is, and the text that matches.

    `step` is the expansion step that made the form, None for the word as typed.
    """

    grade: Grade
    step: str | None
    texts: tuple[str, ...]


class WordReading(NamedTuple):
    """A word or phrase of a query with its forms in a sentence, none if it is absent.

    For the query 전작권, a sentence may have 전작권 as typed and also 전시작전통제권.
    `score` is the part of the sentence's score that the terms of the word add.
    """

    word: str
    forms: tuple[FormReading, ...]
    score: float

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object; `grade` is a name such as `typed` or `other_form`."""
        forms = [
            {"grade": form.grade.name.lower(), "step": form.step, "texts": form.texts}
            for form in self.forms
        ]
        return {"word": self.word, "forms": forms, "score": self.score}


def word_readings(
    text: str, analysis: Analysis, plan: QueryPlan, scores: Sequence[TermScore]
) -> tuple[WordReading, ...]:
    """Return a reading of each word of the query, without the excluded ones.

    Args:
        text: The sentence.
        analysis: Its analysis.
        plan: The query.
        scores: The points of each term in the sentence. A term of several words
            counts for the first of them.
    """
    left = {each.term: each.score for each in scores}
    points = [
        sum(left.pop(term, 0.0) for term in _terms(word.forms)) for word in plan.words
    ]
    readings = [
        WordReading(word.text, tuple(_forms(text, analysis, word)), score)
        for word, score in zip(plan.words, points, strict=True)
    ]
    if any(each.forms for each in readings):
        return tuple(readings)
    for grade, whole in (
        (Grade.BOUNDARY, plan.inside),
        (Grade.SUBSTRING, plan.substring),
    ):
        if whole and (texts := _texts(text, analysis, whole, ())):
            form = FormReading(grade, None, texts)
            return (WordReading(whole.text, (form,), sum(points)),)
    return tuple(readings)


def pair_score(scores: Iterable[TermScore]) -> float:
    """Return the points for neighbours of the query that are neighbours in the sentence."""
    return sum(each.score for each in scores if PAIR_SEPARATOR in each.term)


def _terms(forms: Iterable[WordQuery]) -> Iterator[str]:
    for form in forms:
        yield from form.terms
        if form.piece:
            yield form.piece


def _forms(text: str, analysis: Analysis, word: WordQuery) -> Iterator[FormReading]:
    """Yield the forms that the sentence has, each with the text that no form before has."""
    seen: list[str] = []
    for grade, form in _candidates(word):
        texts = _texts(text, analysis, form, seen)
        if texts:
            seen += texts
            yield FormReading(grade, form.step, texts)


def _candidates(word: WordQuery) -> Iterator[tuple[Grade, WordQuery]]:
    yield Grade.TYPED, word.as_whole_word.as_typed
    for form in word.other_forms:
        yield Grade.OTHER_FORM, form.as_typed
    for form in word.forms:
        yield Grade.BOUNDARY, form.inner_only._replace(step=form.step)
    if word.has_parts:
        yield Grade.PARTS, WordQuery(word.text, part_terms=word.part_terms)


def _texts(
    text: str, analysis: Analysis, form: WordQuery, seen: Sequence[str]
) -> tuple[str, ...]:
    """Return the distinct parts of the sentence that match a form and are not in *seen*."""
    parts = (text[start:end] for start, end in spans(text, analysis, [form]))
    return tuple(dict.fromkeys(part for part in parts if part not in seen))
