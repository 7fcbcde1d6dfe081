"""The routes of the pages on the program itself: help, and the corpus that it searches."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from search.index import Index
from search.web.about_page import about_view
from search.web.help_page import syntax_examples
from search.web.html_answer import PageRequest, answer_html
from search.web.page_parameters import PageParameters
from search.web.problems import page_responses

router = APIRouter(
    responses=page_responses(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    ),
    default_response_class=HTMLResponse,
)


@router.get("/help")
async def help_page(
    request: Request, _: Annotated[PageParameters, Query()]
) -> Response:
    """Return the query language by examples that run, and the keys of the page."""
    page = PageRequest.of(request)

    def handler(index: Index) -> bytes:
        return page.render(index, "help.html", examples=syntax_examples(index))

    return await answer_html(request, page, handler)


@router.get("/about")
async def about(request: Request, _: Annotated[PageParameters, Query()]) -> Response:
    """Return the documents, their files, the versions and the abbreviations."""
    page = PageRequest.of(request)

    def handler(index: Index) -> bytes:
        return page.render(index, "about.html", view=about_view(index))

    return await answer_html(request, page, handler)
