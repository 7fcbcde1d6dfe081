"""The application: its routes, and what is around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from indexer.errors import CommuniqueError
from indexer.versions import program_version
from search.web import api, page
from search.web.middleware import Guard, Log
from search.web.problems import problem
from search.web.service import Service
from search.web.thread_pools import BusyError, TooSlowError

_FAULTS: tuple[type[Exception], ...] = (
    HTTPException,
    RequestValidationError,
    CommuniqueError,
    BusyError,
    TooSlowError,
    Exception,
)


def application(
    service: Service, *, hosts: Collection[str] = (), log: Log | None = None
) -> FastAPI:
    """Return the application that answers from *service*.

    Args:
        service: What searches; it is started and stopped with the application.
        hosts: The host names it may be asked by; none for any.
        log: What to log of requests, by default nothing.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        try:
            yield
        finally:
            service.stop()

    app = FastAPI(
        title="communique",
        description="Finds the sentences of Korean communiqués.",
        version=program_version(),
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    app.include_router(api.router)
    app.include_router(page.router)
    app.mount("/static", StaticFiles(directory=page.STATIC))
    for fault in _FAULTS:
        app.add_exception_handler(fault, problem)
    app.add_middleware(Guard, hosts=hosts, log=log or Log())
    return app
