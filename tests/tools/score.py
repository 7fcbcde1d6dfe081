"""Score a collection: rebuild it, run its topics as a batch, compare with its qrels.

    python tests/tools/score.py                 the communiqué's own judged topics, by class
    python tests/tools/score.py --collection DIR    docs.jsonl[.gz], queries.tsv, qrels.txt

With --url they are scored on a server. All go through the command's own `rebuild` and
`batch --format trec`.
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
    trec_run: str,
    measures: Sequence[ir_measures.Measure],
) -> dict[str, dict[ir_measures.Measure, float]]:
    """Return each topic's scores; a topic without hits scores 0."""
    values: dict[str, dict[ir_measures.Measure, float]] = defaultdict(dict)
    scored = list(ir_measures.read_trec_run(trec_run))  # type: ignore[no-untyped-call]
    for metric in ir_measures.iter_calc(list(measures), list(qrels), scored):
        values[metric.query_id][metric.measure] = metric.value
    return dict(values)


def table(
    measured: dict[str, dict[ir_measures.Measure, float]],
    measures: Sequence[ir_measures.Measure],
) -> str:
    """Return the means over each class of topics, and over all, as a table."""
    classes: dict[str, list[dict[ir_measures.Measure, float]]] = defaultdict(list)
    for topic, values in measured.items():
        name, dash, _ = topic.rpartition("-")
        if dash:
            classes[name].append(values)
        classes["all"].append(values)
    lines = [
        "class          topics" + "".join(f"{measure!s:>18}" for measure in measures)
    ]
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


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--collection", type=Path)
    parser.add_argument("--url", help="an OpenSearch index to rebuild and search")
    parser.add_argument("--misses", action="store_true", help="list imperfect topics")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if options.collection:
            measures: Sequence[ir_measures.Measure] = COLLECTION_MEASURES
            topics, qrels = (
                options.collection / n for n in ("queries.tsv", "qrels.txt")
            )
            corpus = [_unpacked(options.collection, folder)]
            depth = 10
        else:
            measures = SENTENCE_MEASURES
            topics, qrels = JUDGED / "topics.tsv", JUDGED / "qrels.txt"
            corpus, depth = [], DEPTH
        trec_run = run(topics, options.url or folder / "index", corpus, depth)
    judged = ir_measures.read_trec_qrels(str(qrels))  # type: ignore[no-untyped-call]
    values = scores(judged, trec_run, measures)
    print(table(values, measures))
    if options.misses:
        print("\n".join(misses(values, measures[:2])))


def _unpacked(collection: Path, folder: Path) -> Path:
    packed = collection / "docs.jsonl.gz"
    if not packed.exists():
        return collection / "docs.jsonl"
    unpacked = folder / "docs.jsonl"
    unpacked.write_bytes(gzip.decompress(packed.read_bytes()))
    return unpacked


if __name__ == "__main__":
    main()
