"""Answers to requests that fail, as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from indexer.errors import CommuniqueError, QueryTooLargeError
from search.messages import Note
from search.not_found import NotInIndexError
from search.query.filter_placement import FilterPlaceError
from search.query.filters import NoSuchValueError, NoYearError, RangeReversedError
from search.query.parser import QueryError
from search.reading.compare import SameDocumentError
from search.reading.comparison_limits import TooLargeError
from search.web.page_address import ParameterError
from search.web.side_by_side import AloneError, NoDocxError
from search.web.source_file import SourceLostError
from search.web.take_away import TooManyHitsError
from search.web.thread_pools import BusyError, TooSlowError

MEDIA_TYPE = "application/problem+json"

RETRY_AFTER = "1"
"""Seconds after which a client may repeat a request that met a busy server."""

_LOG = logging.getLogger("uvicorn.error")

BUSY = Note("Too many requests are waiting; try again in a moment.")
TOO_SLOW = Note("The request took too long; ask for less at a time.")
TOO_MANY_TERMS = Note(
    "The query has more terms than the server takes; make it shorter."
)


class Problem(BaseModel):
    """Why a request failed (RFC 9457)."""

    type: str = Field(description="about:blank, as the status is the only information.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str | None = Field(None, description="The fault and its remedy.")


_STATUS: dict[type[Exception], HTTPStatus] = {
    NotInIndexError: HTTPStatus.NOT_FOUND,
    NoSuchValueError: HTTPStatus.NOT_FOUND,
    NoYearError: HTTPStatus.NOT_FOUND,
    QueryError: HTTPStatus.UNPROCESSABLE_ENTITY,
    FilterPlaceError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RangeReversedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ParameterError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SameDocumentError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLargeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SourceLostError: HTTPStatus.NOT_FOUND,
    TooManyHitsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    AloneError: HTTPStatus.NOT_FOUND,
    NoDocxError: HTTPStatus.NOT_FOUND,
}


_WITH_MESSAGE: dict[type[Exception], tuple[HTTPStatus, str]] = {
    BusyError: (HTTPStatus.SERVICE_UNAVAILABLE, BUSY),
    TooSlowError: (HTTPStatus.GATEWAY_TIMEOUT, TOO_SLOW),
    QueryTooLargeError: (HTTPStatus.UNPROCESSABLE_ENTITY, TOO_MANY_TERMS),
}


def status_and_detail(fault: Exception) -> tuple[HTTPStatus, str | None]:
    """Return the HTTP status for *fault*, and the message for the client.

    A fault that the client did not cause, such as a damaged index, has no message.
    """
    if known := _WITH_MESSAGE.get(type(fault)):
        return known
    if isinstance(fault, RequestValidationError):
        return HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(_invalid(fault.errors()))
    if isinstance(fault, HTTPException):
        return HTTPStatus(fault.status_code), None
    if status := _STATUS.get(type(fault)):
        return status, fault.args[0]
    return HTTPStatus.INTERNAL_SERVER_ERROR, None


def headers_of(fault: Exception) -> dict[str, str]:
    """Return the additional headers of the answer, such as Retry-After."""
    if isinstance(fault, BusyError | TooSlowError):
        return {"Retry-After": RETRY_AFTER}
    if isinstance(fault, HTTPException):
        return dict(fault.headers or {})
    return {}


def problem(_: Request, fault: Exception) -> Response:
    """Return the answer to a request that raised *fault*."""
    status, detail = status_and_detail(fault)
    log(fault, status)
    content = problem_json(status, detail)
    return Response(content, status, headers_of(fault), MEDIA_TYPE)


def problem_json(status: HTTPStatus, detail: str | None = None) -> str:
    """Return the JSON of a problem; its title is the phrase of the status."""
    record = Problem(
        type="about:blank", title=status.phrase, status=status, detail=detail
    )
    return record.model_dump_json(exclude_none=True)


def log(fault: Exception, status: HTTPStatus) -> None:
    """Log a fault that the client did not cause, for the operator."""
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        is_expected = isinstance(fault, CommuniqueError)
        _LOG.error("%s", fault, exc_info=None if is_expected else fault)


_CAUSES = {
    HTTPStatus.BAD_REQUEST: "The request is not HTTP, or it has two Host headers.",
    HTTPStatus.NOT_FOUND: "The index has nothing of that name, or no such value.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Only GET and HEAD are answered.",
    HTTPStatus.MISDIRECTED_REQUEST: "The Host header names another server.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter or the query is invalid.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The request is larger than 64 KiB.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The index cannot be read.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Too many requests wait; see Retry-After.",
    HTTPStatus.GATEWAY_TIMEOUT: "The answer takes longer than the server allows.",
}
"""The causes of faults, as OpenAPI describes them."""


def openapi_responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of problems with *statuses*."""
    schema = Problem.model_json_schema()
    return {
        int(status): {
            "description": _CAUSES.get(status, status.phrase),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def page_responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of faults, which are problems or pages."""
    responses = openapi_responses(*statuses)
    for response in responses.values():
        response["content"]["text/html"] = {"schema": {"type": "string"}}
    return responses


def _invalid(errors: Iterable[dict[str, Any]]) -> Iterable[str]:
    for error in errors:
        name = ".".join(str(part) for part in error["loc"][1:])
        yield f"{name}: {error['msg']}."
