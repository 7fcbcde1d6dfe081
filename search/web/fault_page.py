"""Answers to requests that fail: a page for a browser, a problem for a program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from search.web.html_answer import PageRequest
from search.web.page_address import MOST_SKIPPED, ParameterError
from search.web.page_state import PageState
from search.web.problems import (
    MEDIA_TYPE,
    headers_of,
    log,
    problem,
    problem_json,
    status_and_detail,
)
from search.web.translations import Translations, choose_language

_HTML = "text/html"
_FOR_PROGRAMS = ("/api/", "/static/", "/healthz", "/openapi.json")


def fault_response(request: Request, fault: Exception) -> Response:
    """Return the answer to a request that raised *fault*.

    A browser gets a page in its language, unless the address is one for programs, which
    get problem details.
    """
    accepted = request.headers.get("accept", "")
    if not (_is_page(request.url.path) and _HTML in accepted):
        return problem(request, fault)
    status, detail = status_and_detail(fault)
    log(fault, status)
    page = PageRequest.of_fault(request)
    if isinstance(fault, RequestValidationError):
        detail = _invalid_parameter(fault)
    has_text = isinstance(fault, HTTPException) or not detail
    message = (
        _general_message(status, page.texts)
        if has_text
        else page.texts.note(detail or "")
    )
    index = request.app.state.service.watcher.current.index
    language = {"Content-Language": page.texts.language}
    headers = {**headers_of(fault), **language, "Vary": "Accept, Accept-Language"}
    body = page.render(index, "fault.html", fault=message)
    return HTMLResponse(body, status, headers)


def _invalid_parameter(fault: RequestValidationError) -> str:
    """Return the message of the first fault of the parameters, as on the page of hits."""
    error = fault.errors()[0]
    name, value = str(error["loc"][1]), str(error["input"])
    facts = error.get("ctx", {})
    if most := facts.get("max_length"):
        refused = ParameterError.of_size(name, most)
    else:
        expected = re.findall("'([^']*)'", facts.get("expected", f"'0–{MOST_SKIPPED}'"))
        refused = ParameterError.of_choice(name, value, [x for x in expected if x])
    message: str = refused.args[0]
    return message


def refusal(
    status: HTTPStatus, url: bytes, fields: Iterable[tuple[bytes, bytes]]
) -> tuple[bytes, str]:
    """Return the body for a request that is not read to its end, and its media type.

    The fields that were read decide as in `fault_response`. Where Accept was not among
    them, the address decides: a browser sends long addresses of pages.

    Args:
        status: The status of the answer.
        url: The address or the part of it that was read, empty if there is none.
        fields: The names, in small letters, and the values of header fields.
    """
    headers = {name: value.decode("latin-1") for name, value in fields}
    path = url.partition(b"?")[0].decode("latin-1")
    if not (path and _is_page(path) and _HTML in headers.get(b"accept", _HTML)):
        return problem_json(status).encode(), MEDIA_TYPE
    texts = Translations(choose_language(headers.get(b"accept-language", "")))
    other = PageState(lang=texts.other_language)
    page = PageRequest(PageState(), texts, other.url)
    message = _general_message(status, texts)
    return page.render(None, "fault.html", fault=message), f"{_HTML}; charset=utf-8"


def _is_page(path: str) -> bool:
    return not path.startswith(_FOR_PROGRAMS)


def _general_message(status: HTTPStatus, texts: Translations) -> str:
    """Return the message of a fault that has none of its own."""
    if status == HTTPStatus.NOT_FOUND:
        return texts("no_page")
    if status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
        return texts("too_large")
    if status == HTTPStatus.MISDIRECTED_REQUEST:
        return texts("other_host")
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return texts("server_fault")
    return texts("bad_request")
