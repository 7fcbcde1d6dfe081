"""The command answers from a server as it does from a folder, and safely."""

from __future__ import annotations

import base64
import json
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.opensearch


def run(
    *arguments: str | Path, env: Mapping[str, str] | None = None, stdin: str = ""
) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "search", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
    )
    return done.returncode, done.stdout, done.stderr


def on_server(url: str) -> dict[str, str]:
    return {"COMMUNIQUE_ENGINE": "opensearch", "COMMUNIQUE_URL": url}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the communiqué, and one that was made of it."""
    from indexer.request import CORPUS

    folder = tmp_path_factory.mktemp("corpus")
    text = (CORPUS / "scm-52-2020.txt").read_text(encoding="utf-8")
    (folder / "scm-52-2020.txt").write_text(text, encoding="utf-8")
    changed = text.replace("2020년", "2019년").replace("유지", "강화")
    (folder / "scm-51-2019.txt").write_text(changed, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def both(
    opensearch: str, corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the environments that lead to the same index in a folder and on a server."""
    folder = tmp_path_factory.mktemp("both") / "index"
    environments = {"COMMUNIQUE_INDEX": str(folder)}, on_server(f"{opensearch}/both")
    for env in environments:
        status, _, told = run("rebuild", "--corpus", corpus, env=env)
        assert (status, told) == (0, "")
    return environments


COMMANDS: list[tuple[str, ...]] = [
    ("search", "전작권", "전환", "--json"),
    ("search", "한미동맹", "--limit", "3", "--offset", "2", "--context", "1"),
    ("search", "유앤사", "--explain"),
    ("search", "919군사합의", "--all"),
    ("search", "방위", "--speaker", "에스퍼", "--act", "재확인", "--format", "csv"),
    ("search", "동맹", "--sort", "date", "--limit", "200"),
    ("search", "동맹 -한미동맹", "--group-by", "document", "--limit", "50"),
    ("search", "--count", '"신뢰 구축"'),
    ("search", "year:2019", "--limit", "100", "--json"),
    ("search", "없는말없는말"),
    ("search", "동맹", "--limit", "0"),
    ("show", "scm-52-2020:11", "--context", "2"),
    ("show", "scm-51-2019", "--json"),
    ("show", "scm-52-2020:99"),
    ("suggest", "전작ㄱ"),
    ("explain", "유앤사", "scm-52-2020:5.1"),
    ("explain", "전작권 없는말", "scm-52-2020:11.1", "--json"),
    ("compare", "scm-52-2020:6.2", "--json"),
    ("compare", "--documents", "scm-51-2019", "scm-52-2020"),
    ("trace", "주한미군", "현", "수준을", "유지"),
    ("terms", "--limit", "5"),
    ("concordance", "사드", "훈련"),
    ("info", "--abbreviations"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_prints_the_same_from_both(
    both: tuple[dict[str, str], dict[str, str]], command: tuple[str, ...]
) -> None:
    here, there = (run(*command, env=env) for env in both)

    assert _rounded(there) == _rounded(here)


def _rounded(answer: tuple[int, str, str]) -> tuple[int, str, str]:
    """Round the scores, which the server keeps with seven digits."""
    status, printed, told = answer
    rounded = re.sub(r"\d+\.\d{4,}", lambda m: f"{float(m[0]):.3f}", printed)
    return status, rounded, told


def test_judged_queries_have_the_same_answers(
    both: tuple[dict[str, str], dict[str, str]],
) -> None:
    """All of them: hits, scores, marks, notes and facets."""
    topics = (Path(__file__).parent / "judged/topics.tsv").read_text(encoding="utf-8")
    here, there = (
        [
            json.loads(line)
            for line in run("batch", env=env, stdin=topics)[1].splitlines()
        ]
        for env in both
    )

    assert len(here) == 129
    for one, other in zip(here, there, strict=True):
        scores = [[hit.pop("score") for hit in each["hits"]] for each in (one, other)]
        assert other == one
        assert scores[1] == pytest.approx(scores[0], rel=1e-5)


def test_info_and_check_tell_of_the_server(
    both: tuple[dict[str, str], dict[str, str]], opensearch: str
) -> None:
    _, there = both
    status, told, _ = run("info", "--json", env=there)
    assert status == 0
    assert json.loads(told)["index"] == f"{opensearch}/both"
    assert json.loads(told)["terms"] > 1000
    assert run("check", env=there) == (
        0,
        f"164 sentences of 2 documents on {opensearch}/both: 5 files as written\n",
        "",
    )


def test_what_is_exported_answers_when_it_is_loaded(
    opensearch: str, corpus: Path, tmp_path: Path
) -> None:
    from opensearchpy import OpenSearch

    out = tmp_path / "out"
    status, told, _ = run(
        *("export", "--format", "opensearch", "--output", out),
        *("--corpus", corpus, "--name", "loaded", "--shards", "2"),
    )
    assert (status, told) == (0, f"164 sentences of 2 documents written to {out}\n")
    with closing(OpenSearch(hosts=[opensearch])) as client:
        for kind, index in (
            ("sentences", "communique-loaded-g1"),
            ("files", "communique-loaded-g1-files"),
        ):
            body = json.loads((out / f"{kind}.json").read_text(encoding="utf-8"))
            client.indices.create(index=index, body=body)
            for part in sorted(out.glob(f"{kind}-*.ndjson")):
                answer = client.bulk(body=part.read_bytes(), index=index)
                assert not answer["errors"]
            client.indices.refresh(index=index)
        aliases = json.loads((out / "aliases.json").read_text(encoding="utf-8"))
        client.indices.update_aliases(body=aliases)
    env = on_server(f"{opensearch}/loaded")

    assert run("check", env=env)[0] == 0
    assert run("search", "--count", "전작권", env=env)[1] == "14\n"

    status, _, told = run("export", "--format", "opensearch", "--output", out)
    assert status == 2
    assert told == (
        f"Error: {out}: holds something; give --output an empty or new folder.\n"
    )


def test_threads_keep_their_connections(
    both: tuple[dict[str, str], dict[str, str]],
) -> None:
    """Else most searches of a page's readers would begin with a new one."""
    from opensearchpy import OpenSearch

    from indexer.opensearch.server import server_of
    from search.index import open_index

    server = server_of(both[1]["COMMUNIQUE_URL"])
    threads = 6
    with (
        closing(OpenSearch(hosts=list(server.nodes))) as client,
        open_index(server) as index,
        ThreadPoolExecutor(threads) as pool,
    ):

        def opened() -> int:
            (node,) = client.nodes.stats(metric="http")["nodes"].values()
            return int(node["http"]["total_opened"])

        before = opened()
        list(pool.map(index.search, (f"동맹 {number}" for number in range(240))))

        assert opened() - before < threads


# What goes wrong


def fault(*arguments: str, **env: str) -> str:
    """Return the one line that a command ends with, which fails."""
    status, printed, told = run(*arguments, env=env)
    assert (status, printed) == (2, "")
    assert "Traceback" not in told
    return told.splitlines()[-1]


def test_a_server_that_is_not_there_is_named() -> None:
    pytest.importorskip("opensearchpy")
    url = "http://127.0.0.1:9/main"
    for arguments in (["search", "전작권"], ["rebuild"], ["check"], ["info"]):
        assert fault(*arguments, **on_server(url)) == (
            f"Error: {url}: no node can be reached; check --url, and whether the server"
            " runs."
        )


def test_an_index_that_is_not_there_is_not_made_by_a_search(opensearch: str) -> None:
    url = f"{opensearch}/nowhere"
    for arguments in (["search", "전작권"], ["check"], ["info"], ["suggest", "전"]):
        assert fault(*arguments, **on_server(url)) == (
            f"Error: {url}: there is no such index on the server; make it with"
            f" `communique rebuild --engine opensearch --url {url}`."
        )


def test_options_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    url = "http://127.0.0.1:9"
    there = ("--engine", "opensearch", "--url", url)
    assert "--url goes with" in fault("search", "전작권", "--url", url)
    assert "--index names" in fault("info", *there, "--index", str(tmp_path))
    assert "--shards and" in fault("rebuild", "--shards", "2")


def test_a_query_of_very_many_words_is_told_so(
    both: tuple[dict[str, str], dict[str, str]],
) -> None:
    words = " ".join(map(str, range(1500)))
    assert "the query has more terms" in fault("search", words, **both[1])


def test_without_its_client_the_remedy_is_told() -> None:
    hidden = "import sys; sys.modules['opensearchpy'] = None; import search.cli as c; c.main()"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "search", "전작권", "--engine", "opensearch"],
        capture_output=True,
        check=False,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert "pip install 'communique-search[opensearch]'" in done.stderr


def test_a_query_of_an_index_that_was_swept_says_so(
    opensearch: str, corpus: Path
) -> None:
    from indexer.opensearch.rebuild import rebuild
    from indexer.opensearch.server import ServerError, server_of
    from search.index import open_index

    server = server_of(f"{opensearch}/swept")
    rebuild(server, [corpus])
    with open_index(server) as index:
        for _ in range(2):
            rebuild(server, force=True)
        with pytest.raises(ServerError, match="no longer there"):
            index.search("전작권")


# Who may do what, over an encrypted connection

USERS = {"writer": "w-secret", "reader": "r-secret"}
READS = ("_msearch", "_search", "_count")


class _Guard(BaseHTTPRequestHandler):
    """Lets known users through to the server, and `reader` only to read."""

    server_version = "guard"
    protocol_version = "HTTP/1.1"
    behind = ""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind, _, encoded = (self.headers.get("Authorization") or "").partition(" ")
        user, _, password = base64.b64decode(encoded).decode().partition(":")
        if kind != "Basic" or USERS.get(user) != password:
            return self._answer(401, b'{"error": "who are you"}')
        path = self.path.partition("?")[0]
        reads = self.command in ("GET", "HEAD") or path.endswith(READS)
        if user == "reader" and not reads:
            return self._answer(403, b'{"error": "readers only read"}')
        headers = {"Content-Type": self.headers.get("Content-Type") or "text/plain"}
        request = urllib.request.Request(  # noqa: S310
            self.behind + self.path, body or None, headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                return self._answer(answer.status, answer.read())
        except urllib.error.HTTPError as fault:
            return self._answer(fault.code, fault.read())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass  # noqa: N815


@contextmanager
def guarded(behind: str, certificate: Path, key: Path) -> Iterator[str]:
    handler = type("Guard", (_Guard,), {"behind": behind})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def guard(
    opensearch: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """Return a URL that asks for passwords, and the certificate it shows."""
    folder = tmp_path_factory.mktemp("guard")
    certificate, key = folder / "c.pem", folder / "k.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    try:
        subprocess.run(
            [*command, "-keyout", key, "-out", certificate],
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("openssl, which makes the certificate, is not on this machine")
    with guarded(opensearch, certificate, key) as url:
        yield f"{url}/guarded", certificate


def as_user(guard: tuple[str, Path], user: str, password: str) -> dict[str, str]:
    url, certificate = guard
    return {
        **on_server(url),
        "COMMUNIQUE_CA_CERT": str(certificate),
        "COMMUNIQUE_OPENSEARCH_USER": user,
        "COMMUNIQUE_OPENSEARCH_PASSWORD": password,
    }


def test_a_reader_searches_and_does_nothing_else(
    guard: tuple[str, Path], corpus: Path, tmp_path: Path
) -> None:
    writer, reader = (as_user(guard, user, USERS[user]) for user in USERS)
    status, _, told = run("rebuild", "--corpus", str(corpus), env=writer)
    assert (status, told) == (0, "")

    for command in COMMANDS[::5]:
        assert run(*command, env=reader)[0] == 0
    assert run("search", "--count", "전작권", env=reader)[1] == "14\n"
    assert run("check", env=reader)[0] == 0
    told = fault("rebuild", "--force", **reader)
    assert "this user may not do that" in told
    assert run("search", "--count", "전작권", env=reader)[1] == "14\n"

    file = tmp_path / "credentials"
    file.write_text("reader:r-secret\n", encoding="utf-8")
    from_file = {
        **on_server(guard[0]),
        "COMMUNIQUE_CA_CERT": str(guard[1]),
        "COMMUNIQUE_OPENSEARCH_CREDENTIALS": str(file),
    }
    assert run("search", "--count", "전작권", env=from_file)[1] == "14\n"


def test_no_password_is_ever_printed(guard: tuple[str, Path]) -> None:
    wrong = as_user(guard, "writer", "wr0ng-secret")
    told = fault("search", "전작권", **wrong)
    assert "does not know who asks" in told
    assert "secret" not in told

    url = "https://writer:w-secret@localhost/guarded"
    for place in (["--engine", "opensearch", "--url", url], []):
        told = fault("search", "전작권", *place, **on_server(url))
        assert "an address holds no user or password" in told
        assert "secret" not in told
    half = {**wrong, "COMMUNIQUE_OPENSEARCH_USER": ""}
    assert "a user goes with a password" in fault("search", "전작권", **half)
    plain = {**wrong, "COMMUNIQUE_URL": "http://search.example.org/main"}
    assert "a password is not sent without encryption" in fault("info", **plain)


def test_a_certificate_that_nobody_signed_is_refused(guard: tuple[str, Path]) -> None:
    env = as_user(guard, "reader", USERS["reader"])
    env["COMMUNIQUE_CA_CERT"] = ""

    assert "certificate cannot be trusted; give --ca-cert" in fault("info", **env)
