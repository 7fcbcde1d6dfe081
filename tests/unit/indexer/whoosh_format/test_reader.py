"""The Whoosh index of a generation: readable by stock Whoosh, without own classes."""

from __future__ import annotations

import random
import string
import sys
from array import array
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh.index import open_dir

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.analysis.script_runs import Run
from indexer.build.rebuild import rebuild
from indexer.ingest.document import Document
from indexer.invert.inversion import FieldTerms, Inversion
from indexer.storage.checksums import FileDamagedError
from indexer.storage.morpheme_cache import KnownRuns
from indexer.whoosh_format import writer
from indexer.whoosh_format.lengths import LENGTHS
from indexer.whoosh_format.reader import ID_FIELD, TERMS, PostingsReader
from indexer.whoosh_format.writer import Content

TAG = "speaker"
"""A field that does not score."""
LONG = 300
"""More than the frequencies of a term and the gaps between sentences that a byte holds."""


def texts(words: str, most: int = 12) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words.split()), max_size=most).map(" ".join)


def write(folder: Path, written: Sequence[str]) -> int:
    """Write an index of texts: their words are the terms, the first two letters the tags."""
    inversion, terms, tags = Inversion(), FieldTerms(), FieldTerms()
    for text in written:
        inversion.add(text)
    for run in inversion.words.runs:
        terms.add(terms_of(run))
        tags.add(tags_of(run))
    rows = array("I", range(len(inversion.words.runs)))
    scored = inversion.invert(terms, rows)
    fields = {TERMS: scored, TAG: inversion.invert(tags, rows)}
    ids = [f"문장:{n}" for n in range(len(written))]
    lengths = inversion.lengths(array("I", map(len, terms.rows)), rows)
    writer.write(folder, Content(ids, lengths, fields))
    return len(scored.terms)


def terms_of(run: Run) -> list[str]:
    return [run.text]


def tags_of(run: Run) -> list[str]:
    return [run.text[:2]] if len(run.text) > 2 else []


def read(reader: PostingsReader, field: str, term: str) -> dict[int, int]:
    """Return the sentences of *term* with its frequencies."""
    postings = reader.postings(field, term)
    assert reader.frequency(field, term) == (postings.count if postings else 0)
    if postings is None:
        return {}
    numbers = list(accumulate(postings.gaps))
    assert postings.count == len(numbers) == len(postings.gaps)
    assert numbers == sorted(set(numbers))
    frequencies = list(postings.frequencies or [1] * postings.count)
    return dict(zip(numbers, frequencies, strict=True))


def stock(folder: Path, field: str, term: str) -> dict[int, int]:
    """Return the postings of *term* that Whoosh's own reader returns."""
    with open_dir(str(folder)).reader() as reader:
        if (field, term.encode()) not in reader:
            return {}
        postings = {}
        matcher = reader.postings(field, term.encode())
        while matcher.is_active():
            postings[matcher.id()] = int(matcher.weight())
            matcher.next()
        info = reader.term_info(field, term.encode())
        assert info.doc_frequency() == len(postings)
        assert (info.min_id(), info.max_id()) == (min(postings), max(postings))
        assert info.weight() == sum(postings.values())
        assert info.max_weight() == max(postings.values())
    return postings


@given(
    st.lists(
        texts("aa b ccc 1 22 3") | texts("aa b", 500) | st.just(""),
        min_size=1,
        max_size=40,
    )
)
@example(["aa", "b"])
@example(["", "…", ""])
@example([" ".join(["b"] * LONG), *[""] * LONG, "b"])
def test_a_written_index_is_read_by_us_and_by_whoosh(
    tmp_path_factory: pytest.TempPathFactory, written: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("postings") / "whoosh"
    counts = [Counter(text.split()) for text in written]
    counts = [
        Counter({word: n for word, n in count.items() if word != "…"})
        for count in counts
    ]
    assert write(folder, written) == len({term for count in counts for term in count})

    reader = PostingsReader(folder)
    assert reader.count == len(written)
    assert [reader.id(n) for n in range(len(written))] == [
        f"문장:{n}" for n in range(len(written))
    ]
    for term in ("aa", "b", "ccc", "1", "22", "3", "none"):
        expected = {n: min(c[term], 255) for n, c in enumerate(counts) if c[term]}
        assert read(reader, TERMS, term) == stock(folder, TERMS, term) == expected
    expected = {n: 1 for n, count in enumerate(counts) if count["ccc"]}
    assert read(reader, TAG, "cc") == stock(folder, TAG, "cc") == expected
    assert reader.postings(TAG, "aa") is None
    lengths = [reader.length(number) for number in range(len(written))]
    assert [LENGTHS[code] for code in reader.length_bytes()] == lengths
    total = sum(count.total() for count in counts)
    assert reader.average_length == pytest.approx(total / len(written))
    for count, length in zip(counts, lengths, strict=True):
        # Whoosh keeps lengths to about an eighth.
        assert length == pytest.approx(count.total(), rel=0.15, abs=1)
    reader.close()


@pytest.mark.parametrize("gap", [1, 2, 255, 256, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("times", [2, 24, 25])
def test_gaps_of_any_width_are_read_back(tmp_path: Path, gap: int, times: int) -> None:
    """They are stored as bytes, as arrays, or with the term if there are few."""
    times = times if gap < 65_535 else 2
    written = [""] * (gap * times + 3)
    written[gap - 1 :: gap] = ["b"] * len(written[gap - 1 :: gap])
    write(tmp_path / "whoosh", written)
    reader = PostingsReader(tmp_path / "whoosh")

    expected = {number: 1 for number, text in enumerate(written) if text}
    assert read(reader, TERMS, "b") == expected
    assert stock(tmp_path / "whoosh", TERMS, "b") == expected
    reader.close()


def test_equal_posting_lists_are_written_once(tmp_path: Path) -> None:
    """The parts of a word have equal lists if they occur in no other word."""
    both, one = tmp_path / "both", tmp_path / "one"
    write(both, ["aa b"] * LONG)
    write(one, ["aa aa"] * LONG)

    expected = dict.fromkeys(range(LONG), 1)
    reader = PostingsReader(both)
    for term in ("aa", "b"):
        assert read(reader, TERMS, term) == stock(both, TERMS, term) == expected
    reader.close()
    assert lists_of(both) < lists_of(one)


def test_few_postings_are_stored_with_their_term(tmp_path: Path) -> None:
    for times, listed in ((24, False), (25, True)):
        folder = tmp_path / str(times)
        write(folder, ["b b", *["b"] * (times - 1)])
        expected = {number: 1 + (number == 0) for number in range(times)}
        reader = PostingsReader(folder)
        assert read(reader, TERMS, "b") == stock(folder, TERMS, "b") == expected
        reader.close()
        assert bool(lists_of(folder)) is listed


def lists_of(folder: Path) -> int:
    """Return the bytes of the file of the posting lists."""
    (path,) = folder.glob("*.pst")
    return path.stat().st_size


def test_whoosh_finds_many_terms_and_no_others(tmp_path: Path) -> None:
    """The hash table of terms is fuller than Whoosh itself makes it."""
    drawn = random.Random(20)  # noqa: S311
    letters = [chr(code) for code in range(ord("가"), ord("힣") + 1)]
    terms = sorted({"".join(drawn.choices(letters, k=3)) for _ in range(5_000)})
    present, missing = terms[::2], terms[1::2]
    write(tmp_path / "whoosh", present)

    with open_dir(str(tmp_path / "whoosh")).reader() as reader:
        assert all((TERMS, term.encode()) in reader for term in present)
        assert not any((TERMS, term.encode()) in reader for term in missing)
        assert [term.decode() for term in reader.lexicon(TERMS)] == present
        after = reader.terms_from(TERMS, missing[0].encode())
        assert next(iter(after)) == (TERMS, present[1].encode())
    (table,) = (tmp_path / "whoosh").glob("*.trm")
    # It contains the tags too.
    count = len(present) + len({term[:2] for term in present})
    assert table.stat().st_size < 69 * count


def test_the_terms_of_the_communique_are_those_of_its_analysis(
    index_folder: Path, communique: Document
) -> None:
    analyze = Analyzer(KnownRuns(kiwi.morphemes).morphemes).analyze
    counts = [Counter(analyze(s.text).terms) for s in communique.sentences]
    (folder,) = index_folder.glob("g*/whoosh")

    with open_dir(str(folder)).reader() as reader:
        terms = [term.decode() for term in reader.lexicon(TERMS)]
        names = reader.column_reader(ID_FIELD)
        ids = [names[n].decode() for n in range(reader.doc_count())]
        assert [reader.stored_fields(n) for n in range(len(ids))] == [{}] * len(ids)
    assert ids == [sentence.id for sentence in communique.sentences]
    assert terms == sorted({term for count in counts for term in count})
    opened = PostingsReader(folder)
    for term in terms:
        expected = {n: count[term] for n, count in enumerate(counts) if count[term]}
        assert read(opened, TERMS, term) == expected
    opened.close()


def test_each_distinct_term_is_counted_once(
    tmp_path: Path, communique: Document
) -> None:
    analyze = Analyzer(KnownRuns(kiwi.morphemes).morphemes).analyze
    terms = {term for s in communique.sentences for term in analyze(s.text).terms}

    assert rebuild(tmp_path / "index").terms == len(terms)


@pytest.mark.parametrize("texts", [["…"], ["…", "!"]])
def test_sentences_may_have_no_term(tmp_path: Path, texts: list[str]) -> None:
    assert write(tmp_path / "whoosh", texts) == 0

    reader = PostingsReader(tmp_path / "whoosh")
    assert reader.count == len(texts)
    assert reader.length_bytes() == bytes(len(texts))
    assert reader.postings(TERMS, "전작권") is None
    reader.close()


@pytest.mark.parametrize("texts", [["전작권"], ["전작권", "전환"], ["한미 동맹", "…"]])
def test_every_term_may_occur_once_only(tmp_path: Path, texts: list[str]) -> None:
    """Then all postings are stored with their terms, and the file of lists is empty."""
    write(tmp_path / "whoosh", texts)

    reader = PostingsReader(tmp_path / "whoosh")
    for number, text in enumerate(texts):
        for word in text.split():
            if word != "…":
                assert read(reader, TERMS, word) == {number: 1}
    reader.close()


def test_any_term_may_be_looked_up(tmp_path: Path) -> None:
    write(tmp_path / "whoosh", ["aa b", "aa"])
    reader = PostingsReader(tmp_path / "whoosh")

    for term in ("", "a", "aaa", "\0", "\ud800", "가" * 40_000, *string.printable[:9]):
        assert reader.postings(TERMS, term) is None
    assert read(reader, TERMS, "aa") == {0: 1, 1: 1}
    reader.close()


def test_eight_threads_read_what_one_reads(
    index_folder: Path,
) -> None:
    """Ids and postings, also those stored with their terms, with constant thread switches."""
    (folder,) = index_folder.glob("g*/whoosh")
    with open_dir(str(folder)).reader() as stocked:
        terms = [term.decode() for term in stocked.lexicon(TERMS)][::3]
    reader = PostingsReader(folder)
    ids = [reader.id(number) for number in range(reader.count)]
    postings = {term: reader.postings(TERMS, term) for term in terms}

    def wrong(seed: int) -> list[object]:
        drawn = random.Random(seed)  # noqa: S311
        differences: list[object] = []
        for term in drawn.sample(terms, len(terms)):
            number = drawn.randrange(len(ids))
            differences += [number] if reader.id(number) != ids[number] else []
            differences += (
                [term] if reader.postings(TERMS, term) != postings[term] else []
            )
        for number in drawn.choices(range(len(ids)), k=3000):
            differences += [number] if reader.id(number) != ids[number] else []
        return differences

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(wrong, range(8)))
    finally:
        sys.setswitchinterval(interval)
    reader.close()

    assert results == [[]] * 8


def test_the_folder_contains_no_other_folders(index_folder: Path) -> None:
    for folder in index_folder.glob("g*/whoosh"):
        assert [path.name for path in folder.iterdir() if path.is_dir()] == []


def test_the_index_contains_no_pickles_of_this_program(
    index_folder: Path,
) -> None:
    """An analyser in the schema would tie every index to the module of its class."""
    tables = list(index_folder.glob("g*/whoosh/*.toc"))

    assert tables
    for table in tables:
        assert b"indexer" not in table.read_bytes()
        assert b"search." not in table.read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"[]]", b"7", b"[[1]]", b'[["a", "b", 1]]']
)
def test_a_broken_list_of_segments_is_damage(tmp_path: Path, content: bytes) -> None:
    write(tmp_path / "whoosh", ["b"])
    (tmp_path / "whoosh" / "segments.json").write_bytes(content)
    with pytest.raises(FileDamagedError):
        PostingsReader(tmp_path / "whoosh")
