"""Answers in HTML: a template with its values. Faults pass to `fault_page`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from search.index import Index
from search.web.addresses import in_language
from search.web.answer_cache import Handler
from search.web.api import cache_key
from search.web.page_address import parse_state, read_address
from search.web.page_state import PageState
from search.web.service import Service
from search.web.templating import TEMPLATES
from search.web.translations import Translations, choose_language

ResponseOf: TypeAlias = Callable[[bytes, int, dict[str, str]], Response]
"""Makes a response of a body, a status and headers."""


class MovedError(Exception):
    """The page is at another address; it is the only argument."""


class PageRequest(NamedTuple):
    """The search that the address carries, the language, and the page in the other one."""

    state: PageState
    texts: Translations
    language_url: str

    @classmethod
    def of(cls, request: Request) -> PageRequest:
        """Return the parts of a request that every page needs.

        Raises:
            ParameterError: A parameter has a value that the page cannot use.
        """
        parse_state(request.query_params)
        return cls.of_fault(request)

    @classmethod
    def of_fault(cls, request: Request) -> PageRequest:
        """Return the same for the page of a fault; defaults replace unusable parameters."""
        state = read_address(request.query_params).state
        accepted = request.headers.get("accept-language", "")
        texts = Translations(choose_language(accepted, state.lang))
        path = request.scope["path"]
        url = in_language(path, request.query_params, texts.other_language)
        return cls(state, texts, url)

    def render(self, index: Index | None, template: str, **values: Any) -> bytes:
        """Return the page that *template* makes of *values*.

        Without an index the page does not state the size of the corpus.
        """
        return (
            TEMPLATES.get_template(template)
            .render(
                state=self.state,
                t=self.texts,
                language_url=self.language_url,
                editions=index.editions if index else [],
                sentences=index.manifest.sentences if index else 0,
                **values,
            )
            .encode()
        )


async def answer_html(
    request: Request, page: PageRequest, handler: Handler
) -> Response:
    """Return the page of *handler*, or a redirection.

    Raises:
        CommuniqueError: As *handler* raises it, and so the faults of a pool.
    """
    return await _answer(request, page, handler, lambda _: HTMLResponse)


async def answer_file(
    request: Request,
    page: PageRequest,
    handler: Handler,
    file_of: Callable[[Index], tuple[str, str]],
) -> Response:
    """Return the content that *handler* computes as a file to save.

    Args:
        request: The request, whose path and query are the key of the cache.
        page: Its language.
        handler: Computes the content of the file.
        file_of: Returns the name of the file and its media type.

    Raises:
        CommuniqueError: As *handler* and *file_of* raise it, and so the faults of a pool.
    """

    def response(index: Index) -> ResponseOf:
        name, media_type = file_of(index)
        disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        return partial(_file_response, media_type=media_type, disposition=disposition)

    return await _answer(request, page, handler, response)


def _file_response(
    body: bytes,
    status: int,
    headers: dict[str, str],
    *,
    media_type: str,
    disposition: str,
) -> Response:
    headers = {**headers, "Content-Disposition": disposition}
    return Response(body, status, headers, media_type)


async def _answer(
    request: Request,
    page: PageRequest,
    handler: Handler,
    response_of: Callable[[Index], ResponseOf],
) -> Response:
    """Run *handler* in the threads of comparisons: a long document delays no search."""
    service: Service = request.app.state.service
    language = page.texts.language
    headers = {"Vary": "Accept-Language", "Content-Language": language}
    index = service.watcher.current.index
    try:
        response = response_of(index)
        key = f"{language} {cache_key(request)}"
        body = await service.answer(service.compare_pool, key, handler)
        return response(body, HTTPStatus.OK, headers)
    except MovedError as moved:
        return RedirectResponse(moved.args[0], HTTPStatus.FOUND, headers)
