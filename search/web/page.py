"""The page: the same results for a browser with JavaScript and for one without.

`/` is the page in the state that its URL names; `/results` is the part of it below the
form, which the script puts in the place of the part before.
"""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from indexer.errors import CommuniqueError
from search.index import Index
from search.web import view_models
from search.web.page_state import State, state_of
from search.web.problems import headers_of, log, told
from search.web.service import Service
from search.web.thread_pools import BusyError, TooSlowError
from search.web.translations import Texts, language_of

HERE = Path(__file__).parent
STATIC = HERE / "static"

router = APIRouter(include_in_schema=False)

_EXAMPLES = 6
"""How many abbreviations of the texts are offered as examples."""


def _static(name: str) -> str:
    """Return the address of a static file, which changes when the file does."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"


_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals["static"] = {
    path.name: _static(path.name) for path in STATIC.iterdir()
}


@router.get("/")
async def page(request: Request) -> Response:
    """Return the whole page."""
    return await _answer(request, "page.html")


@router.get("/results")
async def results(request: Request) -> Response:
    """Return the part of the page that changes."""
    return await _answer(request, "results.html")


class _Asked(NamedTuple):
    """What is to be rendered, and in which language."""

    template: str
    state: State
    texts: Texts


async def _answer(request: Request, template: str) -> Response:
    service: Service = request.app.state.service
    state = state_of(request.query_params)
    accepted = request.headers.get("accept-language", "")
    asked = _Asked(template, state, Texts(language_of(accepted, state.lang)))
    lane = service.comparing if state.compared else service.searching
    language = asked.texts.language
    status = HTTPStatus.OK
    headers = {"Vary": "Accept-Language", "Content-Language": language}
    try:
        question = f"{template} {language} {state.url}"
        body = await service.answer(lane, question, lambda index: _page(index, asked))
    except (CommuniqueError, BusyError, TooSlowError) as fault:
        status, detail = told(fault)
        headers |= headers_of(fault)
        log(fault, status)
        body = _refused(service.following.current.index, asked, detail)
    return HTMLResponse(body, status, headers)


def _page(index: Index, asked: _Asked) -> bytes:
    if not (asked.state.q or asked.state.narrowed):
        return _rendered(index, asked, view=None)
    view = view_models.view(index, asked.state, asked.texts)
    if view.pages and asked.state.page > view.pages:
        # There are fewer than when the link was made.
        asked = asked._replace(state=asked.state.but(page=view.pages))
        view = view_models.view(index, asked.state, asked.texts)
    return _rendered(index, asked, view=view)


def _refused(index: Index, asked: _Asked, detail: str | None) -> bytes:
    texts = asked.texts
    fault = texts.note(detail) if detail else texts("server_fault")
    return _rendered(index, asked, view=None, fault=fault)


def _rendered(
    index: Index,
    asked: _Asked,
    *,
    view: view_models.View | None,
    fault: str | None = None,
) -> bytes:
    template, state, texts = asked
    return (
        _TEMPLATES.get_template(template)
        .render(
            state=state,
            t=texts,
            view=view,
            fault=fault,
            chips=list(view_models.chips(index, state, texts)),
            years=view_models.years(index),
            editions=index.editions,
            sentences=index.manifest.sentences,
            examples=[pair.short for pair in index.forms.pairs[:_EXAMPLES]],
        )
        .encode()
    )
