"""The routes of the page, which has the same results with and without JavaScript.

`/` is the whole page in the state of its URL; `/results` is the part below the form, which
the script replaces.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from indexer.errors import CommuniqueError
from search.index import Index
from search.web.examples import examples
from search.web.narrowing import chips
from search.web.page_address import read_address
from search.web.page_parameters import HitsParameters
from search.web.page_state import PageState
from search.web.problems import headers_of, log, page_responses, status_and_detail
from search.web.results_view import ResultsView, results_view
from search.web.service import Service
from search.web.templating import TEMPLATES
from search.web.thread_pools import BusyError, ThreadPool, TooSlowError
from search.web.timeline import timeline
from search.web.translations import Translations, choose_language

router = APIRouter(
    responses=page_responses(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    ),
    default_response_class=HTMLResponse,
)
_Parameters = Annotated[HitsParameters, Query()]


@router.get("/")
async def page(request: Request, _: _Parameters) -> Response:
    """Return the whole page."""
    return await _answer(request, "page.html")


@router.get("/results")
async def results(request: Request, _: _Parameters) -> Response:
    """Return the part of the page below the form."""
    return await _answer(request, "results.html")


class _Request(NamedTuple):
    """The template to render, with the state and the language of the page.

    `history_fault` is the reason why the open comparisons are not computed.
    """

    template: str
    state: PageState
    texts: Translations
    history_fault: str | None = None


async def _answer(request: Request, template: str) -> Response:
    service: Service = request.app.state.service
    state, address_fault = read_address(request.query_params)
    accepted = request.headers.get("accept-language", "")
    language = choose_language(accepted, state.lang)
    page_request = _Request(template, state, Translations(language))
    takes_long = state.compared or state.view == "concordance"
    pool = service.compare_pool if takes_long else service.search_pool
    status = HTTPStatus.OK
    headers = {"Vary": "Accept-Language", "Content-Language": language}
    try:
        if address_fault:
            raise address_fault
        key = f"{template} {language} {state.url}"
        body = await _body(service, pool, key, page_request)
    except (CommuniqueError, BusyError, TooSlowError) as fault:
        status, detail = status_and_detail(fault)
        headers |= headers_of(fault)
        log(fault, status)
        body = _error_page(service.watcher.current.index, page_request, detail)
    return HTMLResponse(body, status, headers)


async def _body(
    service: Service, pool: ThreadPool, key: str, request: _Request
) -> bytes:
    """Return the page; if the comparisons fail, the hits and the reason stay."""
    try:
        return await service.answer(pool, key, lambda index: _page(index, request))
    except (BusyError, TooSlowError) as fault:
        if not request.state.compared:
            raise
        _, detail = status_and_detail(fault)
        plain = request._replace(history_fault=detail)
        return await service.answer_once(
            service.search_pool, lambda index: _page(index, plain)
        )


def _page(index: Index, request: _Request) -> bytes:
    state = request.state
    if not (state.q or state.has_filters):
        return _render(index, request, view=None)
    view = results_view(
        index, state, request.texts, history_fault=request.history_fault
    )
    if view.pages and state.page > view.pages:
        # The index has fewer hits than when the link was made.
        state = state.at_page(view.pages)
        request = request._replace(state=state)
        view = results_view(
            index, state, request.texts, history_fault=request.history_fault
        )
    return _render(index, request, view=view)


def _error_page(index: Index, request: _Request, detail: str | None) -> bytes:
    texts = request.texts
    message = texts.note(detail) if detail else texts("server_fault")
    return _render(index, request, view=None, fault=message)


def _render(
    index: Index,
    request: _Request,
    *,
    view: ResultsView | None,
    fault: str | None = None,
) -> bytes:
    template, state, texts, _ = request
    return (
        TEMPLATES.get_template(template)
        .render(
            state=state,
            language_url=state.with_changes(lang=texts.other_language).url,
            t=texts,
            view=view,
            timeline=timeline(index, state, view.result, texts) if view else None,
            fault=fault,
            chips=list(chips(index, state, texts)),
            years=sorted({each.year for each in index.editions if each.year}),
            headings=texts.headings(index.editions),
            editions=index.editions,
            sentences=index.manifest.sentences,
            examples=examples(index) if not (view or fault) else [],
        )
        .encode()
    )
