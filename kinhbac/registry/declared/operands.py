"""Operands of a formula: what enters it, of which time and of which areas.

Here: the three ways to write operands, and how one of them may look back, take months of its own,
set units side by side or be multiplied and divided. Not here: what a whole formula may be
(``rules.operand_rules``), terms as data (``definitions.formulas``), computing (SQL).
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from kinhbac.registry.declared.entries import Entry

Span = Annotated[
    str,
    StringConstraints(
        pattern=r"^(period|year_to_date|(rolling|last_known)_([1-9]|[1-5][0-9]|60)_months)$"
    ),
]
"""Over how much time an indicator, or one operand of it, looks back."""
OverUnits = Literal["max", "min", "count"]
"""What is told of the figures of the areas directly below one, each taken as its own."""
Month = Annotated[int, Field(ge=1, le=12)]
_LAGGED = re.compile(r"previous_year\((?P<operand>[a-z0-9_]+)\)")


class Back(Entry):
    """How far before the formula's period an operand is taken; all parts together."""

    months: int = Field(0, ge=0, le=60)
    quarters: int = Field(0, ge=0, le=20)
    years: int = Field(0, ge=0, le=20)

    @property
    def in_months(self) -> int:
        """All parts as months."""
        return self.months + 3 * self.quarters + 12 * self.years

    @model_validator(mode="after")
    def _back(self) -> Back:
        if not self.in_months:
            raise ValueError("say how far back: months, quarters or years")
        return self


class MonthRange(Entry):
    """Months of a year, from one to another."""

    from_: Month = Field(alias="from")
    to: Month

    @model_validator(mode="after")
    def _rising(self) -> MonthRange:
        if self.from_ > self.to:
            raise ValueError("months run from an earlier to a later one of the same year")
        return self


def _months(value: object) -> object:
    if not isinstance(value, dict):
        return value
    span = MonthRange.model_validate(value)
    return tuple(range(span.from_, span.to + 1))


Months = Annotated[
    tuple[Month, ...],
    BeforeValidator(_months, json_schema_input_type=tuple[Month, ...] | MonthRange),
    Field(min_length=1),
]
"""``[1, 2, 7]`` or ``{from: 1, to: 3}``: months of the year in which the period lies."""


class Operand(Entry):
    """One operand: a data element or an indicator, and how it is taken."""

    of: str = Field(min_length=1, max_length=100, description="data element or indicator")
    times: float = Field(1.0, description="coefficient")
    back: Back | None = Field(None, description="how far before the period it is taken")
    over: Span | None = Field(None, description="over how much time, if other than the indicator")
    months: Months | None = Field(
        None, description="only these months of the year: [1, 2, 7] or {from: 1, to: 3}"
    )
    over_areas: OverUnits | None = Field(
        None,
        description="the highest or lowest of the own figures of the areas directly below, or how "
        "many of them have one",
    )
    multiplied_by: Sum | None = Field(None, description="a sum that it is multiplied by")
    divided_by: Sum | None = Field(None, description="a sum that it is divided by")

    @model_validator(mode="after")
    def _one_time(self) -> Operand:
        if self.months and self.over:
            raise ValueError("write one of «months», «over»")
        if self.months and len({*self.months}) < len(self.months):
            raise ValueError("a month stands twice in «months»")
        for inner in self.factors:
            for deeper in inner.factors:
                if deeper.factors:
                    raise ValueError(
                        f"«{deeper.of}» is multiplied or divided inside of a factor of a factor: "
                        "products and quotients nest twice; a deeper one is an indicator of its own"
                    )
        return self

    @property
    def factors(self) -> tuple[Operand, ...]:
        """All that it is multiplied and divided by."""
        return (*(self.multiplied_by or ()), *(self.divided_by or ()))

    @property
    def is_short(self) -> bool:
        """Whether a name and a coefficient say it."""
        more = (self.over, self.months, self.over_areas, self.multiplied_by, self.divided_by)
        return not any(more) and (self.back is None or self.back.in_months == 12)

    @property
    def written(self) -> str:
        """The name of what it takes, as a person writes it before a coefficient."""
        lagged = self.is_short and self.back
        return f"previous_year({self.of})" if lagged else self.of


def _operands(value: object) -> object:
    if isinstance(value, str):
        return (_plain(value, 1.0),)
    if isinstance(value, dict):
        return tuple(_plain(name, times) for name, times in value.items())
    if isinstance(value, list):
        return tuple(_plain(one, 1.0) if isinstance(one, str) else one for one in value)
    return value


def _plain(written: object, times: object) -> dict[str, object]:
    lagged = _LAGGED.fullmatch(str(written))
    if lagged is None:
        return {"of": written, "times": times}
    return {"of": lagged["operand"], "times": times, "back": {"years": 1}}


Sum = Annotated[
    tuple[Operand, ...],
    BeforeValidator(
        _operands, json_schema_input_type=str | dict[str, float] | tuple[str | Operand, ...]
    ),
    Field(min_length=1),
]
"""``dossiers``; ``{revenue: 1, cost: -1}``; or a list of either names or operands with more to
say. ``previous_year(x)`` is x one year earlier."""
Operand.model_rebuild()
