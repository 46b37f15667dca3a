"""Agreed corrections of delivered cells (``corrections.yml``).

Here: the shape of that file. Not here: who must agree (``rules.process_rules``), what has become
of a correction (SQL).
"""

from __future__ import annotations

from datetime import date

from pydantic import Field, TypeAdapter, model_validator

from kinhbac.registry.declared.entries import AgencyCode, Entry, PeriodLabel, Slug


class Correction(Entry):
    """An agreed correction of one delivered cell, until a delivery contains it."""

    data_element: Slug
    area: str
    period: PeriodLabel
    old: float | None = Field(description="the value as delivered")
    new: float | None = Field(description="the value as agreed; null takes the figure back")
    reason: str = Field(min_length=10)
    agreed_by: tuple[AgencyCode, ...] = Field(min_length=1)
    agreed_on: date
    source_told_on: date | None = None
    withdrawn_on: date | None = None

    @model_validator(mode="after")
    def _changes(self) -> Correction:
        if self.old == self.new:
            raise ValueError("old and new are the same")
        return self


CORRECTIONS = TypeAdapter(dict[Slug, Correction])
"""``corrections.yml``: the correction ledger of one source."""
