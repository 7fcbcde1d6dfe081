"""The Python API: opening an index, searching it and showing sentences."""

from __future__ import annotations

import errno
import json
import os
import string
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from helpers import index_records
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.build.index_directory import IndexDirectory, default_folder
from indexer.build.index_errors import (
    IndexUnreadableError,
    NoIndexError,
    NotAnIndexError,
)
from indexer.build.plan import CORPUS
from indexer.build.rebuild import rebuild
from indexer.errors import CommuniqueError
from indexer.ingest.document import Document
from search.index import Index, open_index
from search.not_found import NotInIndexError
from search.query.parser import DEEPEST, LONGEST, QueryError
from search.reading.compare import SameDocumentError, compare_sentences
from search.reading.keyness import keywords_of
from search.results import Hit, SearchResult


@pytest.fixture(scope="module")
def index(index_folder: Path) -> Iterator[Index]:
    """Return the opened index of the communiqué."""
    with open_index(index_folder) as opened:
        yield opened


def ids(result: SearchResult) -> list[str]:
    return [hit.sentence.id.removeprefix("scm-52-2020:") for hit in result]


def exact_ids(index: Index, query: str, *, every_word: bool = False) -> set[str]:
    """Return the ids of the sentences that contain the words as typed."""
    return set(ids(index.search(query, limit=100, every_word=every_word, exact=True)))


def test_the_first_example_finds_its_sentences(index: Index) -> None:
    expected = {"11.1", "11.2", "11.3", "12.1", "12.2", "12.3", "12.9"}

    assert set(ids(index.search("전작권"))) == expected
    (edition,) = index.editions
    result = index.search("전작권", exact=True)
    assert result == SearchResult(
        "전작권",
        {"word": "전작권", "terms": ["전작권"]},
        7,
        result.hits,
        (),
        {
            **{name: result.facets[name] for name in ("speaker", "act")},
            "document": {"scm-52-2020": 7},
            "year": {"2020": 7},
        },
        {"scm-52-2020": edition},
    )
    assert exact_ids(index, "전작권") == expected


def test_iteration_yields_the_hits_best_first(index: Index) -> None:
    result = index.search("전작권 전환")
    hits = list(result)

    assert tuple(hits) == result.hits
    assert all(isinstance(hit, Hit) for hit in hits)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
    assert all(hit.spans for hit in hits)


@pytest.mark.parametrize(
    "query",
    [
        *(
            "전작권",
            "장관 국방",
            '"신뢰 구축" -핵',
            "에스퍼 NOT 유엔사",
            "유앤사",
            "중국",
        ),
        *("FOC", "에서", "없는말", "", "NOT 장관", "국방"),
    ],
)
def test_rank_returns_the_ids_and_scores_of_the_hits(index: Index, query: str) -> None:
    for limit in (0, 1, 10, 100):
        hits = index.search(query, limit=limit).hits
        assert index.rank(query, limit=limit) == [
            (hit.sentence.id, hit.score) for hit in hits
        ]
    exact = index.search(query, limit=100, exact=True).hits
    every = index.search(query, limit=100, every_word=True).hits
    assert index.rank(query, limit=100, exact=True) == [
        (hit.sentence.id, hit.score) for hit in exact
    ]
    assert index.rank(query, limit=100, every_word=True) == [
        (hit.sentence.id, hit.score) for hit in every
    ]
    assert len(index.rank("장관")) == 10


def test_ten_hits_are_returned_by_default(index: Index) -> None:
    result = index.search("장관")

    assert len(result.hits) == 10
    assert result.total == 60


@pytest.mark.parametrize(
    ("limit", "offset"), [(0, 0), (1, 0), (3, 2), (10, 55), (10, 60), (10, 10**9)]
)
def test_limit_and_offset_select_a_slice(index: Index, limit: int, offset: int) -> None:
    whole = index.search("장관", limit=100)
    part = index.search("장관", limit=limit, offset=offset)

    assert part.hits == whole.hits[offset : offset + limit]
    assert part.total == 60


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("갖춘", {"7.1", "10.2"}),
        ("다뤘다", {"14.1"}),
        ("유엔사로부터", {"4.2", "5.1", "5.2", "5.4", "5.5"}),
        ("WMD", {"16.9", "16.10"}),
        ("CWMD", {"16.9"}),
        ("cwmdc", {"16.10"}),
        ("제52차", {"1.1", "20.2"}),
        ("10월", {"1.1", "1.3"}),
        ("9.19", {"4.1", "4.2", "4.3", "4.4"}),
        ('"신뢰 구축"', {"4.3", "5.4"}),
        ("신뢰구축 AND 조치", {"4.3", "5.4"}),
        ("비핵화", {"3.2"}),
        ("對美", {"16.5"}),
        ("사드", {"6.7"}),
        ('"이행과업"', {"11.1"}),
        ("방위역량 AND 확충", {"12.3"}),
        ("SOFA", {"18.1", "18.2"}),
        ("전작권 AND 에스퍼", set()),
        ("SMA OR DTT", {"17.1", "19.2"}),
    ],
)
def test_the_exact_hits_of_a_query(
    index: Index, query: str, expected: set[str]
) -> None:
    assert exact_ids(index, query) == expected


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("ＳＣＭ", "SCM"),
        ("scm", "SCM"),
        ("＂신뢰　구축＂", '"신뢰 구축"'),
        ("“신뢰 구축”", '"신뢰 구축"'),
        ("９·１９", "9.19"),
        ("동맹　－한미동맹", "동맹 -한미동맹"),
        ("（전작권　ＯＲ　ＷＭＤ）　ＡＮＤ　양측", "(전작권 OR WMD) AND 양측"),
        ("동맹 -한미동맹", "동맹 NOT 한미동맹"),
        ('동맹 NOT "한미 동맹"', "동맹 NOT 한미동맹"),
        ("동맹 AND NOT 한미동맹", "동맹 NOT 한미동맹"),
        ("전작권을", "전작권으로부터"),
        ("전작권\t\n전환", "전작권 전환"),
        ("\ufeff전작권\u200b", "전작권"),
        ("한·미", "한미"),
        ("전작권 전작권", "전작권"),
    ],
)
def test_equivalent_queries_have_the_same_hits(
    index: Index, query: str, same: str
) -> None:
    first = index.search(query, limit=100)
    second = index.search(same, limit=100)

    assert first.hits == second.hits
    assert first.total == second.total > 0


@pytest.mark.parametrize(
    "query", ["전작권을", "한미동맹 신뢰구축", '"신뢰 구축" -한미동맹', "갖춘 AND 능력"]
)
def test_a_decomposed_query_has_the_hits_of_the_composed_one(
    index: Index, query: str
) -> None:
    decomposed = unicodedata.normalize("NFD", query)
    result = index.search(decomposed)

    assert decomposed != query
    assert result.query == decomposed
    assert result.hits == index.search(query).hits
    assert result.understood == index.search(query).understood


def test_a_decomposed_text_is_indexed_and_highlighted_in_nfc(
    tmp_path: Path,
) -> None:
    text = "한미 양국은 전작권을 전환한다."
    folder = index_records(tmp_path, {"a": unicodedata.normalize("NFD", text)})

    with open_index(folder) as index:
        (hit,) = index.search("전작권 전환")

    assert hit.sentence.text == text
    assert [text[start:end] for start, end in hit.spans] == ["전작권", "전환"]


def test_every_word_requires_all_words(index: Index) -> None:
    together = exact_ids(index, "전작권 SCM", every_word=True)

    assert together == {"12.9"}
    assert together == exact_ids(index, "전작권 AND SCM")
    assert together == exact_ids(index, "전작권") & exact_ids(index, "SCM")
    assert exact_ids(index, "전작권 OR SCM", every_word=True) == exact_ids(
        index, "전작권 SCM"
    )


def test_excluding_a_compound_keeps_sentences_with_its_word_alone(
    index: Index, communique: Document
) -> None:
    """동맹 NOT 한미동맹 matches 동맹 outside 한미동맹."""
    hits = exact_ids(index, "동맹 NOT 한미동맹")

    assert hits == {
        sentence.id.removeprefix("scm-52-2020:")
        for sentence in communique.sentences
        if "동맹" in sentence.text and "한미동맹" not in sentence.text
    }
    assert len(hits) == 13


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("비핵화", {"a", "b"}),
        ("비핵화를", {"a", "b"}),
        ("비핵화 AND 논의", {"a"}),
        ("비핵", {"a", "b", "c", "d", "e", "f"}),
    ],
)
def test_an_affix_is_part_of_the_query(
    tmp_path: Path, query: str, expected: set[str]
) -> None:
    """비핵화 does not match 비핵, and 비핵 matches all its derivatives."""
    texts = [
        "한반도의 비핵화를 논의하였다.",
        "완전한 비핵화와 평화",
        "비핵 지대를 만든다.",
        "비핵의 뜻",
        "동남아 비핵지대 조약",
        "비핵국가와 비핵개방",
        "핵과 화",
        "핵무기의 최신화",
    ]
    with open_index(
        index_records(tmp_path, dict(zip("abcdef", texts, strict=False)))
    ) as index:
        result = index.search(query, limit=100)

        assert set(ids(result)) == expected
        assert all(hit.spans for hit in result)


@pytest.mark.parametrize(
    ("query", "id_"),
    [
        ("비핵", "3.2"),
        ("역동", "8.3"),
        ("제기", "3.2"),
        ("작전권", "11.2"),
        ("역량", "12.3"),
        ("연합사", "11.1"),
        ("이행", "6.8"),
        ("이해", "12.2"),
        ("도전", "16.1"),
        ("보고", "7.1"),
        ("주기", "12.9"),
        pytest.param(
            *("높이다", "12.2"),
            marks=pytest.mark.xfail(reason="Kiwi reads it by itself as 높이 + 이다"),
        ),
    ],
)
def test_a_word_matches_within_longer_words(index: Index, query: str, id_: str) -> None:
    """Even if Kiwi splits the word differently alone and in the longer word."""
    assert id_ in ids(index.search(query, limit=100))


def test_a_compound_matches_its_parts_written_with_spaces(index: Index) -> None:
    assert "11.2" in ids(index.search("미래연합사"))


def test_every_word_of_the_communique_finds_its_sentences(
    index: Index, communique: Document
) -> None:
    """Every second word is searched, as it is between its spaces."""
    places: dict[str, set[str]] = {}
    for sentence in communique.sentences:
        for word in sentence.text.split():
            id_ = sentence.id.removeprefix("scm-52-2020:")
            places.setdefault(word, set()).add(id_)
    for word, expected in list(places.items())[::2]:
        result = index.search(word, limit=100)
        # A single syllable may be a particle behind a bracket; 있다는 has no content morpheme.
        if result.understood and sum(map(str.isalnum, word)) > 1:
            assert expected <= set(ids(result)), word
            assert all(hit.spans for hit in result), word


@pytest.mark.parametrize(
    ("reference", "numbers"),
    [
        ("scm-52-2020:11", ["11.1", "11.2", "11.3", "11.4", "11.5"]),
        ("scm-52-2020:11.3", ["11.3"]),
        (" scm-52-2020:20.1\n", ["20.1"]),
    ],
)
def test_a_paragraph_or_sentence_is_shown(
    index: Index, reference: str, numbers: list[str]
) -> None:
    shown = [sentence.id for sentence in index.show(reference)]

    assert shown == [f"scm-52-2020:{number}" for number in numbers]


def test_the_sentences_of_a_document_are_shown_in_order(
    index: Index, communique: Document
) -> None:
    shown = [
        sentence._replace(speaker=None, act=None)
        for sentence in index.show("scm-52-2020")
    ]

    assert shown == list(communique.sentences)


def test_an_edition_is_returned_by_the_name_of_its_document(index: Index) -> None:
    (edition,) = index.editions

    assert index.edition("scm-52-2020") is edition
    assert index.editions_by_name == {"scm-52-2020": edition}
    with pytest.raises(NotInIndexError) as caught:
        index.edition("scm-52")
    assert str(caught.value) == (
        "the index holds no document 'scm-52'; the nearest is scm-52-2020."
    )


def test_a_decomposed_reference_is_normalised(tmp_path: Path) -> None:
    source = tmp_path / "공동성명.txt"
    source.write_text("전작권을 전환한다. 회의를 마쳤다.", encoding="utf-8")
    rebuild(tmp_path / "index", [source])

    with open_index(tmp_path / "index") as index:
        (sentence,) = index.show(unicodedata.normalize("NFD", "공동성명:2"))

    assert sentence.text == "회의를 마쳤다."


@pytest.fixture
def decomposed(tmp_path: Path) -> Iterator[tuple[Index, str]]:
    """Return an index of the documents 가람 and 나루, and 가람 in NFD."""
    for name in ("가람", "나루"):
        text = "전작권 전환을 논의한다. 회의를 마쳤다."
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    rebuild(tmp_path / "index", sorted(tmp_path.glob("*.txt")))
    with open_index(tmp_path / "index") as opened:
        yield opened, unicodedata.normalize("NFD", "가람")


def test_a_sentence_is_explained_by_its_decomposed_id(
    decomposed: tuple[Index, str],
) -> None:
    index, name = decomposed
    explanation = index.explain("회의", f" {name}:2\n")

    assert explanation.sentence
    assert explanation.sentence.sentence.id == "가람:2"
    with pytest.raises(NotInIndexError) as caught:
        index.explain("회의", f"{name}:9")
    assert str(caught.value) == (
        "the index holds no sentence '가람:9'; the nearest is 가람:2."
    )


def test_a_document_is_named_in_any_form(decomposed: tuple[Index, str]) -> None:
    index, name = decomposed

    for typed in (name, f"{name}:", f" {name}"):
        assert index.edition(typed).document == "가람"
    assert [each.edition.document for each in keywords_of(index, name, 3)] == ["가람"]
    (comparison,) = compare_sentences(index, "나루:2", [name]).comparisons
    assert comparison.edition.document == "가람"
    with pytest.raises(SameDocumentError):
        compare_sentences(index, f"{name}:2", [name])


@pytest.mark.parametrize(
    ("reference", "kind", "near"),
    [
        ("scm-52-2020:21", "paragraph", "scm-52-2020:20"),
        ("scm51-2019:11", "paragraph", "scm-52-2020:11"),
        ("scm-52-2020:11.", "sentence", "scm-52-2020:11."),
        ("scm-52-2020:25.1", "sentence", "scm-52-2020:20.1"),
        ("scm-52-2020:6.2.1", "sentence", "scm-52-2020:"),
        ("scm-52-2020:annex1", "paragraph", "scm-52-2020:"),
        (":", "paragraph", "scm-52-2020:"),
        ("11", "document", "scm-52-2020"),
        ("", "document", "scm-52-2020"),
        ("*", "document", "scm-52-2020"),
    ],
)
def test_an_unknown_reference_raises_not_in_index(
    index: Index, reference: str, kind: str, near: str
) -> None:
    with pytest.raises(NotInIndexError) as caught:
        index.show(reference)

    assert isinstance(caught.value, CommuniqueError)
    message = str(caught.value).removesuffix(".")
    before, _, named = message.partition("; the nearest is ")
    assert before == f"the index holds no {kind} {reference!r}"
    assert named.startswith(near)
    assert index.show(named)


def test_opening_a_missing_index_raises(tmp_path: Path) -> None:
    folder = tmp_path / "none"

    with pytest.raises(NoIndexError) as caught:
        open_index(folder)

    assert str(caught.value) == (
        f"{folder}: there is no index; make one with"
        f" `communique rebuild --index {folder}`."
    )
    assert not folder.exists()


@pytest.mark.parametrize(
    "opener", ["indexer.regular_files.open_file", "indexer.storage.checksums._mapped"]
)
@pytest.mark.parametrize("number", [errno.EMFILE, errno.EACCES], ids=os.strerror)
def test_a_file_that_the_system_refuses_to_open_is_not_damaged(
    index_folder: Path, monkeypatch: pytest.MonkeyPatch, opener: str, number: int
) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(opener, refuse)
    with pytest.raises(IndexUnreadableError) as caught:
        open_index(index_folder)

    assert str(caught.value).endswith(
        f": the index cannot be read ({os.strerror(number)}); mend that and try again."
    )


def test_the_default_folder_is_opened(tmp_path: Path) -> None:
    assert default_folder().parent == tmp_path.parent
    with pytest.raises(NoIndexError):
        open_index()
    rebuild()

    with open_index() as index:
        assert index.search("전작권").total == 7


def test_opening_a_folder_without_an_index_raises(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    with pytest.raises(NotAnIndexError) as caught:
        open_index(tmp_path)

    assert str(caught.value) == (
        f"{tmp_path}: holds something, but no index; give --index an empty or new folder."
    )


def test_opening_an_index_of_other_versions_raises(tmp_path: Path) -> None:
    folder = index_records(tmp_path, {"a": "전작권"})
    manifest = IndexDirectory(folder).current() / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    here = dict(record["tools"])
    record["tools"].update(whoosh="1.0", kiwipiepy="0.1")
    manifest.write_text(json.dumps(record), encoding="utf-8")

    with pytest.raises(CommuniqueError) as caught:
        open_index(folder)

    assert str(caught.value) == (
        f"{folder}: the index was made with whoosh 1.0 (here {here['whoosh']})"
        f" and kiwipiepy 0.1 (here {here['kiwipiepy']});"
        f" make it anew with `communique rebuild --index {folder}`."
    )


@pytest.mark.parametrize("damage", ["", "{}", "[]", "not JSON", '{"sources": 1}'])
def test_opening_an_index_with_a_damaged_manifest_raises(
    tmp_path: Path, damage: str
) -> None:
    folder = index_records(tmp_path, {"a": "전작권"})
    generation = IndexDirectory(folder).current()
    (generation / "manifest.json").write_text(damage, encoding="utf-8")

    with pytest.raises(CommuniqueError) as caught:
        open_index(folder)

    assert str(caught.value) == (
        f"{generation}: the index has no readable manifest; make it anew with"
        f" `communique rebuild --index {folder}`."
    )


def test_the_manifest_is_read_before_anything_is_unpickled(tmp_path: Path) -> None:
    """An index of other versions is refused before its pickles can run code."""
    folder = index_records(tmp_path, {"a": "전작권"})
    generation = IndexDirectory(folder).current()
    (generation / "manifest.json").write_text("{}", encoding="utf-8")
    for file in (generation / "whoosh").iterdir():
        file.write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")

    with pytest.raises(CommuniqueError, match="no readable manifest"):
        open_index(folder)


def test_an_open_index_answers_as_before_during_rebuilds(
    tmp_path: Path,
) -> None:
    """Two rebuilds delete its files, but its open files stay readable."""
    queries = ["전작권", "한미동맹", '"신뢰 구축"', "NOT 장관", "처음보는말", "갖춘"]
    other = tmp_path / "other.txt"
    other.write_text("다른 글의 전작권이다.", encoding="utf-8")
    folder = tmp_path / "index"
    rebuild(folder, [CORPUS])
    index = open_index(folder)
    before = [index.search(query, limit=100) for query in queries]
    labels: list[str] = []

    def search_again(items: Sequence[object], label: str) -> Sequence[object]:
        """Search during a rebuild, at each step of its progress."""
        labels.append(label)
        assert [index.search(query, limit=100) for query in queries] == before
        return items

    for _ in range(3):
        rebuild(folder, [other], force=True, progress=search_again)  # type: ignore[arg-type]

    assert labels == ["reading", "splitting", "cutting", "analysing"] * 3
    assert [index.search(query, limit=100) for query in queries] == before
    assert len(index.show("scm-52-2020")) == 82
    index.close()
    with open_index(folder) as new:
        assert [hit.sentence.id for hit in new.search("전작권")] == ["other:1"]


def test_leaving_the_context_closes_the_index(index_folder: Path) -> None:
    with open_index(index_folder) as index:
        assert index.search("전작권").total == 7

    closed: list[str] = []
    index.close = lambda: closed.append("closed")  # type: ignore[method-assign]
    with pytest.raises(KeyError), index:
        raise KeyError
    assert closed == ["closed"]


def check_result(result: SearchResult, query: str) -> None:
    """Check the properties of the result of any query."""
    assert result.query == query
    assert 0 <= len(result.hits) <= min(10, result.total + result.uncounted) <= 82
    assert result.understood or result.notes
    assert all(note and note == note.strip() for note in result.notes)
    assert len(" ".join(result.notes)) < 2_000
    for hit in result:
        end = -1
        for span in hit.spans:
            assert end < span[0] < span[1] <= len(hit.sentence.text)
            end = span[1]


ODD = [
    *('"', '"신뢰', '신뢰"', '""', "“", "'", "*", "?", "전작*", "*권", "전?권"),
    *("a:b", "terms:전작권", "id:scm-52-2020:1.1", "[a TO b]", "전작권^2", "전작권~"),
    *("NOT", "AND", "OR", "NOT NOT", "AND OR NOT", "-", "--", "---a", "-NOT", "- -"),
    *("()", "(", ")", ")(", "(()", "())", "(NOT)", "NOT ()", '("', "-()", "(-)"),
    *("\0", "전\0작권", "작\x1f전", "\x1b[31m전작권", "\r\n", "\x7f", "\x9b", "\u2028"),
    *("😀", "👨‍👩‍👧", "🇰🇷 한국", "❤️", "1️⃣", "전작권😀"),
    *("\ud800", "\udcff전작권", "전작권\ud83d", "\udbff\udfff"),
    *("\u202e전작권", "\u200f", "\ufeff", "\u2066전작권\u2069", "عربي", "עברית"),
    *("ㅋㅋ", "ㄱ", "전작권ㅋ", "ᄀ", "각", "한ㅤ국", "ￎ", "ﾡ"),
    *("ﷺ", "㎞", "㈜", "½", "①", "Ⅷ", "ß", "İ", "ǆ", "º", "𝟗·𝟏𝟗", "𠀀", "ⓐ"),
    *("9·", "·9", "9··19", "한·", "·한·미·", "1,2,3", "1,234,567", "제", "제1", "제 1"),
    *(
        "_전작",
        "=전작권",
        "_",
        "=",
        "=한미동맹",
        "_한미 _미동",
        "\\",
        "\\\\",
        "%s",
        "{}",
    ),
    *("르다", "하다", "이다", "았었", "는", "ㄴ다", "C++", "D.C.", "'20년", "’20년"),
    *string.punctuation,
]


@pytest.mark.parametrize("query", ODD, ids=ascii)
def test_odd_queries_are_answered(index: Index, query: str) -> None:
    for every_word in (False, True):
        for exact in (False, True):
            result = index.search(query, every_word=every_word, exact=exact)
            check_result(result, query)


@pytest.mark.parametrize("mark", [c for c in string.punctuation if c not in '"()-'])
def test_a_mark_beside_a_word_is_ignored(index: Index, mark: str) -> None:
    expected = index.search("전작권", exact=True)

    for query in (mark + "전작권", "전작권" + mark, f"{mark} 전작권", f"전작권 {mark}"):
        result = index.search(query, exact=True)
        assert [h.sentence for h in result] == [h.sentence for h in expected], query


@pytest.mark.parametrize(
    ("query", "note"),
    [
        (
            '"신뢰 구축',
            "A quotation mark was never closed, so its phrase runs to the end of the query.",
        ),
        ("전작권)", 'A ")" without a "(" before it was left out.'),
        (
            "전작권 NOT",
            'A "NOT" without a word after it was read as an ordinary word.',
        ),
        (
            "전작권 -",
            'A "-" standing alone was left out; to exclude a word, write -word after a space.',
        ),
        ("전작권 *", "Without a letter or digit, so not searched: “*”."),
        (
            "전작권 에서",
            "Nothing but particles or endings, so not searched: “에서”.",
        ),
    ],
)
def test_a_repaired_query_has_a_note(index: Index, query: str, note: str) -> None:
    result = index.search(query, exact=True)

    assert result.notes[0] == note
    assert result.understood


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "전작권 ",
            "동맹 AND ",
            "동맹 NOT ",
            "-동맹 ",
            '"전작권',
            "NOT ",
            "* ",
            "를 ",
        ),
        *("(", ")", "()", '"', "-", "?", "·", "1", "ㅋ", "😀", "\u0301"),
        *("\0", "\u200f", "\ud800"),
    ],
    ids=ascii,
)
def test_the_longest_query_is_answered(index: Index, unit: str) -> None:
    query = (unit * LONGEST)[:LONGEST]

    try:
        check_result(index.search(query), query)
    except QueryError:
        assert unit == "("


@pytest.mark.parametrize("unit", ["가", "각", "a", "美", "(전작권)"])
def test_the_longest_query_is_answered_as_typed(index: Index, unit: str) -> None:
    query = (unit * LONGEST)[:LONGEST]

    check_result(index.search(query, exact=True), query)


def test_a_query_of_many_different_words_is_answered(index: Index) -> None:
    query = " ".join(f"{number}ww" for number in range(1_580))
    assert LONGEST - 1_000 < len(query) <= LONGEST

    check_result(index.search(query, exact=True), query)


@pytest.mark.parametrize("unit", ["*", "가", "전작권 ", "(", '"', "year:2019 "])
def test_a_longer_query_is_refused_with_the_limit(index: Index, unit: str) -> None:
    query = (unit * 1_000_000)[:1_000_000]

    for method in (index.search, index.rank, index.explain):
        with pytest.raises(QueryError) as caught:
            method(query)
        assert str(caught.value) == (
            "The query has 1,000,000 characters, more than the limit of 10,000;"
            " shorten it."
        )


@pytest.mark.parametrize(
    "text",
    [
        "({}",
        "({})",
        "(장관 AND {})",
        "(장관 OR {})",
        "-({})",
        "NOT ({} AND 장관)",
        "(장관 {} -핵)",
        '("장관 핵" OR NOT {})',
    ],
)
def test_the_deepest_nesting_is_answered(index: Index, text: str) -> None:
    query = "전작권"
    for _ in range(DEEPEST):
        query = text.format(query)

    check_result(index.search(query), query)
    with pytest.raises(QueryError) as caught:
        index.search(f"({query})")
    assert str(caught.value) == (
        "The query nests parentheses more than 30 levels deep; remove those that are"
        " not needed."
    )


@given(
    st.one_of(
        st.text(max_size=80),
        st.text(alphabet='한미전작권동맹을 ()"-·9aA*:\0\u200b', max_size=40),
        st.lists(st.sampled_from([*ODD, "동맹", "한미동맹"]), max_size=12).map(
            " ".join
        ),
    ),
    st.booleans(),
)
@example("\ud800 AND \udfff", False)  # noqa: FBT003
def test_any_text_is_answered_or_refused(
    index: Index, query: str, every_word: bool
) -> None:
    try:
        check_result(index.search(query, every_word=every_word), query)
    except CommuniqueError:
        assert query.count("(") + query.count("（") > DEEPEST
