"""Edit scripts: after each, every command answers as after a forced rebuild.

A script adds, deletes, changes, moves and renames records, paragraphs and files, and
changes the dictionary, the sidecar and the options. The scripts of a chain run one after
another in one process, on an index that is rebuilt incrementally and on one that is
forced each time. After each script a batch of queries and some of the other commands
must print the same from both.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from campaign_states import new_word, record
from campaign_support import (
    QUERIES,
    WORDS,
    Row,
    Scale,
    Subject,
    Word,
    fork_server,
    timed,
    write_corpus,
)

_CHAIN = 100
"""Scripts that one process runs."""
_CHAIN_SECONDS = 1_800.0
_MOST_ACTS = 4
_OTHER_COMMANDS = 2
"""How many commands are compared after a script, beside the batch of queries."""
_SOME_QUERIES = 5
_CHECKED = 0.3
"""The share of the scripts after which the index is checked."""
_INCREMENTAL = (
    "from indexer.build import changes\n"
    "changes.MIN_SENTENCES, changes.MAX_CHANGED_ONE_IN = 1, 0.01\n"
)
_NEW_WORD = 0.02
"""The share of new records with a word that Kiwi must analyse."""
_WORDS = ("협력", "전작권", "공약", "평가", "한미")
_DICTIONARIES = (
    "전작권전환\t=\t전전환\n",
    "# none\n",
    "연합방위태세\t=\t연방태\n미래연합사\t=\t미연사\n",
)
"""Dictionaries without words for Kiwi, which would take most of the time of a chain."""
_TIMES = re.compile(
    rb'"(made|files|index)": ("[^"]*"|\{[^}]*\}),? ?|made .*|[\w/ ]*/(edited|forced)'
    rb"|, (at most )?\d+ terms"
)
"""The parts of an output that differ between two equal indexes.

The number of terms is one: after an incremental rebuild it is an upper bound.
"""


class Corpus:
    """The folder of a corpus, its dictionary, and acts that change them at random."""

    def __init__(self, folder: Path, chooser: random.Random) -> None:
        self.folder = write_corpus(folder / "corpus", 3)
        self._records = self.folder / "기록.jsonl"
        self._dictionary = folder / "own.tsv"
        self._chooser = chooser
        self.options: list[Word] = []

    def act(self) -> str:
        """Change the corpus or the options; return the name of what was done."""
        acts = (self.add, self.delete, self.change, self.move, self.reorder)
        rare = (self.rename, self.file, self.declare, self.paragraph, self.option)
        return self._chooser.choice((*acts, *acts, *rare))()

    def add(self) -> str:
        lines = self._lines()
        word = new_word(self._chooser)
        words = _WORDS if self._chooser.random() > _NEW_WORD else (word,)
        place = self._chooser.randint(0, len(lines))
        return self._write(
            [*lines[:place], record(self._chooser, words), *lines[place:]]
        )

    def delete(self) -> str:
        lines = self._lines()
        if len(lines) > 5:
            lines.pop(self._chooser.randrange(len(lines)))
        return self._write(lines)

    def change(self) -> str:
        """Change the end of the text of a record, or its id alone."""
        lines = self._lines()
        place = self._chooser.randrange(len(lines))
        old = json.loads(lines[place])
        first = old["text"].removesuffix(".").split(". ")[0]
        new = json.loads(record(self._chooser, _WORDS))
        new["text"] = f"{first}. {self._chooser.choice(WORDS)}."
        key = self._chooser.choice(("id", "text"))
        line = json.dumps({**old, key: new[key]}, ensure_ascii=False)
        return self._write([*lines[:place], line, *lines[place + 1 :]])

    def move(self) -> str:
        lines = self._lines()
        moved = lines.pop(self._chooser.randrange(len(lines)))
        lines.insert(self._chooser.randint(0, len(lines)), moved)
        return self._write(lines)

    def reorder(self) -> str:
        lines = self._lines()
        self._chooser.shuffle(lines)
        return self._write(lines)

    def rename(self) -> str:
        """Rename a document; the records are one too."""
        path = self._chooser.choice(self._texts())
        path.rename(path.with_name(f"글{self._chooser.randrange(9)}.txt"))
        return "rename"

    def file(self) -> str:
        """Add a file, or remove one if there are several."""
        texts = self._texts()
        if len(texts) > 2:
            self._chooser.choice(texts).unlink()
            return "file removed"
        lines = "\n\n".join(f"{n}. {line}." for n, line in enumerate(WORDS[::-1], 1))
        path = self.folder / f"다른 글{self._chooser.randrange(9)}.txt"
        path.write_text(f"{lines}\n", encoding="utf-8")
        return "file added"

    def declare(self) -> str:
        """Declare another title and date for a document, or none."""
        path = self._chooser.choice(self._texts())
        sidecar = path.with_name(f"{path.name}.json")
        if sidecar.exists():
            sidecar.unlink()
        else:
            date = f"20{self._chooser.randrange(10, 25)}-11-15"
            sidecar.write_text(json.dumps({"date": date}), encoding="utf-8")
        return "declaration"

    def paragraph(self) -> str:
        """Change, add or remove a paragraph of a document."""
        path = self._chooser.choice(self._texts())
        parts = path.read_text("utf-8").split("\n\n")
        place = self._chooser.randrange(len(parts))
        new = [f"{place}. {self._chooser.choice(WORDS)}."]
        gone = self._chooser.randrange(2) if len(parts) > 3 else 0
        parts[place : place + gone] = new * self._chooser.randrange(2)
        path.write_text("\n\n".join(parts), encoding="utf-8")
        return "paragraph"

    def option(self) -> str:
        """Choose the options of the next rebuilds: dictionary, files that may be missing."""
        options: list[list[Word]] = [
            [],
            ["--no-dictionary"],
            ["--allow-unreadable"],
            ["--corpus", self.folder],
            ["--corpus", self._records, "--corpus", self.folder],
        ]
        if self._chooser.randrange(2):
            self._dictionary.write_text(self._chooser.choice(_DICTIONARIES), "utf-8")
            options = [["--dictionary", self._dictionary]]
        self.options = self._chooser.choice(options)
        return "option"

    def _texts(self) -> list[Path]:
        return sorted(self.folder.glob("*.txt"))

    def _lines(self) -> list[str]:
        return self._records.read_text("utf-8").splitlines()

    def _write(self, lines: list[str]) -> str:
        self._records.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return "records"


def edits(folder: Path, _: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the row."""
    yield edit_scripts(folder / "edits", scale.edits, seed)


def edit_scripts(folder: Path, times: int, seed: int, fault: str = "") -> Row:
    """Run *times* edit scripts; their processes begin with the statements *fault*."""
    row = Row("edits", "edit scripts, each beside a forced rebuild", seed)
    folder.mkdir(parents=True)
    with timed(row):
        for first in range(0, times, _CHAIN):
            into, log = folder / "chain", folder / "log"
            count = min(_CHAIN, times - first)
            arguments = (into, log, seed * 1_000_003 + first, count, fault)
            process = fork_server().Process(target=_run_chain, args=arguments)
            process.start()
            process.join(_CHAIN_SECONDS)
            if process.exitcode != 0:
                row.fail(f"{first}: the process ended with {process.exitcode}")
                process.kill()
            for number, line in enumerate(log.read_text("utf-8").splitlines()):
                bad = json.loads(line)
                row.judge("as forced", bad and f"{first + number}: {bad}")
            shutil.rmtree(into)
    return row


def _run_chain(folder: Path, log: Path, seed: int, count: int, fault: str) -> None:
    exec(_INCREMENTAL + fault, {})  # noqa: S102 (how the campaign plants faults)
    chooser = random.Random(seed)  # noqa: S311
    corpus = Corpus(folder, chooser)
    index, forced = folder / "edited", folder / "forced"
    for each in (index, forced):
        _output("rebuild", "--corpus", corpus.folder, "--index", each)
    with log.open("w", encoding="utf-8") as results:
        for _ in range(count):
            acts = [corpus.act() for _ in range(chooser.randint(1, _MOST_ACTS))]
            words: list[Word] = [
                "rebuild",
                "--allow-missing",
                *corpus.options,
                "--index",
            ]
            done = [_output(*words, index), _output(*words, forced, "--force")]
            bad = "".join(each for each in done if not each.startswith("0")) or None
            bad = bad or _difference(index, forced, corpus, chooser)
            results.write(
                f"{json.dumps(bad and f'{acts}: {bad}', ensure_ascii=False)}\n"
            )
            results.flush()


def _difference(
    index: Path, forced: Path, corpus: Corpus, chooser: random.Random
) -> str | None:
    """Return a fault that shows outputs of the two indexes, if any differ."""
    document = chooser.choice(sorted(corpus.folder.glob("*.txt"))).stem.replace(
        " ", "_"
    )
    span = chooser.choice(WORDS).split()[: chooser.randint(1, 3)]
    queries = chooser.sample(QUERIES, _SOME_QUERIES)
    queries += [" ".join(span), f'"{" ".join(span[-2:])}"']
    commands: list[list[Word]] = [
        ["explain", *span, f"{document}:1"],
        ["concordance", span[0], "--sort", "right", "--width", "30"],
        ["suggest", span[0][:1]],
        ["info"],
        ["info", "--abbreviations"],
        ["show", document, "--json"],
        ["show", f"{document}:2", "--context", "2"],
        ["compare", f"{document}:2"],
        ["terms", "--json"],
        ["trace", span[0]],
        ["search", *span, "--json", "--sort", "date", "--limit", "0"],
        ["search", *span, "--all", "--year", "2003-2015"],
    ]
    stdin = "".join(f"{query}\n" for query in queries)
    chosen = chooser.sample(commands, _OTHER_COMMANDS)
    batch: list[Word] = ["batch", "--limit", "100"]
    for words in (batch, *chosen):
        one, other = (
            _output(*words, "--index", i, stdin=stdin) for i in (index, forced)
        )
        if one != other or one.startswith("exception"):
            return f"{words}: {_excerpts(one, other)}"
    if chooser.random() > _CHECKED:
        return None
    # The index that was forced has other files.
    done = _output("check", "--index", index)
    return None if done.startswith("0") else f"check: {done}"


def _excerpts(one: str, other: str) -> str:
    """Return both outputs around the first character in which they differ."""
    pairs = enumerate(zip(one, other, strict=False))
    place = next((n for n, (a, b) in pairs if a != b), 0)
    return " and ".join(
        text[max(0, place - 300) : place + 200] for text in (one, other)
    )


def _output(*words: Word, stdin: str = "") -> str:
    """Run the command in this process; return its status and its output.

    The parts that differ between two equal indexes are left out: the folder and the time.
    """
    from click.testing import CliRunner

    from search.cli.main import communique

    done = CliRunner().invoke(communique, [str(word) for word in words], input=stdin)
    if done.exception and not isinstance(done.exception, SystemExit):
        return f"exception {done.exception!r}"
    plain = _TIMES.sub(b"", done.output_bytes if done.exit_code else done.stdout_bytes)
    return f"{done.exit_code} {plain.decode()}"
