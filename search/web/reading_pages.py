"""The routes of the pages for reading: a document with its source file."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from search.index import Index
from search.limits import LONGEST_NAME
from search.web.document_page import document_view
from search.web.html_answer import PageRequest, answer_file, answer_html
from search.web.page_parameters import DocumentParameters, PageParameters
from search.web.problems import openapi_responses
from search.web.source_file import source_bytes, source_of


def _described(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of faults, which are problems or pages."""
    responses = openapi_responses(*statuses)
    for response in responses.values():
        response["content"]["text/html"] = {"schema": {"type": "string"}}
    return responses


router = APIRouter(
    responses=_described(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    ),
    default_response_class=HTMLResponse,
)
_MOVED: dict[int | str, dict[str, Any]] = {
    302: {"description": "The id of a sentence: its place in its document."}
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {"application/octet-stream": {}}}
}
_Reference = Annotated[str, Path(max_length=LONGEST_NAME)]


@router.get("/documents/{reference:path}", responses=_MOVED)
async def document(
    request: Request, reference: _Reference, _: Annotated[DocumentParameters, Query()]
) -> Response:
    """Return a document to read, with the hits of a query marked."""
    page = PageRequest.of(request)

    def handler(index: Index) -> bytes:
        view = document_view(index, reference, page.state)
        return page.render(index, "document.html", view=view)

    return await answer_html(request, page, handler)


@router.get("/sources/{reference:path}", responses=_FILE)
async def source(
    request: Request, reference: _Reference, _: Annotated[PageParameters, Query()]
) -> Response:
    """Return the file that a document was read from, if it has not changed since."""

    def file_of(index: Index) -> tuple[str, str]:
        name = PurePath(source_of(index, reference).path).name
        return name, "application/octet-stream"

    page = PageRequest.of(request)
    return await answer_file(
        request, page, lambda index: source_bytes(index, reference), file_of
    )
