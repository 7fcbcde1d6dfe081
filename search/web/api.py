"""The routes under /api: the JSON of the commands."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from search.index import Index
from search.reading.context import around, contexts, result_to_json
from search.results import SCHEMA, sentences_to_json, words_to_json
from search.web import comparison_limits, schemas
from search.web.parameters import (
    LONGEST_NAME,
    CompareDocumentsParameters,
    CompareParameters,
    SearchParameters,
    SentencesParameters,
    SuggestParameters,
)
from search.web.problems import documented
from search.web.service import Service

router = APIRouter(
    responses=documented(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    )
)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)


def encoded(record: dict[str, Any]) -> bytes:
    """Return *record* as the commands print it."""
    return json.dumps(record, ensure_ascii=False).encode(errors="backslashreplace")


def question(request: Request) -> str:
    """Return what tells a request from others.

    Not its URL, which is put together from what the Host header says.
    """
    return repr((request.scope["path"], request.scope["query_string"]))


def _json(body: bytes, **headers: str) -> Response:
    return Response(body, headers=headers, media_type="application/json")


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@router.get("/api/search", response_model=schemas.SearchSchema, responses=_NOT_FOUND)
async def search(
    request: Request, asked: Annotated[SearchParameters, Query()]
) -> Response:
    """Return the sentences that best match a query, as `communique search --json`."""

    def work(index: Index) -> bytes:
        found = index.search(
            asked.q,
            limit=asked.limit,
            offset=asked.offset,
            every_word=asked.every_word,
            exact=asked.exact,
            filters=asked.filters,
            order=asked.order,
        )
        beside = contexts(index, found, asked.context)
        return encoded(result_to_json(found, beside))

    service = _service(request)
    return _json(await service.answer(service.searching, question(request), work))


@router.get("/api/suggest", response_model=schemas.SuggestSchema)
async def suggest(
    request: Request, asked: Annotated[SuggestParameters, Query()]
) -> Response:
    """Complete a prefix to words of the index, as `communique suggest --json`."""

    def work(index: Index) -> bytes:
        words = index.suggest(asked.prefix, limit=asked.limit)
        return encoded(words_to_json(asked.prefix, words))

    service = _service(request)
    return _json(await service.answer(service.searching, question(request), work))


@router.get("/api/documents", response_model=schemas.DocumentsSchema)
async def documents(request: Request) -> Response:
    """Return the documents of the index, from the oldest to the newest."""
    index = _service(request).following.current.index
    sizes = {
        source.document: {
            "paragraphs": source.paragraphs,
            "sentences": source.sentences,
        }
        for source in index.manifest.sources
    }
    records = [{**each.to_json(), **sizes[each.document]} for each in index.editions]
    return _json(encoded({"schema": SCHEMA, "documents": records}))


@router.get(
    "/api/sentences/{id:path}",
    response_model=schemas.SentencesSchema,
    responses=_NOT_FOUND,
)
async def sentences(
    request: Request,
    id_: Annotated[str, Path(alias="id", max_length=LONGEST_NAME)],
    asked: Annotated[SentencesParameters, Query()],
) -> Response:
    """Return a sentence, a paragraph or a document, as `communique show --json`.

    Of a long document a page at a time; a page that is not full is the last.
    """

    def work(index: Index) -> bytes:
        found = index.show(id_)
        beside = around(index, found, asked.context)
        found = [*beside.before, *found, *beside.after]
        page = found[asked.offset : asked.offset + asked.limit]
        return encoded(sentences_to_json(id_, page))

    service = _service(request)
    body = await service.answer(service.searching, question(request), work)
    return _json(body)


@router.get("/api/compare", response_model=schemas.CompareSchema, responses=_NOT_FOUND)
async def compare(
    request: Request, asked: Annotated[CompareParameters, Query()]
) -> Response:
    """Return what sentences were in other documents, as `communique compare --json`."""

    def work(index: Index) -> bytes:
        found = comparison_limits.history(
            index, asked.id_, asked.others, strict=asked.strict
        )
        return encoded({"schema": SCHEMA, **found.to_json()})

    service = _service(request)
    return _json(await service.answer(service.comparing, question(request), work))


@router.get(
    "/api/compare/documents",
    response_model=schemas.CompareDocumentsSchema,
    responses=_NOT_FOUND,
)
async def compare_documents(
    request: Request, asked: Annotated[CompareDocumentsParameters, Query()]
) -> Response:
    """Compare two documents, as `communique compare --documents --json`."""

    def work(index: Index) -> bytes:
        found = comparison_limits.documents(
            index, asked.before, asked.after, strict=asked.strict
        )
        return encoded({"schema": SCHEMA, **found.to_json()})

    service = _service(request)
    return _json(await service.answer(service.comparing, question(request), work))


@router.get("/healthz", response_model=schemas.HealthSchema)
async def health(request: Request) -> Response:
    """Tell that the server answers, and from which generation of the index."""
    opened = _service(request).following.current
    made = opened.index.manifest
    return _json(
        encoded(
            {
                "status": "ok",
                "generation": opened.generation,
                "documents": len(opened.index.editions),
                "sentences": made.sentences,
                "prepared": opened.prepared,
            }
        )
    )
