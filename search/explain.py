"""Explanations: how a query is read, and why a sentence matches it or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from indexer.analysis.analyzer import Analyzer
from indexer.ingest.sentence import Sentence
from search.engine.clauses import (
    And,
    Clause,
    Not,
    Or,
    TermQuery,
    TermsFilter,
    WordQuery,
    map_words,
)
from search.engine.protocol import Engine, TermScore
from search.query.plan import Grade, QueryPlan
from search.word_readings import WordReading, pair_score, word_readings

_MATCHES = {
    Grade.TYPED: "as typed",
    Grade.OTHER_FORM: "in another form",
    Grade.BOUNDARY: "inside a longer word",
    Grade.PARTS: "by parts of the word",
    Grade.SUBSTRING: "by its letters, when spaces and the ends of words do not count",
}
_OTHER_SPACING = "as typed, except for its spaces"


@dataclass(frozen=True, slots=True)
class RunReading:
    """The analysis of a run: its script, its morphemes as `form/tag`, and its terms.

    `비핵화` is of the script `hangul`, with 비핵/NNG and 화/XSN, and the terms 비핵 and 화.
    """

    run: str
    script: str
    morphemes: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """How a sentence matches and scores, or the first word that it does not match.

    `match` is `as typed`, `in another form` and so on, None if the sentence is no hit;
    `mismatch` is then a predicate such as `does not have “협상”`. `score` is the sum of
    `scores`; the score of a hit that does not match as typed is scaled down from it.
    `words` divide it by the words of the query, except `pair_score`, which neighbours of the
    query add that are neighbours in the sentence.
    """

    sentence: Sentence
    match: str | None
    score: float
    scores: tuple[TermScore, ...]
    mismatch: str | None
    runs: tuple[RunReading, ...]
    words: tuple[WordReading, ...]
    pair_score: float

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object; `found` is the match, `failed` the mismatch."""
        return {
            "sentence": self.sentence._asdict(),
            "found": self.match,
            "score": self.score,
            "scores": [score._asdict() for score in self.scores],
            "failed": self.mismatch,
            "runs": [asdict(run) for run in self.runs],
            "words": [word.to_json() for word in self.words],
            "pair_score": self.pair_score,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query is read and, if one was named, how a sentence matches it.

    `weights` has each term that scores: {"공약": 1.0, "_공약": 1.0, "=공약": 0.5}, and each
    pair of adjacent morphemes, with a space: {"억제 공약": 0.5}.
    """

    query: str
    runs: tuple[RunReading, ...]
    understood: dict[str, Any] | None
    weights: dict[str, float]
    notes: tuple[str, ...]
    sentence: SentenceReading | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as a JSON object, the keys named like the fields."""
        return {
            "query": self.query,
            "runs": [asdict(run) for run in self.runs],
            "understood": self.understood,
            "weights": self.weights,
            "notes": self.notes,
            "sentence": self.sentence.to_json() if self.sentence else None,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence whose terms a dictionary would change, with the terms lost and gained."""

    sentence: Sentence
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the change as a JSON object: `{"id": …, "lost": […], "gained": […]}`."""
        return {"id": self.sentence.id, "lost": self.lost, "gained": self.gained}


def explain(
    query: str,
    plan: QueryPlan,
    analyzer: Analyzer,
    engine: Engine,
    number: int | None = None,
) -> Explanation:
    """Explain how *query* is read and how the sentence of that number matches it.

    Args:
        query: The query as typed.
        plan: The query after analysis and expansion.
        analyzer: Splits the query and the sentence into runs and terms.
        engine: Matches and scores the sentence.
        number: The number of the sentence, None to explain the query alone.
    """
    reading = None
    if number is not None:
        reading = _read_sentence(number, plan, analyzer, engine)
    return Explanation(
        query=query,
        runs=tuple(_runs(" ".join(_words(plan.clause)), analyzer)),
        understood=plan.to_json(),
        weights=plan.weights,
        notes=plan.notes,
        sentence=reading,
    )


def _read_sentence(
    number: int, plan: QueryPlan, analyzer: Analyzer, engine: Engine
) -> SentenceReading:
    (sentence,) = engine.stored_sentences([number])
    scores = engine.term_scores(number, plan.weights)
    grade = _grade(number, plan, engine)
    mismatch = None
    if plan.tiers and grade is None:
        mismatch = _mismatch(number, plan, engine)
    return SentenceReading(
        sentence=sentence,
        match=_match(number, grade, plan, engine),
        score=sum(term.score for term in scores),
        scores=scores,
        mismatch=mismatch,
        runs=tuple(_runs(sentence.text, analyzer)),
        words=word_readings(
            sentence.text, analyzer.analyze(sentence.text), plan, scores
        ),
        pair_score=pair_score(scores),
    )


def _words(clause: Clause | None) -> Iterator[str]:
    """Yield the words and phrases of the query, the excluded ones too."""
    if isinstance(clause, WordQuery):
        yield clause.text
    elif isinstance(clause, Not):
        yield from _words(clause.clause)
    elif isinstance(clause, And | Or):
        for inner in clause.clauses:
            yield from _words(inner)


def _runs(text: str, analyzer: Analyzer) -> Iterator[RunReading]:
    for run, parts in analyzer.analyze_runs(text):
        yield RunReading(
            run=run.text,
            script=run.script.value,
            morphemes=tuple(f"{part.form}/{part.tag}" for part in parts),
            terms=tuple(
                token.term for token in analyzer.run_tokens(run, parts).morphemes
            ),
        )


def _grade(number: int, plan: QueryPlan, engine: Engine) -> Grade | None:
    """Return the grade of the first tier that the sentence matches."""
    for grade, clause in plan.tiers:
        if engine.matches(number, clause):
            return grade
    return None


def _match(
    number: int, grade: Grade | None, plan: QueryPlan, engine: Engine
) -> str | None:
    """Return how the sentence matches, None if it does not."""
    if grade is None:
        return None
    if grade is Grade.TYPED:
        spaced_as_typed = map_words(plan.tiers[0].clause, _without_spacing)
        if not engine.matches(number, spaced_as_typed):
            return _OTHER_SPACING
    return _MATCHES[grade]


def _without_spacing(word: WordQuery) -> Clause:
    """Return the word without the morphemes that spell it in other spacing."""
    return word._replace(term_sequences=()) if word.step == "spacing" else word


def _mismatch(number: int, plan: QueryPlan, engine: Engine) -> str:
    """Return a predicate for the first word that is missing, or present but excluded."""
    words = plan.counted
    for clause in _required(words[-1]) if words else ():
        if not engine.matches(number, clause):
            if isinstance(clause, Not):
                return f"has “{_text(clause.clause)}”, which is excluded"
            return f"does not have “{_text(clause)}”"
    return "does not have the letters of the query in a row"


def _required(clause: Clause) -> Iterator[Clause]:
    """Yield the clauses that must each match: the operands of nested ANDs."""
    if isinstance(clause, And):
        for inner in clause.clauses:
            yield from _required(inner)
    else:
        yield clause


def _text(clause: Clause) -> str:
    if isinstance(clause, WordQuery):
        return clause.text
    if isinstance(clause, TermQuery):
        return clause.term
    if isinstance(clause, Not):
        return f"NOT {_text(clause.clause)}"
    if isinstance(clause, TermsFilter):
        return f"{clause.field}: {', '.join(clause.values)}"
    operator = " AND " if isinstance(clause, And) else " OR "
    return operator.join(dict.fromkeys(map(_text, clause.clauses)))
