"""The routes under /api, whose JSON is that of the commands."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from search.index import Index
from search.limits import LONGEST_NAME, MOST_LINED
from search.query.search_options import SearchOptions
from search.reading import comparison_limits
from search.reading import concordance as concordances
from search.reading.comparison_filter import ComparisonFilter
from search.reading.context import around, contexts, result_to_json
from search.results import SCHEMA, sentences_to_json, words_to_json
from search.web import schemas
from search.web.answer_cache import Handler
from search.web.parameters import (
    CompareDocumentsParameters,
    CompareParameters,
    ConcordanceParameters,
    QueryParameters,
    SearchParameters,
    SentencesParameters,
    SuggestParameters,
)
from search.web.problems import openapi_responses
from search.web.service import Service

router = APIRouter(
    responses=openapi_responses(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.MISDIRECTED_REQUEST,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    )
)
_NOT_FOUND = openapi_responses(HTTPStatus.NOT_FOUND)


def json_bytes(record: dict[str, Any]) -> bytes:
    """Return *record* in the bytes that the commands print."""
    return json.dumps(record, ensure_ascii=False).encode(errors="backslashreplace")


def cache_key(request: Request) -> str:
    """Return the key of a request in the answer cache.

    It is not the URL, which Starlette composes from the Host header.
    """
    return repr((request.scope["path"], request.scope["query_string"]))


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _answer(
    request: Request, handler: Handler, *, compares: bool = False
) -> Response:
    service = _service(request)
    pool = service.compare_pool if compares else service.search_pool
    return _json(await service.answer(pool, cache_key(request), handler))


@router.get("/api/search", response_model=schemas.SearchSchema, responses=_NOT_FOUND)
async def search(
    request: Request, parameters: Annotated[SearchParameters, Query()]
) -> Response:
    """Return the sentences that best match a query, as `communique search --json`."""

    def handler(index: Index) -> bytes:
        result = index.search(
            parameters.q,
            limit=parameters.limit,
            offset=parameters.offset,
            order=parameters.sort,
            **_options(parameters)._asdict(),
        )
        beside = contexts(index, result, parameters.context)
        page = {"limit": parameters.limit, "offset": parameters.offset}
        return json_bytes({**result_to_json(result, beside), **page})

    return await _answer(request, handler)


@router.get(
    "/api/concordance", response_model=schemas.ConcordanceSchema, responses=_NOT_FOUND
)
async def concordance(
    request: Request, parameters: Annotated[ConcordanceParameters, Query()]
) -> Response:
    """Return each occurrence of a query in its context, as `communique concordance --json`."""

    def handler(index: Index) -> bytes:
        options = _options(parameters)
        result = concordances.concordance(
            index, parameters.q, parameters.sort, options, most=MOST_LINED
        )
        first, limit = parameters.offset, parameters.limit
        record = result.to_json()
        record["lines"] = record["lines"][first : first + limit]
        return json_bytes({"schema": SCHEMA, **record, "limit": limit, "offset": first})

    return await _answer(request, handler, compares=True)


def _options(parameters: QueryParameters) -> SearchOptions:
    return SearchOptions(
        parameters.every_word,
        parameters.exact,
        parameters.literal,
        parameters.filters,
    )


@router.get("/api/suggest", response_model=schemas.SuggestSchema)
async def suggest(
    request: Request, parameters: Annotated[SuggestParameters, Query()]
) -> Response:
    """Complete a prefix to words of the index, as `communique suggest --json`."""

    def handler(index: Index) -> bytes:
        words = index.suggest(parameters.prefix, limit=parameters.limit)
        record = words_to_json(parameters.prefix, words)
        return json_bytes({**record, "limit": parameters.limit})

    return await _answer(request, handler)


@router.get("/api/documents", response_model=schemas.DocumentsSchema)
async def documents(request: Request) -> Response:
    """Return the documents of the index, from the oldest to the newest."""
    index = _service(request).watcher.current.index
    sizes = {
        source.document: {
            "paragraphs": source.paragraphs,
            "sentences": source.sentences,
        }
        for source in index.manifest.sources
    }
    records = [{**each.to_json(), **sizes[each.document]} for each in index.editions]
    return _json(
        json_bytes({"schema": SCHEMA, "total": len(records), "documents": records})
    )


@router.get(
    "/api/sentences/{reference:path}",
    response_model=schemas.SentencesSchema,
    responses=_NOT_FOUND,
)
async def sentences(
    request: Request,
    reference: Annotated[str, Path(max_length=LONGEST_NAME)],
    parameters: Annotated[SentencesParameters, Query()],
) -> Response:
    """Return a sentence, a paragraph or a document, as `communique show --json`.

    A long document comes in pages; the first page that is not full is the last.
    """

    def handler(index: Index) -> bytes:
        result = index.show(reference)
        beside = around(index, result, parameters.context)
        sentences = [*beside.before, *result, *beside.after]
        first, limit = parameters.offset, parameters.limit
        record = sentences_to_json(reference, sentences[first : first + limit])
        total = {"total": len(sentences), "limit": limit, "offset": first}
        return json_bytes({**record, **total})

    return await _answer(request, handler)


@router.get("/api/compare", response_model=schemas.CompareSchema, responses=_NOT_FOUND)
async def compare(
    request: Request, parameters: Annotated[CompareParameters, Query()]
) -> Response:
    """Compare sentences with other documents, as `communique compare --json`."""

    def handler(index: Index) -> bytes:
        result = comparison_limits.history(
            index, parameters.reference, parameters.others, strict=parameters.strict
        )
        return json_bytes({"schema": SCHEMA, **result.to_json()})

    return await _answer(request, handler, compares=True)


@router.get(
    "/api/compare/documents",
    response_model=schemas.CompareDocumentsSchema,
    responses=_NOT_FOUND,
)
async def compare_documents(
    request: Request, parameters: Annotated[CompareDocumentsParameters, Query()]
) -> Response:
    """Compare two documents, as `communique compare --documents --json`."""

    def handler(index: Index) -> bytes:
        result = comparison_limits.documents(
            index, parameters.before, parameters.after, strict=parameters.strict
        )
        shown = ComparisonFilter.of(
            index, parameters.kind, parameters.speaker, parameters.side
        )
        return json_bytes({"schema": SCHEMA, **result.to_json(shown)})

    return await _answer(request, handler, compares=True)


@router.get("/healthz", response_model=schemas.HealthSchema)
async def health(request: Request) -> Response:
    """Return the state of the server, and the generation of the index it answers from."""
    open_index = _service(request).watcher.current
    return _json(
        json_bytes(
            {
                "status": "ok",
                "generation": open_index.generation,
                "documents": len(open_index.index.editions),
                "sentences": open_index.index.manifest.sentences,
                "prepared": open_index.prepared,
            }
        )
    )
