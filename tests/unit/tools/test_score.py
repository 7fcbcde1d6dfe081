"""Scores of a collection, and the comparison of its run with another run."""

from __future__ import annotations

from pathlib import Path

import pytest
import score
from helpers import write_records
from ir_measures import RR, Success
from trec_run import compare, parse_run

HEADS = "topics           nDCG@10               S@1             RR@10"
OTHER = "a Q0 river 1 2.0 peer\na Q0 road 2 1.0 peer\nb Q0 river 1 1.0 peer\n"


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Return a collection of three topics with one relevant document each."""
    folder = tmp_path / "collection"
    folder.mkdir()
    texts = {"river": "한강의 수위", "road": "도로의 포장", "bridge": "교량의 점검"}
    write_records(folder / "docs.jsonl", texts)
    topics = "a\t도로 포장\nb\t교량 점검\nc\t한강 수위\n"
    (folder / "queries.tsv").write_text(topics, encoding="utf-8")
    qrels = "a 0 road 1\nb 0 bridge 1\nc 0 river 1\n"
    (folder / "qrels.txt").write_text(qrels, encoding="utf-8")
    return folder


def test_a_run_is_scored_written_and_compared(
    collection: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (collection / "other.trec").write_text(OTHER, encoding="utf-8")
    written = collection / "own.trec"
    against = ["--against", str(collection / "other.trec")]
    score.main(["--collection", str(collection), "--run", str(written), *against])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"class          {HEADS}"
    assert lines[1].split() == ["all", "3", "1.0000", "1.0000", "1.0000"]
    assert "topics without a line in it, which score 0 there: 1" in lines
    assert lines[-1].split() == [
        *("RR@10", "1.0000", "0.1667", "+0.8333", "0.1667", "3", "0", "0")
    ]
    assert {hit.query_id for hit in parse_run(written.read_text("utf-8"))} == set("abc")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read the run {run}: No such file or directory."),
        ("", "the run {run} has no lines; write one with --run FILE."),
        ("a road 1\n", "line 1 of the run {run} is not of the form "),
        ("\na Q0 road first 1.0 peer\n", "line 2 of the run {run} is not of the form "),
        ("a Q0 road 1 best peer\n", "line 1 of the run {run} is not of the form "),
        (OTHER + "a Q0 road 3 0.5 peer\n", "line 4 of the run {run} has the document"),
        ("z Q0 road 1 1.0 peer\n", "the run {run} has no topic of {qrels}; it is of"),
    ],
)
def test_a_file_that_is_no_run_of_the_collection_is_named(
    collection: Path,
    capsys: pytest.CaptureFixture[str],
    text: str | None,
    message: str,
) -> None:
    run = collection / "other.trec"
    if text is not None:
        run.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        score.main(["--collection", str(collection), "--against", str(run)])

    assert ended.value.code == 2
    expected = message.format(run=run, qrels=collection / "qrels.txt")
    assert capsys.readouterr().err.startswith(f"score.py: {expected}")


@pytest.mark.parametrize("name", ["docs.jsonl", "queries.tsv", "qrels.txt"])
def test_a_missing_file_of_a_collection_is_named(
    collection: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (collection / name).unlink()
    with pytest.raises(SystemExit):
        score.main(["--collection", str(collection)])

    assert f"{collection} has no {name}; " in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_named_before_the_work(
    collection: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        score.main(["--collection", str(collection), "--run", str(collection)])

    error = capsys.readouterr().err
    assert error == f"score.py: cannot write {collection}: Is a directory.\n"


def test_hits_of_equal_score_keep_their_rank() -> None:
    hits = parse_run("a Q0 z 2 1.0 peer\na Q0 y 1 1.0 peer\n")

    assert max(hits, key=lambda hit: hit.score).doc_id == "y"


def test_a_comparison_is_paired() -> None:
    first = {"a": {RR @ 10: 1.0}, "b": {RR @ 10: 0.5}, "c": {RR @ 10: 0.0}}
    second = {"a": {RR @ 10: 0.5}, "b": {RR @ 10: 0.5}, "d": {RR @ 10: 1.0}}

    one = compare(first, second, RR @ 10)
    assert (one.better, one.worse, one.equal) == (1, 0, 2)
    assert one.mean == pytest.approx(1 / 6)
    # The standard deviation of 0.5, 0 and 0 is 0.2887.
    assert one.error == pytest.approx(0.2887 / 3**0.5, abs=1e-4)
    assert compare(first, second, Success @ 1).mean == 0
