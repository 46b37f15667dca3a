"""The addresses of the interface, and who asks there.

Here: a function an address, whose signature is what may be asked. Not here: answers (``answering``),
refusals that are raised elsewhere (``application``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer

from kinhbac.interface.answering import Question
from kinhbac.interface.editions import OPEN, SCHEME
from kinhbac.interface.filters import (
    AreasAsked,
    Asked,
    CompositeAsked,
    CoverageAsked,
    ExplanationAsked,
    IndicatorsAsked,
    Key,
    ValuesAsked,
    WarningsAsked,
)
from kinhbac.interface.formats import FORMATS, JSON, OF_FIGURES, OF_TABLES, Format
from kinhbac.interface.questions import Inquirer
from kinhbac.interface.refusals import MEDIA_TYPE, Refusal
from kinhbac.interface.tokens import Doorkeeper, Entry
from kinhbac.interface.uploads import Upload, keep_upload
from kinhbac.problems import ProblemsFound

log = logging.getLogger("kinhbac")
router = APIRouter()
bearer = HTTPBearer(auto_error=False, description="what «kinhbac token add» printed")


def _holder_of(doorkeeper: Doorkeeper, request: Request) -> Entry | None:
    """What the token that somebody shows is for; None for who shows none. Whoever shows a wrong one
    is not taken for nobody."""
    shown = request.headers.get("Authorization")
    if shown is None:
        return None
    scheme, _, token = shown.partition(" ")
    try:
        holder = doorkeeper.find(token.strip()) if scheme.lower() == "bearer" else None
    except ProblemsFound as error:
        log.error("%s", error)
        detail = "Tokens cannot be read. Remedy: the log of the server says why."
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error
    if holder is None:
        detail = "Nobody was given this token. Remedy: ask for one, or ask without."
        refused = {"WWW-Authenticate": f'{SCHEME}, error="invalid_token"'}
        raise Refusal(HTTPStatus.UNAUTHORIZED, detail, headers=refused)
    return holder


async def _question(request: Request, _: Annotated[object, Security(bearer)]) -> Question:
    state = request.app.state
    holder = _holder_of(state.doorkeeper, request)
    edition = holder.edition if holder else OPEN
    shelf = state.editions if edition == OPEN else state.releases
    return Question(shelf, request, edition)


Asking = Annotated[Question, Depends(_question)]


def _described(summary: str, forms: Sequence[Format]) -> dict[str, Any]:
    """What ``openapi.json`` says of a route."""
    statuses = (400, 401, 403, 404, 406, 410, 414, 503)
    problem: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}
    refused = {code: {"description": HTTPStatus(code).phrase, **problem} for code in statuses}
    return {
        "summary": summary,
        "response_class": Response,
        "responses": {
            200: {"content": {FORMATS[form]: {} for form in forms}},
            304: {"description": "The caller has this answer already"},
            **refused,
            "default": {"description": "Another problem", **problem},
        },
    }


@router.get("/", **_described("The release that answers", (JSON,)))
def release(asking: Asking, asked: Annotated[Asked, Query()]) -> Response:
    """Number, day, the release before it, whether its figures are simulated."""
    return asking.answer_one(asked, "release", Inquirer.release)


@router.get("/indicators", **_described("Published indicators", OF_TABLES))
def indicators(asking: Asking, asked: Annotated[IndicatorsAsked, Query()]) -> Response:
    """Those of the edition, with names, formula, unit, owner, access and licence."""
    return asking.answer_list(asked, "indicators", lambda one: one.indicators(asked))


@router.get("/indicators/{indicator}", **_described("One indicator", (JSON,)))
def indicator(
    asking: Asking, indicator: Annotated[Key, Path()], asked: Annotated[Asked, Query()]
) -> Response:
    """The same of one, and how many figures of how many areas there are, from when to when."""
    return asking.answer_one(asked, "indicator", lambda one: one.indicator(indicator))


@router.get(
    "/indicators/{indicator}/explanation",
    **_described("Where a figure comes from (edition internal)", (JSON,)),
)
def explanation(
    asking: Asking,
    indicator: Annotated[Key, Path()],
    asked: Annotated[ExplanationAsked, Query()],
) -> Response:
    """The tree of operands, down to file, row and hash."""
    return asking.answer_one(asked, "explanation", lambda one: one.explanation(indicator, asked))


@router.get(
    "/indicators/{indicator}/composite",
    **_described("A composite, area by area (edition internal)", (JSON,)),
)
def composite(
    asking: Asking, indicator: Annotated[Key, Path()], asked: Annotated[CompositeAsked, Query()]
) -> Response:
    """Ranks with the interval in which they hold, components on their scale, steps that raise."""
    return asking.answer_one(asked, "composite", lambda one: one.composite(indicator, asked))


@router.get("/areas", **_described("Areas", OF_TABLES))
def areas(asking: Asking, asked: Annotated[AreasAsked, Query()]) -> Response:
    """Those of today and of other times, and other provinces that are compared with."""
    return asking.answer_list(asked, "areas", lambda one: one.areas(asked))


@router.get("/values", **_described("Figures, and why there are none", OF_FIGURES))
def values(asking: Asking, asked: Annotated[ValuesAsked, Query()]) -> Response:
    """Ordered by indicator, breakdown, category, area and period."""
    return asking.answer_values(asked)


@router.get("/warnings", **_described("Warnings (edition internal)", OF_TABLES))
def warnings(asking: Asking, asked: Annotated[WarningsAsked, Query()]) -> Response:
    """Warnings with their lives."""
    return asking.answer_list(asked, "warnings", lambda one: one.warnings(asked))


@router.get("/coverage", **_described("Coverage (edition internal)", OF_TABLES))
def coverage(asking: Asking, asked: Annotated[CoverageAsked, Query()]) -> Response:
    """By group and sector: what is needed, proposed, agreed, computed, published."""
    return asking.answer_list(asked, "coverage", lambda one: one.coverage(asked))


@router.put(
    "/deliveries/{source}/{period}/{file}",
    status_code=201,
    **_described("Lay down a delivery (token of an agency)", (JSON,)),
)
async def deliver(
    request: Request, source: str, period: str, file: str, _: Annotated[object, Security(bearer)]
) -> Response:
    """Lay down a delivery, with the token of the agency whose source it is: whole, or not at all. 201
    when it lies there, 200 when it did already; the next night judges it."""
    holder = _holder_of(request.app.state.doorkeeper, request)
    if holder is None or holder.agency is None:
        status = HTTPStatus.FORBIDDEN if holder else HTTPStatus.UNAUTHORIZED
        detail = "Who delivers shows the token of an agency. Remedy: ask the operator for one."
        raise Refusal(status, detail, headers={} if holder else {"WWW-Authenticate": SCHEME})
    upload = Upload.promised(holder.agency, (source, period, file), dict(request.headers))
    await asyncio.to_thread(request.app.state.owners.refuse_stranger, upload)
    new = await keep_upload(request.app.state.landing, upload, request.stream())
    said = {"place": upload.place, "bytes": upload.size, "sha256": upload.digest}
    return JSONResponse(said, HTTPStatus.CREATED if new else HTTPStatus.OK)
