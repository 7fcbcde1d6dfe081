"""Patching: an index made of the one before answers as one that is made from nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers import command_on, examples, json_object, write_records
from hypothesis import example, given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir

from indexer.backends import backend_of
from indexer.build import changes
from indexer.build.index_directory import IndexDirectory
from indexer.build.rebuild import rebuild
from indexer.errors import CommuniqueError
from indexer.file_names import (
    COMPLETION,
    DOCID_MAP,
    FORWARD_INDEX,
    MORPHEME_CACHE,
    NOUNS,
    RUN_COUNTS,
    SYNONYMS,
    WHOOSH,
)
from indexer.storage.citations import REFERENCES
from indexer.whoosh_format.reader import TERMS
from search.index import open_index

WHOLE = (SYNONYMS, RUN_COUNTS, MORPHEME_CACHE, NOUNS, REFERENCES, COMPLETION)
"""The files that are written anew."""
QUERIES = (
    *(
        "전작권 전환",
        "동맹",
        '"신뢰 구축"',
        "동맹 NOT 한미동맹",
        "SCM",
        "유앤사",
        "ㅎㅁㄷㅁ",
    ),
    *(
        "비핵화를",
        "정전협정",
        "한미동맹은 강하다",
        "wjswkrrnjs",
        "대량살상무기",
        "논의",
    ),
    *("한", "2020년", "서욱", "방위 협력", "위협정", "확산방지구상"),
)
TEXTS = (
    "양 장관은 전작권 전환을 논의하였다.",
    "전시작전통제권(전작권) 전환계획을 논의했다.",
    "한미동맹은 신뢰구축에 기여하였다.",
    "한미 동맹의 신뢰 구축을 위한 방안",
    "한미안보협의회의(SCM)가 2020년 열렸다.",
    "유엔사는 정전협정을 관리한다.",
    "정전협정과 유엔사의 역할이 논의되었다.",
    "확산방지구상 ( PSI )에 참여한다.",
    "대량살상무기의 비핵화를 위한 협력",
    "서 욱 장관과 에스퍼 장관은 동맹을 재확인하였다.",
    "방위협력지침을 검토하였다. 방위 협력이다.",
    "위원회(이하 “안보위원회”라 한다)를 둔다.",
    "안보위원회는 회의를 연다.",
    "",
    "…",
    "동맹",
    "동맹 동맹 동맹국과의 동맹",
)


@pytest.fixture(autouse=True)
def _always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every index patched that can be."""
    monkeypatch.setattr(changes, "MIN_SENTENCES", 1)
    monkeypatch.setattr(changes, "MAX_CHANGED_ONE_IN", 0.01)


def is_patched(folder: Path) -> bool:
    return (IndexDirectory(folder).current() / DOCID_MAP).exists()


def segments(folder: Path) -> list[str]:
    """Return the names of the folders of the segments after the first."""
    generation = IndexDirectory(folder).current()
    return sorted(path.name for path in generation.glob("segment*"))


def answers(folder: Path) -> list[Any]:
    """Return the answers of an index, with its scores rounded."""
    with open_index(folder) as index:
        results: list[Any] = [
            index.search(query, limit=50).to_json() for query in QUERIES
        ]
        results += [index.rank(query, limit=50) for query in QUERIES]
        results += [index.suggest(prefix) for prefix in ("전", "ㅎㅁ", "동매", "위")]
        for source in index.manifest.sources:
            results.append(index.show(source.document))
        for sentence in index.show(index.manifest.sources[0].document)[:3]:
            for query in QUERIES[:5]:
                results.append(index.explain(query, sentence.id).to_json())
        return results


def assert_as_made_from_nothing(folder: Path, corpus: Path, scratch: Path) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    rebuild(scratch, [corpus])

    assert answers(folder) == answers(scratch)
    patched, made = IndexDirectory(folder).current(), IndexDirectory(scratch).current()
    for name in WHOLE:
        assert (patched / name).read_bytes() == (made / name).read_bytes(), name
    patched_index, expected = backend_of(folder), backend_of(scratch)
    assert patched_index.verify().sources == expected.verify().sources
    assert patched_index.count() == expected.count()


LINES = st.lists(
    st.tuples(st.integers(0, 11), st.sampled_from(TEXTS)),
    min_size=4,
    max_size=12,
    unique_by=lambda line: line[0],
)


@settings(max_examples=examples(0.2))
@given(st.lists(LINES, min_size=2, max_size=5), st.integers(1, 4))
@example([[(n, TEXTS[n]) for n in range(8)], [(n, TEXTS[n]) for n in range(1, 8)]], 4)
@example(
    [[(n, TEXTS[0]) for n in range(8)], [(n, TEXTS[0]) for n in range(8)][::-1]], 4
)
def test_after_any_change_it_answers_as_one_made_from_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    states: list[list[tuple[int, str]]],
    most_segments: int,
) -> None:
    """Lines are added, removed, put elsewhere and written otherwise, again and again."""
    place = tmp_path_factory.mktemp("patched")
    folder, corpus = place / "index", place / "law.jsonl"
    indexed: list[list[tuple[int, str]]] = []
    for state in states:
        write_records(corpus, {f"제{number}조": text for number, text in state})
        if not any(text.strip("…") for _, text in state):
            continue
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(changes, "MAX_SMALL_SEGMENTS", most_segments)
            rebuild(folder, [corpus])
        indexed.append(state)
        assert is_patched(folder) == any(each != indexed[0] for each in indexed)
        assert_as_made_from_nothing(folder, corpus, place / "scratch")


def editions(path: Path, *texts: str) -> Path:
    path.mkdir(exist_ok=True)
    for year, text in enumerate(texts, 2019):
        (path / f"scm_{year}.txt").write_text(text, encoding="utf-8")
    return path


OLD = """\
제1차 회의 공동성명

2019년 11월 15일, 서울

1. 양 장관은 주한미군의 현 수준을 유지하기로 하였다. 양측은 사이버 협력을 강화하였다.

2. 양 장관은 유엔사의 정전협정 관리를 평가하였다. 파견된 평화유지군에 사의를 표하였다.
"""
NEW = OLD.replace("유지하기로 하였다.", "유지하기로 합의하였다. 기후가 논의되었다.")


def test_a_communique_is_patched_by_sentences(tmp_path: Path) -> None:
    """Those behind what has changed are cited by other numbers, and are new too."""
    folder, corpus = tmp_path / "index", editions(tmp_path / "corpus", OLD, OLD)
    rebuild(folder, [corpus])
    editions(tmp_path / "corpus", OLD, NEW)
    messages: list[str] = []
    rebuild(folder, say=messages.append)

    assert is_patched(folder)
    assert messages == [
        "3 sentences are new or changed and 2 gone; the other 6 are kept",
    ]
    assert_as_made_from_nothing(folder, corpus, tmp_path / "scratch")
    with open_index(folder) as index:
        (hit,) = index.search("기후").hits
        assert hit.sentence.id == "scm_2020:1.2"
        assert hit.sentence.act == "논의"


def first_and_changed(folder: Path) -> Path:
    """Make an index and patch it; return the corpus."""
    corpus = folder.with_name("law.jsonl")
    texts = {f"제{n}조": text for n, text in enumerate(TEXTS) if text}
    rebuild(folder, [write_records(corpus, texts)])
    texts.popitem()
    rebuild(folder, [write_records(corpus, {**texts, "제99조": "새로운 동맹"})])
    return corpus


def test_files_that_are_made_whole_are_the_same(tmp_path: Path) -> None:
    first_and_changed(folder := tmp_path / "index")
    new, old = IndexDirectory(folder).generations()

    assert is_patched(folder)
    assert (new / FORWARD_INDEX).samefile(old / FORWARD_INDEX)
    assert not (new / MORPHEME_CACHE).samefile(old / MORPHEME_CACHE)


def test_where_no_file_can_be_linked_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(os, "link", refuse)
    corpus = first_and_changed(folder := tmp_path / "index")
    new, old = IndexDirectory(folder).generations()

    assert not (new / FORWARD_INDEX).samefile(old / FORWARD_INDEX)
    assert_as_made_from_nothing(folder, corpus, tmp_path / "scratch")


def assert_stock_whoosh_finds(folder: Path, records: dict[str, str]) -> None:
    """Compare the sentences that Whoosh finds with those among *records* that have 동맹."""
    index = open_dir(str(IndexDirectory(folder).current() / WHOOSH))
    with index.searcher() as searcher:
        numbers = list(searcher.postings(TERMS, "동맹").all_ids())
        columns = searcher.reader().column_reader("id")
        ids = [columns[number].decode() for number in numbers]

    assert sorted(ids) == sorted(id_ for id_, text in records.items() if "동맹" in text)
    assert index.doc_count() == len(records)


def test_each_small_change_adds_a_segment_until_they_are_merged(tmp_path: Path) -> None:
    """Sentences are deleted from each segment; plain Whoosh reads all of them too."""
    corpus, folder = tmp_path / "law.jsonl", tmp_path / "index"
    records = {f"제{n}조": text for n, text in enumerate(filter(None, TEXTS))}
    rebuild(folder, [write_records(corpus, records)])
    for change, expected in enumerate((1, 2, 3, 4, 1, 2)):
        # One sentence of the first segment goes, and one of the change before.
        del records[f"제{change}조"]
        records.pop(f"제{change - 1}조의0", None)
        for number in range(3):
            records[f"제{change}조의{number}"] = f"동맹과 {TEXTS[change + number]}"
        rebuild(folder, [write_records(corpus, records)])

        assert segments(folder) == [f"segment{n + 1}" for n in range(expected)]
        assert_stock_whoosh_finds(folder, records)
        if change > 2:
            assert_as_made_from_nothing(folder, corpus, tmp_path / "scratch")


def test_a_segment_is_added_for_new_sentences_only(tmp_path: Path) -> None:
    corpus, folder = tmp_path / "law.jsonl", tmp_path / "index"
    first = {f"제{n}조": text for n, text in enumerate(filter(None, TEXTS))}
    last = {"제99조": "새로운 동맹"}
    in_reverse = dict(reversed(first.items()))
    fewer = dict(list(first.items())[:-1])
    other = {"제98조": "오래된 동맹"}
    for records, expected in (
        (first, []),
        (in_reverse, []),
        (fewer, []),
        (fewer | last, ["segment1"]),
        (last | fewer, ["segment1"]),
        # A segment without sentences is left out.
        (fewer, []),
        (fewer | last, ["segment1"]),
        (fewer | other, ["segment1"]),
    ):
        rebuild(folder, [write_records(corpus, records)])

        assert segments(folder) == expected
        assert_stock_whoosh_finds(folder, records)
    assert_as_made_from_nothing(folder, corpus, tmp_path / "scratch")


@pytest.mark.parametrize("reason", ["force", "dictionary", "damage", "much", "few"])
def test_a_full_rebuild_is_made_where_a_patch_is_not_possible_or_not_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    corpus = first_and_changed(folder := tmp_path / "index")
    dictionary_file = tmp_path / "own.tsv"
    dictionary_file.write_text("안보위원회\tNNG\n", encoding="utf-8")
    if reason == "damage":
        changed = IndexDirectory(folder).current() / "segment1" / FORWARD_INDEX
        changed.write_bytes(changed.read_bytes()[::-1])
    elif reason == "much":
        monkeypatch.setattr(changes, "MAX_CHANGED_ONE_IN", 1_000)
    elif reason == "few":
        monkeypatch.setattr(changes, "MIN_SENTENCES", 10_000)
    with corpus.open("a", encoding="utf-8") as file:
        file.write('{"id": "제100조", "text": "또 하나의 동맹"}\n')
    dictionary = dictionary_file if reason == "dictionary" else None
    rebuild(folder, dictionary=dictionary, force=reason == "force")

    assert not is_patched(folder)
    with open_index(folder) as index:
        assert "제100조" in {hit.sentence.id for hit in index.search("동맹")}


def test_no_damage_goes_unnoticed(tmp_path: Path) -> None:
    """In no file of any segment: there is the same answer, or none."""
    corpus = first_and_changed(folder := tmp_path / "index")
    with corpus.open("a", encoding="utf-8") as file:
        file.write('{"id": "제100조", "text": "또 하나의 동맹"}\n')
    rebuild(folder)
    expected, generation = answers(folder), IndexDirectory(folder).current()
    files = [p for p in generation.rglob("*") if p.is_file() and p.stat().st_size]
    for path in files:
        data = path.read_bytes()
        for place in (0, len(data) // 2, len(data) - 1):
            flipped = bytearray(data)
            flipped[place] ^= 1
            # The file is also one of the generation before.
            path.unlink()
            path.write_bytes(flipped)
            try:
                assert answers(folder) == expected
            except CommuniqueError:
                continue
        path.unlink()
        path.write_bytes(data)
    assert answers(folder) == expected
    assert {path.parent.name for path in files} >= {"segment1", "segment2", WHOOSH}


def test_info_states_a_bound_of_the_terms_after_a_small_change(tmp_path: Path) -> None:
    """Terms of deleted sentences are counted until the whole index is written."""
    corpus, folder = tmp_path / "r.jsonl", tmp_path / "index"
    run = command_on(folder)
    write_records(corpus, [*TEXTS, "희귀한 낱말이다."])
    rebuild(folder, [corpus])
    terms = json_object(run("info", "--json"))["terms"]
    assert f", {terms} terms\n" in run("info").stdout
    write_records(corpus, [*TEXTS, "동맹이다."])
    rebuild(folder, [corpus])
    assert is_patched(folder)
    assert f", at most {terms} terms\n" in run("info").stdout
    rebuild(folder, [corpus], force=True)
    assert "at most" not in run("info").stdout
