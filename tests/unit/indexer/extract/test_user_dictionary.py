"""A user's dictionary: its entries, the lines it refuses, and its effect on a search."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.analysis import kiwi
from indexer.analysis.kiwi import UserWord
from indexer.build.rebuild import rebuild
from indexer.errors import CommuniqueError
from indexer.extract import user_dictionary
from indexer.storage.synonyms import Abbreviation
from search.index import open_index


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_words_and_pairs_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path / "own.tsv",
        "# comment",
        "",
        "방위비분담금\tNNG",
        "서욱\tNNP\t1.5",
        "먹혔다\t먹히/VV+었/EP+다/EF",
        "전략적 소통 협의\t=\t전소협",
    )

    dictionary = user_dictionary.read(path)

    assert dictionary.words == (
        UserWord("방위비분담금", (("방위비분담금", "NNG"),)),
        UserWord("서욱", (("서욱", "NNP"),), 1.5),
        UserWord("먹혔다", (("먹히", "VV"), ("었", "EP"), ("다", "EF"))),
    )
    assert dictionary.pairs == (
        Abbreviation("전략적 소통 협의", "전소협", "dictionary"),
    )


BAD = {
    "칸이 하나": ("방위비", "a word is a form, a tab and a tag, and may have a score"),
    "칸이 넷": (
        "방위비\tNNG\t0\t0",
        "a word is a form, a tab and a tag, and may have a score",
    ),
    "없는 태그": ("방위비\tABC", "'ABC' is not a tag of a word that can be searched"),
    "조사": ("에서는\tJKB", "'JKB' is not a tag of a word that can be searched"),
    "점수가 글": ("방위비\tNNG\t높음", "the score '높음' is not a number"),
    "너무 높은 점수": (
        "방위비\tNNG\t99",
        "with a score of 99, the word would be found everywhere",
    ),
    "수가 아님": (
        "방위비\tNNG\tnan",
        "with a score of nan, the word would be found everywhere",
    ),
    "한 음절": ("의\tNNG", "'의' is too short: it would be found everywhere"),
    "빈 형태": ("\tNNG", "'' is too short: it would be found everywhere"),
    "나쁜 분석": (
        "먹혔다\t먹히/VV+",
        "'먹히/VV+' is not morphemes as form/tag, joined by +",
    ),
    "짝이 둘": ("전소협\t=", "a pair is a long form, a tab, =, a tab and a short form"),
    "같은 짝": ("전 소협\t=\t전소협", "both forms are the same"),
    "한 음절 짝": ("전략\t=\t전", "'전' is too short: it would be found everywhere"),
}


@pytest.mark.parametrize(("line", "fault"), BAD.values(), ids=list(BAD))
def test_an_invalid_line_is_reported_with_the_reason(
    tmp_path: Path, line: str, fault: str
) -> None:
    path = written(tmp_path / "own.tsv", "방위비분담금\tNNG", line)

    with pytest.raises(CommuniqueError) as caught:
        user_dictionary.read(path)

    assert str(caught.value) == f"{path}, line 2: {fault}; the index was left as it is."


@pytest.mark.parametrize(
    ("line", "bare"), [("장관은\tNNG", "장관"), ("한국에서는\tNNP", "한국")]
)
def test_a_noun_with_a_particle_is_refused_unless_trusted(
    tmp_path: Path, line: str, bare: str
) -> None:
    path = written(tmp_path / "own.tsv", "방위비분담금\tNNG", line)
    form = line.partition("\t")[0]

    with pytest.raises(CommuniqueError) as caught:
        rebuild(tmp_path / "index", dictionary=path)

    assert str(caught.value) == (
        f"{path}, line 2: {form!r} is {bare!r} and a particle; enter {bare!r};"
        " the index was left as it is."
    )
    assert not (tmp_path / "index").exists()
    assert len(user_dictionary.read(path).words) == 2


UNUSABLE = {
    "공백": (
        "대학생 선교회\tNNP",
        (
            "'대학생 선교회' has a space, and a word with one never matches; enter '대학생'"
            " and '선교회' instead, and search for the words in quotation marks"
        ),
    ),
    **{
        name: (
            f"{form}\tNNP",
            (
                f"{form!r} is not of Hangul syllables alone, and never matches;"
                f" {advice}: words of letters, digits or Hanja need no entry"
            ),
        )
        for name, form, advice in (
            ("두 문자", "KF보라매", "enter '보라매' instead"),
            ("숫자", "2사단", "enter '사단' instead"),
            ("숫자와 글자", "F-35", "leave it out"),
            ("글자", "SCM", "leave it out"),
            ("한자", "美國", "enter '미국' instead"),
            ("가운뎃점", "한·미동맹", "enter '한미동맹' instead"),
            ("괄호", "국방부(", "enter '국방부' instead"),
        )
    },
    "없는 형태소": (
        "전작권\t전작/NNG+쿼/NNG",
        (
            "Kiwi has no morpheme 쿼/NNG; enter that as a word of its own, or use morphemes"
            " that Kiwi has"
        ),
    ),
    "다른 분석": (
        "가나\t나무/NNG+새/NNG",
        (
            "Kiwi reads '가나' as 가/VV+나/EF all the same; give it a higher score, or correct"
            " its morphemes"
        ),
    ),
    "낮은 점수": (
        "방위비분담금\tNNG\t-30",
        (
            "Kiwi reads '방위비분담금' as 방위비/NNG+분담금/NNG all the same; give it a higher"
            " score, or correct its morphemes"
        ),
    ),
}


@pytest.mark.parametrize(("line", "fault"), UNUSABLE.values(), ids=list(UNUSABLE))
def test_an_entry_that_would_not_work_is_refused_before_a_rebuild(
    tmp_path: Path, line: str, fault: str
) -> None:
    path = written(tmp_path / "own.tsv", "유엔사\tNNP", "# comment", line)

    with pytest.raises(CommuniqueError) as caught:
        rebuild(tmp_path / "index", dictionary=path)

    assert str(caught.value) == f"{path}, line 3: {fault}; the index was left as it is."
    assert not (tmp_path / "index").exists()


def test_entries_that_work_are_accepted_in_any_order(tmp_path: Path) -> None:
    lines = (
        # Nouns that end like a particle.
        "유엔사\tNNP",
        "정의\tNNG",
        "먹은\t먹/VV+은/ETM",
        "비상임이사국들\t비상임이사국/NNG+들/XSN",
        "비상임이사국\tNNG",
        "깔쌈하\tVA",
        "먹히\tVV",
        "새로운\t새롭/VA-I+은/ETM",
        "2사단\t=\t이사단",
    )

    path = written(tmp_path / "own.tsv", *lines)
    dictionary = user_dictionary.read(path, trusted=False)

    assert (len(dictionary.words), len(dictionary.pairs)) == (8, 1)


def test_a_repeated_entry_counts_once(tmp_path: Path) -> None:
    path = written(tmp_path / "own.tsv", *["유엔사\tNNP"] * 2)

    assert user_dictionary.read(path).words == (
        UserWord("유엔사", (("유엔사", "NNP"),)),
    )


def test_the_words_of_the_user_are_never_corrected_and_need_one_kiwi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[tuple[UserWord, ...]] = []
    load = kiwi._load  # noqa: SLF001 (it is loaded where it is needed)

    def load_and_record(words: tuple[UserWord, ...], **options: bool) -> object:
        loaded.append(words)
        return load(words, **options)

    monkeypatch.setattr(kiwi, "_load", load_and_record)
    monkeypatch.setattr(kiwi, "_loaded", {})
    lines = ("동맴\tNNG", "훌련하\tVV", "전잣권을\t전작권/NNG+을/JKO")
    path = written(tmp_path / "own.tsv", *lines)
    rebuild(tmp_path / "index", dictionary=path)

    with open_index(tmp_path / "index") as index:
        index.prepare()
        results = [
            index.search(word) for word in ("동맴", "동맴을", "훌련하다", "전잣권을")
        ]
        corrected = index.search("주한미근")

    assert [note for result in results for note in result.notes if "→" in note] == []
    assert "주한미군" in corrected.notes[0]
    assert len(loaded) == 1
    assert len(loaded[0]) == 3


def test_a_cycle_of_pairs_is_refused(tmp_path: Path) -> None:
    pairs = ("가나\t=\t다라", "다라\t=\t마바", "마바\t=\t가나")
    path = written(tmp_path / "own.tsv", *pairs)

    with pytest.raises(CommuniqueError) as caught:
        user_dictionary.read(path)

    assert str(caught.value) == (
        f"{path}, line 3: '마바' would be short for itself; the index was left as it is."
    )


@pytest.mark.parametrize("data", [b"\xff\xfe", None], ids=["UTF-8 아님", "없음"])
def test_an_unreadable_file_is_refused(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "own.tsv"
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(CommuniqueError, match="cannot be read as a dictionary"):
        user_dictionary.read(path)


def test_a_refused_dictionary_leaves_the_index_unchanged(tmp_path: Path) -> None:
    rebuild(tmp_path / "index")
    path = written(tmp_path / "own.tsv", "의\tNNG")

    with pytest.raises(CommuniqueError):
        rebuild(tmp_path / "index", dictionary=path)

    with open_index(tmp_path / "index") as index:
        assert index.manifest.dictionary is None
        assert index.search("전작권", exact=True).total == 7


def test_words_and_pairs_are_searched_and_survive_a_rebuild(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "own.tsv", "방위비분담금\tNNG\t1", "한미동맹\t=\t한동맹")
    rebuild(tmp_path / "index", dictionary=path)
    made = rebuild(tmp_path / "index")

    with open_index(tmp_path / "index") as index:
        word = index.search("방위비분담금을", exact=True)
        pair = index.search("한동맹")

    assert made.dictionary == str(path)
    assert word.understood == {"word": "방위비분담금을", "terms": ["방위비분담금"]}
    assert {hit.sentence.id for hit in word} == {"scm-52-2020:19.2", "scm-52-2020:19.3"}
    assert pair.notes[0] == "“한동맹” → “한미동맹” (abbreviation)"
    assert sum("한미동맹" in hit.sentence.text for hit in pair.hits[:8]) == 8


def test_the_effect_of_a_dictionary_can_be_explained_before_a_rebuild(
    tmp_path: Path, index_folder: Path
) -> None:
    path = written(tmp_path / "own.tsv", "방위비분담금\tNNG\t1")

    with open_index(index_folder) as index:
        changes = [each.to_json() for each in index.changes(user_dictionary.read(path))]

    assert changes == [
        {
            "id": f"scm-52-2020:19.{number}",
            "lost": ("방위비", "분담금"),
            "gained": ("방위비분담금",),
        }
        for number in (2, 3)
    ]
