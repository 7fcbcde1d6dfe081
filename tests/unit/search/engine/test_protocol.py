"""Every engine returns the sentences that match a query, with their BM25 scores.

All engines pass the same tests and give the same answers.
"""

from __future__ import annotations

import math
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate, count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import (
    BIGRAM_MARK,
    Analysis,
    Analyzer,
    hangul_runs,
)
from indexer.bm25 import K1
from indexer.build.index_directory import IndexDirectory
from indexer.build.rebuild import rebuild
from indexer.ingest.document import Document
from indexer.ingest.reference import (
    DocumentRef,
    ParagraphRef,
    RecordRef,
    Reference,
    SentenceRef,
)
from indexer.ingest.sentence import Sentence
from indexer.location import Location
from indexer.opensearch.address import server_of
from indexer.storage.morpheme_cache import KnownRuns
from indexer.text.folding import fold
from indexer.whoosh_format.lengths import stored_length
from indexer.whoosh_format.reader import TAGS
from search.engine.clauses import And, Clause, Not, Or, TermQuery, WordQuery, map_words
from search.engine.highlighting import occurrences, substring_spans
from search.engine.protocol import Engine, Ranking
from search.engine.whoosh import MANY, WhooshEngine
from search.index import open_index
from search.query.builder import QueryBuilder
from search.query.parser import parse
from search.query.plan import QueryPlan

ANALYZER = Analyzer(KnownRuns(kiwi.morphemes).morphemes)
ALL = 10_000


Builder = Callable[[str, Sequence[Path]], Location]
"""Makes an index of a name from corpus files, for one of the engines."""


@pytest.fixture(
    scope="module",
    params=["whoosh", pytest.param("opensearch", marks=pytest.mark.opensearch)],
)
def build(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Builder:
    """Return what makes an index for each of the engines."""
    if request.param == "whoosh":

        def in_folder(name: str, corpus: Sequence[Path]) -> Location:
            folder = tmp_path_factory.mktemp(name)
            rebuild(folder / "index", corpus)
            return folder / "index"

        return in_folder
    url = request.getfixturevalue("opensearch")

    def on_server(name: str, corpus: Sequence[Path]) -> Location:
        from indexer.opensearch.rebuild import rebuild

        server = server_of(f"{url}/{name}_{next(_NUMBERS)}")
        rebuild(server, corpus, shards=2)
        return server

    return on_server


_NUMBERS = count()


def engine_of(location: Location) -> Engine:
    if isinstance(location, Path):
        return WhooshEngine(IndexDirectory(location).current())
    from indexer.opensearch.file_sync import RemoteGeneration
    from search.engine.opensearch.engine import OpenSearchEngine

    remote = RemoteGeneration(location)
    return OpenSearchEngine(remote.client, location, remote.names.sentences)


@dataclass(frozen=True)
class Collection:
    """An index, and its sentences analysed once more."""

    engine: Engine
    sentences: tuple[Sentence, ...]

    @classmethod
    def of(cls, location: Location, sentences: Sequence[Sentence]) -> Collection:
        return cls(engine_of(location), tuple(sentences))

    @cached_property
    def lengths(self) -> list[int]:
        """How long each sentence is taken to be: lengths are kept by about an eighth."""
        return [stored_length(length) for length in self.exact_lengths]

    @cached_property
    def exact_lengths(self) -> list[int]:
        """How many terms each sentence has that are no noun runs."""
        return [len(a.terms) - len(a.noun_run_terms) for a in self.analyses]

    @cached_property
    def analyses(self) -> list[Analysis]:
        return [ANALYZER.analyze(sentence.text) for sentence in self.sentences]

    @cached_property
    def terms(self) -> list[Counter[str]]:
        return [
            Counter(analysis.terms + list(map(" ".join, pairwise(analysis.words))))
            for analysis in self.analyses
        ]

    @cached_property
    def frequencies(self) -> Counter[str]:
        """In how many sentences each term is."""
        return Counter(term for terms in self.terms for term in terms)

    @cached_property
    def average(self) -> float:
        return sum(self.exact_lengths) / len(self.sentences)

    def score(self, weights: Mapping[str, float], number: int) -> float:
        """Return BM25 of a sentence, written down from its definition."""
        score = 0.0
        norm = K1 * (0.25 + 0.75 * self.lengths[number] / self.average)
        for term, weight in weights.items():
            if times := self.terms[number][term]:
                frequency = self.frequencies[term]
                rest = len(self.sentences) - frequency
                idf = math.log(1 + (rest + 0.5) / (frequency + 0.5))
                score += weight * idf * times * (K1 + 1) / (times + norm)
        return score

    def expected(self, plan: QueryPlan) -> list[tuple[str, float]]:
        """Return the ids that match *plan*, with their scores, in text order."""
        assert plan.clause
        return [
            (sentence.id, self.score(plan.weights, number))
            for number, sentence in enumerate(self.sentences)
            if matches(plan.clause, sentence.text, self.analyses[number])
        ]

    def rank(
        self, query: str, limit: int = ALL, offset: int = 0, *, counted: bool = True
    ) -> Ranking:
        plan = QueryBuilder(ANALYZER).plan(parse(query))
        assert plan.clause
        query_parts = [plan.clause], plan.weights
        return self.engine.rank(
            *query_parts, limit=limit, offset=offset, counted=counted
        )


def matches(clause: Clause, text: str, analysis: Analysis) -> bool:
    """Return whether an analysed sentence matches *clause*, from the definitions."""
    if isinstance(clause, And):
        return all(matches(inner, text, analysis) for inner in clause.clauses)
    if isinstance(clause, Or):
        return any(matches(inner, text, analysis) for inner in clause.clauses)
    if isinstance(clause, Not):
        return not matches(clause.clause, text, analysis)
    assert isinstance(clause, WordQuery)
    morphemes = [token.term for token in analysis.morphemes]
    return (
        any(has_sequence(sequence, analysis) for sequence in clause.term_sequences)
        or any(part in morphemes for part in clause.part_terms)
        or any(token.term == clause.boundary for token in analysis.boundary_bigrams)
        or any(token.term == clause.piece for token in analysis.pieces)
        or bool(clause.compound and is_compound(text, analysis, clause.compound))
        or bool(clause.inside and has_in_word(text, clause.inside))
        or bool(clause.substring and has_substring(text, clause.substring))
    )


def has_substring(text: str, substring: str) -> bool:
    """Return whether *text* has the letters in a row, and no digit continues them."""
    pattern = r"[\W_]*".join(map(re.escape, substring))
    if substring[0].isdigit():
        pattern = rf"(?<!\d){pattern}"
    if substring[-1].isdigit():
        pattern = rf"{pattern}(?!\d)"
    return bool(re.search(pattern, fold(text)[0]))


def has_in_word(text: str, letters: str) -> bool:
    """Return whether a word of *text* has the letters."""
    return any(
        len(text[start:end].split()) == 1 for start, end in occurrences(text, letters)
    )


def is_compound(text: str, analysis: Analysis, letters: str) -> bool:
    """Return whether nouns of a word spell the letters, from the first to the last."""
    starts = {token.start for token in analysis.morphemes}
    ends = {token.end for token in analysis.morphemes}
    nouns = [token.term for token in analysis.noun_bigrams]
    return all(f"{BIGRAM_MARK}{a}{b}" in nouns for a, b in pairwise(letters)) and any(
        start in starts and end in ends and len(text[start:end].split()) == 1
        for start, end in occurrences(text, letters)
    )


def without_boundary(word: WordQuery) -> Clause:
    return word._replace(boundary=None)


def has_sequence(sequence: Sequence[str], analysis: Analysis) -> bool:
    terms = [token.term for token in analysis.morphemes]
    size = len(sequence)
    return any(
        terms[first : first + size] == list(sequence)
        for first in range(len(terms) - size + 1)
    )


@pytest.fixture(scope="module")
def communique_place(build: Builder) -> Location:
    """Return where the communiqué's index is."""
    return build("communique", [])


@pytest.fixture(scope="module")
def communique_index(
    communique_place: Location, communique: Document
) -> Iterator[Collection]:
    """Return the index of the communiqué."""
    with open_index(communique_place) as opened:
        sentences = opened.show("scm-52-2020")
    assert [s.text for s in sentences] == [s.text for s in communique.sentences]
    made = Collection.of(communique_place, sentences)
    yield made
    made.engine.close()


def records_file(path: Path, texts: Iterable[str]) -> list[Sentence]:
    """Write *texts* to a file of records; return them as the index gives them back."""
    lines = [f'{{"id": "r{n}", "text": "{text}"}}' for n, text in enumerate(texts)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    return [
        Sentence(f"r{n}", path.stem, None, None, start, start + len(line), text)
        for n, (start, line, text) in enumerate(zip(starts, lines, texts, strict=False))
    ]


@pytest.fixture(scope="module")
def records(
    build: Builder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Collection]:
    """Return an index large enough to be scored by arrays."""
    words = ["전작권", "동맹을", "협력", "한미동맹", "국방부", "SCM이", "핵", "9·19"]
    texts = []
    for number in range(MANY + 100):
        shared = [word for step, word in enumerate(words, 2) if number % step == 0]
        texts.append(" ".join(shared * (1 + number % 5 * (number % 3)) or ["평화"]))
    corpus = tmp_path_factory.mktemp("records") / "r.jsonl"
    sentences = records_file(corpus, texts)
    made = Collection.of(build("records", [corpus]), sentences)
    yield made
    made.engine.close()


def nouns(collection: Collection) -> list[str]:
    """Return the distinct nouns of the sentences, in their order."""
    runs = [
        run for sentence in collection.sentences for run in hangul_runs(sentence.text)
    ]
    forms = dict.fromkeys(
        part.form
        for parts in kiwi.morphemes(runs)
        for part in parts
        if part.tag.startswith("NN")
    )
    return [noun for noun in forms if QueryBuilder(ANALYZER).plan(parse(noun)).clause]


def check_ranking(collection: Collection, query: str) -> None:
    """Check hits, scores, order and total of *query* against what is expected."""
    ranking = collection.rank(query)
    hits = [(collection.sentences[hit.number].id, hit.score) for hit in ranking.hits]
    plan = QueryBuilder(ANALYZER).plan(parse(query))
    expected = collection.expected(plan)

    assert ranking.total == len(expected), query
    assert plan.clause
    assert collection.engine.has_match(plan.clause) is bool(expected), query
    assert collection.rank(query, 3, counted=False).hits == ranking.hits[:3], query
    assert dict(hits) == pytest.approx(dict(expected), rel=1e-5, abs=1e-6), query
    order = [sentence.id for sentence in collection.sentences]
    for (first, better), (second, worse) in pairwise(hits):
        assert better >= worse, query
        assert better > worse or order.index(first) < order.index(second), query


def test_every_noun_is_found_where_it_is(communique_index: Collection) -> None:
    words = nouns(communique_index)

    assert len(words) > 400
    for noun in words:
        check_ranking(communique_index, noun)


def test_every_phrase_is_found_where_it_is(communique_index: Collection) -> None:
    """Two neighbouring words, particles and all, with and without their space."""
    for sentence in communique_index.sentences[::5]:
        for first, second in pairwise(sentence.text.split()):
            if first.isalpha() and second.isalpha():
                check_ranking(communique_index, f'"{first} {second}"')
                check_ranking(communique_index, f"{first}{second}")


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
        check_ranking(
            communique_index, form.format(*(words[n % len(words)] for n in places))
        )


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
    check_ranking(records, query)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("limit", [1, 10, 60])
def test_hits_are_the_same_without_totals(
    records: Collection, monkeypatch: pytest.MonkeyPatch, query: str, limit: int
) -> None:
    """A large index then checks the sentences with the best scores alone."""
    plan = QueryBuilder(ANALYZER).plan(parse(query))
    rank = partial(records.engine.rank, plan.clauses, plan.weights, offset=0)
    whole = rank(limit=limit)
    monkeypatch.setattr("search.engine.whoosh.LARGE", 0)
    assert rank(limit=limit, counted=False).hits == whole.hits


@given(st.sampled_from(QUERIES), st.integers(0, 60), st.integers(0, MANY + 200))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_slice_is_that_of_the_whole_ranking(
    records: Collection, query: str, limit: int, offset: int
) -> None:
    whole = records.rank(query)
    part = records.rank(query, limit, offset)

    assert part.total == whole.total
    assert part.hits == whole.hits[offset : offset + limit]


def test_a_later_tier_stands_below_an_earlier_one(
    communique_index: Collection,
) -> None:
    """A high score does not help: 장관 alone outranks no sentence with 전작권."""
    first, second, third = (
        QueryBuilder(ANALYZER).plan(parse(query))
        for query in ("전작권", "장관", "NOT 장관")
    )
    weights = {**first.weights, **second.weights}
    clauses = [
        map_words(one.clause, without_boundary)
        for one in (first, second, third)
        if one.clause
    ]
    ranking = communique_index.engine.rank(clauses, weights, limit=ALL, offset=0)
    sentences = communique_index.sentences
    texts = [sentences[hit.number].text for hit in ranking.hits]
    scores = [hit.score for hit in ranking.hits]
    tiers = [hit.tier for hit in ranking.hits]

    assert tiers == [n for n, total in enumerate(ranking.totals) for _ in range(total)]
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
        assert part.hits == ranking.hits[offset : offset + limit]


def test_a_lone_not_finds_all_others_in_text_order(
    communique_index: Collection,
) -> None:
    sentences = communique_index.sentences
    ranking = communique_index.rank("NOT 동맹")

    assert ranking.hits == tuple(
        (number, 0.0, 0) for number, s in enumerate(sentences) if "동맹" not in s.text
    )
    assert ranking.total == 61


def test_sentences_with_a_score_rank_above_those_that_only_not_matches(
    communique_index: Collection,
) -> None:
    ranking = communique_index.rank("에스퍼 OR NOT 장관")
    sentences = communique_index.sentences
    texts = [sentences[hit.number].text for hit in ranking.hits]
    named = ["에스퍼" in text for text in texts]

    assert named == sorted(named, reverse=True)
    assert all("에스퍼" in text or "장관" not in text for text in texts)


def test_sentences_are_returned_by_their_numbers(communique_index: Collection) -> None:
    engine, sentences = communique_index.engine, communique_index.sentences

    assert engine.stored_sentences(range(len(sentences))) == list(sentences)
    for numbers in ([81, 0, 7], [3, 3], [], range(5, 9), range(0)):
        expected = [sentences[number] for number in numbers]
        assert engine.stored_sentences(numbers) == expected
        assert engine.ids(numbers) == [sentence.id for sentence in expected]


def test_a_reference_is_resolved_to_sentence_numbers(
    communique_index: Collection,
) -> None:
    engine, sentences = communique_index.engine, communique_index.sentences
    numbers = [n for n, sentence in enumerate(sentences) if sentence.paragraph == 11]

    assert engine.sentence_numbers(DocumentRef("scm-52-2020")) == range(82)
    assert list(engine.sentence_numbers(ParagraphRef("scm-52-2020", "11"))) == numbers
    for number, sentence in enumerate(sentences):
        reference = SentenceRef(sentence.id)
        assert engine.sentence_numbers(reference) == range(number, number + 1)


@pytest.mark.parametrize(
    "reference",
    [
        *(DocumentRef(""), DocumentRef("scm-52"), DocumentRef("scm-52-2020:11")),
        *(ParagraphRef("scm-52-2020", "99"), ParagraphRef("scm-52", "11")),
        *(SentenceRef("scm-52-2020:11"), SentenceRef("scm-52-2020:99.1")),
        *(RecordRef("scm-52-2020"), RecordRef("scm-52-2020:11.1")),
    ],
    ids=repr,
)
def test_an_unknown_reference_has_no_sentences(
    communique_index: Collection, reference: Reference
) -> None:
    assert not communique_index.engine.sentence_numbers(reference)


def test_references_of_different_kinds_may_have_the_same_name(
    build: Builder, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(
        "1. 첫 문단이다. 둘째 문장이다.\n2. 둘째 문단이다.\n", encoding="utf-8"
    )
    ids = ["b", "a", "c", "a:2", "annex.7", "a:annex1", "b:annex1.1", "a:1.3"]
    for name, of_file in (("b", ids), ("c", ["b:1"])):
        lines = (f'{{"id": "{id_}", "text": "기록 {id_}"}}\n' for id_ in of_file)
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")

    corpus = [tmp_path / name for name in ("a.txt", "b.jsonl", "c.jsonl")]
    with closing(engine_of(build("names", corpus))) as engine:

        def ids_of(reference: Reference) -> list[str]:
            return engine.ids(engine.sentence_numbers(reference))

        assert ids_of(DocumentRef("a")) == ["a:1.1", "a:1.2", "a:2.1"]
        assert ids_of(DocumentRef("b")) == ids
        assert ids_of(DocumentRef("c")) == ["b:1"]
        assert ids_of(ParagraphRef("a", "1")) == ["a:1.1", "a:1.2"]
        assert ids_of(ParagraphRef("a", "2")) == ["a:2.1"]
        assert ids_of(SentenceRef("a:1.2")) == ["a:1.2"]
        for id_ in (*ids, "b:1"):
            assert ids_of(RecordRef(id_)) == [id_]
            assert ids_of(SentenceRef(id_)) == []
        assert ids_of(ParagraphRef("b", "annex1")) == []
        assert ids_of(ParagraphRef("a", "annex1")) == []


def test_a_sentence_is_matched_by_its_number(
    communique_index: Collection,
) -> None:
    for query in ("전작권", "한미 동맹", "NOT 장관", '"신뢰 구축"', "국방", "없는말"):
        clause = QueryBuilder(ANALYZER).plan(parse(query)).clause
        assert clause
        flags = [
            communique_index.engine.matches(number, clause)
            for number in range(len(communique_index.sentences))
        ]
        assert flags == [
            matches(clause, sentence.text, analysis)
            for sentence, analysis in zip(
                communique_index.sentences, communique_index.analyses, strict=True
            )
        ]
        assert communique_index.engine.count(clause) == sum(flags)


def test_the_sentences_of_a_term_are_counted(communique_index: Collection) -> None:
    engine = communique_index.engine
    frequencies = communique_index.frequencies
    terms = ("동맹", "=한미동맹", "_한미", "없는말")
    assert engine.frequencies(terms) == {term: frequencies[term] for term in terms}
    assert engine.frequencies(()) == {}
    for term in terms:
        clause = TermQuery(term)
        numbers = [n for n, terms in enumerate(communique_index.terms) if terms[term]]

        assert engine.count(clause) == frequencies[term] == len(numbers)
        assert engine.has_match(clause) is bool(numbers)
        ranking = engine.rank([clause], {}, limit=ALL, offset=0)
        assert [hit.number for hit in ranking.hits] == numbers
        assert engine.count(Not(clause)) == 82 - len(numbers)


def test_the_scores_of_terms_add_up(communique_index: Collection) -> None:
    for query in ("전작권 전환", "한미동맹", "SCM 장관", "갖춘"):
        weights = QueryBuilder(ANALYZER).plan(parse(query)).weights
        for number in range(len(communique_index.sentences)):
            scores = communique_index.engine.term_scores(number, weights)
            assert sum(term.score for term in scores) == pytest.approx(
                communique_index.score(weights, number)
            )
            assert {term.term for term in scores} == {
                term for term in weights if communique_index.terms[number][term]
            }
            assert [t.score for t in scores] == sorted(
                (t.score for t in scores), reverse=True
            )


def test_bigrams_of_other_words_do_not_make_up_a_word(
    build: Builder, tmp_path: Path
) -> None:
    """한미 … 미동 has the bigrams of 한미동, 한미 동맹 its letters, but not the word."""
    texts = ["한미 동맹의 미동 지역", "미동 한미", "한미동 지역", "한미 동 지역"]
    sentences = records_file(tmp_path / "r.jsonl", texts)
    collection = Collection.of(build("pairs", [tmp_path / "r.jsonl"]), sentences)

    with closing(collection.engine):
        check_ranking(collection, '"한미동"')
        check_ranking(collection, "한미동")


def test_the_best_that_have_a_phrase_are_found_among_many_that_do_not(
    build: Builder, tmp_path: Path
) -> None:
    """Both words are in all sentences, and most where they stand apart score higher."""
    texts = [
        f"신뢰 구축 {'대한민국 ' * (number % 7)}" if number % 9 == 8 else "구축 신뢰"
        for number in range(300)
    ]
    sentences = records_file(tmp_path / "r.jsonl", texts)
    collection = Collection.of(build("apart", [tmp_path / "r.jsonl"]), sentences)

    with closing(collection.engine) as engine:
        best = collection.rank('"신뢰 구축"', 20, counted=False).hits
        assert engine.has_match(
            WordQuery("신뢰 구축", term_sequences=(("신뢰", "구축"),))
        )
        assert best == collection.rank('"신뢰 구축"', 20).hits
        assert len(best) == 20
        check_ranking(collection, '"신뢰 구축"')
        check_ranking(collection, '"신뢰 신뢰"')
        check_ranking(collection, 'NOT "신뢰 구축"')
        check_ranking(collection, '대한민국 OR "구축 신뢰"')


SUBSTRINGS = [
    *(
        "919",
        "3일",
        "13일",
        "2020년",
        "20년",
        "군사합의",
        "919군사",
        "미동맹",
        "동맹19",
    ),
    *(
        "19군사",
        "사합의",
        "2018",
        "018년",
        "합의2018년",
        "abc",
        "c1",
        "1abc",
        "없는글자",
    ),
]


@pytest.mark.parametrize("substring", SUBSTRINGS)
def test_a_substring_is_found_across_the_ends_of_words(
    letters: Collection, substring: str
) -> None:
    clause = WordQuery(substring, substring=substring)
    ranking = letters.engine.rank([clause], {}, limit=ALL, offset=0)

    assert [hit.number for hit in ranking.hits] == [
        number
        for number, sentence in enumerate(letters.sentences)
        if substring_spans(sentence.text, substring)
    ]


@pytest.fixture(scope="module")
def letters(
    build: Builder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Collection]:
    """Return sentences whose letters and numbers stand apart in several ways."""
    texts = [
        *(
            "9·19 군사합의",
            "9 · 19 군사 합의",
            "919군사합의",
            "19 군사합의",
            "2019 군사합의",
        ),
        *("3일", "13일", "1 3일", "2018년 합의", "’20년 합의", "2020년", "12020년"),
        *(
            "한미 동맹 19",
            "한미동맹19",
            "미동 맹",
            "합의 2018 년",
            "ABC 1",
            "abc1",
            "a bc",
        ),
    ]
    corpus = tmp_path_factory.mktemp("letters") / "r.jsonl"
    sentences = records_file(corpus, texts)
    made = Collection.of(build("letters", [corpus]), sentences)
    yield made
    made.engine.close()


def test_the_values_of_fields_are_counted(communique_index: Collection) -> None:
    engine, sentences = communique_index.engine, communique_index.sentences
    clause = QueryBuilder(ANALYZER).plan(parse("장관")).clause
    assert clause
    matching = [
        s
        for s, analysis in zip(sentences, communique_index.analyses, strict=True)
        if matches(clause, s.text, analysis)
    ]
    for field in TAGS:
        values = [getattr(sentence, field) for sentence in sentences]
        assert engine.field_values(field) == sorted(
            {str(v) for v in values if v is not None}
        )
        counted = Counter(
            str(value)
            for sentence in matching
            if (value := getattr(sentence, field)) is not None
        )
        assert list(engine.value_counts(clause, field).items()) == sorted(
            counted.items(), key=lambda pair: (-pair[1], pair[0])
        )


def test_a_document_is_weighed_as_it_is_ranked(communique_index: Collection) -> None:
    for query in ("전작권 전환", "한미동맹", "양 장관은 평가하였다", "없는말"):
        weights = QueryBuilder(ANALYZER).plan(parse(query)).weights
        weighed = communique_index.engine.best_scores(weights, range(82), ALL)
        expected = {
            number: score
            for number in range(82)
            if (score := communique_index.score(weights, number))
        }
        assert weighed == pytest.approx(expected, rel=1e-5)
        part = communique_index.engine.best_scores(weights, range(20, 60), 3)
        best = sorted(
            (number for number in expected if number in range(20, 60)),
            key=lambda number: -expected[number],
        )
        assert sorted(part.values(), reverse=True) == pytest.approx(
            [expected[number] for number in best[:3]], rel=1e-5
        )
    assert communique_index.engine.best_scores({"장관": 1.0}, range(0), ALL) == {}


# In a large corpus


@pytest.mark.slow
@pytest.mark.shared
def test_statutes_are_found_where_they_are(statutes: Path) -> None:
    """By the engine for many sentences, and by reading a part of them."""
    drawn = random.Random(7)  # noqa: S311
    with open_index(statutes) as index:
        (document,) = (source.document for source in index.manifest.sources)
        sentences = index.show(document)
    collection = Collection.of(statutes, sentences)
    read = drawn.sample(range(len(sentences)), 1000)
    for _ in range(60):
        words = drawn.choice(sentences).text.split()
        first = drawn.randrange(len(words))
        for query in (
            words[first],
            " ".join(words[first : first + 2]),
            '"' + " ".join(words[first : first + 2]).replace('"', "") + '"',
            f"{words[first]} -{words[0]}",
        ):
            plan = QueryBuilder(ANALYZER).plan(parse(query))
            if plan.clause is None:
                continue
            ranking = collection.engine.rank(
                [plan.clause], plan.weights, limit=20_000, offset=0
            )
            numbers = {hit.number for hit in ranking.hits}
            for number in read:
                sentence = sentences[number]
                analysis = ANALYZER.analyze(sentence.text)
                expected = matches(plan.clause, sentence.text, analysis)
                assert (number in numbers) is expected, (query, sentence)
    collection.engine.close()


# From several threads


THREADS = 8


@pytest.fixture
def _switching() -> Iterator[None]:
    """Have threads take turns a thousand times as often as they do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 1000)
    yield
    sys.setswitchinterval(before)


def answers(location: Location, queries: Sequence[str]) -> None:
    """Check that an index just opened answers eight threads as it answers one."""
    with open_index(location) as index:
        alone = [index.search(query, limit=20) for query in queries]
    for seed in range(3):
        orders = [
            random.Random(seed * THREADS + n).sample(range(len(queries)), len(queries))  # noqa: S311
            for n in range(THREADS)
        ]
        with open_index(location) as index, ThreadPoolExecutor(THREADS) as pool:

            def search_all(
                order: Sequence[int], index: Any = index
            ) -> list[tuple[int, object]]:
                return [(n, index.search(queries[n], limit=20)) for n in order]

            for results in pool.map(search_all, orders):
                for number, result in results:
                    assert result == alone[number], queries[number]


@pytest.mark.usefixtures("_switching")
def test_threads_that_ask_at_once_get_what_one_gets(
    communique_place: Location, communique: Document
) -> None:
    words = dict.fromkeys(w for s in communique.sentences[::6] for w in s.text.split())
    queries = [
        *list(words)[:20],
        *("유앤사", "wjswkrrnjs", "ㅈㅈㄱ", "FOC", "’20년", '"신뢰 구축" -핵', "에서"),
    ]
    answers(communique_place, queries)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.usefixtures("_switching")
def test_threads_that_ask_of_statutes_at_once_get_what_one_gets(
    statutes: Path,
) -> None:
    with open_index(statutes) as index:
        (document,) = (source.document for source in index.manifest.sources)
        texts = [sentence.text for sentence in index.show(document)[::500]]
    answers(statutes, [" ".join(text.split()[:2]) for text in texts])
