"""Where a figure comes from, and what is firm in a composite: asked of an opened release.

Here: the questions, and an explanation as JSON holds it and back. Not here: who may ask
(``questions``), frames of answers (``kinhbac.library``), the tree of an explanation
(``answers.explanation``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from typing import Any

from kinhbac.answers.composition import Composition
from kinhbac.answers.explanation import Explanation, explain_within
from kinhbac.interface.opened import Opened
from kinhbac.interface.refusals import Refusal
from kinhbac.problems import Refused
from kinhbac.queries import read_queries

QUERIES = read_queries(__file__)
Rows = list[dict[str, Any]]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NO_DAYS = frozenset({"period", "first", "last", "name", "label"})
"""Texts that look like a day where a period is one."""


def ask_composite(
    opened: Opened, indicator: str, area: str | None, period: str | None
) -> dict[str, Rows]:
    """``ranks``, ``components`` and ``steps`` of a composite, a row as ``library.frames`` tells it."""
    asked = {"indicator": indicator, "area": area, "period": period}
    questions = {
        "ranks": QUERIES["ranks"],
        "components": QUERIES["components"],
        "steps": QUERIES["steps"],
    }
    return {name: list(opened.ask(one, asked).records()) for name, one in questions.items()}


def ask_explanation(opened: Opened, indicator: str, area: str, period: str) -> dict[str, Any]:
    """One figure down to file and row. Raises Refusal (404) with what there is instead."""
    with opened.reading() as cursor:
        try:
            return asdict(explain_within(cursor, indicator, area, period))
        except Refused as refused:
            raise Refusal(HTTPStatus.NOT_FOUND, str(refused)) from None


def read_explanation(told: Mapping[str, Any]) -> Explanation:
    """An explanation again of what JSON holds of it."""
    parts = {name: _with_days(name, content) for name, content in told.items()}
    composition = parts.pop("composition")
    stages = {
        component: {stage: tuple(said) for stage, said in own.items()}
        for component, own in composition.pop("stages").items()
    }
    operands = [read_explanation(operand) for operand in told["operands"]]
    made = Composition(stages=stages, **composition)
    return Explanation(**parts | {"operands": operands, "composition": made})


def _with_days(name: str, content: Any) -> Any:
    if name == "operands":
        return content
    if isinstance(content, dict):
        return {key: _with_days(key, value) for key, value in content.items()}
    if isinstance(content, list):
        return [_with_days(name, value) for value in content]
    if isinstance(content, str) and name not in NO_DAYS and _DAY.fullmatch(content):
        return date.fromisoformat(content)
    return content
