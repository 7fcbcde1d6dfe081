"""The value of `--url`: the nodes of a server and the name of an index."""

from __future__ import annotations

import pytest

from indexer.opensearch.address import Server, ServerUrlError, server_of


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("http://localhost:9200/main", Server(("http://localhost:9200",), "main")),
        ("http://localhost", Server(("http://localhost:9200",), "main")),
        ("https://a:1,https://b:2/x_1/", Server(("https://a:1", "https://b:2"), "x_1")),
        ("http://[::1]:9/x", Server(("http://[::1]:9",), "x")),
    ],
)
def test_an_address_names_nodes_and_an_index(url: str, server: Server) -> None:
    assert server_of(url) == server
    assert server_of(str(server)) == server


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("localhost:9200", "no http or https address"),
        ("http://", "no http or https address"),
        ("http://a:x/main", "is no address"),
        ("http://a/main?x=1", "has a query or a fragment"),
        ("http://a/one,http://b/two", "different index names"),
        ("http://a/Main", "'Main' is no name of an index"),
        ("http://a/a-b", "'a-b' is no name of an index"),
        ("http://a/..", "is no name of an index"),
        ("http://user:secret@a/main", "an address holds no user or password"),
        ("http://a,http://user:secret@b/main", "an address holds no user or password"),
    ],
)
def test_a_malformed_address_is_refused(url: str, message: str) -> None:
    with pytest.raises(ServerUrlError, match=message) as caught:
        server_of(url)
    assert "secret" not in str(caught.value)
