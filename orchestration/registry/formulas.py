"""Formulas as data: the terms of an indicator, and what follows from them.

Here: operands, coefficients, depth, expected periods and due days derived from the
registry. Not here: computing values (SQL in ``dbt_project``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from orchestration.periods import Period
from orchestration.registry.schema import Delivery, Indicator

_LAGGED = re.compile(r"previous_year\((?P<operand>[a-z0-9_]+)\)")
Role = Literal["numerator", "denominator", "component", "score"]


@dataclass(frozen=True)
class Term:
    """One operand of an indicator: its role, coefficient and lag in years."""

    indicator: str
    role: Role
    operand: str
    coefficient: float
    lag_years: int
    written_in: str
    written_as: str


def terms_of(key: str, indicator: Indicator) -> list[Term]:
    """The operands of an indicator, in the order written."""
    if indicator.score:
        return [Term(key, "score", indicator.score.of, 1.0, 0, "score", "of")]
    fields: list[tuple[Role, str, dict[str, float] | None]] = [
        ("numerator", "numerator", indicator.numerator),
        ("denominator", "denominator", indicator.denominator),
        ("component", "components", indicator.components),
    ]
    return [
        _term(key, role, written_in, written, coefficient)
        for role, written_in, operands in fields
        for written, coefficient in (operands or {}).items()
    ]


def _term(key: str, role: Role, written_in: str, written: str, coefficient: float) -> Term:
    lagged = _LAGGED.fullmatch(written)
    operand, lag = (lagged["operand"], 1) if lagged else (written, 0)
    return Term(key, role, operand, coefficient, lag, written_in, written)


def due_date(delivery: Delivery, period: Period) -> date:
    """The last day on which an extract for ``period`` is on time."""
    day = period.start if delivery.due_after == "start" else period.end
    return day + timedelta(days=delivery.due_days)
