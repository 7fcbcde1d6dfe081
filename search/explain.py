"""Why a sentence is found, and why not: a query and a sentence taken apart."""

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

_FOUND = {
    Grade.TYPED: "as typed",
    Grade.OTHER_FORM: "in another form",
    Grade.BOUNDARY: "inside a longer word",
    Grade.SUBSTRING: "by its letters, when spaces and the ends of words do not count",
}
_SPACED = "as typed, but for its spaces"


@dataclass(frozen=True, slots=True)
class RunReading:
    """A run as it was cut: its text and script, and its morphemes as `form/tag`."""

    run: str
    script: str
    morphemes: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """A sentence beside a query: how it scores, or which word it fails.

    `found` tells as what it is found, None if it is not; `score` is the sum over
    `scores`, and what is found as less than the words typed is ranked by less. `failed`
    is the first word that it does not have, None where it is found.
    """

    sentence: Sentence
    found: str | None
    score: float
    scores: tuple[TermScore, ...]
    failed: str | None
    runs: tuple[RunReading, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was read, and how one sentence stands to it if one was asked for."""

    query: str
    runs: tuple[RunReading, ...]
    understood: dict[str, Any] | None
    weights: dict[str, float]
    notes: tuple[str, ...]
    sentence: SentenceReading | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as a JSON object."""
        record = asdict(self)
        if reading := self.sentence:
            record["sentence"]["sentence"] = reading.sentence._asdict()
            record["sentence"]["scores"] = [score._asdict() for score in reading.scores]
        return record


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence whose terms a dictionary would change: those that go, and those new."""

    sentence: Sentence
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the change as a JSON object."""
        return {"id": self.sentence.id, "lost": self.lost, "gained": self.gained}


def explain(
    query: str,
    meaning: QueryPlan,
    analyzer: Analyzer,
    engine: Engine,
    number: int | None = None,
) -> Explanation:
    """Explain how *query* is read and how the sentence of that number matches it.

    Args:
        query: As it was typed.
        meaning: The query after analysis and expansion.
        analyzer: Splits the query and the sentence into runs and terms.
        engine: Matches and scores the sentence.
        number: The number of the sentence, None to explain the query alone.
    """
    return Explanation(
        query=query,
        runs=tuple(_runs(" ".join(_words(meaning.clause)), analyzer)),
        understood=meaning.to_json(),
        weights=meaning.weights,
        notes=meaning.notes,
        sentence=None
        if number is None
        else _explain_sentence(number, meaning, analyzer, engine),
    )


def _explain_sentence(
    number: int, meaning: QueryPlan, analyzer: Analyzer, engine: Engine
) -> SentenceReading:
    (sentence,) = engine.stored_sentences([number])
    scores = engine.scores(number, meaning.weights)
    grade = _grade(number, meaning, engine)
    failed = None
    if meaning.tiers and grade is None:
        failed = _failed(number, meaning, engine)
    return SentenceReading(
        sentence=sentence,
        found=_found(number, grade, meaning, engine),
        score=sum(term.score for term in scores),
        scores=scores,
        failed=failed,
        runs=tuple(_runs(sentence.text, analyzer)),
    )


def _words(clause: Clause | None) -> Iterator[str]:
    """Yield the words of the query, operators and what was left out not among them."""
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


def _grade(number: int, meaning: QueryPlan, engine: Engine) -> Grade | None:
    """Return the grade of the first tier that the sentence has."""
    for grade, clause in meaning.tiers:
        if engine.has(number, clause):
            return grade
    return None


def _found(
    number: int, grade: Grade | None, meaning: QueryPlan, engine: Engine
) -> str | None:
    """Tell as what the sentence is found; None where it is not."""
    if grade is None:
        return None
    if grade is Grade.TYPED:
        spelt = map_words(meaning.tiers[0].clause, _without_spacing)
        if not engine.has(number, spelt):
            return _SPACED
    return _FOUND[grade]


def _without_spacing(concept: WordQuery) -> Clause:
    """Return the concept without what found it in other spaces than it was typed in."""
    return concept._replace(substring=None) if concept.step == "spacing" else concept


def _failed(number: int, meaning: QueryPlan, engine: Engine) -> str:
    """Tell of the first word that the sentence lacks, or has though it is excluded."""
    words = [clause for grade, clause in meaning.tiers if grade is not Grade.SUBSTRING]
    for clause in _required(words[-1]) if words else ():
        if not engine.has(number, clause):
            if isinstance(clause, Not):
                return f"has “{_text(clause.clause)}”, which is excluded"
            return f"does not have “{_text(clause)}”"
    return "does not have the letters of the query in a row"


def _required(clause: Clause) -> Iterator[Clause]:
    """Yield what must hold each by itself, as far as the clause is an AND."""
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
    joint = " AND " if isinstance(clause, And) else " OR "
    return joint.join(dict.fromkeys(map(_text, clause.clauses)))
