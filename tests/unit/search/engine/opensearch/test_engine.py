"""The command answers from a server as it does from a folder, and safely."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from helpers import ROOT

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
    from indexer.build.plan import CORPUS

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
        status, _, output = run("rebuild", "--corpus", corpus, env=env)
        assert (status, output) == (0, "")
    return environments


COMMANDS: list[tuple[str, ...]] = [
    ("search", "전작권", "전환", "--json"),
    ("search", "한미동맹", "--limit", "3", "--offset", "2", "--context", "1"),
    ("search", "유앤사", "--explain"),
    ("search", "919군사합의", "--all"),
    ("search", "방위", "--speaker", "에스퍼", "--act", "재확인", "--format", "csv"),
    ("search", "동맹", "--sort", "date", "--limit", "200"),
    ("search", "동맹 -한미동맹", "--sort", "document", "--limit", "50"),
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
    """Round the scores, which the server stores with seven digits."""
    status, printed, output = answer
    rounded = re.sub(r"\d+\.\d{4,}", lambda m: f"{float(m[0]):.3f}", printed)
    return status, rounded, output


def test_judged_queries_have_the_same_answers(
    both: tuple[dict[str, str], dict[str, str]],
) -> None:
    """Hits, scores, highlights, notes and facets of all judged queries."""
    topics = (ROOT / "tests/data/judged/topics.tsv").read_text(encoding="utf-8")
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


def test_info_and_check_describe_the_server(
    both: tuple[dict[str, str], dict[str, str]], opensearch: str
) -> None:
    _, there = both
    status, output, _ = run("info", "--json", env=there)
    assert status == 0
    assert json.loads(output)["index"] == f"{opensearch}/both"
    assert json.loads(output)["terms"] > 1000
    assert run("check", env=there) == (
        0,
        f"164 sentences of 2 documents on {opensearch}/both: 5 files as written\n",
        "",
    )


def test_a_loaded_export_answers(opensearch: str, corpus: Path, tmp_path: Path) -> None:
    from opensearchpy import OpenSearch

    out = tmp_path / "out"
    status, output, _ = run(
        *("export", "--format", "opensearch", "--output", out),
        *("--corpus", corpus, "--name", "loaded", "--shards", "2"),
    )
    assert (status, output) == (0, f"164 sentences of 2 documents written to {out}\n")
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

    status, _, output = run("export", "--format", "opensearch", "--output", out)
    assert status == 2
    assert output == (
        f"Error: {out}: holds something; give --output an empty or new folder.\n"
    )


def test_threads_keep_their_connections(
    both: tuple[dict[str, str], dict[str, str]],
) -> None:
    """Otherwise most searches from the page would open a new connection."""
    from opensearchpy import OpenSearch

    from indexer.opensearch.address import server_of
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


# Faults


def fault(*arguments: str, **env: str) -> str:
    """Return the one line that a command ends with, which fails."""
    status, printed, output = run(*arguments, env=env)
    assert (status, printed) == (2, "")
    assert "Traceback" not in output
    return output.splitlines()[-1]


def test_an_unreachable_server_is_reported() -> None:
    pytest.importorskip("opensearchpy")
    url = "http://127.0.0.1:9/main"
    for arguments in (["search", "전작권"], ["rebuild"], ["check"], ["info"]):
        assert fault(*arguments, **on_server(url)) == (
            f"Error: {url}: no node can be reached; check --url, and whether the server"
            " runs."
        )


def test_a_search_creates_no_index(opensearch: str) -> None:
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


def test_a_query_of_too_many_words_is_refused(
    both: tuple[dict[str, str], dict[str, str]],
) -> None:
    words = " ".join(map(str, range(1500)))
    assert "the query has more terms" in fault("search", words, **both[1])


def test_without_the_client_library_the_error_has_the_remedy() -> None:
    hidden = "import sys; sys.modules['opensearchpy'] = None; import search.cli.main as c; c.main()"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "search", "전작권", "--engine", "opensearch"],
        capture_output=True,
        check=False,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert f"pip install -e '{ROOT}[opensearch]'" in done.stderr


def test_a_query_of_a_removed_index_is_an_error(opensearch: str, corpus: Path) -> None:
    from indexer.opensearch.address import ServerError, server_of
    from indexer.opensearch.rebuild import rebuild
    from search.index import open_index

    server = server_of(f"{opensearch}/swept")
    rebuild(server, [corpus])
    with open_index(server) as index:
        for _ in range(2):
            rebuild(server, force=True)
        with pytest.raises(ServerError, match="no longer there"):
            index.search("전작권")


# Rights of users, over an encrypted connection

PASSWORDS = {"writer": "w-secret-Of-9-tests", "reader": "r-secret-Of-9-tests"}
ROLES = {
    "reader": {
        "cluster_permissions": ["indices:data/read/msearch"],
        "index_permissions": [
            {
                "index_patterns": ["communique-guarded*"],
                "allowed_actions": [
                    "indices:data/read/get",
                    "indices:data/read/search",
                ],
            }
        ],
    },
    "writer": {
        "cluster_permissions": ["indices:data/read/msearch", "indices:data/write/bulk"],
        "index_permissions": [
            {
                "index_patterns": ["communique-guarded*"],
                "allowed_actions": ["indices_all"],
            }
        ],
    },
}
"""The least rights that users need to search and to rebuild."""


@pytest.fixture(scope="module")
def guard(secured: tuple[Any, Path]) -> tuple[str, Path]:
    """Return the URL of a server with these users, and the authority of its certificate."""
    nodes, authority = secured
    for name, role in ROLES.items():
        nodes.put(f"/_plugins/_security/api/roles/{name}", role)
        user = {"password": PASSWORDS[name], "opendistro_security_roles": [name]}
        nodes.put(f"/_plugins/_security/api/internalusers/{name}", user)
    return nodes.url, authority


def as_user(
    guard: tuple[str, Path], user: str, password: str | None = None
) -> dict[str, str]:
    url, authority = guard
    return {
        **on_server(f"{url}/guarded"),
        "COMMUNIQUE_CA_CERT": str(authority),
        "COMMUNIQUE_OPENSEARCH_USER": user,
        "COMMUNIQUE_OPENSEARCH_PASSWORD": password or PASSWORDS[user],
    }


@pytest.fixture(scope="module")
def made(guard: tuple[str, Path], corpus: Path) -> None:
    """Build an index on the server that requires passwords."""
    output = run("rebuild", "--corpus", str(corpus), env=as_user(guard, "writer"))
    assert output[::2] == (0, "")


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("command", COMMANDS[::3], ids=" ".join)
def test_every_command_works_with_the_rights_of_a_reader(
    both: tuple[dict[str, str], dict[str, str]],
    guard: tuple[str, Path],
    command: tuple[str, ...],
) -> None:
    here = run(*command, env=both[0])

    assert _rounded(run(*command, env=as_user(guard, "reader"))) == _rounded(here)


@pytest.mark.usefixtures("made")
def test_a_reader_cannot_change_anything(guard: tuple[str, Path], corpus: Path) -> None:
    reader, writer = as_user(guard, "reader"), as_user(guard, "writer")
    assert run("check", env=reader)[0] == 0
    for options in ([], ["--force"], ["--corpus", str(corpus / "scm-52-2020.txt")]):
        assert "this user may not do that" in fault("rebuild", *options, **reader)
    assert run("search", "--count", "전작권", env=reader)[1] == "14\n"

    assert run("rebuild", "--force", env=writer)[0] == 0
    assert run("search", "--count", "전작권", env=reader)[1] == "14\n"


@pytest.mark.usefixtures("made")
def test_a_user_cannot_use_another_index(guard: tuple[str, Path]) -> None:
    for user, command in (("reader", "info"), ("writer", "rebuild")):
        other = {**as_user(guard, user), **on_server(f"{guard[0]}/other")}
        assert "this user may not do that" in fault(command, **other)


@pytest.mark.usefixtures("made")
def test_credentials_are_read_from_a_file(
    guard: tuple[str, Path], tmp_path: Path
) -> None:
    env = as_user(guard, "nobody", "wr0ng-secret")
    env["COMMUNIQUE_OPENSEARCH_CREDENTIALS"] = str(tmp_path / "credentials")
    assert "names a file whose first line is" in fault("info", **env)

    (tmp_path / "credentials").write_text(f"reader:{PASSWORDS['reader']}\n")
    assert run("search", "--count", "전작권", env=env)[1] == "14\n"


@pytest.mark.usefixtures("made")
def test_no_password_is_ever_printed(guard: tuple[str, Path]) -> None:
    for user in ("writer", "nobody"):
        wrong = as_user(guard, user, "wr0ng-secret")
        for arguments in (["search", "전작권"], ["rebuild"], ["check"]):
            output = fault(*arguments, **wrong)
            assert "the server requires a user" in output
            assert "secret" not in output

    url = "https://writer:w-secret@localhost/guarded"
    for place in (["--engine", "opensearch", "--url", url], []):
        output = fault("search", "전작권", *place, **on_server(url))
        assert "an address holds no user or password" in output
        assert "secret" not in output
    half = {**wrong, "COMMUNIQUE_OPENSEARCH_USER": ""}
    assert "a user goes with a password" in fault("search", "전작권", **half)
    plain = {**wrong, "COMMUNIQUE_URL": "http://search.example.org/main"}
    assert "a password is not sent without encryption" in fault("info", **plain)


@pytest.mark.usefixtures("made")
def test_a_certificate_is_verified(guard: tuple[str, Path], tmp_path: Path) -> None:
    url, authority = guard
    env = as_user(guard, "reader")
    unsigned = {**env, "COMMUNIQUE_CA_CERT": ""}
    for other in (
        unsigned,
        {**env, "COMMUNIQUE_CA_CERT": str(unrelated_certificate(tmp_path))},
    ):
        output = fault("info", **other)
        assert "cannot be trusted (unable to get local issuer certificate)" in output
        assert "; give --ca-cert the certificate of its authority" in output

    address = {**env, **on_server(f"{url.replace('localhost', '127.0.0.1')}/guarded")}
    assert "certificate is not valid for '127.0.0.1'" in fault("info", **address)

    key = {**env, "COMMUNIQUE_CA_CERT": str(authority.with_suffix(".key"))}
    assert "no certificate can be read there (" in fault("info", **key)

    # By default the machine's trusted certificates count; this adds the authority.
    trusting = {**unsigned, "SSL_CERT_DIR": str(trusted(authority, tmp_path))}
    assert run("search", "--count", "전작권", env=trusting)[1] == "14\n"


def unrelated_certificate(folder: Path) -> Path:
    """Make the certificate of an unrelated authority; return its path."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj"]
    files = ["-keyout", str(folder / "s.key"), "-out", str(folder / "s.pem")]
    subprocess.run([*command, "/CN=authority", *files], check=True, capture_output=True)
    return folder / "s.pem"


def trusted(authority: Path, folder: Path) -> Path:
    """Make a folder of trusted certificates, named by their hashes as OpenSSL does."""
    command = ["openssl", "x509", "-noout", "-hash", "-in", str(authority)]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    (folder / "certs").mkdir()
    (folder / "certs" / f"{name.strip()}.0").write_bytes(authority.read_bytes())
    return folder / "certs"
