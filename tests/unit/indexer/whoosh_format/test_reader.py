"""The Whoosh index of a generation: plain Whoosh, with nothing of ours pickled in."""

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
from indexer.storage.morpheme_cache import KnownRuns
from indexer.whoosh_format import writer
from indexer.whoosh_format.reader import ID_FIELD, TERMS, PostingsReader

TAG = "speaker"
"""A field that does not score."""
LONG = 300
"""More than the frequencies of a term and the gaps between sentences that a byte holds."""


def texts(words: str, most: int = 12) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words.split()), max_size=most).map(" ".join)


def write(folder: Path, written: Sequence[str]) -> int:
    """Write an index of *written*, whose words are its terms, and their heads its tags."""
    inversion, terms, tags = Inversion(), FieldTerms(), FieldTerms()
    for text in written:
        inversion.add(text)
    for run in inversion.words.runs:
        terms.add(terms_of(run))
        tags.add(tags_of(run))
    rows = array("I", range(len(inversion.words.runs)))
    scored = inversion.invert(terms, rows)
    fields = {TERMS: scored, TAG: inversion.invert(tags, rows)}
    writer.write(folder, [f"문장:{n}" for n in range(len(written))], fields)
    return len(scored.terms)


def terms_of(run: Run) -> list[str]:
    return [run.text]


def tags_of(run: Run) -> list[str]:
    return [run.text[:2]] if len(run.text) > 2 else []


def read(reader: PostingsReader, field: str, term: str) -> dict[int, int]:
    """Return the sentences of *term* with its frequencies."""
    postings = reader.postings(field, term)
    if postings is None:
        return {}
    having = list(accumulate(postings.gaps))
    assert postings.count == len(having) == len(postings.gaps)
    assert having == sorted(set(having))
    frequencies = list(postings.frequencies or [1] * postings.count)
    return dict(zip(having, frequencies, strict=True))


def stock(folder: Path, field: str, term: str) -> dict[int, int]:
    """Return what Whoosh's own reader has of *term*."""
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
        having = {n: min(c[term], 255) for n, c in enumerate(counts) if c[term]}
        assert read(reader, TERMS, term) == stock(folder, TERMS, term) == having
    having = {n: 1 for n, count in enumerate(counts) if count["ccc"]}
    assert read(reader, TAG, "cc") == stock(folder, TAG, "cc") == having
    assert reader.postings(TAG, "aa") is None
    lengths = [reader.length(number) for number in range(len(written))]
    assert list(reader.lengths()) == lengths
    total = sum(count.total() for count in counts)
    assert reader.average_length == pytest.approx(total / len(written))
    for count, length in zip(counts, lengths, strict=True):
        # Whoosh keeps lengths to about an eighth.
        assert length == pytest.approx(count.total(), rel=0.15, abs=1)
    reader.close()


@pytest.mark.parametrize("gap", [1, 2, 255, 256, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("times", [2, 24, 25])
def test_gaps_of_any_width_are_read(tmp_path: Path, gap: int, times: int) -> None:
    """As bytes, as arrays, and the fewest with their term."""
    times = times if gap < 65_535 else 2
    written = [""] * (gap * times + 3)
    written[gap - 1 :: gap] = ["b"] * len(written[gap - 1 :: gap])
    write(tmp_path / "whoosh", written)
    reader = PostingsReader(tmp_path / "whoosh")

    expected = {number: 1 for number, text in enumerate(written) if text}
    assert read(reader, TERMS, "b") == expected
    assert stock(tmp_path / "whoosh", TERMS, "b") == expected
    reader.close()


def test_a_list_that_terms_share_is_written_once(tmp_path: Path) -> None:
    """As the parts of a word do that stand in no other."""
    both, one = tmp_path / "both", tmp_path / "one"
    write(both, ["aa b"] * LONG)
    write(one, ["aa aa"] * LONG)

    having = dict.fromkeys(range(LONG), 1)
    reader = PostingsReader(both)
    for term in ("aa", "b"):
        assert read(reader, TERMS, term) == stock(both, TERMS, term) == having
    reader.close()
    assert lists_of(both) < lists_of(one)


def test_few_postings_are_kept_with_their_term(tmp_path: Path) -> None:
    for times, listed in ((24, False), (25, True)):
        folder = tmp_path / str(times)
        write(folder, ["b b", *["b"] * (times - 1)])
        having = {number: 1 + (number == 0) for number in range(times)}
        reader = PostingsReader(folder)
        assert read(reader, TERMS, "b") == stock(folder, TERMS, "b") == having
        reader.close()
        assert bool(lists_of(folder)) is listed


def lists_of(folder: Path) -> int:
    """Return the bytes of the file of the posting lists."""
    (path,) = folder.glob("*.pst")
    return path.stat().st_size


def test_whoosh_finds_each_of_many_terms_and_no_other(tmp_path: Path) -> None:
    """Its table of terms is fuller than Whoosh itself would leave it."""
    drawn = random.Random(20)  # noqa: S311
    letters = [chr(code) for code in range(ord("가"), ord("힣") + 1)]
    terms = sorted({"".join(drawn.choices(letters, k=3)) for _ in range(5_000)})
    there, missing = terms[::2], terms[1::2]
    write(tmp_path / "whoosh", there)

    with open_dir(str(tmp_path / "whoosh")).reader() as reader:
        assert all((TERMS, term.encode()) in reader for term in there)
        assert not any((TERMS, term.encode()) in reader for term in missing)
        assert [term.decode() for term in reader.lexicon(TERMS)] == there
        after = reader.terms_from(TERMS, missing[0].encode())
        assert next(iter(after)) == (TERMS, there[1].encode())
    (table,) = (tmp_path / "whoosh").glob("*.trm")
    # The tags stand in it too.
    count = len(there) + len({term[:2] for term in there})
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
        having = {n: count[term] for n, count in enumerate(counts) if count[term]}
        assert read(opened, TERMS, term) == having
    opened.close()


def test_each_distinct_term_is_counted_once(
    tmp_path: Path, communique: Document
) -> None:
    analyze = Analyzer(KnownRuns(kiwi.morphemes).morphemes).analyze
    terms = {term for s in communique.sentences for term in analyze(s.text).terms}

    assert rebuild(tmp_path / "index").terms == len(terms)


@pytest.mark.parametrize("texts", [["…"], ["…", "!"]])
def test_an_index_may_hold_sentences_without_a_term(
    tmp_path: Path, texts: list[str]
) -> None:
    assert write(tmp_path / "whoosh", texts) == 0

    reader = PostingsReader(tmp_path / "whoosh")
    assert reader.count == len(texts)
    assert list(reader.lengths()) == [0] * len(texts)
    assert reader.postings(TERMS, "전작권") is None
    reader.close()


@pytest.mark.parametrize("texts", [["전작권"], ["전작권", "전환"], ["한미 동맹", "…"]])
def test_an_index_may_have_no_term_twice(tmp_path: Path, texts: list[str]) -> None:
    """Each is kept where the term is, and the file of the longer lists is empty."""
    write(tmp_path / "whoosh", texts)

    reader = PostingsReader(tmp_path / "whoosh")
    for number, text in enumerate(texts):
        for word in text.split():
            if word != "…":
                assert read(reader, TERMS, word) == {number: 1}
    reader.close()


def test_any_term_may_be_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "whoosh", ["aa b", "aa"])
    reader = PostingsReader(tmp_path / "whoosh")

    for term in ("", "a", "aaa", "\0", "\ud800", "가" * 40_000, *string.printable[:9]):
        assert reader.postings(TERMS, term) is None
    assert read(reader, TERMS, "aa") == {0: 1, 1: 1}
    reader.close()


def test_eight_threads_read_what_one_reads(
    index_folder: Path,
) -> None:
    """Ids, postings and those of terms that stand once, with switches all the time."""
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


def test_nothing_but_the_index_is_left_in_its_folder(index_folder: Path) -> None:
    for folder in index_folder.glob("g*/whoosh"):
        assert [path.name for path in folder.iterdir() if path.is_dir()] == []


def test_opening_an_index_unpickles_nothing_of_this_program(
    index_folder: Path,
) -> None:
    """An analyser in the schema would tie every index to the module that held it."""
    tables = list(index_folder.glob("g*/whoosh/*.toc"))

    assert tables
    for table in tables:
        assert b"indexer" not in table.read_bytes()
        assert b"search." not in table.read_bytes()
