"""Which matter comes first: how much a warning weighs, and who decided so.

Here: the shape of ``today.yml``. Not here: the weight of a warning (SQL, ``macros/weight.sql``),
where it is shown.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, TypeAdapter, model_validator

from kinhbac.registry.declared.entries import AgencyCode, Entry

Points = Annotated[float, Field(ge=0, le=100)]


class Parts(Entry):
    """How many of 100 points each part of a weight may give."""

    red: Points = Field(20, description="the level is red")
    beyond: Points = Field(30, description="how far beyond the limit, by its own spread")
    lasting: Points = Field(20, description="how long it has been so")
    stake: Points = Field(15, description="how many people, cases or how much money it is about")
    unattended: Points = Field(15, description="nobody acts in time")

    @model_validator(mode="after")
    def _give_a_hundred(self) -> Parts:
        if sum(vars(self).values()) != 100:
            raise ValueError("the points of all parts add up to 100")
        return self


class Full(Entry):
    """From where on a part gives all of its points."""

    spreads: float = Field(6, gt=0, description="spreads beyond the limit")
    months: float = Field(12, gt=0, description="months since the run began")
    counted: float = Field(100_000, gt=1, description="people, cases, dossiers … that it is about")
    money: float = Field(1e12, gt=1, description="units of currency that it is about")


class Weighing(Entry):
    """``today.yml``: the order of matters on the first page and in notices."""

    decided_by: AgencyCode | None = Field(None, description="the agency that decided it")
    decided_on: date | None = None
    decision: str | None = Field(None, description="number of the decision; none: a proposal")
    points: Parts = Parts()
    full: Full = Full()
    acknowledged: float = Field(
        0.5, ge=0, le=1, description="part of «unattended» left once it has been taken note of"
    )


WEIGHING = TypeAdapter(Weighing)
