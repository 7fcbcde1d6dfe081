"""A record whose id is the name of something else hides nothing, and is found itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import Run, command_on, failure, write_records, write_texts

from indexer.build.rebuild import rebuild
from search.index import open_index

RECORDS = {
    "records": "문서와 이름이 같은 훈련 기록이다.",
    "y2019": "다른 문서와 이름이 같은 훈련 기록이다.",
    "annex.7": "부록처럼 보이는 훈련 기록이다.",
    "y2019:1": "문단처럼 보이는 훈련 기록이다.",
    "records:annex1": "이 문서의 부록처럼 보이는 훈련 기록이다.",
    "y2019:annex2.1": "다른 문서의 부록 문장처럼 보이는 훈련 기록이다.",
    "records:3": "이 문서의 문단처럼 보이는 훈련 기록이다.",
}
Y2019 = ["y2019:1.1", "y2019:1.2", "y2019:2.1", "y2019:annex1.1", "y2019:annex1.2"]
SHOWN = {
    **{id_: [id_] for id_ in RECORDS},
    "records:": list(RECORDS),
    "y2019:": Y2019,
    "y2020": [id_.replace("2019", "2020") for id_ in Y2019],
    "y2019:2": ["y2019:2.1"],
    "y2019:annex1": Y2019[3:],
    "y2019:annex1.2": ["y2019:annex1.2"],
}
"""The ids of the sentences that each typed name shows."""

Get = Callable[..., Any]
"""Returns the JSON that a command prints, or its twin of the HTTP API."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of two statements and of RECORDS."""
    corpus = tmp_path_factory.mktemp("names")
    body = "1. 양 장관은 만났다. 훈련을 논의하였다.\n2. {}회의를 마쳤다.\n\n"
    annex = "부록: 지침\n1. 훈련을 확대한다.\n"
    write_texts(
        corpus,
        {
            f"y{year}": f"성명\n\n{year}년 5월 1일, 서울\n\n{body.format(words)}{annex}"
            for year, words in ((2019, "정전협정 " * 3), (2020, ""))
        },
    )
    write_records(corpus / "records.jsonl", RECORDS)
    rebuild(corpus / "index", [corpus])
    return corpus / "index"


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return command_on(folder)


def printed(run: Run, *words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


@pytest.fixture(scope="module")
def get(folder: Path) -> Iterator[Get]:
    """Return a function that gets a path of the HTTP API of the index."""
    pytest.importorskip("fastapi", reason="needs the extra `web`")
    pytest.importorskip("httpx2", reason="needs the extra `browser`")
    from starlette.testclient import TestClient

    from search.web.app import application
    from search.web.service import Service

    service = Service(folder, say=lambda _: None)
    with TestClient(application(service)) as client:

        def answer(path: str, **parameters: str) -> Any:
            response = client.get(path, params=parameters)
            assert response.status_code == 200, response.text
            if response.headers["content-type"] == "application/json":
                return response.json()
            return response.text

        yield answer


def ids(sentences: list[dict[str, Any]]) -> list[str]:
    return [sentence["id"] for sentence in sentences]


@pytest.mark.parametrize(("name", "expected"), SHOWN.items())
def test_show_prefers_the_record_and_reaches_everything_else(
    run: Run, name: str, expected: list[str]
) -> None:
    assert ids(printed(run, "show", name)["sentences"]) == expected


@pytest.mark.parametrize(("name", "expected"), SHOWN.items())
def test_the_api_shows_what_the_command_shows(
    get: Get, name: str, expected: list[str]
) -> None:
    assert ids(get(f"/api/sentences/{name}")["sentences"]) == expected


def test_show_has_the_context_of_the_documents_own_sentences(
    run: Run, get: Get
) -> None:
    expected = ["records", "y2019", "annex.7"]

    assert ids(printed(run, "show", "y2019", "--context", "1")["sentences"]) == expected
    assert ids(get("/api/sentences/y2019", context="1")["sentences"]) == expected


def neighbours(order: list[str]) -> dict[str, tuple[list[str], list[str]]]:
    """Return the ids before and after each of *order*."""
    return {
        id_: (order[max(0, n - 1) : n], order[n + 1 : n + 2])
        for n, id_ in enumerate(order)
    }


def test_hits_have_the_context_of_their_own_document(run: Run, get: Get) -> None:
    expected = (
        neighbours(list(RECORDS)) | neighbours(Y2019) | neighbours(SHOWN["y2020"])
    )
    output = printed(run, "search", "훈련", "--context", "1", "--limit", "50")

    assert {hit["id"] for hit in output["hits"]} == {
        *RECORDS,
        *(f"y{year}:{place}" for year in (2019, 2020) for place in ("1.2", "annex1.2")),
    }
    for hit in output["hits"]:
        context = hit["context"]
        assert (ids(context["before"]), ids(context["after"])) == expected[hit["id"]]
    slice_ = {"limit": 50, "offset": 0}
    assert get("/api/search", q="훈련", context="1", limit="50") == output | slice_


@pytest.mark.parametrize(
    ("document", "expected"),
    [("records", {"기록": 7}), ("y2019", {"정전협정": 3})],
)
def test_terms_counts_the_whole_document(
    run: Run, document: str, expected: dict[str, int]
) -> None:
    output = printed(run, "terms", "--document", document, "--limit", "100")
    (edition,) = output["documents"]
    counts = {term["term"]: term["here"] for term in edition["terms"]}

    assert edition["document"] == document
    assert expected.items() <= counts.items()


def test_documents_are_compared_by_their_names(run: Run, get: Get) -> None:
    output = printed(run, "compare", "--documents", "y2019", "y2020")

    statuses = [pair["status"] for pair in output["sentences"]]
    assert statuses == ["same", "same", "reworded", "same", "same"]
    output = printed(run, "compare", "--documents", "y2019", "records")
    assert ids(
        [each["after"] for each in output["sentences"] if each["after"]]
    ) == list(RECORDS)
    assert get("/api/compare/documents", before="y2019", after="records") == output


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("y2019:2", "y2019:2.1", "y2020:2.1"),
        ("y2019:annex1.2", "y2019:annex1.2", "y2020:annex1.2"),
    ],
)
def test_a_part_of_a_document_is_compared(
    run: Run, get: Get, name: str, before: str, after: str
) -> None:
    output = printed(run, "compare", name, "--with", "y2020")

    (comparison,) = output["comparisons"]
    assert comparison["before"]["id"] == before
    assert comparison["after"]["id"] == after
    assert get("/api/compare", reference=name, **{"with": "y2020"}) == output


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_compared_with_other_documents(
    run: Run, get: Get, name: str
) -> None:
    output = printed(run, "compare", name)

    assert [each["with"]["document"] for each in output["comparisons"]] == [
        "y2019",
        "y2020",
    ]
    for comparison in output["comparisons"]:
        assert name in ids(
            list(filter(None, (comparison["before"], comparison["after"])))
        )
    assert get("/api/compare", reference=name) == output


@pytest.mark.parametrize("id_", [*RECORDS, "y2019:1.2"])
def test_a_sentence_is_explained_by_its_id(folder: Path, id_: str) -> None:
    with open_index(folder) as index:
        explanation = index.explain("훈련", id_)

    assert explanation.sentence
    assert explanation.sentence.sentence.id == id_
    assert explanation.sentence.match == "as typed"


def test_the_page_opens_the_paragraph_of_a_hit(get: Get) -> None:
    page = get("/", q='"훈련을 논의"', shown="y2019:1.2")

    assert "양 장관은 만났다." in page
    assert RECORDS["y2019:1"].removesuffix("훈련 기록이다.") not in page


def test_an_unknown_name_is_reported_with_what_it_may_stand_for(run: Run) -> None:
    for name, kind, near in (
        ("y2018", "document", "y2019"),
        ("y2019:9", "paragraph", "y2019:2"),
        ("y2019:1.9", "sentence", "y2019:1.2"),
        ("records:9", "sentence", "records"),
    ):
        assert failure(run("show", name)) == (
            f"Error: the index holds no record or {kind} {name!r};"
            f" the nearest is {near}.\n"
        )


def test_a_file_of_records_is_known_by_its_suffix_in_capitals_too(
    tmp_path: Path,
) -> None:
    rebuild(tmp_path / "index", [write_records(tmp_path / "NOTES.JSONL", ["훈련"])])

    assert failure(command_on(tmp_path / "index")("show", "NOTES:3")) == (
        "Error: the index holds no record or sentence 'NOTES:3'; the nearest is NOTES.\n"
    )
