"""No sentence is missed for how a word was typed, and no correct word is corrected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from helpers import index_records
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analysis, Analyzer
from indexer.ingest.document import Document
from indexer.storage.morpheme_cache import KnownRuns
from indexer.storage.synonyms import MOST_FORMS
from indexer.text.folding import compact, compact_with_offsets
from search.cli.batch_format import trec_lines
from search.index import Index, open_index
from search.query import expansion
from search.query.spelling import Spelling
from search.results import SearchResult

ANALYZER = Analyzer(KnownRuns(kiwi.morphemes).morphemes)
ALL = 1000
LONGEST = 25
"""Characters of the longest substring that is drawn from the text."""

CORRECTIONS = ("spelling", "keyboard", "initials")
"""The steps that replace a word that the index does not have."""


class Substrings:
    """Substrings of a document's sentences, drawn with the sentence's id.

    Each begins and ends with a Hangul syllable, anywhere in a word, and contains no
    quotation marks or parentheses, which are syntax in a query.
    """

    # No dataclass, so that a failing test does not print the whole document.
    def __init__(self, document: Document) -> None:
        self._pieces = [
            (number(sentence.id), piece)
            for sentence in document.sentences
            for piece in re.split(r'["“”()]', sentence.text)
            if len(re.findall("[가-힣]", piece)) > 1
        ]

    def any(self) -> st.SearchStrategy[tuple[str, str]]:
        return _substring(self._pieces)


@st.composite
def _substring(draw: st.DrawFn, pieces: Sequence[tuple[str, str]]) -> tuple[str, str]:
    id_, text = draw(st.sampled_from(pieces))
    places = [match.start() for match in re.finditer("[가-힣]", text)]
    index = draw(st.integers(0, len(places) - 2))
    start = places[index]
    ends = [end for end in places[index + 2 :] if end < start + LONGEST]
    return id_, text[start : draw(st.sampled_from([places[index + 1], *ends])) + 1]


@pytest.fixture(scope="module")
def index(index_folder: Path) -> Iterator[Index]:
    """Return the opened index of the communiqué."""
    with open_index(index_folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def substrings(communique: Document) -> Substrings:
    """Return the substrings of the communiqué."""
    return Substrings(communique)


@st.composite
def spaced(draw: st.DrawFn, text: str) -> str:
    """Draw *text* with added spaces, none of them in a number."""
    gaps = [match.start() for match in re.finditer(r"(?<!^)(?!(?<=\d)\d)", text)]
    chosen = draw(st.sets(st.sampled_from(gaps)))
    return "".join(f" {char}" if i in chosen else char for i, char in enumerate(text))


def number(id_: str) -> str:
    return id_.removeprefix("scm-52-2020:")


def ids(result: SearchResult) -> list[str]:
    return [number(hit.sentence.id) for hit in result]


def matches(index: Index, query: str) -> list[str]:
    return ids(index.search(query, limit=ALL))


def words(understood: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Yield the words and phrases of a query, and their other forms."""
    if understood is None:
        return
    if "terms" in understood:
        yield understood
    for key in ("and", "or", "also"):
        for inner in understood.get(key, ()):
            yield from words(inner)


def steps(result: SearchResult) -> set[str]:
    return {word["step"] for word in words(result.understood) if "step" in word}


def corrections(result: SearchResult) -> list[str]:
    """Return the notes on replaced words."""
    return [n for n in result.notes if n.endswith(tuple(f"({s})" for s in CORRECTIONS))]


def marked(result: SearchResult, hit: int = 0) -> list[str]:
    text = result.hits[hit].sentence.text
    return [text[start:end] for start, end in result.hits[hit].spans]


def holds(text: str, form: str) -> bool:
    """Return whether *text* contains *form*, ignoring spaces and marks."""
    return compact(form) in compact(text)


@given(st.data())
def test_every_substring_of_the_text_finds_its_sentence(
    index: Index, substrings: Substrings, data: st.DataObject
) -> None:
    """With its spaces, without them, and with added spaces."""
    id_, substring = data.draw(substrings.any())
    for query in (substring, "".join(substring.split()), data.draw(spaced(substring))):
        assert id_ in matches(index, query), query


def test_two_and_three_syllables_of_any_word_find_its_sentence(
    index: Index, communique: Document
) -> None:
    """All pairs, and one in three of the many triples."""
    places: dict[str, set[str]] = {}
    for sentence in communique.sentences:
        for word in re.findall("[가-힣]+", sentence.text):
            for start in range(len(word) - 1):
                for substring in {word[start : start + 2], word[start : start + 3]}:
                    places.setdefault(substring, set()).add(number(sentence.id))
    pairs = [substring for substring in places if len(substring) == 2]
    threes = [substring for substring in places if len(substring) == 3]
    missed = {
        substring: lost
        for substring in (*pairs, *threes[::3])
        if (lost := places[substring] - set(found_or_none(index, substring)))
    }

    assert missed == {}


def found_or_none(index: Index, query: str) -> list[str]:
    """Return the hits, and none if the search fails, so that all queries are tried."""
    try:
        return matches(index, query)
    except IndexError:
        return []


@pytest.mark.parametrize("query", ["에서", "까지", "도록", "었다", "에서의"])
def test_particles_and_endings_alone_match_as_substrings(
    index: Index, communique: Document, query: str
) -> None:
    result = index.search(query, limit=ALL)

    assert result.understood is None
    assert set(ids(result)) == {
        number(sentence.id)
        for sentence in communique.sentences
        if holds(sentence.text, query)
    }


@pytest.mark.parametrize(
    ("query", "expected", "first"),
    [
        ("서욱", {"1.2"}, "1.2"),
        ("기지이전", {"10.1", "18.1"}, "18.1"),
        ("방위비 분담", {"19.1", "19.2", "19.3"}, "19.1"),
        ("완전 운용 능력", {"11.1", "11.4"}, "11.4"),
        ("이행과업", {"11.1"}, "11.1"),
        ("방위역량", {"12.3", "12.7"}, "12.3"),
        ("방위 역량", {"12.3", "12.7"}, "12.7"),
        ("미래연합사", {"11.1", "11.2", "11.4", "11.5"}, None),
        (
            "한미 동맹",
            {"2.1", "2.3", "2.4", "6.1", "6.8", "8.3", "19.3", "20.2"},
            "20.2",
        ),
        ("9.19 군사합의", {"4.1", "4.2", "4.3", "4.4"}, None),
        ("919군사합의", {"4.1", "4.2", "4.3", "4.4"}, None),
        ("9·19", {"4.1", "4.2", "4.3", "4.4"}, None),
        ("’20년", {"1.1", "1.3", "8.2", "11.5", "12.2"}, None),
        ("20년", {"8.2", "12.2"}, None),
        ("53차", {"20.3"}, "20.3"),
        ("제53차", {"20.3"}, "20.3"),
        ("코로나 19", {"8.2", "16.5", "16.7"}, "16.7"),
        ("코로나19", {"8.2", "16.5", "16.7"}, "16.7"),
        ("대미", {"16.5"}, "16.5"),
        ("對美", {"16.5"}, "16.5"),
        ("대미 지원", {"16.5"}, "16.5"),
        ("긴밀히", {"3.2", "12.4", "13.3", "13.6", "16.6", "18.1"}, None),
        (
            "논의하였다",
            {"2.2", "3.1", "3.2", "11.1", "12.6", "13.6", "16.10", "18.2", "20.2"},
            "2.2",
        ),
        (unicodedata.normalize("NFD", "전작권 전환"), {"11.1", "12.1"}, None),
        ("ＳＣＭ", {"1.1", "2.1", "2.2", "12.9", "20.1", "20.2", "20.3"}, None),
        ("Ｍａｒｋ", {"1.2", "1.3"}, None),
        ("“신뢰 구축”", {"4.3", "5.4"}, None),
        ("‘판문점 선언’", {"3.3", "4.1"}, "4.1"),
        *(
            pytest.param(f"평가{dot}점검", {"12.9"}, "12.9", id=f"평가{dot}점검")
            for dot in "·ㆍ‧・•"
        ),
    ],
)
def test_any_spacing_finds_the_same_sentences(
    index: Index, query: str, expected: set[str], first: str | None
) -> None:
    hits = matches(index, query)

    assert expected <= set(hits)
    assert first in (None, hits[0])


@pytest.mark.parametrize("query", ["9.19 군사합의", "919군사합의", "9·19군사합의"])
def test_the_sentences_with_the_whole_name_are_on_top(index: Index, query: str) -> None:
    assert set(matches(index, query)[:4]) == {"4.1", "4.2", "4.3", "4.4"}


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("긴밀히", ["긴밀하게", "긴밀한", "긴밀"]),
        ("논의", ["논의하였다", "논의된", "논의를", "논의해"]),
        ("대미", ["對美", "對미", "대美"]),
        ("53차", ["제53차", "５３차", "제 53차"]),
        ("2020년", ["’20년", "'20년", "‘20년", "２０２０년"]),
        ("9·19", ["9.19", "9ㆍ19", "9‧19", "9・19", "9•19", "９．１９"]),
        ("한미", ["한·미", "한ㆍ미", "한‧미", "한・미", "한•미"]),
        ("SCM", ["scm", "ＳＣＭ", "ｓｃｍ", "SCM을"]),
        ("서욱", ['"서 욱"', unicodedata.normalize("NFD", "서욱")]),
        ('"신뢰 구축"', ["“신뢰 구축”", "＂신뢰 구축＂", '"신뢰  구축"']),
    ],
)
def test_other_ways_to_type_it_find_the_same_sentences(
    index: Index, query: str, others: Sequence[str]
) -> None:
    expected = set(matches(index, query))

    assert expected
    for other in others:
        assert set(matches(index, other)) == expected, other


def test_a_middle_dot_of_any_kind_is_ignored(tmp_path: Path) -> None:
    """A word across the dot is no morpheme, so it matches as a substring."""
    texts = [f"특별시장{dot}광역시장이 정한다." for dot in "·ㆍ‧・•"]
    with open_index(index_records(tmp_path, texts)) as index:
        assert sorted(matches(index, "시장광역")) == ["0", "1", "2", "3", "4"]
        assert sorted(matches(index, "시장ㆍ광역")) == ["0", "1", "2", "3", "4"]


MISTYPED = [
    ("에스파", "spelling", ["에스퍼"], "에스퍼"),
    ("전한", "spelling", ["전환"], "전환"),
    ("비핵하", "spelling", ["비핵화"], "비핵화"),
    ("유앤사", "spelling", ["유엔사"], "유엔사"),
    ("북방한게선", "spelling", ["북방한계선"], "북방한계선"),
    ("분담굼", "spelling", ["분담금"], "분담금"),
    ("논이하였다", "spelling", ["논의"], "논의"),
    # As it is spoken, and a compound that is no word of the index with a noun misspelt.
    ("혐녁", "spelling", ["협력"], "협력"),
    ("혐녁하였다", "spelling", ["협력"], "협력"),
    ("방위테세", "spelling", ["방위태세"], "방위태세"),
    ("wjswkrrnjs", "keyboard", ["전작권"], "전작권"),
    ("gksalehdaod", "keyboard", ["한미동맹"], "한미동맹"),
    ("ㄴ츠", "keyboard", ["SCM"], "SCM"),
    ("ㅈㅈㄱ", "initials", ["전작권", "작전권", "작전계획"], "전작권"),
    ("ㅎㅁㄷㅁ", "initials", ["한미동맹"], "한미동맹"),
]


@pytest.mark.parametrize(("query", "step", "forms", "meant"), MISTYPED)
def test_a_misspelt_word_finds_the_correct_one(
    index: Index, query: str, step: str, forms: Sequence[str], meant: str
) -> None:
    result = index.search(query, limit=ALL)
    shown = ", ".join(f"“{form}”" for form in forms)

    assert meant in marked(result)
    assert result.notes[0] == f"“{query}” → {shown} ({step})"
    assert corrections(result) == [result.notes[0]]
    assert result.understood is not None
    also = [(w["phrase"], w["step"]) for w in result.understood["also"]]
    others = [
        other for form in forms for other in index.synonyms.other_forms(compact(form))
    ]
    assert also[: len(forms)] == [(form, step) for form in forms]
    assert also[len(forms) :] == [(other, "abbreviation") for other in others]
    for other in others:
        assert set(matches(index, other)) <= set(ids(result)), other


@pytest.mark.parametrize(("query", "step", "forms", "meant"), MISTYPED)
def test_an_exact_search_replaces_no_word(
    index: Index, query: str, step: str, forms: Sequence[str], meant: str
) -> None:
    result = index.search(query, limit=ALL, exact=True)

    assert result.notes == ()
    assert {"also", "step"}.isdisjoint(*words(result.understood)), (step, forms)
    for hit in range(len(result.hits)):
        assert meant not in marked(result, hit)


OTHER_SPACING = "“{}” was matched in other spacing (spacing)"
INSIDE = "{} have {} only inside a longer word"
PARTS = "{}, ranked below and not counted, have only parts of “{}”: {}"


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("서욱", (OTHER_SPACING.format("서욱"),)),
        (
            "919군사합의",
            (
                OTHER_SPACING.format("919군사합의"),
                PARTS.format(14, "919군사합의", "“군사”, “합의”"),
            ),
        ),
        ("對美", ("“對美” → “대미” (hanja)",)),
        ("전작권", ("“전작권” → “전시작전통제권” (abbreviation)",)),
        ("완전 운용 능력", ("“완전 운용 능력” → “FOC” (abbreviation)",)),
        (
            "전한",
            ("“전한” → “전환” (spelling)", INSIDE.format("1 more", "“전한”")),
        ),
        (
            "에스파 장관",
            ("“에스파” → “에스퍼” (spelling)", "“에스파” → “Esper” (abbreviation)"),
        ),
        (
            "ㄴ츠",
            ("“ㄴ츠” → “SCM” (keyboard)", "“ㄴ츠” → “한미안보협의회의” (abbreviation)"),
        ),
        (
            "유앤사 ehdaod",
            ("“유앤사” → “유엔사” (spelling)", "“ehdaod” → “동맹” (keyboard)"),
        ),
        ("한미 동맹", (INSIDE.format("1 more", "“한미”"),)),
        ("한미동맹", (PARTS.format(24, "한미동맹", "“한미”, “동맹”"),)),
        ("긴밀하게", ()),
    ],
)
def test_notes_name_the_steps(index: Index, query: str, notes: tuple[str, ...]) -> None:
    assert index.search(query).notes == notes


def test_no_noun_of_the_communique_is_corrected(
    index: Index, communique: Document
) -> None:
    """Every noun run matches as typed, and no word is replaced."""
    places: dict[str, set[str]] = {}
    for sentence in communique.sentences:
        for token in ANALYZER.analyze(sentence.text).noun_run_terms:
            run = compact(sentence.text[token.start : token.end])
            if token.term.endswith(run):  # and is no verb, which is in another form
                places.setdefault(run, set()).add(number(sentence.id))

    assert len(places) > 500
    for run, expected in places.items():
        result = index.search(run, limit=ALL)
        assert corrections(result) == [], run
        assert expected <= set(ids(result)), run


@pytest.mark.parametrize(
    "word",
    [
        *(
            "방위비협상",
            "동맹관계",
            "억제정책",
            "안보정책",
            "국방협의",
            "우주협력",
        ),
        *("사이버안보", "평화협정", "기지반환", "협력강화", "작전역량", "공동평가"),
        *("연합훈련계획", "미래협력", "안보공약", "방위공약", "정책평가", "전략회의"),
        *("동맹으로부터", "협력하였고", "평가했습니다", "안보에서도", "기지까지"),
    ],
)
def test_no_word_of_known_parts_is_corrected(
    index: Index, communique: Document, word: str
) -> None:
    result = index.search(word, limit=ALL)

    assert not any(word in sentence.text for sentence in communique.sentences)
    assert result.understood is not None
    for part in result.understood["terms"]:
        assert index.search(part, exact=True).total, part
    assert corrections(result) == []
    assert steps(result) <= {"abbreviation"}
    assert result.hits


@pytest.mark.parametrize("word", ["한일동맹", "국방차관", "국방부차관", "남방한계선"])
def test_no_compound_of_dictionary_words_is_corrected(index: Index, word: str) -> None:
    """Not to 한미동맹, 국방장관, 국방부장관 and 북방한계선, one syllable away."""
    result = index.search(word, limit=ALL)

    assert (corrections(result), result.total) == ([], 0)
    assert result.notes[0].startswith(f"No sentence has “{word}”")


@pytest.mark.parametrize(
    "word", ["억제전력", "연합방역", "완충공역", "정전협조", "안정제고"]
)
def test_two_known_words_that_kiwi_reads_as_one_are_not_corrected(
    index: Index, word: str
) -> None:
    """Each is correct, though a letter or two from a compound of the communiqué."""
    assert index.suggest(word[:2])
    assert corrections(index.search(word, limit=ALL)) == []


@pytest.mark.parametrize(
    "word", ["감사", "공격", "군축", "서명", "타격", "포기", "사망"]
)
def test_a_word_of_the_dictionary_is_not_corrected(
    index: Index, communique: Document, word: str
) -> None:
    """Each is one edit from a word of the communiqué, which does not have it."""
    result = index.search(word, limit=ALL)

    assert not any(word in sentence.text for sentence in communique.sentences)
    assert (corrections(result), steps(result)) == ([], set())
    assert (result.total, result.notes) == (0, ())


@pytest.mark.parametrize(
    "word", ["공격을", "감사의", "서명은", "사망에", "감사하다", "공격했다", "포기하고"]
)
def test_a_word_of_the_dictionary_is_not_corrected_with_its_ending_either(
    index: Index, word: str
) -> None:
    result = index.search(word, limit=ALL)

    assert (corrections(result), steps(result)) == ([], set())


@pytest.mark.parametrize(
    ("query", "part_of"),
    [("3일", "13일"), ("8년", "2018년"), ("18년", "2018년"), ("020년", "2020년")],
)
def test_a_number_is_not_found_in_a_longer_one(
    index: Index, communique: Document, query: str, part_of: str
) -> None:
    assert any(holds(sentence.text, part_of) for sentence in communique.sentences)
    assert matches(index, part_of)
    for typed in (query, f'"{query}"'):
        result = index.search(typed, limit=ALL)
        assert (result.total, result.notes) == (0, ()), typed


def test_a_word_inside_a_longer_one_is_found_with_a_note(index: Index) -> None:
    """The text has 중국 only in 미합중국."""
    result = index.search("중국", limit=ALL)

    assert set(ids(result)) == {"1.2", "1.3", "6.4"}
    assert result.notes == (INSIDE.format("3", "“중국”"),)
    for hit, one in enumerate(result):
        assert set(marked(result, hit)) == {"중국"}
        assert "미합중국" in one.sentence.text


def test_a_word_inside_a_longer_one_is_below_the_word_itself(tmp_path: Path) -> None:
    """Frequent matches in a short sentence make no difference."""
    texts = [
        "미합중국 미합중국 미합중국.",
        "이 글은 매우 길고 여러 가지를 말하며 끝에 가서야 중국을 한 번 말한다.",
        "미합중국 국방장관은 중국과 협의하였다.",
        "미합중국이다.",
    ]
    with open_index(index_records(tmp_path, texts)) as index:
        result = index.search("중국", limit=ALL)
        other = index.search("국방장관 중국", limit=ALL)

    assert set(ids(result)[:2]) == {"1", "2"}
    assert set(ids(result)[2:]) == {"0", "3"}
    assert result.notes == (INSIDE.format("2 more", "“중국”"),)
    assert marked(result, ids(result).index("2")) == ["중국", "중국"]
    assert marked(result, 2)[0] == "중국"
    assert set(ids(other)[-2:]) == {"0", "3"}


def test_a_word_typed_on_the_other_layout_has_its_abbreviations_too(
    index: Index,
) -> None:
    """래ㅊ is FOC, which stands for 완전운용능력."""
    assert set(matches(index, "래ㅊ")) == set(matches(index, "FOC")) == {"11.1", "11.4"}
    assert index.search("래ㅊ").notes == (
        "“래ㅊ” → “FOC” (keyboard)",
        "“래ㅊ” → “완전운용능력” (abbreviation)",
    )


def test_a_name_that_seems_to_end_in_a_particle_is_marked_whole(index: Index) -> None:
    """의 is no particle in 한미안보협의회의, which the communiqué defines."""
    result = index.search("한미안보협의회의", limit=ALL)

    assert ids(result)[0] == "1.1"
    assert marked(result)[0] == "한미안보협의회의"
    for hit in range(len(result.hits)):
        assert set(marked(result, hit)) <= {"한미안보협의회의", "SCM"}


@pytest.mark.parametrize(
    ("query", "excluded"),
    [
        ("에스퍼 NOT 우주선", "우주선"),
        ("에스퍼 -우주선", "우주선"),
        ('장관 NOT "없는 말"', "없는 말"),
        ("에스퍼 NOT (유엔사 OR 우주선)", "우주선"),
        ("에스퍼 NOT 유엔사", None),
        ("에스퍼 NOT 유앤사", None),
        ("에스퍼 NOT NLL", None),
        ("장관 -중국", None),
    ],
)
def test_excluding_a_word_that_no_sentence_has_is_noted(
    index: Index, query: str, excluded: str | None
) -> None:
    notes = [note for note in index.search(query).notes if "excluding" in note]

    assert notes == [
        f"No sentence has “{word}”, so excluding it has no effect"
        for word in [excluded]
        if word
    ]


def test_excluding_a_word_that_no_sentence_has_changes_nothing(index: Index) -> None:
    assert matches(index, "에스퍼 NOT 우주선") == matches(index, "에스퍼")


@pytest.mark.parametrize(
    ("excluded", "is_noted"), [("중국", True), ("국방", True), ("핵", False)]
)
def test_excluding_a_word_inside_a_longer_one_is_noted(
    index: Index, excluded: str, *, is_noted: bool
) -> None:
    """중국 is inside 미합중국; --exact excludes it only as a whole word."""
    note = (
        f"Excluding “{excluded}” also excludes sentences that have it only inside a"
        " longer word; --exact keeps them"
    )

    result = index.search(f"장관 -{excluded}", limit=ALL)
    exact = index.search(f"장관 -{excluded}", exact=True, limit=ALL)

    assert (note in result.notes) is is_noted
    assert (len(exact.hits) > len(result.hits)) is is_noted
    assert note not in exact.notes


def test_a_query_with_its_particle_marks_only_the_word(index: Index) -> None:
    result = index.search("역할을", limit=ALL)

    assert result.total == 5
    for hit in range(result.total):
        assert set(marked(result, hit)) == {"역할"}


PARTICLES = ["을", "를", "은", "는", "이", "가", "의", "에", "과", "와", "에서", "으로"]


def particle_places(text: str) -> set[int]:
    """Return the offsets of *text* that belong to particles only."""
    places: set[int] = set()
    content: set[int] = set()
    for run, parts in ANALYZER.analyze_runs(text):
        for part in parts:
            kind = places if part.tag.startswith("J") else content
            kind.update(run.starts[part.start : part.end])
    return places - content


def test_no_particle_is_marked_for_a_word_with_a_particle(
    index: Index, communique: Document
) -> None:
    """Each noun run of the text with a particle, which the text need not have."""
    nouns = {
        sentence.text[token.start : token.end]
        for sentence in communique.sentences
        for token in ANALYZER.analyze(sentence.text).noun_run_terms
        if token.term == "=" + sentence.text[token.start : token.end]
    }
    particles = {s.id: particle_places(s.text) for s in communique.sentences}
    faults = []
    for order, noun in enumerate(sorted(nouns)):
        for particle in {PARTICLES[order % 12], PARTICLES[(order * 5 + 7) % 12]}:
            typed = noun + particle
            if particle_places(typed) != set(range(len(noun), len(typed))):
                continue  # Kiwi takes it for something else: 이 may be a verb's.
            result = index.search(typed, limit=ALL)
            faults += [
                (typed, hit.sentence.id, hit.sentence.text[start:end])
                for hit in result
                for start, end in hit.spans
                if {*range(start, end)} & particles[hit.sentence.id]
                # 의 is no particle in 한미안보협의회의, which the text defines.
                and not index.synonyms.other_forms(hit.sentence.text[start:end])
            ]

    assert len(nouns) > 400
    assert faults == []


def pairs(index: Index) -> list[tuple[str, str, str]]:
    """Return both forms of each abbreviation, with the sentence's id."""
    return [
        (typed, other, number(pair.sentence))
        for pair in index.synonyms.pairs
        for typed, other in ((pair.long, pair.short), (pair.short, pair.long))
    ]


def test_either_form_of_an_abbreviation_finds_both(
    index: Index, communique: Document
) -> None:
    assert len(pairs(index)) >= 2 * 10
    for typed, other, _ in pairs(index):
        result = index.search(typed, limit=ALL)
        expected = {
            number(sentence.id)
            for sentence in communique.sentences
            for form in (typed, other)
            if holds(sentence.text, form)
        }
        assert expected <= set(ids(result)), (typed, other)
        assert f"“{typed}” → “{other}” (abbreviation)" in result.notes


def test_the_form_as_typed_is_above_the_other(index: Index) -> None:
    for typed, other, _ in pairs(index):
        result = index.search(typed, limit=ALL)
        tiers = [
            1 if holds(hit.sentence.text, typed) else 2
            for hit in result
            if holds(hit.sentence.text, typed) or holds(hit.sentence.text, other)
        ]
        assert tiers[0] == 1, (typed, other)
        assert tiers == sorted(tiers), (typed, other)


def test_both_forms_are_marked(index: Index) -> None:
    for typed, other, id_ in pairs(index):
        result = index.search(typed, limit=ALL)
        marks = "".join(marked(result, ids(result).index(id_)))
        assert holds(marks, typed), (typed, marks)
        assert holds(marks, other), (typed, marks)


def test_excluding_one_form_excludes_the_other(index: Index) -> None:
    for typed, other, id_ in pairs(index):
        for query in (f'장관 OR 양측 NOT "{typed}"', f'회의 장관 양측 -"{typed}"'):
            result = index.search(query, limit=ALL)
            assert id_ not in ids(result)
            for hit in result:
                assert not holds(hit.sentence.text, typed), query
                assert not holds(hit.sentence.text, other), query


LONG_FORMS = ["지방노동위원회", "도시계획위원회", "방송통신위원회", "금융감독위원회"]


@pytest.mark.parametrize("more", [0, 1, 2], ids=["most", "one-more", "two-more"])
def test_the_other_forms_of_a_word_are_limited(tmp_path: Path, more: int) -> None:
    longs = [*LONG_FORMS, "교육환경위원회", "군사협력위원회"][: MOST_FORMS + more]
    texts = [f"{long} ( JMC )의 설치를 논의하였다." for long in longs]
    with open_index(index_records(tmp_path, texts)) as index:
        result = index.search("JMC", limit=ALL)

    assert len(longs) == MOST_FORMS + more
    assert result.total == len(longs)
    assert len(result.understood["also"]) == MOST_FORMS if result.understood else False


TYPED = [
    *(query for query, *_ in MISTYPED),
    *(
        "서욱",
        "919군사합의",
        "對美",
        "전작권",
        "SCM",
        "완전 운용 능력",
        "Mark T. Esper",
    ),
    *("장관", "긴밀히", "갖춘", "유엔사로부터", "9.19", "’20년", "없는말", "WMD 대응"),
]


@st.composite
def queries(draw: st.DrawFn, substrings: Substrings, *links: str) -> str:
    """Draw a query of one to three substrings and words, with *links* between them."""
    text = draw(words_or_substring(substrings))
    for _ in range(draw(st.integers(0, 2))):
        link = draw(st.sampled_from(links))
        text = f"{text}{link}{draw(words_or_substring(substrings))}"
    return text


@st.composite
def words_or_substring(draw: st.DrawFn, substrings: Substrings) -> str:
    """Draw a query that is expanded, or a substring with or without its spaces."""
    if draw(st.booleans()):
        return draw(st.sampled_from(TYPED))
    _, substring = draw(substrings.any())
    return "".join(substring.split()) if draw(st.booleans()) else substring


LINKS = (" ", " ", " OR ", " AND ", " NOT ", " -")


@given(st.data())
def test_scores_descend_and_no_sentence_is_repeated(
    index: Index, substrings: Substrings, data: st.DataObject
) -> None:
    query = data.draw(queries(substrings, *LINKS))
    result = index.search(query, limit=ALL)
    pairs = index.rank(query, limit=ALL)
    trec = [line.split(" ") for line in trec_lines("q", pairs)]
    scores = [hit.score for hit in result]
    written = [float(line[4]) for line in trec]

    count = result.total + result.uncounted
    assert len(set(ids(result))) == len(result.hits) == count
    assert [hit.rank for hit in result] == list(range(1, count + 1))
    assert scores == sorted(scores, reverse=True)
    assert [line[3] for line in trec] == [str(hit.rank) for hit in result]
    assert written == sorted(written, reverse=True)


@given(st.data(), st.integers(0, 40), st.integers(0, 40))
def test_a_page_is_a_slice_of_the_whole_list(
    index: Index, substrings: Substrings, data: st.DataObject, limit: int, offset: int
) -> None:
    query = data.draw(queries(substrings, *LINKS))
    whole = index.search(query, limit=ALL)
    part = index.search(query, limit=limit, offset=offset)

    assert part.hits == whole.hits[offset : offset + limit]
    assert (part.total, part.notes) == (whole.total, whole.notes)
    assert part.understood == whole.understood


@pytest.mark.parametrize("query", ["해결하", "서욱", "919군사합의", "전환을위해"])
def test_a_substring_matches_the_words_as_typed_too(index: Index, query: str) -> None:
    """해결 is also in 해결책, which a search for the words as typed finds."""
    typed = index.search(query, limit=ALL, exact=True)

    assert set(ids(typed)) <= set(matches(index, query))


@given(st.data())
def test_words_as_typed_rank_above_other_matches(
    index: Index, substrings: Substrings, data: st.DataObject
) -> None:
    """The words as typed come first, and substring matches come last.

    An abbreviation, and what is taken for another word, have no parts that count alone.
    """
    query = data.draw(queries(substrings, " "))
    result = index.search(query, limit=ALL)
    typed = ids(index.search(query, limit=ALL, exact=True))
    across = [n for n in result.notes if "only across word boundaries" in n]
    last = len(result.hits) - sum(int(note.split(",")[0]) for note in across)

    assert last >= result.total
    for hit in result.hits[last:]:
        assert holds(hit.sentence.text, query)
    if steps(result) <= {"spacing", "parts"}:
        # In a query of several words the parts of a compound rank by score.
        if not steps(result) and not any("only parts" in n for n in result.notes):
            assert set(ids(result)[: len(typed)]) == set(typed)
        assert set(ids(result)) >= set(typed)
        assert set(ids(result)[result.total :]).isdisjoint(typed)


@pytest.mark.parametrize(
    ("mistyped", "right"),
    [
        ("유앤사", "공약"),
        ("북방한게선", "이행"),
        ("wjswkrrnjs", "훈련"),
        ("ㄴ츠", "핵"),
    ],
)
def test_the_correctly_typed_word_ranks_above_the_other(
    index: Index, mistyped: str, right: str
) -> None:
    typed = ids(index.search(right, limit=ALL, exact=True))
    together = matches(index, f"{mistyped} {right}")

    assert typed
    assert set(together[: len(typed)]) == set(typed)
    assert set(together) > set(typed)


@pytest.mark.parametrize(
    ("query", "id_", "expected"),
    [
        ("합의 이행", "4.1", ["합의", "이행"]),
        ("군사합의 이행", "4.1", ["군사합의", "이행", "군사", "군사"]),
        ("회의 MCM", "1.3", ["회의", "한미군사위원회회의", "MCM"]),
        ("마크 에스퍼 Mark", "1.2", ["마크", "에스퍼", "Mark", "T", "Esper"]),
        ("한계선 NLL", "5.3", ["북방한계선", "NLL"]),
        ("전환을위해", "11.1", ["전환", "위해", *["전환"] * 3]),
        ("서욱", "1.2", ["서", "욱"]),
        ("919군사합의", "4.3", ["9·19", "군사합의", "합의", "군사"]),
    ],
)
def test_marks_hold_no_bracket_or_quote_at_their_ends(
    index: Index, query: str, id_: str, expected: Sequence[str]
) -> None:
    result = index.search(query, limit=ALL)

    assert marked(result, ids(result).index(id_)) == expected


@given(st.data())
def test_spans_cover_the_matches_and_nothing_else(
    index: Index, substrings: Substrings, data: st.DataObject
) -> None:
    query = data.draw(queries(substrings, " "))
    result = index.search(query, limit=ALL)
    forms = [word.get("word") or word["phrase"] for word in words(result.understood)]
    terms = {term for word in words(result.understood) for term in word["terms"]}
    for hit in result:
        text = hit.sentence.text
        matching = _matching(text, [query, *forms], terms)
        last = -1
        assert hit.spans, text
        for start, end in hit.spans:
            assert last < start < end <= len(text)
            assert text[start].isalnum(), (text[start:end], text)
            assert text[end - 1].isalnum(), (text[start:end], text)
            letters = {i for i in range(start, end) if text[i].isalnum()}
            assert letters <= matching, (text[start:end], text)
            last = end


@cache
def _analysis(text: str) -> Analysis:
    return ANALYZER.analyze(text)


def _matching(text: str, typed: Sequence[str], terms: set[str]) -> set[int]:
    """Return where *text* has one of *terms*, or spells what was typed or a noun of it.

    A word counts without its particles too.
    """
    spelt = [compact(form) for form in typed]
    spelt += [
        compact(form[morphemes[0].start : morphemes[-1].end])
        for form in typed
        if (morphemes := ANALYZER.analyze(form).morphemes)
    ]
    analysis = _analysis(text)
    tokens = [token for token in analysis.morphemes if token.term in terms]
    tokens += [
        token
        for token in (*analysis.noun_bigrams, *analysis.boundary_bigrams)
        if any(token.term.lstrip("_") in form for form in spelt)
    ]
    places = {i for token in tokens for i in range(token.start, token.end)}
    letters, origins = compact_with_offsets(text)
    for form in filter(None, spelt):
        for match in re.finditer(f"(?={re.escape(form)})", letters):
            places.update(origins[match.start() : match.start() + len(form)])
    return places


@pytest.mark.parametrize(
    ("hangul", "hanja"),
    [
        ("항복", "降伏"),
        ("부족", "不足"),
        ("변경", "變更"),
        ("시월", "十月"),
        ("경신", "更新"),
        ("갱신", "更新"),
        ("김영삼", "金泳三"),
        ("이악", "李樂"),
        ("방위역량", "防衛力量"),
    ],
)
def test_hanja_and_their_readings_find_each_other(
    tmp_path: Path, hangul: str, hanja: str
) -> None:
    texts = {
        "한글": f"그들은 {hangul}을 말하였다.",
        "한자": f"그들은 {hanja}을 말하였다.",
    }
    with open_index(index_records(tmp_path, texts)) as index:
        for query, best in ((hangul, "한글"), (hanja, "한자")):
            hits = index.search(query).hits
            assert [hit.sentence.id for hit in hits] == sorted(
                texts, key=lambda name: name != best
            )
            for hit in hits:
                [(start, end)] = hit.spans
                assert hit.sentence.text[start:end] in (hangul, hanja)


def test_the_spelling_that_was_typed_ranks_first(tmp_path: Path) -> None:
    texts = {
        "電氣": "電氣를 아끼는 우리는 傳說을 오래도록 듣지 않았다.",
        "傳記": "傳記를 읽고 傳記를 썼다.",
        "전기": "전기가 흐르고 전기가 모였다.",
    }
    with open_index(index_records(tmp_path, texts)) as index:
        for typed in texts:
            hits = index.search(typed).hits
            assert {hit.sentence.id for hit in hits} == set(texts)
            assert hits[0].sentence.id == typed
        assert index.search("電氣").notes == ("“電氣” → “전기” (hanja)",)
        assert index.search("우리 NOT 電氣").total == 0


@pytest.mark.parametrize("question", ["언제", "무엇을", "몇", "어디에서", "왜"])
def test_a_question_word_is_not_corrected(index: Index, question: str) -> None:
    """A sentence that answers does not have it; on its own it is searched as typed."""
    result = index.search(f"전작권은 {question} 전환하나")

    assert result.hits
    assert [note for note in result.notes if "전작권" not in note] == []


@pytest.mark.parametrize(("most", "count"), [(1 << 30, 20), (1, 3)])
def test_only_some_words_of_a_long_query_are_corrected(
    index_folder: Path, monkeypatch: pytest.MonkeyPatch, most: int, count: int
) -> None:
    """Each is compared with the words of the index, while other searches wait."""
    monkeypatch.setattr(expansion, "_MOST_COMPARED", most)
    words = [f"{a}{b}뷁" for a in "꽥쮭뾹쎍쮸뜛쬪" for b in "뷃쀍쬙쭮쎘뀪쯰"]
    corrected: set[str] = set()

    def corrections(_: Spelling, word: str, most: int = 3) -> list[str]:
        del most
        corrected.add(word)
        return []

    monkeypatch.setattr(Spelling, "corrections", corrections)
    with open_index(index_folder) as index:
        result = index.search(" ".join(words))

    assert corrected.intersection(words) == set(words[:count])
    assert result.notes[0] == (
        f"Corrections were tried for the first {count} of 49 words that no sentence has"
    )


def test_an_answer_does_not_depend_on_earlier_queries(index_folder: Path) -> None:
    """A word is cached by itself: alone, excluded, in a phrase, or behind 21 others."""
    many = " ".join(f"{a}{b}뷁" for a in "꽥쮭뾹" for b in "뷃쀍쬙쭮쎘뀪쯰")
    queries = ["유앤사", f"{many} 유앤사", "한미동맹", '"한미동맹"', "한미동맹 -축구"]
    queries += ["무엇", "무엇 유앤사", *reversed(queries)]
    with open_index(index_folder) as index:
        answers = [index.search(query).to_json() for query in queries]
    for query, answer in zip(queries, answers, strict=True):
        with open_index(index_folder) as fresh:
            assert fresh.search(query).to_json() == answer, query
