"""Untrusted input: bytes that nobody expects, to everything that reads any.

Each target reads bytes and raises what should never be raised. atheris, where it is
installed, looks for inputs that reach new branches (`campaign_fuzz.py`); elsewhere
hypothesis draws them, as in the tests.
"""

from __future__ import annotations

import atexit
import io
import json
import os
import random
import re
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from campaign_support import Row, Scale, Subject, Word, run_program, scratch, timed
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn_from
from hypothesis import seed as seeded
from hypothesis import strategies as st

from indexer.build import manifest
from indexer.build.index_directory import IndexDirectory
from indexer.errors import CommuniqueError
from indexer.extract import user_dictionary
from indexer.ingest import corpus_files
from indexer.ingest.document import parse_document
from indexer.storage.synonyms import Synonyms
from search.cli import batch_format
from search.query.filter_placement import FilterPlaceError
from search.query.lexer import Kind, tokenize
from search.query.parser import AndNode, Node, NotNode, OrNode, parse

Target = Callable[[bytes], None]

_PLACE = "CAMPAIGN_PLACE"
"""The environment variable with the folder for the files of the atheris process."""

_SHARE = {"query": 1.0, "filters": 0.1, "batch": 0.1, "dictionary": 0.1}
"""How many inputs each target has, of those of the scale; others as many as files."""


def query(data: bytes) -> None:
    """Every query is read, or refused for deep nesting or for a filter's place."""
    text = data.decode("utf-8", "surrogateescape")
    for every_word in (False, True):
        try:
            parsed = parse(text, every_word=every_word)
        except FilterPlaceError:
            if ":" not in text:
                raise
            continue
        except CommuniqueError as fault:
            if text.count("(") + text.count("（") <= 30:
                raise AssertionError(text) from fault
            continue
        if parsed.root is not None:
            _check(parsed.root)


def _check(node: Node) -> None:
    if isinstance(node, AndNode | OrNode):
        if len(node.operands) < 2 or any(type(n) is type(node) for n in node.operands):
            raise AssertionError(node)
        for operand in node.operands:
            _check(operand)
    elif isinstance(node, NotNode):
        if isinstance(node.operand, NotNode):
            raise AssertionError(node)
        _check(node.operand)
    elif not node.text and node.kind == "word":
        raise AssertionError(node)


def filters(data: bytes) -> None:
    """Every filter in a query that is accepted narrows it."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        parsed = parse(text)
    except CommuniqueError:
        return
    typed = [token.text for token in tokenize(text) if token.kind is Kind.FILTER]
    if [text.partition(":")[0] for text in typed] != [f.field for f in parsed.filters]:
        raise AssertionError(text)


def batches(data: bytes) -> None:
    """Every line is a query or the fault of a line, each of which can be printed."""
    for line in batch_format.parse_lines(batch_format.split_lines(io.BytesIO(data))):
        if isinstance(line, batch_format.BatchFault):
            json.dumps(batch_format.fault_to_json(line)).encode()
        elif not line.query.strip() or not line.id:
            raise AssertionError(line)


def a_dictionary(data: bytes) -> None:
    """A dictionary is read, or refused in a sentence."""
    _refused(user_dictionary.read, "own.tsv", data)


def a_manifest(data: bytes) -> None:
    """A manifest and its origin are read, or refused with a message."""

    def read(path: Path) -> None:
        parsed = manifest.read(path.parent)
        json.dumps(parsed.to_json())
        manifest.check(parsed, path.parent)

    _refused(read, "g1/manifest.json", data)
    _refused(
        lambda path: IndexDirectory(path.parent.parent).origin(),
        "g1/manifest.json",
        data,
    )


def pointer(data: bytes) -> None:
    """CURRENT names a generation of this folder, or is refused in a sentence."""

    def read(path: Path) -> None:
        (path.parent / "LOCK").touch()
        generation = IndexDirectory(path.parent).current()
        if generation.parent != path.parent or not re.fullmatch(
            r"g\d+", generation.name
        ):
            raise AssertionError(generation)

    _refused(read, "CURRENT", data)


def forms(data: bytes) -> None:
    """Abbreviations are read, or refused in a sentence."""
    _refused(lambda path: Synonyms(path).other_forms("SCM"), "abbreviations.tsv", data)


def text(data: bytes) -> None:
    """A text is read, or refused; the position of each sentence is right."""
    _refused(_parse, "글.txt", data)


def records(data: bytes) -> None:
    """Records are read, or refused."""
    _refused(_parse, "글.jsonl", data)


def _parse(path: Path) -> None:
    messages: list[str] = []
    source = corpus_files.read(path, messages.append)
    document = parse_document(source, lambda lines: [True] * (len(lines) - 1))
    ids = [sentence.id for sentence in document.sentences]
    if path.suffix == ".txt" and len(ids) != len(set(ids)):
        raise AssertionError(ids)
    last = 0
    for sentence in document.sentences:
        if not 0 <= last <= sentence.start < sentence.end <= len(source.text):
            raise AssertionError(sentence)
        if path.suffix == ".txt":
            last = sentence.start
            there = source.text[sentence.start : sentence.end]
            if _letters(there) != _letters(sentence.text):
                raise AssertionError((there, sentence.text))
        json.dumps(sentence, ensure_ascii=False).encode()


def _letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


@cache
def _place() -> Path:
    """Return the folder of the files of this process."""
    if folder := os.environ.get(_PLACE):
        return Path(folder)
    made = tempfile.TemporaryDirectory(dir=scratch())
    atexit.register(made.cleanup)
    return Path(made.name)


def _refused(read: Callable[[Path], object], name: str, data: bytes) -> None:
    path = _place() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    try:
        read(path)
    except CommuniqueError as fault:
        if not str(fault) or "\n" in str(fault):
            raise AssertionError(str(fault)) from fault


TARGETS: Mapping[str, Target] = {
    "query": query,
    "filters": filters,
    "batch": batches,
    "dictionary": a_dictionary,
    "manifest": a_manifest,
    "pointer": pointer,
    "abbreviations": forms,
    "text": text,
    "records": records,
}
_QUERY = [
    "전작권 AND (환수 OR -전환)",
    '"신뢰 구축" NOT SCM',
    "speaker:에스퍼 year:2019-2020",
]
SEEDS: Mapping[str, list[str]] = {
    "query": _QUERY,
    "filters": _QUERY,
    "batch": ['1\t전작권\n{"id": "2", "query": "SCM"}\n'],
    "dictionary": [
        "방위비분담금\tNNG\t1.5\n먹혔다\t먹히/VV+었/EP\n긴 말\t=\t긴말\n# c\n"
    ],
    "manifest": ["{}"],
    "pointer": [f"g1 {'0' * 64}\n"],
    "abbreviations": ["한미안보협의회의\tSCM\t글:1\n"],
    "text": [
        "제목\n\n2020년 1월 2일, 서울\n\n1. 가나다. 라마바.\n2. 사아\n자차.\n\n/끝/\n"
    ],
    "records": ['{"id": "가", "text": "나다."}\n'],
}
"""Valid inputs for each target, from which the others are made."""

TOKENS = (
    *(
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        '"',
        "“",
        "-",
        "*",
        "?",
        ":",
        "speaker:",
        "year:20",
    ),
    *(
        "전작권",
        "가",
        "ㄱ",
        "\u1100",
        "e\u0301",
        "對",
        "1,234",
        "’20년",
        "\t",
        "=",
        "NNG",
    ),
    *(
        "\ud800",
        "\0",
        "\ufeff",
        "\u200b",
        "\r",
        "\n",
        "\x85",
        "{",
        "}",
        '"id"',
        ":",
        "1. ",
    ),
    *("끝", "/끝/", "다.", "제1차", "\\ud800", "[" * 50, "," * 9, "😀", " ", "  "),
)


def inputs(folder: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield a row for each target."""
    made = (IndexDirectory(subject.index).current() / "manifest.json").read_text(
        "utf-8"
    )
    for name in TARGETS:
        times = int(scale.inputs * _SHARE[name]) if name in _SHARE else scale.files
        seeds = [*SEEDS[name], *([made] if name == "manifest" else [])]
        guided = find_spec("atheris") and times >= 10_000
        if guided:
            yield _fuzz_inputs(name, folder, seeds, times, seed)
        else:
            yield draw_inputs(name, seeds, times, seed)


def draw_inputs(name: str, seeds: list[str], times: int, seed: int) -> Row:
    """Have hypothesis draw the inputs of a target."""
    row = Row("inputs", f"{name} (hypothesis)", seed)
    target = TARGETS[name]
    tokens = st.lists(st.sampled_from(TOKENS)).map("".join)
    encoded = tokens.map(lambda text: text.encode("utf-8", "surrogatepass"))
    starts = st.sampled_from([text.encode() for text in seeds])
    strategy = st.one_of(
        encoded, st.binary(), st.builds(_spliced, starts, encoded, st.floats(0, 1))
    )

    @seeded(seed)
    @settings(
        max_examples=times,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @drawn_from(strategy)
    def trial(data: bytes) -> None:
        row.count("read or refused")
        target(data)

    with timed(row):
        try:
            trial()
        except Exception as fault:  # noqa: BLE001 (whatever it is, it should not be)
            row.fail(f"{type(fault).__name__}: {fault}")
    return row


def _spliced(start: bytes, more: bytes, share: float) -> bytes:
    place = int(len(start) * share)
    return start[:place] + more + start[place:]


def _fuzz_inputs(
    name: str, folder: Path, seeds: list[str], times: int, seed: int
) -> Row:
    """Have atheris look for the inputs of a target."""
    row = Row("inputs", f"{name} (atheris)", seed)
    corpus = folder / name
    corpus.mkdir()
    chooser = random.Random(seed)  # noqa: S311
    for number in range(100):
        tokens = "".join(chooser.choices(TOKENS, k=chooser.randrange(1, 12)))
        texts = [*seeds, tokens] if number else seeds
        data = chooser.choice(texts).encode("utf-8", "surrogatepass")
        (corpus / str(number)).write_bytes(data)
    options = [f"-runs={times}", f"-seed={seed}", "-max_len=512", "-timeout=20"]
    options += ["-rss_limit_mb=4096", f"-artifact_prefix={folder}/"]
    with timed(row), tempfile.TemporaryDirectory(dir=scratch()) as place:
        script = Path(__file__).with_name("campaign_fuzz.py")
        words: list[Word] = [sys.executable, script, name, corpus, *options]
        environment = {**os.environ, _PLACE: place}
        done = run_program(*words, environment=environment, most=3600)
    ran = re.search(
        r"stat::number_of_executed_units:\s*(\d+)|Done (\d+) runs", done.err
    )
    row.tried = int(next(filter(None, ran.groups()))) if ran else 0
    row.outcomes = {"read or refused": row.tried}
    if done.status or not row.tried:
        row.failed = 1
        row.failures = [done.err[-2_000:]]
    return row
