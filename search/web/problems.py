"""Problem details (RFC 9457): how a request that fails is answered."""

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
from search.query.filters import NoSuchValueError
from search.query.parser import QueryError
from search.reading.compare import SameDocumentError
from search.web.thread_pools import BusyError, TooSlowError

MEDIA_TYPE = "application/problem+json"

RETRY_AFTER = "1"
"""Seconds after which a request that found the server busy may come again."""

_LOG = logging.getLogger("uvicorn.error")

BUSY = Note("Too many requests are waiting; try again in a moment.")
TOO_SLOW = Note("The request took too long; ask for less at a time.")
TOO_MANY_TERMS = Note(
    "The query has more terms than the server takes; make it shorter."
)


class TooLargeError(CommuniqueError):
    """What was asked for would keep a thread for too long."""

    def __init__(self, sentences: int, most: int) -> None:
        super().__init__(
            Note(
                "comparing these documents means {sentences} pairs of sentences, more"
                " than the {most} that the server takes on; use `communique compare`.",
                sentences=sentences,
                most=most,
            )
        )


class Problem(BaseModel):
    """What went wrong with a request (RFC 9457)."""

    type: str = Field(description="about:blank: nothing beyond what `status` says.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str | None = Field(None, description="What went wrong, and the remedy.")


_STATUS: dict[type[Exception], HTTPStatus] = {
    NotInIndexError: HTTPStatus.NOT_FOUND,
    NoSuchValueError: HTTPStatus.NOT_FOUND,
    QueryError: HTTPStatus.UNPROCESSABLE_ENTITY,
    FilterPlaceError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SameDocumentError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLargeError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


_TOLD: dict[type[Exception], tuple[HTTPStatus, str]] = {
    BusyError: (HTTPStatus.SERVICE_UNAVAILABLE, BUSY),
    TooSlowError: (HTTPStatus.GATEWAY_TIMEOUT, TOO_SLOW),
    QueryTooLargeError: (HTTPStatus.UNPROCESSABLE_ENTITY, TOO_MANY_TERMS),
}


def told(fault: Exception) -> tuple[HTTPStatus, str | None]:
    """Return the status that *fault* has, and what its asker may be told of it.

    Of faults that are not the asker's, such as a damaged index, it is nothing.
    """
    if known := _TOLD.get(type(fault)):
        return known
    if isinstance(fault, RequestValidationError):
        return HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(_invalid(fault.errors()))
    if isinstance(fault, HTTPException):
        return HTTPStatus(fault.status_code), None
    if status := _STATUS.get(type(fault)):
        return status, fault.args[0]
    return HTTPStatus.INTERNAL_SERVER_ERROR, None


def headers_of(fault: Exception) -> dict[str, str]:
    """Return the headers that go with *fault*."""
    if isinstance(fault, BusyError | TooSlowError):
        return {"Retry-After": RETRY_AFTER}
    if isinstance(fault, HTTPException):
        return dict(fault.headers or {})
    return {}


def problem(_: Request, fault: Exception) -> Response:
    """Return the response to a request that ended in *fault*."""
    status, detail = told(fault)
    log(fault, status)
    content = body_of(status, detail)
    return Response(content, status, headers_of(fault), MEDIA_TYPE)


def body_of(status: HTTPStatus, detail: str | None = None) -> str:
    """Return the JSON of a problem."""
    found = Problem(
        type="about:blank", title=status.phrase, status=status, detail=detail
    )
    return found.model_dump_json(exclude_none=True)


def log(fault: Exception, status: HTTPStatus) -> None:
    """Tell whoever runs the server of a fault that is not the asker's."""
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        own = isinstance(fault, CommuniqueError)
        _LOG.error("%s", fault, exc_info=None if own else fault)


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI is told of *statuses*."""
    schema = Problem.model_json_schema()
    return {
        int(status): {
            "description": status.phrase,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def _invalid(errors: Iterable[dict[str, Any]]) -> Iterable[str]:
    for error in errors:
        name = ".".join(str(part) for part in error["loc"][1:])
        yield f"{name}: {error['msg']}."
