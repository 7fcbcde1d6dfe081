"""Unseen words: derived as Kiwi would cut them, and left to Kiwi where rules do not decide."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from helpers import ROOT
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.analysis.josa import parse_particles
from indexer.analysis.kiwi import Morpheme, Morphemes, MorphemeSource
from indexer.analysis.unseen_words import LONGEST, analyze_unseen
from indexer.build.index_directory import VARIABLE, IndexDirectory
from indexer.build.rebuild import rebuild
from indexer.file_names import MORPHEME_CACHE, NOUNS
from indexer.storage.morpheme_cache import KnownRuns, MorphemeCache
from indexer.storage.sorted_lines import SortedLines
from search.index import open_index


class Runs:
    """A corpus of runs, each written as its morphemes: `핵심/NNG+축/NNG`.

    A key's mark for a preceding digit or letter may stand first: `1|년/NNB`.
    """

    def __init__(self, *runs: str, words: Iterable[str] = ()) -> None:
        self._words = set(words)
        self._runs: dict[str, Morphemes] = {}
        for run in runs:
            before, _, morphemes = run.rpartition("|")
            parts = parsed(morphemes)
            self._runs[before + "".join(part.form for part in parts)] = parts

    def find(self, key: str) -> Morphemes | None:
        return self._runs.get(key)

    def with_prefix(self, prefix: str) -> Iterator[tuple[str, Morphemes]]:
        return (item for item in self._runs.items() if item[0].startswith(prefix))

    def has_word(self, word: str) -> bool:
        """Return whether the corpus may have *word*: any, if no words are listed."""
        return not self._words or word in self._words


def parsed(run: str) -> Morphemes:
    parts: list[Morpheme] = []
    for part in run.split("+"):
        form, tag = part.split("/")
        start = parts[-1].end if parts else 0
        parts.append(Morpheme(form, tag, start, start + len(form)))
    return tuple(parts)


def shown(parts: Morphemes | None) -> str | None:
    return "+".join(f"{part.form}/{part.tag}" for part in parts) if parts else None


CORPUS = Runs(
    "유엔사/NNP+의/JKG",
    "동맹/NNG+을/JKO",
    "연합/NNG+방위/NNG+태세/NNG",
    "방위/NNG",
    "능력/NNG",
    "검증/NNG+과/JC",
    "서울/NNP",
    "서울/NNP+시장/NNG+은/JX",
    "시장/NNG",
    "논의/NNG+하/XSV+고/EC",
    "위원회/NNG",
    "위원/NNG",
    "회의/NNG",
    "협의/NNG",
    "등록/NNG",
    "상의/NNG",
    "청구/NNG",
    "청구인/NNG+과/JC",
    "심판/NNG",
    "핵/NNG",
    "확인/NNG",
    "재산/NNG",
    "재산세/NNG",
    "세액/NNG",
    "액체/NNG",
    "체류/NNG",
    "류머티즘/NNG",
    "서/VV+면/EC",
    "서면/NNG+으로/JKB",
    "대한/NNG+민국/NNG+의/JKG",
    "대한민국/NNP+은/JX",
    "다시/MAG",
)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("유엔사로부터는", "유엔사/NNP+로부터/JKB+는/JX"),
        ("유엔사", "유엔사/NNP"),
        ("연합방위에서만", "연합/NNG+방위/NNG+에서/JKB+만/JX"),
        ("방위능력검증", "방위/NNG+능력/NNG+검증/NNG"),
        ("서울로", "서울/NNP+로/JKB"),
        ("동맹까지를", "동맹/NNG+까지/JX+를/JKO"),
        ("동맹이나", "동맹/NNG+이나/JC"),
        ("능력인", "능력/NNG+이/VCP+ᆫ/ETM"),
        ("능력이다", "능력/NNG+이/VCP+다/EF"),
        ("능력이라면", "능력/NNG+이/VCP+라면/EC"),
        ("유엔사라면", "유엔사/NNP+이/VCP+라면/EC"),
        ("유엔사였다", "유엔사/NNP+이/VCP+었/EP+다/EF"),
        ("능력임을", "능력/NNG+이/VCP+ᆷ/ETN+을/JKO"),
        # Verbs made of nouns, in any form.
        ("동맹하고", "동맹/NNG+하/XSV+고/EC"),
        ("논의한", "논의/NNG+하/XSV+ᆫ/ETM"),
        ("논의하였다", "논의/NNG+하/XSV+었/EP+다/EF"),
        ("논의했으며", "논의/NNG+하/XSV+었/EP+으며/EC"),
        ("논의한다면", "논의/NNG+하/XSV+ᆫ다면/EC"),
        ("논의해야", "논의/NNG+하/XSV+어야/EC"),
        ("논의하겠다는", "논의/NNG+하/XSV+겠/EP+다는/ETM"),
        ("논의하기까지는", "논의/NNG+하/XSV+기/ETN+까지/JX+는/JX"),
        ("논의함에", "논의/NNG+하/XSV+ᆷ/ETN+에/JKB"),
        ("검증돼야", "검증/NNG+되/XSV+어야/EC"),
        ("검증될지", "검증/NNG+되/XSV+ᆯ지/EC"),
        ("검증시켜서는", "검증/NNG+시키/XSV+어서/EC+는/JX"),
        ("방위능력하는", "방위/NNG+능력/NNG+하/XSV+는/ETM"),
        # A prefix, suffixes, and a noun that stands alone.
        ("재확인", "재/XPN+확인/NNG"),
        ("동맹적으로", "동맹/NNG+적/XSN+으로/JKB"),
        ("능력등의", "능력/NNG+등/NNB+의/JKG"),
        ("핵능력", "핵/NNG+능력/NNG"),
        # Fewer nouns, and a particle rather than the end of a noun.
        ("동맹위원회의", "동맹/NNG+위원회/NNG+의/JKG"),
        ("등록상의", "등록/NNG+상/XSN+의/JKG"),
        ("동맹협의", "동맹/NNG+협의/NNG"),
        # Before particles it is not a verb, even if Kiwi reads it as one alone.
        ("서면에", "서면/NNG+에/JKB"),
    ],
)
def test_a_run_of_known_nouns_is_derived(run: str, expected: str) -> None:
    assert shown(analyze_unseen(run, CORPUS)) == expected


@pytest.mark.parametrize(
    "run",
    [
        "심판청구인",  # 청구인, or 청구 + 이다?
        "동맹재산세액",  # 재산 + 세액, or 재산세 + 액?
        "대한민국에",  # cut in two ways by the corpus itself
    ],
)
def test_an_ambiguous_run_is_left_to_kiwi(run: str) -> None:
    assert analyze_unseen(run, CORPUS) is None


@pytest.mark.parametrize(
    "run",
    [
        "새말",
        "새말은",
        "동맹새말",
        "새말동맹",
        "다시는",  # no noun
        "핵하고",  # no verb is made of one syllable
        "핵이다",
        "능력라면",  # 라면 is noodles behind a consonant
        "논의하느냐고",  # an ending the rules do not know
        "동",
        "재적",  # a prefix and a suffix make no word
        "적동맹",
        "동맹재",
        "",
        "동맹" * (LONGEST // 2 + 1),
    ],
)
def test_a_run_without_a_rule_is_left_to_kiwi(run: str) -> None:
    assert analyze_unseen(run, CORPUS) is None


SMALL = Runs(
    *("동맹/NNG+을/JKO", "핵/NNG", "것/NNB+을/JKO", "협정/NNG", "전시/NNG"),
    words=(
        *("동맹", "협정", "전시", "작전", "하다", "새롭다", "돕다", "모르다"),
        *("듣다", "쓰다", "이루다", "없다", "알다"),
    ),
)
"""A corpus that lists its words."""


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("경수", "경수/NNG"),
        ("파네타", "파네타/NNG"),
        ("개념과의", "개념/NNG+과/JC+의/JKG"),
        ("개념이라면", "개념/NNG+이/VCP+라면/EC"),
        ("심화하며", "심화/NNG+하/XSV+며/EC"),
        ("협정위반", "협정/NNG+위반/NNG"),
        ("협정위반에서는", "협정/NNG+위반/NNG+에서/JKB+는/JX"),
        ("위반협정", "위반/NNG+협정/NNG"),
        ("위반협정을", "위반/NNG+협정/NNG+을/JKO"),
        ("동맹위반협정", "동맹/NNG+위반/NNG+협정/NNG"),
        # All known nouns around it are recognised.
        ("동맹협정위반", "동맹/NNG+협정/NNG+위반/NNG"),
        # Not forms of 하다, 돕다 and 쓰다, though they begin like some.
        ("한국", "한국/NNG"),
        ("도움닫기", None),
        ("서적", "서적/NNG"),
    ],
)
def test_a_run_may_have_one_unknown_noun(run: str, expected: str | None) -> None:
    assert shown(analyze_unseen(run, SMALL)) == expected


@pytest.mark.parametrize(
    "run",
    [
        # Forms of the corpus's verbs, and of verbs derived from nouns.
        *(
            "새로운",
            "새로웠던",
            "도와",
            "도왔으며",
            "몰라서",
            "들은",
            "써라",
            "이뤄",
            "아는",
        ),
        *("하더라도", "협정하더라니까", "협정일수록", "지체없는", "협정이었느니"),
        # A word of the corpus is within it.
        *("공작전대", "전시작전통제"),
        # A single syllable that may be a noun, with particles or endings.
        *("것이다", "것에서", "년까지", "통과", "위임"),
        # Particles and endings.
        *("에서의", "도록", "었다", "협정도발", "협정까지이지만"),
        # A single syllable beside it may be a part of it.
        *("핵연료", "협정연료핵"),
        # Two of them.
        "위반협정연료",
        "1연료",
    ],
)
def test_a_piece_that_may_belong_to_a_known_word_is_not_an_unknown_noun(
    run: str,
) -> None:
    assert analyze_unseen(run, SMALL) is None


@pytest.mark.parametrize(
    "run",
    [
        *("동맹를", "동맹가", "동맹는", "동맹와", "동맹로", "동맹나", "동맹라도"),
        *(
            "유엔사을",
            "유엔사이",
            "유엔사은",
            "유엔사과",
            "유엔사으로",
            "유엔사까지이나",
        ),
        *("서울으로", "서울를", "서울와", "서울으로부터"),
        # No particle follows one that ends the word, nor a case another.
        *("동맹은의", "동맹을은", "동맹이가", "동맹에를", "동맹에서에", "동맹도만"),
    ],
)
def test_particles_in_an_impossible_form_or_order_are_left_to_kiwi(run: str) -> None:
    assert analyze_unseen(run, CORPUS) is None


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("A으로부터는", "으로부터/JKB+는/JX"),
        ("A을", "을/JKO"),
        ("A동맹은", "동맹/NNG+은/JX"),
        ("1까지는", "까지/JX+는/JX"),
        # These count things: 3만, 30도, 3과.
        ("1만", None),
        ("1도", None),
        ("1과", None),
        ("A핵", None),
    ],
)
def test_runs_behind_letters_and_numbers(key: str, expected: str | None) -> None:
    parts = analyze_unseen(key, CORPUS)

    assert shown(parts) == expected
    assert not parts or (parts[0].start, parts[-1].end) == (0, len(key) - 1)


def test_a_counter_is_known_only_behind_a_number() -> None:
    runs = Runs("1|년/NNB+에/JKB")

    assert shown(analyze_unseen("1년까지", runs)) == "년/NNB+까지/JX"
    assert analyze_unseen("년까지", runs) is None


STEMS = ("유엔사", "연합방위태세", "방위", "서울", "재산세", "핵능력", "동맹적")
FORMS = (
    "을",
    "를",
    "이",
    "가",
    "은",
    "는",
    "로",
    "으로",
    "에",
    "에서",
    "만",
    "까지",
    "의",
    "도",
)


@given(
    stem=st.sampled_from(STEMS),
    forms=st.lists(st.sampled_from(FORMS), max_size=4),
)
def test_particles_do_not_change_the_nouns_before_them(
    stem: str, forms: list[str]
) -> None:
    ending = "".join(forms)
    nouns, parts = analyze_unseen(stem, CORPUS), analyze_unseen(stem + ending, CORPUS)
    assert nouns

    assert (parts is None) == (parse_particles(ending, stem[-1]) is None)
    if parts:
        assert parts[: len(nouns)] == nouns
        assert "".join(part.form for part in parts) == stem + ending
        assert [part.start for part in parts[1:]] == [part.end for part in parts[:-1]]


@given(
    st.text(
        st.sampled_from("유엔사동맹서울핵재적등상의과인하한은을로새1A"), max_size=12
    )
)
def test_the_derived_morphemes_span_the_whole_run(key: str) -> None:
    parts = analyze_unseen(key, CORPUS)

    if parts:
        assert parts[0].start == 0
        assert parts[-1].end == len(key) - key.startswith(("1", "A"))
        assert all(a.end >= b.start for a, b in pairwise(parts))


def lexicon_of(folder: Path, analyse: MorphemeSource = kiwi.morphemes) -> MorphemeCache:
    generation = IndexDirectory(folder).current()
    return MorphemeCache(generation / MORPHEME_CACHE, generation / NOUNS, analyse)


def unused(runs: Iterable[str]) -> Iterable[Morphemes]:
    for run in runs:
        raise AssertionError(run)
    return ()


@pytest.mark.parametrize(
    "query",
    [
        *("유엔사로부터는", "전작권까지", "한미동맹으로부터", "에스퍼에게"),
        *("국방협력방안", "방위능력검증을", "핵위협에", "안보협력체계", "운용능력평가"),
        *("SCM으로부터는", "MCM과의", "2021년까지는", "한·미동맹현안", "동맹국방"),
    ],
)
def test_terms_are_those_of_kiwi(index_folder: Path, query: str) -> None:
    opened = lexicon_of(index_folder, unused)
    derived, whole = (
        Analyzer(opened.morphemes),
        Analyzer(KnownRuns(kiwi.morphemes).morphemes),
    )

    assert derived.analyze(query).terms == whole.analyze(query).terms
    opened.close()


def test_every_stored_noun_is_part_of_a_run_with_the_same_morphemes(
    index_folder: Path,
) -> None:
    """No stored noun is a whole run."""
    generation = IndexDirectory(index_folder).current()
    opened = lexicon_of(index_folder, unused)
    runs = dict(opened.runs())
    with closing(SortedLines(generation / NOUNS)) as stored:
        nouns = [line.decode().partition("\t")[0] for line in stored.with_prefix(b"")]

    assert nouns == sorted(set(nouns) - runs.keys())
    for noun in nouns:
        parts = opened.find(noun)
        assert parts
        assert (parts[0].start, parts[-1].end) == (0, len(noun))
        assert all(re.match("N|X[RPS]|UN", part.tag) for part in parts)
        assert any(
            within(parts, whole, place)
            for run, whole in runs.items()
            for place in starts(noun, run.lstrip("1A"))
        )
    opened.close()


def starts(noun: str, run: str) -> Iterator[int]:
    return (place for place in range(len(run)) if run.startswith(noun, place))


def within(parts: Morphemes, whole: Morphemes, place: int) -> bool:
    """Return whether *parts* are consecutive morphemes of *whole* from *place* on."""
    moved = [p._replace(start=p.start + place, end=p.end + place) for p in parts]
    end = moved[-1].end
    return moved == [p for p in whole if place <= p.start and p.end <= end]


def test_the_morphemes_of_a_run_do_not_depend_on_earlier_calls(
    index_folder: Path,
) -> None:
    alone, after = lexicon_of(index_folder), lexicon_of(index_folder)

    # Kiwi analyses the first, which is then cached, and no run of the corpus.
    after.morphemes(["새말국방", "새말"])

    runs = ["새말국방협력", "국방협력방안", "유엔사로부터는"]
    assert alone.morphemes(runs) == after.morphemes(runs)
    alone.close()
    after.close()


def test_a_word_of_the_user_dictionary_is_not_derived(tmp_path: Path) -> None:
    dictionary = tmp_path / "own.tsv"
    dictionary.write_text("동맹국방\tNNP\n", encoding="utf-8")
    rebuild(tmp_path / "index", dictionary=dictionary)

    opened = lexicon_of(tmp_path / "index")

    assert [shown(run) for run in opened.morphemes(["동맹국방", "동맹국방의"])] == [
        "동맹국방/NNP",
        "동맹국방/NNP+의/JKG",
    ]
    opened.close()


@pytest.mark.parametrize(
    "query",
    [
        # A word of the corpus that begins before the unknown piece, or ends behind it.
        *("유엔군사령관", "유엔사부사령관", "연합사부사령관", "유엔사재활성화"),
        *("미군사고문단", "협의체장", "국방부장", "분담금분", "결의안문", "유엔사편"),
        # Two syllables that are a suffix each, and a noun together; rare prefixes.
        *("분담금인상", "방위비율", "초준비", "범태세"),
        # Nouns that no sentence has.
        *("정전협정위반", "파네타", "개념과의", "기대효과를", "경수로"),
    ],
)
def test_derived_morphemes_lose_no_sentence_that_kiwi_would_find(
    index_folder: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    def hits() -> set[str]:
        with open_index(index_folder) as index:
            return {hit.sentence.id for hit in index.search(query, limit=1000).hits}

    derived = hits()
    monkeypatch.setattr("indexer.analysis.unseen_words.analyze_unseen", lambda *_: None)

    assert derived >= hits()


@pytest.mark.parametrize(
    "query",
    ["유엔사로부터는", "국방협력방안", "SCM으로부터는", "정전협정위반", "파네타 동맹"],
)
def test_derived_words_are_searched_without_loading_kiwi(
    index_folder: Path, query: str
) -> None:
    script = (
        "import sys; from search.index import open_index\n"
        "with open_index() as index: print(index.search(sys.argv[1]).hits != ())\n"
        "print([name for name in ('kiwipiepy', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, query],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, VARIABLE: str(index_folder)},
        text=True,
    )

    assert done.stdout == "True\n[]\n"
