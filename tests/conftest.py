"""Fixtures that many tests share: indexes of the corpus, and real OpenSearch servers."""

from __future__ import annotations

import gzip
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path

import pytest
from helpers import SHARED, write_texts
from hypothesis import settings
from opensearch_nodes import DEFAULT, QUICK, VERSIONS, Nodes, UnavailableError, jars
from opensearch_nodes import nodes as start_nodes
from opensearch_security import Security

from indexer.analysis import kiwi
from indexer.build.index_directory import VARIABLE
from indexer.build.plan import CORPUS
from indexer.build.rebuild import rebuild
from indexer.ingest import corpus_files
from indexer.ingest.document import Document, parse_document

# By default few inputs, and the same ones in each run: a failure then comes from a change
# of the code. `--hypothesis-profile wide` draws many new ones.
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, max_examples=25
)
settings.register_profile("wide", deadline=None, max_examples=3_000)
settings.load_profile("repeatable")

OLD = """\
제1차 회의 공동성명

2019년 11월 15일, 서울

1. 양 장관은 주한미군의 현 수준을 유지하기로 하였다. 양측은 사이버 협력을 강화하였다.

2. 양 장관은 유엔사의 정전협정 관리를 평가하였다. 파견된 평화유지군에 사의를 표하였다.
"""

NEW = """\
제2차 회의 공동성명

2020년 10월 14일, 워싱턴

1. 양측은 사이버 협력을 강화했다. 기후 변화가 논의되었다.

2. 양 장관은 주한미군의 현 전력 수준을 유지하기로 하였다.

3. 양 장관은 유엔사의 정전협정 준수와 관리를 평가하였다.
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the version of the servers."""
    parser.addoption("--opensearch", choices=VERSIONS, default=DEFAULT)


@pytest.fixture(autouse=True)
def _own_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test out of the user's index."""
    monkeypatch.setenv(VARIABLE, str(tmp_path.with_name(f"{tmp_path.name}-index")))


@pytest.fixture(scope="session", autouse=True)
def _accept_interrupts() -> Iterator[None]:
    """Accept SIGINT, which background jobs of a script ignore, as do their children."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the copies of servers' files out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@contextmanager
def cluster(
    count: int, config: pytest.Config, secured: Path | None = None
) -> Iterator[Nodes]:
    """Start *count* real nodes; skip the test where that is impossible.

    Args:
        count: The number of nodes.
        config: The options of pytest; `--opensearch` is the version of the server.
        secured: A folder for certificates; the nodes then require passwords, over TLS.
    """
    pytest.importorskip("opensearchpy", reason="the extra opensearch is not installed")
    version = config.getoption("--opensearch")
    with ExitStack() as started:
        try:
            security = _security(secured, version) if secured else None
            running = start_nodes(count, "512m", security, version, QUICK)
            nodes = started.enter_context(running)
        except UnavailableError as fault:
            pytest.skip(str(fault))
        except FileNotFoundError as fault:
            pytest.skip(f"{fault.filename} is not on this machine")
        yield nodes


def _security(folder: Path, version: str) -> Security:
    plugin = jars(version).security
    if plugin is None:
        raise UnavailableError(f"OpenSearch {version} is fetched without users and TLS")
    return Security(folder, plugin)


@pytest.fixture(scope="session")
def opensearch(pytestconfig: pytest.Config) -> Iterator[str]:
    """Return the URL of a server of one node, without the name of an index."""
    with cluster(1, pytestconfig) as nodes:
        yield nodes.url


@pytest.fixture(scope="session")
def secured(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Nodes, Path]]:
    """Return a node that requires passwords, and the certificate of its authority."""
    folder = tmp_path_factory.mktemp("secured")
    with cluster(1, pytestconfig, folder) as nodes:
        yield nodes, folder / "authority.pem"


@pytest.fixture(scope="session")
def three_nodes(pytestconfig: pytest.Config) -> Iterator[Nodes]:
    """Return a cluster of three nodes, one of which the test may kill."""
    with cluster(3, pytestconfig) as nodes:
        yield nodes


@pytest.fixture(scope="session")
def communique() -> Document:
    """Return the communiqué that comes with the program."""
    messages: list[str] = []
    source = corpus_files.read(CORPUS / "scm-52-2020.txt", messages.append)
    assert messages == []
    return parse_document(source, kiwi.spaces_between)


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of the communiqué; copy it before you write to it."""
    folder = tmp_path_factory.mktemp("communique") / "index"
    rebuild(folder)
    return folder


@pytest.fixture(scope="session")
def statements_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of two short statements, `old` and `new`."""
    folder = tmp_path_factory.mktemp("statements")
    corpus = write_texts(folder / "corpus", {"old": OLD, "new": NEW})
    rebuild(folder / "index", [corpus])
    return folder / "index"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of collections beside the project; skip without it."""
    if not SHARED.is_dir():
        pytest.skip("the shared collections do not lie beside the project")
    return SHARED


@pytest.fixture(scope="session")
def statutes(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of 20,000 lines of statutes."""
    folder = tmp_path_factory.mktemp("statutes")
    path = folder / "law.jsonl"
    source = shared / "data" / "law100k.jsonl.gz"
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        path.write_text("".join(islice(lines, 20_000)), encoding="utf-8")
    rebuild(folder / "index", [path])
    return folder / "index"
