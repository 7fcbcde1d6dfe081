"""The program as a process: statuses, pipes, signals, locales and terminals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import wcwidth
from helpers import ROOT

from indexer.build.index_directory import VARIABLE
from indexer.build.rebuild import rebuild
from search.index import open_index

COMMAND = (sys.executable, "-m", "search")

posix = pytest.mark.skipif(os.name != "posix", reason="pipes and signals of POSIX")


@pytest.fixture(autouse=True)
def _index(index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes search the communiqué, in a plain environment."""
    monkeypatch.setenv(VARIABLE, str(index_folder))
    for name in ("NO_COLOR", "PYTHONIOENCODING", "PYTHONUTF8", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def run(
    *words: str | bytes,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *words],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        timeout=60,
    )


@contextmanager
def started(
    *words: str, package: str = "search", path: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program with pipes for its standard streams, and wait for its end."""
    with subprocess.Popen(
        [sys.executable, "-m", package, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **({"PYTHONPATH": str(path)} if path else {})},
    ) as process:
        try:
            yield process
            process.wait(timeout=60)
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["search", "전작권"], 0),
        (["search", "nowhere", "--exact"], 1),
        (["search", "(" * 99], 2),
        (["search", "전작권", "--jsn"], 2),
    ],
)
def test_the_exit_status(words: list[str], status: int) -> None:
    done = run(*words)

    assert done.returncode == status
    assert b"Traceback" not in done.stderr


def test_a_batch_with_a_bad_line_has_status_2() -> None:
    stdin = "1\t전작권\n2\t\n3\tWMD\n".encode()
    done = run("batch", "-", "--format", "jsonl", stdin=stdin)
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert (done.returncode, done.stderr) == (2, b"")
    assert [(line["id"], line["total"], "error" in line) for line in lines] == [
        ("1", 7, False),
        ("2", 0, True),
        ("3", 2, False),
    ]


@posix
def test_each_query_is_answered_before_the_next_is_read() -> None:
    """The exit status after Ctrl-C is 130."""
    with started("batch") as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for query, total in [("전작권", 7), ("WMD", 2)]:
            process.stdin.write(f"{query}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["total"] == total
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stdout.read() == b""
        assert process.stderr.read() == b"\nInterrupted.\n"


@posix
@pytest.mark.parametrize("package", ["search", "indexer"])
def test_an_interrupt_while_it_loads_leaves_no_traceback(
    tmp_path: Path, package: str
) -> None:
    """A slow module takes the place of click."""
    slow = "import time\nprint('loading', flush=True)\ntime.sleep(60)\n"
    (tmp_path / "click.py").write_text(slow, encoding="utf-8")
    with started("--help", package=package, path=tmp_path) as process:
        assert process.stdout
        assert process.stdout.readline() == b"loading\n"
        process.send_signal(signal.SIGINT)

        # A shell reports it as 130.
        assert process.wait(timeout=60) == -signal.SIGINT
        assert process.stderr
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("fault", "tracebacks"), [("KeyboardInterrupt", 0), ("OSError", 1)]
)
def test_an_interrupt_in_a_destructor_is_not_reported(
    tmp_path: Path, fault: str, tracebacks: int
) -> None:
    """Python reports other exceptions that a destructor raises, and continues."""
    going = f"class Going:\n    def __del__(self): raise {fault}\nGoing()\nraise SystemExit(7)\n"
    (tmp_path / "click.py").write_text(going, encoding="utf-8")
    with started("--help", path=tmp_path) as process:
        assert process.wait(timeout=60) == 7
        assert process.stderr
        assert process.stderr.read().count(b"Traceback") == tracebacks


@posix
@pytest.mark.parametrize("form", ["jsonl", "trec"])
def test_a_reader_that_closes_the_pipe_is_no_error(form: str) -> None:
    """As under `| head -n 1`: no message, and status 0."""
    with started("batch", "--format", form) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write("전작권\n".encode())
        process.stdin.flush()
        assert process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b"SCM\n" * 500)
        process.stdin.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == b""


@posix
@pytest.mark.parametrize(
    "words",
    [
        ["search", "SCM"],
        ["search", "SCM", "--json"],
        ["show", "scm-52-2020"],
        ["search", "--help"],
    ],
    ids=" ".join,
)
def test_a_pipe_without_a_reader_is_no_error(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, *words],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            cwd=ROOT,
            timeout=60,
        )
    finally:
        os.close(writing)

    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


@posix
@pytest.mark.parametrize(
    ("words", "redirection", "status", "message"),
    [
        ("batch", "<&-", 2, "Error: standard input: it is closed.\n"),
        ("search 사드", ">&-", 2, "Error: standard output: it is closed.\n"),
        ("search 사드 --json", ">&-", 2, "Error: standard output: it is closed.\n"),
        ("search 사드", "2>&-", 0, ""),
        ("search 사드", "<&-", 0, ""),
        ("search nowhere --exact", ">&- 2>&-", 1, ""),
    ],
)
def test_a_closed_stream_is_an_error_if_it_is_used(
    words: str, redirection: str, status: int, message: str
) -> None:
    script = f'"$0" -m search {words} {redirection}'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable],
        input=b"",
        capture_output=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )

    assert done.returncode == status
    assert done.stderr.decode() == message


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", [["search", "SCM"], ["search", "SCM", "--json"]])
def test_a_full_disk_is_an_error(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *words],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            cwd=ROOT,
            timeout=60,
        )

    assert done.returncode == 2
    assert b"Error: the output: No space left on device." in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


LOCALES = [
    {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
]


@pytest.mark.parametrize("environment", LOCALES, ids=lambda e: " ".join(e.values()))
def test_json_is_utf_8_in_any_locale(environment: dict[str, str]) -> None:
    alone = run("search", "對美", "--json", environment=environment)
    in_batch = run("batch", stdin="q\t對美\n".encode(), environment=environment)

    assert (alone.returncode, alone.stderr) == (0, b"")
    assert (in_batch.returncode, in_batch.stderr) == (0, b"")
    for answer in (alone.stdout, in_batch.stdout):
        assert "對美 지원" in answer.decode()
        assert b"\\u" not in answer


@pytest.mark.parametrize("environment", LOCALES, ids=lambda e: " ".join(e.values()))
def test_a_locale_without_hangul_is_no_error(
    environment: dict[str, str],
) -> None:
    done = run("search", "對美", "😀", environment=environment)

    assert done.returncode == 0
    assert done.stdout.startswith(b" 1. paragraph 16, sentence 5  scm-52-2020:16.5\n")
    assert b"Traceback" not in done.stderr


@posix
def test_a_query_in_hangul_works_in_the_locale_c(tmp_path: Path) -> None:
    file = tmp_path / "질의.tsv"
    file.write_text("a\t對美\n", encoding="utf-8")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    searched = run("search", "對美", environment=plain)
    answered = run("batch", str(file).encode(), "--format", "tsv", environment=plain)

    assert (searched.returncode, answered.returncode) == (0, 0)
    assert "[對美]" in searched.stdout.decode()
    assert answered.stdout.decode().startswith("a\t1\tscm-52-2020:16.5\t")


@posix
def test_half_a_character_completes_to_nothing() -> None:
    done = run("suggest", b"\xff")

    assert (done.returncode, done.stdout) == (1, b"")
    assert b"Traceback" not in done.stderr


@posix
@pytest.mark.parametrize("words", [["--explain"], ["--json"]])
def test_an_argument_in_another_encoding_is_no_error(words: list[str]) -> None:
    done = run("search", b"\xff\xfe", "전작권".encode(), b'"\xed\xa0\x80', *words)

    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    if words == ["--json"]:
        assert json.loads(done.stdout)["total"] == 7


def test_a_lone_surrogate_in_a_batch_is_no_error() -> None:
    stdin = b'{"id": "a", "query": "\\ud800"}\n{"id": "\\udc00", "query": "WMD"}\n'
    done = run("batch", stdin=stdin)

    assert (done.returncode, done.stderr) == (0, b"")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["query"], first["total"]) == ("\ud800", 0)
    assert (second["id"], second["total"]) == ("\udc00", 2)


def test_a_pipe_has_one_sentence_a_line() -> None:
    done = run("search", "SCM", "--exact", environment={"COLUMNS": "40"})
    blocks = done.stdout.decode().removesuffix("\n").split("\n\n")

    assert len(blocks) == 7
    assert all(block.count("\n") == 1 for block in blocks)
    assert "\x1b" not in done.stdout.decode()
    assert all("[SCM]" in block for block in blocks)


def on_terminal(
    *words: str, environment: Mapping[str, str], stderr: bool = False
) -> str:
    """Return what the command prints on a terminal of its own."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs if stderr else subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    os.close(theirs)
    chunks = []
    with process, open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123
        try:
            while chunk := terminal.read(4096):
                chunks.append(chunk)
        except OSError:
            pass  # Linux raises it when the other end has closed.
        process.wait(timeout=60)
    return b"".join(chunks).decode().replace("\r\n", "\n")


@posix
def test_a_rebuild_shows_on_a_terminal_the_time_left(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = [{"id": str(n), "text": f"전작권 전환 {n}"} for n in range(20_000)]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    index = {VARIABLE: str(tmp_path / "index")}

    shown = on_terminal(
        "rebuild", "--corpus", str(path), environment=index, stderr=True
    )

    assert re.search(r"cutting .* \d+/20000  [\d,]+/s, 0:\d\d left", shown)
    assert re.search(r"analysing .* \d+/20002  [\d,]+/s, 0:\d\d left", shown)


def without_escapes(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


MIXED = (
    "한미 양국은 對美 정책을 SCM에서 전작권과 함께 논의했다 😀 그리고 平和體制를 위해"
    " 협력한다 🇰🇷🇺🇸 (전작권·국방비전·https://example.org/a/very/long/address/indeed)."
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of one sentence in all scripts."""
    folder = tmp_path_factory.mktemp("mixed")
    corpus = folder / "r.jsonl"
    corpus.write_text(json.dumps({"id": "a", "text": MIXED}), encoding="utf-8")
    rebuild(folder / "index", [corpus])
    return folder / "index"


@posix
@pytest.mark.parametrize("width", [20, 40, 200])
def test_a_terminal_has_colour_and_lines_of_its_width(mixed: Path, width: int) -> None:
    """East Asian characters and emoji take two columns."""
    shown = on_terminal(
        "search",
        "전작권",
        "--index",
        str(mixed),
        environment={"COLUMNS": str(width), "LC_ALL": "C.UTF-8"},
    )
    lines = without_escapes(shown).splitlines()

    coloured = re.findall(r"\x1b\[1;33m(.*?)\x1b\[0m", shown)
    assert "".join("".join(coloured).split()) == "전작권전작권"
    assert lines[0] == " 1. r  a"
    assert all(wcwidth.wcswidth(line) <= width for line in lines)
    assert all(line.startswith("    ") for line in lines[1:])
    assert "".join("".join(lines[1:]).split()) == MIXED.replace(" ", "")
    assert len(lines) == 2 or width < wcwidth.wcswidth(MIXED) + 4


@posix
@pytest.mark.parametrize(
    ("words", "width"), [(["search", "SCM"], 80), (["show", "scm-52-2020:16"], 132)]
)
def test_the_communique_fits_a_terminal(words: list[str], width: int) -> None:
    shown = on_terminal(*words, environment={"COLUMNS": str(width)})
    widths = [wcwidth.wcswidth(line) for line in without_escapes(shown).splitlines()]

    assert width - 15 <= max(widths) <= width


@posix
@pytest.mark.parametrize(
    ("environment", "words", "coloured"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({}, ["--color", "never"], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
    ],
)
def test_colour_on_a_terminal(
    environment: dict[str, str], words: list[str], coloured: bool
) -> None:
    shown = on_terminal("search", "사드", *words, environment=environment)

    assert ("\x1b[1;33m사드\x1b[0m" in shown) is coloured
    assert ("[사드]" in shown) is not coloured
    assert ("\x1b" in shown) is coloured


@posix
def test_a_terminal_shows_speakers_and_acts() -> None:
    shown = on_terminal("search", "전작권", environment={}, stderr=True)
    lines = [line for line in shown.splitlines() if line.startswith("speaker: ")]

    (line,) = lines
    with open_index() as index:
        facets = index.search("전작권").facets
    for name in ("speaker", "act"):
        value, number = next(iter(facets[name].items()))
        assert f"{name}: {value} {number}, " in line


@posix
def test_json_on_a_terminal_is_plain_and_one_line() -> None:
    shown = on_terminal("search", "사드", "--json", environment={"COLUMNS": "40"})

    assert shown.count("\n") == 1
    assert json.loads(shown)["total"] == 1


def test_a_query_of_known_words_loads_no_large_library() -> None:
    """Loading Kiwi takes seconds; to read the index takes none of Whoosh's modules."""
    script = (
        "import sys; from search.index import open_index\n"
        "with open_index() as index: print(index.search('전작권 신뢰').total)\n"
        "print([*{'kiwipiepy', 'numpy', 'whoosh'} & sys.modules.keys()])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )

    assert done.stdout.endswith("\n[]\n")


LARGE = ("kiwipiepy", "numpy", "indexer.build.rebuild", "importlib.metadata")
"""Modules that take long to import, and that none of these commands needs."""


def loaded(*words: str) -> set[str]:
    """Return the modules that a successful command imports."""
    done = run(*words, environment={"PYTHONPROFILEIMPORTTIME": "1"})
    lines = done.stderr.decode().splitlines()
    names = {
        line.rpartition("|")[2].strip() for line in lines if "import time:" in line
    }

    assert done.returncode == 0
    assert done.stdout
    assert "click" in names
    return names


@pytest.mark.parametrize(
    "words",
    [
        ["search", "전작권"],
        ["search", "전작권의 신뢰", "--json"],
        ["--help"],
        ["search", "--help"],
        ["show", "scm-52-2020:5.1"],
        ["info"],
        ["suggest", "전작"],
        ["suggest", "ㅈㅈㄱ"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_a_simple_command_loads_no_large_module(words: list[str]) -> None:
    assert loaded(*words) & {*LARGE} == set()


NEEDLESS = (
    "encodings.ascii",
    "indexer.analysis.unseen_words",
    "indexer.extract.user_dictionary",
    "indexer.opensearch",
    "search.reading.context",
    "search.explain",
    "search.query.filter_placement",
    "search.query.filters",
    "search.query.keyboard",
    "search.present.table_rows",
    "search.query.spelling",
    "search.present.table_format",
)
"""Modules that a search for words of the index does not need."""


def test_a_simple_search_loads_no_needless_module() -> None:
    assert loaded("search", "전작권", "전환") & {*LARGE, *NEEDLESS} == set()


@pytest.mark.parametrize(
    ("words", "module"),
    [
        (["search", "전작권", "--context", "1"], "search.reading.context"),
        (["search", "전작권", "--format", "csv"], "search.present.table_format"),
        (["search", "방위", "--act", "재확인"], "search.query.filters"),
        (["show", "scm-52-2020:5.1"], "search.reading.context"),
    ],
    ids=str,
)
def test_an_option_loads_its_module(words: list[str], module: str) -> None:
    assert module in loaded(*words)


def test_objects_are_frozen_at_the_end() -> None:
    script = (
        "import atexit, gc, sys; sys.argv[1:] = ['search', '전작권', '--count']\n"
        "atexit.register(lambda: print(len(gc.get_objects()) < gc.get_freeze_count()))\n"
        "from search.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )

    assert done.stdout.endswith("\nTrue\n")


@posix
def test_the_completion_script() -> None:
    """That of zsh: for that of bash, click runs bash to find its version."""
    done = run(environment={"_COMMUNIQUE_COMPLETE": "zsh_source"})

    assert done.returncode == 0
    assert "_COMMUNIQUE_COMPLETE=zsh_complete communique" in done.stdout.decode()


@posix
def test_commands_are_completed() -> None:
    done = run(
        environment={
            "_COMMUNIQUE_COMPLETE": "bash_complete",
            "COMP_WORDS": "communique sh",
            "COMP_CWORD": "1",
        }
    )

    assert done.returncode == 0
    assert done.stdout == b"plain,show\n"


@posix
def test_a_rebuild_shows_on_a_terminal_its_speed(tmp_path: Path) -> None:
    words = ("rebuild", "--index", str(tmp_path))
    shown = on_terminal(*words, environment={}, stderr=True)

    assert re.search(r"cutting  \[#+\]  82/82 .* [\d,]+/s", shown)
