"""The yearly assessment of databases: criteria, weights, thresholds, and who decided them.

Here: the shape of ``quality.yml``. Not here: measuring (SQL, the mart ``quality``), what a source
reaches (``kinhbac.quality.assessment``).

Decree 278/2025/NĐ-CP has databases assessed and ranked yearly; its draft of August 2025 names three
classes by what is connected, used, of what quality, to which standards, and how it is operated.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, model_validator

from kinhbac.registry.declared.entries import AgencyCode, Entry, Name, Slug

Measure = Literal[
    "delivered",
    "on_time",
    "days_after_due",
    "days_after_due_p90",
    "first_lag",
    "final_lag",
    "cells_complete",
    "areas_silent",
    "comparable_length",
    "series_breaks",
    "right_first_time",
    "refusals",
    "problems",
    "problems_of_files",
    "problems_of_rows",
    "problems_of_values",
    "problems_of_sums",
    "cells_held",
    "cells_unrevised",
    "revision_size",
    "revision_first",
    "revision_latest",
    "revision_mean",
    "revisions_one_way",
    "revisions_sign_test",
    "days_to_settle",
    "corrections_agreed",
    "jumps_unexplained",
    "jumps_confirmed",
    "agreement",
    "asymmetry",
    "sums_apart",
    "elements_delivered",
    "outliers_moderate",
    "outliers_extreme",
    "definitions_changed",
    "indicators_resting",
    "composites_resting",
    "exports_resting",
    "warnings_resting",
    "decisions_resting",
    "described",
    "owner_proven",
]
"""Measures of the mart ``quality``; a test compares."""
Class = Annotated[str, Field(pattern=r"^[A-Z]$")]


class Scale(Entry):
    """Between which values of a measure points are given, straight; either end may be the larger."""

    none: float = Field(description="no points here, nor on the other side of it")
    full: float = Field(description="all points from here on")

    @model_validator(mode="after")
    def _has_two_ends(self) -> Scale:
        if self.none == self.full:
            raise ValueError("«none» and «full» are two values")
        return self


class Told(Entry):
    """What cannot be measured here and was told by somebody: part of the points, with evidence."""

    source: Slug
    year: int = Field(ge=2025, le=2100)
    points: float = Field(ge=0, le=1, description="part of the criterion's points")
    by: AgencyCode = Field(description="the agency that told it")
    told_on: date
    evidence: str = Field(min_length=1, description="document or address that shows it")
    synthetic: bool = False


class Criterion(Entry):
    """A criterion of the assessment; with no ``measures`` it is told, and asked for until it is."""

    name: Name
    weight: float = Field(gt=0, le=100, description="points of 100")
    measures: dict[Measure, Scale] = Field(
        default={}, description="the mean of those that a source has"
    )
    told: list[Told] = Field(default=[], description="what somebody told, a year and source each")

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Criterion:
        if self.measures and self.told:
            raise ValueError("a criterion is measured or told: write «measures» or «told»")
        named = [(told.source, told.year) for told in self.told]
        if twice := sorted(
            {f"{name} {year}" for name, year in named if named.count((name, year)) > 1}
        ):
            raise ValueError(f"told twice of {', '.join(twice)}: leave one of them")
        return self


class Threshold(Entry):
    """A class and from how many of 100 points on it is reached."""

    name: Name
    at_least: float = Field(ge=0, le=100)


class AssessmentRules(Entry):
    """``quality.yml``: how the databases of a year are assessed."""

    decided_by: AgencyCode | None = Field(None, description="the agency that decided it")
    decided_on: date | None = None
    decision: str | None = Field(None, description="number of the decision; none: a proposal")
    classes: dict[Class, Threshold] = Field(min_length=2)
    criteria: dict[Slug, Criterion] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> AssessmentRules:
        if sum(criterion.weight for criterion in self.criteria.values()) != 100:
            raise ValueError("the weights of all criteria add up to 100")
        ends = [threshold.at_least for threshold in self.classes.values()]
        if len(set(ends)) < len(ends) or min(ends) != 0:
            raise ValueError("classes begin at different points, the last one at 0")
        return self


ASSESSMENT = TypeAdapter(AssessmentRules)
