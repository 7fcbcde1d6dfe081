"""The engine finds what the meaning of a query says, and ranks it by BM25."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir
from whoosh.query import Term

from indexer import kiwi
from indexer.analysis import GRAM_MARK, WHOLE_MARK, Analysis, Analyzer, hangul_runs
from indexer.documents import Document, Sentence
from indexer.folding import squeeze
from indexer.postings import STORED_SENTENCE, TERMS
from indexer.rebuild import SQUEEZED, WHOOSH, rebuild
from indexer.squeezed import SqueezedText
from indexer.store import Store
from search.engine import Ranking
from search.meaning import Clause, Concept, Either, Every, Meaning, understand
from search.query import parse
from search.whoosh_engine import WhooshEngine

ANALYZER = Analyzer(kiwi.morphemes)
ALL = 10_000


@dataclass(frozen=True)
class Collection:
    """An index, and its sentences analysed once more."""

    engine: WhooshEngine
    sentences: tuple[Sentence, ...]
    lengths: tuple[int, ...]
    """How long Whoosh takes each sentence to be, as it keeps lengths by about an eighth."""

    @classmethod
    def of(cls, folder: Path, sentences: Sequence[Sentence]) -> Collection:
        generation = Store(folder).current()
        with open_dir(generation / WHOOSH).reader() as reader:
            lengths = [
                reader.doc_field_length(number, TERMS)
                for number in range(len(sentences))
            ]
        squeezed = SqueezedText(generation / SQUEEZED)
        engine = WhooshEngine(generation / WHOOSH, squeezed)
        return cls(engine, tuple(sentences), tuple(lengths))

    @cached_property
    def analyses(self) -> list[Analysis]:
        return [ANALYZER.analyze(sentence.text) for sentence in self.sentences]

    @cached_property
    def terms(self) -> list[Counter[str]]:
        return [Counter(analysis.terms) for analysis in self.analyses]

    @cached_property
    def frequencies(self) -> Counter[str]:
        """In how many sentences each term is."""
        return Counter(term for terms in self.terms for term in terms)

    @cached_property
    def average(self) -> float:
        return sum(terms.total() for terms in self.terms) / len(self.sentences)

    def score(self, weights: Mapping[str, float], number: int) -> float:
        """Return BM25 of a sentence, written down from its definition."""
        score = 0.0
        norm = 0.9 * (0.25 + 0.75 * self.lengths[number] / self.average)
        for term, weight in weights.items():
            if times := self.terms[number][term]:
                idf = math.log(len(self.sentences) / (self.frequencies[term] + 1)) + 1
                kind = 0.5 if term.startswith(WHOLE_MARK) else 1.0
                score += weight * kind * idf * times * 1.9 / (times + norm)
        return score

    def expected(self, meaning: Meaning) -> list[tuple[str, float]]:
        """Return the ids that have *meaning*, with their scores, in text order."""
        assert meaning.clause
        return [
            (sentence.id, self.score(meaning.weights, number))
            for number, sentence in enumerate(self.sentences)
            if has(meaning.clause, sentence.text, self.analyses[number])
        ]

    def rank(self, query: str, limit: int = ALL, offset: int = 0) -> Ranking:
        meaning = understand(parse(query), ANALYZER)
        assert meaning.clause
        return self.engine.rank(
            [meaning.clause], meaning.weights, limit=limit, offset=offset
        )


def has(clause: Clause, text: str, analysis: Analysis) -> bool:
    """Tell whether an analysed sentence has *clause*, by what its parts say."""
    if isinstance(clause, Every):
        return all(has(inner, text, analysis) for inner in clause.clauses)
    if isinstance(clause, Either):
        return any(has(inner, text, analysis) for inner in clause.clauses)
    if not isinstance(clause, Concept):
        return not has(clause.clause, text, analysis)
    morphemes = [token.term for token in analysis.morphemes]
    return (
        any(stands_in(sequence, analysis) for sequence in clause.sequences)
        or any(part in morphemes for part in clause.parts)
        or any(token.term == clause.edge for token in analysis.edges)
        or bool(clause.stretch and clause.stretch in squeeze(text)[0])
    )


def stands_in(sequence: Sequence[str], analysis: Analysis) -> bool:
    grams = sequence[0].startswith(GRAM_MARK)
    tokens = analysis.grams if grams else analysis.morphemes
    terms = [token.term for token in tokens]
    size = len(sequence)
    return any(
        terms[first : first + size] == list(sequence)
        for first in range(len(terms) - size + 1)
    )


@pytest.fixture(scope="module")
def communique_index(index_folder: Path, communique: Document) -> Iterator[Collection]:
    """Return the index of the communiqué."""
    made = Collection.of(index_folder, communique.sentences)
    yield made
    made.engine.close()


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    """Return an index large enough for Whoosh to pass over blocks of postings."""
    words = ["전작권", "동맹을", "협력", "한미동맹", "국방부", "SCM이", "핵", "9·19"]
    folder = tmp_path_factory.mktemp("records")
    corpus = folder / "r.jsonl"
    sentences = []
    for number in range(1500):
        shared = [word for step, word in enumerate(words, 2) if number % step == 0]
        text = " ".join(shared * (1 + number % 5 * (number % 3)) or ["평화"])
        sentences.append(Sentence(f"r{number}", "r", None, None, 0, 0, text))
    corpus.write_text(
        "".join(f'{{"id": "{s.id}", "text": "{s.text}"}}\n' for s in sentences),
        encoding="utf-8",
    )
    rebuild(folder / "index", [corpus])
    made = Collection.of(folder / "index", sentences)
    yield made
    made.engine.close()


def nouns(collection: Collection) -> list[str]:
    """Return the distinct nouns of the sentences, in their order."""
    runs = [
        run for sentence in collection.sentences for run in hangul_runs(sentence.text)
    ]
    found = dict.fromkeys(
        part.form
        for parts in kiwi.morphemes(runs)
        for part in parts
        if part.tag.startswith("NN")
    )
    return [noun for noun in found if understand(parse(noun), ANALYZER).clause]


def agrees(collection: Collection, query: str) -> None:
    """Check hits, scores, order and total of *query* against what is expected."""
    ranking = collection.rank(query)
    found = [(sentence.id, score) for sentence, score in ranking.best]
    expected = collection.expected(understand(parse(query), ANALYZER))

    assert ranking.total == len(expected), query
    assert dict(found) == pytest.approx(dict(expected), abs=1e-6), query
    order = [sentence.id for sentence in collection.sentences]
    for (first, better), (second, worse) in pairwise(found):
        assert better >= worse, query
        assert better > worse or order.index(first) < order.index(second), query


def test_every_noun_is_found_where_it_is(communique_index: Collection) -> None:
    found = nouns(communique_index)

    assert len(found) > 400
    for noun in found:
        agrees(communique_index, noun)


def test_every_phrase_is_found_where_it_is(communique_index: Collection) -> None:
    """Two neighbouring words, particles and all, with and without their space."""
    for sentence in communique_index.sentences[::5]:
        for first, second in pairwise(sentence.text.split()):
            if first.isalpha() and second.isalpha():
                agrees(communique_index, f'"{first} {second}"')
                agrees(communique_index, f"{first}{second}")


@pytest.mark.parametrize(
    "form",
    [
        "{0} {1}",
        "{0} AND {1}",
        "{0} OR NOT {1}",
        "{0} NOT {1}",
        "NOT ({0} {1})",
        '"{0} {1}" OR {2}',
        "({0} OR {1}) AND NOT {2}",
        "{0} -({1} AND {2}) -{3}",
        "NOT ({0} AND NOT ({1} OR NOT {2}))",
    ],
)
def test_booleans_are_found_where_they_are(
    communique_index: Collection, form: str
) -> None:
    words = [*nouns(communique_index), "9·19", "SCM", "한미동맹", "갖춘", "없음"]
    for first in range(0, len(words), 20):
        places = (first * 7 + step * (first + 31) for step in range(4))
        agrees(communique_index, form.format(*(words[n % len(words)] for n in places)))


QUERIES = [
    *("동맹", "한미동맹", "동맹 핵", "핵 AND SCM", '"동맹 핵"', "핵 -동맹", "NOT 동맹"),
    *(
        "9·19 협력",
        "협력 OR NOT 전작권",
        "국방",
        "없음",
        "NOT 없음",
        "동맹 동맹 전작권",
    ),
]


@pytest.mark.parametrize("query", QUERIES)
def test_many_sentences_are_ranked_as_few(records: Collection, query: str) -> None:
    agrees(records, query)


@given(st.sampled_from(QUERIES), st.integers(0, 60), st.integers(0, 1600))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_slice_is_that_of_the_whole_ranking(
    records: Collection, query: str, limit: int, offset: int
) -> None:
    whole = records.rank(query)
    part = records.rank(query, limit, offset)

    assert part.total == whole.total
    assert part.best == whole.best[offset : offset + limit]


def test_a_later_tier_stands_below_an_earlier_one(
    communique_index: Collection,
) -> None:
    """Whatever its own score: 장관 alone outranks no sentence with 전작권."""
    first, second, third = (
        understand(parse(query), ANALYZER) for query in ("전작권", "장관", "NOT 장관")
    )
    weights = {**first.weights, **second.weights}
    clauses = [one.clause for one in (first, second, third) if one.clause]
    ranking = communique_index.engine.rank(clauses, weights, limit=ALL, offset=0)
    texts = [sentence.text for sentence, _ in ranking.best]
    scores = [score for _, score in ranking.best]

    assert ranking.totals[0] == 7
    assert ranking.total == sum(ranking.totals) == len(texts) == len(set(texts)) == 82
    assert scores == sorted(scores, reverse=True)
    for total, word in zip(ranking.totals[:2], ["전작권", "장관"], strict=True):
        assert all(word in text for text in texts[:total])
        del texts[:total]
    for limit, offset in [(3, 0), (5, 4), (20, 60), (100, 80)]:
        part = communique_index.engine.rank(
            clauses, weights, limit=limit, offset=offset
        )
        assert part.totals == ranking.totals
        assert part.best == ranking.best[offset : offset + limit]


def test_a_lone_not_finds_all_others_in_text_order(
    communique_index: Collection,
) -> None:
    sentences = communique_index.sentences
    ranking = communique_index.rank("NOT 동맹")

    assert ranking.best == tuple((s, 0.0) for s in sentences if "동맹" not in s.text)
    assert ranking.total == 61


def test_what_scores_stands_before_what_an_excluding_clause_lets_in(
    communique_index: Collection,
) -> None:
    ranking = communique_index.rank("에스퍼 OR NOT 장관")
    texts = [sentence.text for sentence, _ in ranking.best]
    named = ["에스퍼" in text for text in texts]

    assert named == sorted(named, reverse=True)
    assert all("에스퍼" in text or "장관" not in text for text in texts)


def test_sentences_come_back_by_id_paragraph_and_document(
    communique_index: Collection,
) -> None:
    engine, sentences = communique_index.engine, communique_index.sentences

    assert engine.document("scm-52-2020") == list(sentences)
    assert [engine.sentence(sentence.id) for sentence in sentences] == list(sentences)
    assert engine.paragraph("scm-52-2020:11") == [
        sentence for sentence in sentences if sentence.paragraph == 11
    ]
    assert engine.sentence("scm-52-2020:11") is None
    assert engine.paragraph("scm-52-2020:1.1") == []
    assert engine.document("scm-52") == []


def test_stock_whoosh_opens_the_index_and_finds_a_term(
    communique_index: Collection, index_folder: Path
) -> None:
    with open_dir(Store(index_folder).current() / WHOOSH).searcher() as searcher:
        hits = searcher.search(Term(TERMS, "전작권"), limit=None)
        found = {hit[STORED_SENTENCE][0] for hit in hits}

    assert found == {
        sentence.id
        for sentence in communique_index.sentences
        if "전작권" in sentence.text
    }
