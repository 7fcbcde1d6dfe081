"""The routes of the pages for reading: documents, comparisons and phrases by year."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from search.index import Index
from search.limits import LONGEST_NAME
from search.present.charts import MOST_SERIES
from search.present.old_new_table import can_write_docx
from search.present.timeline_svg import line_svg
from search.reading.comparison_filter import ComparisonFilter
from search.web.addresses import page_url, trace_url
from search.web.document_page import document_view
from search.web.html_answer import PageRequest, answer_file, answer_html
from search.web.narrowing import chips
from search.web.page_parameters import (
    DocumentParameters,
    ExportParameters,
    PageParameters,
    SideBySideParameters,
    TraceParameters,
)
from search.web.problems import page_responses
from search.web.side_by_side import (
    SideBySideView,
    compared_names,
    side_by_side_docx,
    side_by_side_view,
)
from search.web.source_file import source_bytes, source_of
from search.web.take_away import FILES, exported_hits
from search.web.trace_page import trace_chart, trace_view

router = APIRouter(
    responses=page_responses(
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
_EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The hits.",
        "content": {"text/csv": {}, "text/markdown": {}, "text/plain": {}},
    }
}
_SVG: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture.", "content": {"image/svg+xml": {}}}
}
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DOCX: dict[int | str, dict[str, Any]] = {
    200: {"description": "The table.", "content": {DOCX_TYPE: {}}}
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


@router.get("/trace")
async def trace(
    request: Request, parameters: Annotated[TraceParameters, Query()]
) -> Response:
    """Return a picture and a table of phrases through the years."""
    page = PageRequest.of(request)
    normalized = bool(parameters.normalize)

    def handler(index: Index) -> bytes:
        phrases = parameters.phrases
        view = trace_view(index, phrases, page.state, page.texts, normalized=normalized)
        filters = chips(index, page.state, page.texts)
        svg_url = page_url("/trace.svg", request.query_params.multi_items())
        return page.render(
            index,
            "trace.html",
            view=view,
            normalized=normalized,
            fields=[*phrases, *[""] * (MOST_SERIES - len(phrases))],
            svg_url=svg_url,
            chips=[
                (each, trace_url(each.state, phrases, normalized=normalized))
                for each in filters
            ],
        )

    return await answer_html(request, page, handler)


@router.get("/trace.svg", responses=_SVG)
async def trace_svg(
    request: Request, parameters: Annotated[TraceParameters, Query()]
) -> Response:
    """Return the picture of `/trace` as a file, as `communique trace --format svg`."""
    page = PageRequest.of(request)

    def handler(index: Index) -> bytes:
        chart, _ = trace_chart(
            index,
            parameters.phrases,
            page.state,
            page.texts,
            normalized=bool(parameters.normalize),
        )
        return line_svg(chart, standalone=True).encode()

    return await answer_file(
        request, page, handler, lambda _: ("trace.svg", "image/svg+xml")
    )


@router.get("/compare")
async def compare(
    request: Request, parameters: Annotated[SideBySideParameters, Query()]
) -> Response:
    """Return two documents side by side, as `communique compare --documents`."""
    page = PageRequest.of(request)

    def handler(index: Index) -> bytes:
        view = _side_by_side(index, parameters)
        docx_url = page_url("/compare.docx", request.query_params.multi_items())
        return page.render(
            index,
            "compare.html",
            view=view,
            parameters=parameters,
            docx_url=docx_url if can_write_docx() else None,
        )

    return await answer_html(request, page, handler)


@router.get("/compare.docx", responses=_DOCX)
async def compare_docx(
    request: Request, parameters: Annotated[SideBySideParameters, Query()]
) -> Response:
    """Return the rows of `/compare` as an old/new table for a word processor."""
    page = PageRequest.of(request)

    def handler(index: Index) -> bytes:
        view = _side_by_side(index, parameters)
        return side_by_side_docx(view, page.texts.language)

    def file(index: Index) -> tuple[str, str]:
        names = compared_names(index, parameters.before, parameters.after)
        return f"{'-'.join(names)}.docx", DOCX_TYPE

    return await answer_file(request, page, handler, file)


def _side_by_side(index: Index, parameters: SideBySideParameters) -> SideBySideView:
    shown = ComparisonFilter.of(
        index, parameters.kind, parameters.speaker, parameters.side
    )
    return side_by_side_view(index, parameters.before, parameters.after, shown)


@router.get("/export", responses=_EXPORTED)
async def export(
    request: Request, parameters: Annotated[ExportParameters, Query()]
) -> Response:
    """Return all hits of a search as a file; the search is that of the page's address."""
    page = PageRequest.of(request)
    form = parameters.form

    def handler(index: Index) -> bytes:
        return exported_hits(index, page.state, page.texts, form)

    return await answer_file(request, page, handler, lambda _: FILES[form])
