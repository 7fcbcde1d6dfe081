"""Try to break the program; report each attempt, how often it was made, and failures.

    python tests/tools/campaign.py [--seed N] [--only crash,faults,…]
        [--scale small|medium|full] [--count edits=500 …] [--seconds N] [--output FILE]
    python tests/tools/campaign.py --table FILE      # the table of a record, in Markdown

corruption    files of an index changed at random; then searched, listed and checked
crash         rebuilds killed at random moments, and at each call of the switch
incremental   rebuilds of a few changed lines killed, their helpers late; then another one
edits         random edit scripts, each beside a forced rebuild, by the output of the commands
power         the power cut after each call of a rebuild: what was not synced may be lost
faults        the system's errors: each call of the switch, a full disk, a read-only folder,
              a lock whose holder died, a clock that jumped
concurrency   processes and threads that search while rebuilds run; rebuilds at once
reading       a corpus on a device that fails at each call
server        clients of the page that never read, beside honest ones
load          clients of every kind, honest and abusive, for some time
opensearch    three OpenSearch nodes of each version: rebuilds killed and suspended, edits,
              a node killed during rebuilds and searches
inputs        malformed bytes: queries, batches, dictionaries, manifests, texts
bounds        the time and memory of the worst queries and the oddest files
places        locales, homes, terminals, closed pipes, interrupts; a soak
supply        the wheel and the source distribution: what is in them, and that they install

Every row has the seed that repeats it. The raw record is written as JSON Lines beside this
file, that of `--only` or of the small scale to a file of its own. `--count` replaces a
number of the scale (`campaign_support.Scale`), and `--seconds` ends each row by then. The
exit status is 1 when anything failed. Attempts that need something the machine lacks
(strace, root, a locale) are reported as skipped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from importlib import import_module
from pathlib import Path

from campaign_support import (
    FULL,
    MEDIUM,
    SMALL,
    Row,
    Scale,
    Subject,
    limit_rows,
    make_subject,
)

Kind = Callable[[Path, Subject, Scale, int], Iterator[Row]]


def _rows(kind: str, *arguments: object) -> Iterator[Row]:
    """Yield the rows of a kind; its module is imported only now.

    Each process of the command imports this module, and would import all of them.
    """
    yield from getattr(import_module(f"campaign_{kind}"), kind)(*arguments)


KINDS: dict[str, Kind] = {
    kind: partial(_rows, kind)
    for kind in (
        "corruption",
        "crash",
        "incremental",
        "edits",
        "power",
        "faults",
        "concurrency",
        "reading",
        "server",
        "load",
        "opensearch",
        "inputs",
        "bounds",
        "places",
        "supply",
    )
}
SCALES = {"small": SMALL, "medium": MEDIUM, "full": FULL}
HERE = Path(__file__).resolve().parent


def campaign(only: Sequence[str], scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the rows of the kinds of `KINDS` that *only* names."""
    for name in only:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            place = Path(folder)
            yield from KINDS[name](place, make_subject(place / "subject"), scale, seed)


def line(row: Row) -> str:
    """Return a row of the table."""
    outcome = row.skipped and f"skipped: {row.skipped}"
    outcomes = ", ".join(f"{n} {name}" for name, n in sorted(row.outcomes.items()))
    return (
        f"{row.kind:<12} {row.what:<44} {row.tried:>9,} {row.failed:>6}"
        f" {row.seconds:>8.1f} s  seed {row.seed}  {outcome or outcomes}"
    )


def table(record: Path) -> Iterator[str]:
    """Yield the lines of a table in Markdown of the rows in a record."""
    yield "| kind | tried | times | failed | seconds | outcomes |"
    yield "|---|---|---|---|---|---|"
    for text in record.read_text(encoding="utf-8").splitlines():
        row = Row(**json.loads(text))
        outcomes = ", ".join(
            f"{n:,} {name}" for name, n in sorted(row.outcomes.items())
        )
        cells = (
            row.kind,
            row.what,
            f"{row.tried:,}",
            row.failed,
            f"{row.seconds:,.0f}",
        )
        yield f"| {' | '.join(map(str, cells))} | {row.skipped or outcomes} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign with the options of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", default=",".join(KINDS), metavar="KIND,…")
    parser.add_argument("--scale", choices=SCALES, default="full")
    parser.add_argument("--count", action="append", default=[], metavar="NAME=N")
    parser.add_argument("--seconds", type=int, metavar="N")
    parser.add_argument("--table", type=Path, metavar="FILE")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args(arguments)
    if options.table:
        print(*table(options.table), sep="\n")
        return 0
    if options.seconds:
        limit_rows(options.seconds)
    only = options.only.split(",")
    if unknown := set(only) - KINDS.keys():
        parser.error(
            f"no kind {', '.join(sorted(unknown))}; there is {', '.join(KINDS)}"
        )
    whole = (
        options.scale == "full"
        and only == list(KINDS)
        and not (options.count or options.seconds)
    )
    output = options.output or HERE.parent / "records" / (
        "campaign.jsonl" if whole else "campaign_part.jsonl"
    )
    counts = (count.split("=") for count in options.count)
    scale = SCALES[options.scale]._replace(**{name: int(n) for name, n in counts})
    print(f"{'kind':<12} {'tried':<44} {'times':>9} {'failed':>6} {'took':>10}")
    failed = 0
    with output.open("w", encoding="utf-8") as record:
        for row in campaign(only, scale, options.seed):
            failed += row.failed
            print(line(row), flush=True)
            for failure in row.failures:
                print(f"    {failure}", flush=True)
            record.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
            record.flush()
    print(f"{failed} failed" if failed else "nothing failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
