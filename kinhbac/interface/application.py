"""The interface as one application: routes, and what a refusal looks like whoever raises it.

Here: putting together. Not here: routes (``routes``), answers (``answering``), the machine it runs
on (``server``). GET and HEAD write nothing; the one thing that is written is a delivery
(``uploads``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kinhbac.data_folder import SOURCES, DataFolder
from kinhbac.interface import bounds
from kinhbac.interface.accepted import choose_language
from kinhbac.interface.description import describe
from kinhbac.interface.gate import Gate
from kinhbac.interface.opening import open_edition, open_release
from kinhbac.interface.owners import Owners
from kinhbac.interface.refusals import Refusal, Unreadable, of_validation, respond
from kinhbac.interface.routes import router
from kinhbac.interface.shelf import Shelf
from kinhbac.interface.tokens import Doorkeeper
from kinhbac.release.edition_in_force import EditionRefused
from kinhbac.release.releases import ReleaseUnreadable

VERSION = "1.0"
"""Of the interface: what it is asked and how it answers."""
ABOUT = """\
Answers about the release in force. Without a token: the open edition; with one
(`Authorization: Bearer …`): the edition that it was given for. Forms by `Accept` or `?format=`;
pages by `Link`; `ETag` names an answer, so that asking again with `If-None-Match` costs next to
nothing; `Kinhbac-Release` says which release answered, whole. Missing is not zero: see `state`.
Refusals are problems (RFC 9457), in Vietnamese or English by `Accept-Language`, and so is this page.
An agency delivers by `PUT deliveries/<source>/<period>/<file>` with `Content-Digest`.
"""
log = logging.getLogger("kinhbac")


def make_application(data: DataFolder, sources: Path = SOURCES) -> FastAPI:
    """The interface over the releases of a data folder, as an ASGI application; ``sources`` is the
    registry that says who may deliver."""
    application = FastAPI(
        title="kinhbac",
        version=VERSION,
        description=ABOUT,
        servers=[{"url": "."}],  # wherever a server in front has put it
        docs_url=None,  # the scripts of its pages would come from elsewhere
        redoc_url=None,
        openapi_url=None,  # ``_describe`` does it, in two languages
        lifespan=_keep_tidy,
    )
    application.state.releases = Shelf(data.current, partial(open_release, data))
    application.state.editions = Shelf(data.open, partial(open_edition, data))
    application.state.landing = data.landing
    application.state.owners = Owners(sources)
    application.state.doorkeeper = Doorkeeper(data.tokens)
    application.add_middleware(Gate)
    application.include_router(router)
    application.add_api_route("/openapi.json", _describe, include_in_schema=False)
    application.add_exception_handler(Refusal, _refuse)
    application.add_exception_handler(RequestValidationError, _refuse)
    application.add_exception_handler(HTTPException, _refuse)
    application.add_exception_handler(ReleaseUnreadable, _refuse)
    application.add_exception_handler(EditionRefused, _refuse)
    application.add_exception_handler(Unreadable, _refuse)
    application.add_exception_handler(Exception, _refuse)
    return application


@asynccontextmanager
async def _keep_tidy(application: FastAPI) -> AsyncIterator[None]:
    """Close what is no longer asked, also while nobody asks."""
    shelves: tuple[Shelf, Shelf] = (application.state.releases, application.state.editions)

    async def tidy() -> None:
        while True:
            await asyncio.sleep(bounds.WAITING)
            for shelf in shelves:
                await asyncio.to_thread(shelf.tidy)

    task = asyncio.create_task(tidy())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        for shelf in shelves:
            shelf.close()


def _describe(request: Request) -> Response:
    code = choose_language(",".join(request.headers.getlist("accept-language")))
    said = {"Content-Language": code, "Vary": "Accept-Language"}
    return JSONResponse(describe(request.app.openapi(), code), headers=said)


def _refuse(request: Request, error: Exception) -> Response:
    return respond(_refusal(error), ",".join(request.headers.getlist("accept-language")))


def _refusal(error: Exception) -> Refusal:
    """What the caller is told; of the inside of the server, nothing."""
    match error:
        case Refusal():
            return error
        case RequestValidationError():
            return of_validation(error)
        case HTTPException():
            status = HTTPStatus(error.status_code)
            detail = f"{status.description}. Remedy: openapi.json says what there is."
            return Refusal(status, detail, headers=error.headers)
        case ReleaseUnreadable() | EditionRefused() | Unreadable():
            log.error("%s", error)
            detail = "What is in force cannot be read. Remedy: the log of the server says why."
            return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    detail = "This is a fault of the interface. Remedy: report the question and the time."
    return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, detail)
