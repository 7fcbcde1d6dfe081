"""The ASGI application: routes, error handlers and middleware."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from indexer.errors import CommuniqueError
from indexer.versions import program_version
from search.web import api, information_pages, page, reading_pages
from search.web.compression import CompressionMiddleware
from search.web.fault_page import fault_response
from search.web.middleware import AccessLog, GuardMiddleware
from search.web.service import Service
from search.web.templating import STATIC
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
    service: Service, *, hosts: Collection[str] = (), log: AccessLog | None = None
) -> FastAPI:
    """Return the application that answers from *service*.

    Args:
        service: The index and its threads, which start and stop with the application.
        hosts: The allowed names in the Host header; none allows any.
        log: The content of the access log, by default nothing.
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
        # These pages would load scripts from other sites.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    app.include_router(api.router)
    app.include_router(page.router)
    app.include_router(reading_pages.router)
    app.include_router(information_pages.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    for fault in _FAULTS:
        app.add_exception_handler(fault, fault_response)
    app.add_middleware(CompressionMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(GuardMiddleware, hosts=hosts, log=log or AccessLog())
    return app
