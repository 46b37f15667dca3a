"""What a caller is told when there is no answer: problem details (RFC 9457).

Here: the one shape of a refusal, and the refusals that several parts give. Not here: deciding on
them. A refusal says where, what, the rule and the remedy, and all that is wrong at once; it never
repeats more of the question than its beginning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from kinhbac.interface.accepted import choose_language
from kinhbac.problems import Problem
from kinhbac.words.sentences import translate, translate_refusal

if TYPE_CHECKING:  # whoever asks without the server does not wait for it
    from fastapi import Response
    from fastapi.exceptions import RequestValidationError

    from kinhbac.words.catalogue import Code

MEDIA_TYPE = "application/problem+json"
SHOWN = 80
"""Letters of a caller's own words that are told back."""


class Refusal(Exception):
    """There is no answer: a status of HTTP, what to tell, and headers that belong to it."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        problems: Sequence[Problem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.detail, self.problems = status, detail, tuple(problems)
        self.headers = dict(headers or {})
        super().__init__(detail)


class Unreadable(Exception):
    """What is in force cannot be read: why, for the log of the server alone."""

    def __init__(self, what: str, error: Exception) -> None:
        said = next(iter(str(error).splitlines()), type(error).__name__)
        super().__init__(
            f"{what} cannot be read ({said}). Rule: an answer is of what was sealed, or there is none. "
            "Remedy: kinhbac verify says what is damaged; put it back from a copy, or go back "
            "(docs/operations.md)"
        )


def misunderstood(problems: Sequence[Problem]) -> Refusal:
    """The question breaks rules."""
    several = f"The question has {len(problems)} problems."
    told = "The question has a problem." if len(problems) == 1 else several
    return Refusal(HTTPStatus.BAD_REQUEST, told, problems)


def busy(why: str) -> Refusal:
    """It could be answered, but not now."""
    return Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        f"{why}. Remedy: ask again in a while.",
        headers={"Retry-After": "1"},
    )


def of_validation(error: RequestValidationError) -> Refusal:
    """What the shapes of the questions (``filters``) found wrong."""
    return misunderstood([_problem(found) for found in error.errors()])


def _problem(found: Mapping[str, object]) -> Problem:
    place, given = found["loc"], found.get("input")
    assert isinstance(place, tuple)
    name = str(place[1])[:SHOWN] if len(place) > 1 else ""
    value = given[:SHOWN] if isinstance(given, str) else None
    if found["type"] == "extra_forbidden":
        rule, remedy = "a filter that nobody knows would filter nothing", "see openapi.json"
        return Problem("there is no such parameter here", rule, remedy, column=name, value=value)
    rule = str(found["msg"]).removeprefix("Value error, ")
    return Problem("it cannot be asked like that", rule, "correct it", column=name, value=value)


def respond(refusal: Refusal, accepted: str) -> Response:
    """The refusal as a response in the language that ``accepted`` (Accept-Language) prefers; nobody
    keeps it."""
    from fastapi import Response

    code = choose_language(accepted)
    body: dict[str, object] = {
        "type": "about:blank",
        "title": refusal.status.phrase,
        "status": refusal.status.value,
        "detail": translate_refusal(refusal.detail, code),
    }
    if refusal.problems:
        body["problems"] = [_told(problem, code) for problem in refusal.problems]
    return Response(
        json.dumps(body, ensure_ascii=False),
        refusal.status.value,
        {"Cache-Control": "no-store", "Content-Language": code, **refusal.headers},
        MEDIA_TYPE,
    )


def _told(problem: Problem, code: Code) -> dict[str, str]:
    told = {
        "parameter": problem.column,
        "value": problem.value,
        "found": translate(problem.found, code),
        "rule": translate(problem.rule, code),
        "remedy": translate(problem.remedy, code),
    }
    return {name: text for name, text in told.items() if text}
