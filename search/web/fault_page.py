"""Answers to requests that fail: a page for a browser, a problem for a program."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from search.web.html_answer import PageRequest
from search.web.problems import headers_of, log, problem, status_and_detail
from search.web.translations import Translations

_FOR_PROGRAMS = ("/api/", "/static/", "/healthz", "/openapi.json")


def fault_response(request: Request, fault: Exception) -> Response:
    """Return the answer to a request that raised *fault*.

    A browser gets a page in its language, unless the address is one for programs, which
    get problem details.
    """
    is_page = not request.url.path.startswith(_FOR_PROGRAMS)
    accepts_page = "text/html" in request.headers.get("accept", "")
    if not (is_page and accepts_page):
        return problem(request, fault)
    status, detail = status_and_detail(fault)
    log(fault, status)
    page = PageRequest.of(request)
    has_text = isinstance(fault, HTTPException | RequestValidationError) or not detail
    message = (
        _general_message(status, page.texts)
        if has_text
        else page.texts.note(detail or "")
    )
    index = request.app.state.service.watcher.current.index
    headers = {**headers_of(fault), "Vary": "Accept, Accept-Language"}
    body = page.render(index, "fault.html", fault=message)
    return HTMLResponse(body, status, headers)


def _general_message(status: HTTPStatus, texts: Translations) -> str:
    """Return the message of a fault that has none of its own."""
    if status == HTTPStatus.NOT_FOUND:
        return texts("no_page")
    if status == HTTPStatus.MISDIRECTED_REQUEST:
        return texts("other_host")
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return texts("server_fault")
    return texts("bad_request")
