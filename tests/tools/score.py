"""Score a collection: rebuild it, run its topics as a batch, compare with its qrels.

    python tests/tools/score.py                 the communiqué's own judged topics, by class
    python tests/tools/score.py --collection DIR    docs.jsonl[.gz], queries.tsv, qrels.txt

With --url they are scored on a server. All go through the command's own `rebuild` and
`batch --format trec`. --run FILE writes the run, and --against FILE compares with another
run topic by topic.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import ir_measures
from ir_measures import RR, R, Success, nDCG
from trec_run import RunError, comparison_table, parse_run, read_run, short_name

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
JUDGED = HERE.parent / "data" / "judged"
DEPTH = 1000

SENTENCE_MEASURES = (Success(rel=2) @ 1, R @ DEPTH, nDCG @ 10)
COLLECTION_MEASURES = (nDCG @ 10, Success @ 1, RR @ 10)


def communique(*arguments: str | Path) -> str:
    """Run the command; return what it printed."""
    command = [sys.executable, "-m", "search", *map(str, arguments)]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, check=False, text=True, cwd=ROOT
    )
    if done.returncode > 1:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
    return done.stdout


def run(topics: Path, index: Path | str, corpus: Sequence[Path], depth: int) -> str:
    """Return the TREC run of *topics* on *corpus*, rebuilt in a folder or at a URL."""
    place: tuple[str | Path, ...] = ("--index", index)
    if isinstance(index, str):
        place = ("--engine", "opensearch", "--url", index)
    options = [option for path in corpus for option in ("--corpus", path)]
    communique("rebuild", *place, *options)
    limit = str(depth)
    return communique("batch", topics, "--format", "trec", "--limit", limit, *place)


def scores(
    qrels: Iterable[ir_measures.Qrel],
    trec_run: str | Iterable[ir_measures.ScoredDoc],
    measures: Sequence[ir_measures.Measure],
) -> dict[str, dict[ir_measures.Measure, float]]:
    """Return each topic's scores; a topic without hits scores 0."""
    values: dict[str, dict[ir_measures.Measure, float]] = defaultdict(dict)
    hits = parse_run(trec_run) if isinstance(trec_run, str) else trec_run
    for metric in ir_measures.iter_calc(list(measures), list(qrels), list(hits)):
        values[metric.query_id][metric.measure] = metric.value
    return dict(values)


def table(
    measured: dict[str, dict[ir_measures.Measure, float]],
    measures: Sequence[ir_measures.Measure],
    *,
    by_class: bool,
) -> str:
    """Return the means over all topics, and over each class (`noun-3` is of `noun`)."""
    classes: dict[str, list[dict[ir_measures.Measure, float]]] = defaultdict(list)
    for topic, values in measured.items():
        if by_class:
            classes[topic.rpartition("-")[0]].append(values)
        classes["all"].append(values)
    heads = "".join(f"{short_name(measure):>18}" for measure in measures)
    lines = ["class          topics" + heads]
    for name, topics in sorted(classes.items(), key=lambda item: item[0] == "all"):
        means = [sum(t.get(m, 0.0) for t in topics) / len(topics) for m in measures]
        cells = "".join(f"{mean:18.4f}" for mean in means)
        lines.append(f"{name:14} {len(topics):6}{cells}")
    return "\n".join(lines)


def misses(
    measured: dict[str, dict[ir_measures.Measure, float]],
    measures: Sequence[ir_measures.Measure],
) -> list[str]:
    """Return a line for each topic that is not perfect by all *measures*."""
    return [
        f"{topic}: " + ", ".join(f"{m} {values.get(m, 0.0):.2f}" for m in measures)
        for topic, values in sorted(measured.items())
        if any(values.get(m, 0.0) < 1 for m in measures)
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--collection", type=Path, help="the folder of one")
    parser.add_argument("--url", help="an OpenSearch index to rebuild and search")
    parser.add_argument("--misses", action="store_true", help="list imperfect topics")
    parser.add_argument("--run", type=Path, help="a file to write the TREC run to")
    parser.add_argument("--against", type=Path, help="a TREC run to compare with")
    options = parser.parse_args(arguments)
    try:
        _score(options)
    except RunError as error:
        parser.exit(2, f"score.py: {error}\n")


def _score(options: argparse.Namespace) -> None:
    folder = options.collection or JUDGED
    topics = folder / ("queries.tsv" if options.collection else "topics.tsv")
    _check_files(options, topics)
    path = str(folder / "qrels.txt")
    qrels = list(ir_measures.read_trec_qrels(path))  # type: ignore[no-untyped-call]
    other = read_run(options.against) if options.against else []
    judged = {qrel.query_id for qrel in qrels}
    unranked = judged - {hit.query_id for hit in other}
    if other and unranked == judged:
        raise RunError(
            f"the run {options.against} has no topic of {path}; it is of another collection."
        )
    measures = COLLECTION_MEASURES if options.collection else SENTENCE_MEASURES
    trec_run = _run(options, topics)
    if options.run:
        options.run.write_text(trec_run, encoding="utf-8")
    values = scores(qrels, trec_run, measures)
    print(table(values, measures, by_class=not options.collection))
    if options.misses:
        print("\n".join(misses(values, measures[:2])))
    if other:
        print(f"\nagainst {options.against}, over {len(values)} topics")
        if unranked:
            print(f"topics without a line in it, which score 0 there: {len(unranked)}")
        print(comparison_table(values, scores(qrels, other, measures), measures))


def _check_files(options: argparse.Namespace, topics: Path) -> None:
    """Raise RunError if a file is missing or --run cannot be written, before the work."""
    folder = topics.parent
    names = {path.name.removesuffix(".gz") for path in folder.glob("*")}
    needed = [topics.name, "qrels.txt"] + ["docs.jsonl"] * bool(options.collection)
    if missing := [name for name in needed if name not in names]:
        raise RunError(
            f"{folder} has no {missing[0]}; a collection has docs.jsonl or docs.jsonl.gz,"
            " queries.tsv and qrels.txt."
        )
    if options.run:
        try:
            options.run.open("a").close()
        except OSError as error:
            raise RunError(f"cannot write {options.run}: {error.strerror}.") from error


def _run(options: argparse.Namespace, topics: Path) -> str:
    """Rebuild the index of the collection, or of the communiqué; return the run."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        index = options.url or folder / "index"
        if not options.collection:
            return run(topics, index, [], DEPTH)
        return run(topics, index, [_unpacked(options.collection, folder)], 10)


def _unpacked(collection: Path, folder: Path) -> Path:
    packed = collection / "docs.jsonl.gz"
    if not packed.exists():
        return collection / "docs.jsonl"
    unpacked = folder / "docs.jsonl"
    unpacked.write_bytes(gzip.decompress(packed.read_bytes()))
    return unpacked


if __name__ == "__main__":
    main()
