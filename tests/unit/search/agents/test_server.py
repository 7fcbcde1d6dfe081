"""The server for agents, as the SDK's own client sees the real process."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import command_on, failure, write_texts

from indexer.build.rebuild import rebuild
from search.cli import mcp as command

pytest.importorskip("mcp", reason="the extra mcp is not installed")

from mcp import Client, MCPError, StdioServerParameters

Talk = Callable[[Client], Awaitable[Any]]
LEVEL = "양 장관은 주한미군의 현 수준을 유지하기로 하였다."


def talk(index: Path, conversation: Talk) -> Any:
    """Return the result of a conversation with `communique mcp` on an index."""
    process = StdioServerParameters(
        command=sys.executable, args=["-m", "search", "mcp", "--index", str(index)]
    )

    async def run() -> Any:
        async with Client(process) as client:
            return await conversation(client)

    return asyncio.run(run())


def answer(index: Path, tool: str, **arguments: Any) -> dict[str, Any]:
    """Return the answer of a tool, which is the same as text and as structure."""

    async def call(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    result = talk(index, call)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    structure = result.structured_content
    assert isinstance(structure, dict)
    return structure


def test_the_tools_are_described_and_only_read(statements_folder: Path) -> None:
    async def list_tools(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = talk(statements_folder, list_tools)

    assert [tool.name for tool in tools] == [
        *("search", "show", "compare", "trace", "terms", "quotes")
    ]
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert 20 < len(tool.description) < 250
        assert all("type" in p for p in tool.input_schema["properties"].values())


def test_a_search_has_citations_and_notes(statements_folder: Path) -> None:
    result = answer(statements_folder, "search", query="유앤사", limit=1, year=["2019"])

    assert result == {
        "total": 1,
        "hits": [
            {
                "id": "old:2.1",
                "citation": "제1차 회의 공동성명, 2019-11-15, paragraph 2, sentence 1",
                "text": "양 장관은 [유엔사]의 정전협정 관리를 평가하였다.",
            }
        ],
        "notes": ["“유앤사” → “유엔사” (spelling)"],
    }


def test_the_other_tools_answer(statements_folder: Path) -> None:
    async def call_all(client: Client) -> Any:
        calls = {
            "show": {"reference": "old:1"},
            "compare": {"reference": "new:2.1"},
            "trace": {"phrase": "주한미군"},
            "terms": {"document": "new"},
            "quotes": {"draft": f"“{LEVEL}” (old:1.2) “현 병력을 유지하기로 하였다”"},
        }
        return [
            (await client.call_tool(tool, arguments)).structured_content
            for tool, arguments in calls.items()
        ]

    show, compare, trace, terms, quotes = talk(statements_folder, call_all)

    assert [sentence["id"] for sentence in show["sentences"]] == ["old:1.1", "old:1.2"]
    assert compare["comparisons"][0]["text"] == (
        "양 장관은 주한미군의 현 {+전력+} 수준을 유지하기로 하였다."
    )
    assert [each["sentences"] for each in trace["documents"]] == [1, 1]
    assert "terms" in terms
    assert quotes["counts"]["exact"] == quotes["counts"]["altered"] == 1
    assert quotes["quotations"][0]["wrong_citations"] == ["old:1.2"]
    assert (
        quotes["quotations"][1]["changes"]
        == "현 [-수준을-] {+병력을+} 유지하기로 하였다"
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("show", {"reference": "old:99"}, "the nearest is old:2"),
        ("search", {"query": "가" * 1001}, "at most 1000"),
        (
            "search",
            {"query": "가", "limit": 101},
            "less than or equal to 100; it is 101.",
        ),
        ("search", {}, "search needs the argument query."),
        ("search", {"query": "가", "year": True}, "The argument year of search"),
        ("search", {"query": "가", "sort": "age"}, "'rank' or 'date'; it is 'age'."),
        ("terms", {"document": "없는_문서"}, "the nearest is"),
        ("find", {"query": "가"}, "There is no tool find; the tools are search, show,"),
    ],
)
def test_a_bad_call_is_an_error_of_one_sentence(
    statements_folder: Path, tool: str, arguments: dict[str, Any], message: str
) -> None:
    async def call(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    result = talk(statements_folder, call)

    assert result.is_error
    text = result.content[0].text
    assert message in text
    assert len(text.splitlines()) == 1
    assert not re.search("Traceback|pydantic|Error executing", text)


@pytest.mark.parametrize("year", ["2019", 2019, ["2019"], [2019]])
def test_a_single_value_is_a_list_of_one(statements_folder: Path, year: object) -> None:
    result = answer(
        statements_folder, "search", query="장관", document="old", year=year
    )

    assert result["total"] == 2


def test_documents_and_paragraphs_are_resources(tmp_path: Path) -> None:
    text = "제1차 회의\n2019년 1월 2일, 서울\n\n1. 가에 합의하였다.\n2. 나를 하였다.\n"
    corpus = write_texts(tmp_path / "corpus", {"가나 회의": text})
    for folder in ("갑", "을"):
        (corpus / folder).mkdir()
        write_texts(corpus / folder, {"성명": text})
    rebuild(tmp_path / "index", [corpus])

    async def read(client: Client) -> Any:
        uris = ("", "/가나_회의", "/가나_회의/2", "/갑/성명/2", "/갑%2F성명/2")
        contents: list[Any] = [
            (await client.read_resource(f"communique://documents{uri}")).contents[0]
            for uri in uris
        ]
        for uri, message in (
            ("documents/가나_회의/9", "no paragraph"),
            ("documents/병/성명", "holds no .*병/성명'"),
            ("문서", "There is no resource communique://문서; communique://documents"),
        ):
            with pytest.raises(MCPError, match=message):
                await client.read_resource(f"communique://{uri}")
        return [content.text for content in contents]

    documents, document, paragraph, *in_folder = talk(tmp_path / "index", read)

    assert "가나_회의" in [
        each["document"] for each in json.loads(documents)["documents"]
    ]
    assert in_folder == ["갑/성명:2.1\t나를 하였다.\n"] * 2
    assert document.splitlines() == [
        "가나_회의:1.1\t가에 합의하였다.",
        "가나_회의:2.1\t나를 하였다.",
    ]
    assert paragraph == "가나_회의:2.1\t나를 하였다.\n"


def test_a_rebuild_is_followed(tmp_path: Path) -> None:
    corpus = write_texts(tmp_path / "corpus", {"가": "사과를 심었다."})
    rebuild(tmp_path / "index", [corpus])

    async def search_twice(client: Client) -> list[int]:
        totals = []
        for text in ("배를 심었다.", ""):
            result = await client.call_tool("search", {"query": "사과"})
            totals.append(result.structured_content["total"])
            if text:
                write_texts(corpus, {"가": text})
                rebuild(tmp_path / "index", [corpus])
        return totals

    assert talk(tmp_path / "index", search_twice) == [1, 0]


REQUEST = (
    b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion":'
    b' "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}}\n'
)


@pytest.fixture
def process(statements_folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a server for agents, to be spoken to in bytes."""
    arguments = ["-m", "search", "mcp", "--index", str(statements_folder)]
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        yield process
        process.kill()


def test_a_client_that_closes_its_end_is_no_fault(
    process: subprocess.Popen[bytes],
) -> None:
    assert process.stdout
    process.stdout.close()
    _, messages = process.communicate(REQUEST, timeout=120)

    assert (process.returncode, messages) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT ends the process at once")
def test_an_interrupt_ends_a_server_that_waits_for_a_message(
    process: subprocess.Popen[bytes],
) -> None:
    assert process.stdin
    assert process.stdout
    process.stdin.write(REQUEST)
    process.stdin.flush()
    assert process.stdout.readline()

    process.send_signal(signal.SIGINT)

    # Standard input stays open meanwhile.
    assert process.wait(timeout=120) == 130
    assert process.stderr
    assert process.stderr.read() == b"Interrupted.\n"


def test_without_the_extra_the_error_names_it(
    statements_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _: None)

    assert "[mcp]'`" in failure(command_on(statements_folder)("mcp"))
