"""How composites are made: components, methods, and what is uncertain about them.

Here: what ``methods.yml`` may declare and what belongs to a component alone. Not here: the
choices of one stage (``stages``), rules that need the indicators (``composite_rules``). A few
lines past 200: what a method may say is one table for those who write it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, TypeAdapter, model_validator

from kinhbac.periods import PeriodKind
from kinhbac.registry.declared.entries import AreaKind, Entry, Name, Slug
from kinhbac.registry.declared.stages import (
    DATA_DRIVEN,
    OUTRANKING,
    RELATIVE,
    Aggregation,
    AggregationRule,
    Imputation,
    ImputationRule,
    Normalisation,
    NoTreatment,
    PlainNormalisation,
    ReferenceSpan,
    Reweighting,
    Screening,
    Transform,
    Treatment,
    Weighting,
)


class Component(Entry):
    """What belongs to one component alone. A plain number is its weight."""

    weight: float = Field(1.0, ge=-1e9, le=1e9)
    per: str | None = Field(None, description="the indicator by which it is divided")
    stabilise: Literal["empirical_bayes"] | None = Field(
        None,
        description="draw a share or rate of few cases towards that of all areas, by as much as "
        "chance is in it",
    )
    direction: Literal["higher_is_better", "lower_is_better"] | None = Field(
        None, description="only where the component itself is neutral, or means another thing here"
    )
    goalposts: tuple[float, float] | None = Field(
        None,
        description="lowest and highest figure of the scale, fixed for all years; in the unit of "
        "the figure itself, also where it is transformed",
    )
    floor: float | None = Field(None, description="a lower figure counts as this")
    cap: float | None = Field(None, description="a higher figure counts as this")
    transform: Transform | None = Field(
        None, description="what is done to every figure before it is treated and scaled"
    )
    target: float | None = Field(None, gt=0, description="where a score reaches its maximum")
    max: float | None = Field(None, gt=0, description="points at the target")
    empty_denominator: Literal["full", "zero", "none"] | None = Field(
        None, description="points when the component's denominator is zero or reported empty"
    )
    bands: dict[float, float] = Field(
        {}, description="from: points; those of the highest band that is reached count"
    )
    treat: Treatment | None = Field(None, description="instead of the method's treatment")
    allow_old: StrictBool = Field(
        False,
        description="its figure may rest on one that a newer one should have followed: carried for "
        "more than a period, or last known for longer than its source takes",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Component:
        if self.goalposts and self.goalposts[0] >= self.goalposts[1]:
            raise ValueError("goalposts are written from the lowest to the highest")
        if self.floor is not None and self.cap is not None and self.floor >= self.cap:
            raise ValueError("a floor lies below the cap")
        for figure in (*(self.goalposts or ()), self.floor, self.cap):
            if self.transform and figure is not None and not self._is_transformed(figure):
                raise ValueError(f"{figure:g} has no {self.transform}")
        if list(self.bands) != sorted(self.bands):
            raise ValueError("bands rise from one to the next")
        return self

    def _is_transformed(self, figure: float) -> bool:
        if self.transform == "sqrt":
            return figure >= 0
        return figure > (-1 if self.transform == "log1p" else 0)


def _component(value: object) -> object:
    return {"weight": value} if isinstance(value, int | float) else value


def _components(value: object) -> object:
    if isinstance(value, str):
        return {value: {}}
    return value


Components = Annotated[
    dict[Slug, Annotated[Component, BeforeValidator(_component)]],
    BeforeValidator(_components),
    Field(min_length=1),
]
"""``{a: 0.4, b: {weight: 0.6, goalposts: [0, 100]}}``."""


def _kinds(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Method(Entry):
    """How a composite is made of its components, stage by stage.

    denominate → screen → stabilise → impute → treat → normalise → weigh → aggregate. A stage that is not
    written passes the figures on.
    """

    name: Name
    based_on: str = Field(min_length=3, description="paper, handbook or decision")
    among: Annotated[tuple[AreaKind, ...], BeforeValidator(_kinds)] = Field(
        (), description="the kind, or kinds, of areas that are compared with each other"
    )
    reference: Literal["period"] | ReferenceSpan = Field(
        "period", description="whose figures set limits, scales and weights"
    )
    screen: Screening | None = None
    impute: ImputationRule = Imputation(by="none")
    treat: Treatment = NoTreatment(by="none")
    normalise: Normalisation = PlainNormalisation(by="none")
    weigh: Weighting = "given"
    aggregate: AggregationRule = Aggregation(by="sum")
    missing: Literal["absent"] | Reweighting = "absent"
    ties: Literal["min", "max", "average", "dense"] = Field(
        "min", description="the rank that equal units share"
    )
    ranked_to: int | None = Field(
        None,
        ge=0,
        le=6,
        description="decimals at which units are equal, where ranks are of printed figures",
    )

    def compares(self, components: Sequence[Component]) -> bool:
        """Whether every unit's figure depends on those of the other units of its period."""
        treats = [component.treat or self.treat for component in components]
        scales = self.normalise.by in RELATIVE and not (
            self.normalise.by == "min_max" and all(c.goalposts for c in components)
        )
        stabilises = any(component.stabilise for component in components)
        outranks = self.aggregate.by in OUTRANKING
        drawn = self.reference == "period" and (
            scales or any(t.by != "none" for t in treats) or self.weigh in DATA_DRIVEN
        )
        return drawn or stabilises or outranks or self.normalise.by in ("rank", "percentile")

    @property
    def makes_up(self) -> bool:
        """Whether a missing component may be made up for, by a figure or by weight."""
        return self.impute.by != "none" or self.missing != "absent"

    @property
    def borrows(self) -> bool:
        """Whether missing figures are put in from those of other units."""
        return self.impute.by in ("mean", "median", "regression")


FREE = ("min_max", "z_score", "rank", "percentile", "distance_to_best")
"""Normalisations that need nothing but the figures, so that any component can be drawn so."""


class Robustness(Entry):
    """What is uncertain about a composite, drawn again and again to see how firm ranks are."""

    draws: int = Field(1000, ge=100, le=100_000)
    seed: int = Field(0, ge=0, description="same seed, same draws")
    periods: int = Field(1, ge=1, description="how many of the latest periods are examined")
    interval: float = Field(0.9, gt=0, lt=1, description="share of draws inside a rank's interval")
    weights: float = Field(0, ge=0, le=1, description="0.25: each weight times 0.75 to 1.25")
    impute: tuple[ImputationRule, ...] = Field((), description="instead of the declared one")
    normalise: tuple[Normalisation, ...] = ()
    aggregate: tuple[AggregationRule, ...] = ()
    leave_out: bool = Field(False, description="leave out one component, or none")
    sampling: StrictBool = Field(
        True, description="what the truth behind components that are counted may be"
    )

    @property
    def varies_method(self) -> bool:
        """Whether anything but chance in the figures is uncertain."""
        return bool(
            self.weights or self.impute or self.normalise or self.aggregate or self.leave_out
        )

    @model_validator(mode="after")
    def _uncertain(self) -> Robustness:
        if not (self.varies_method or self.sampling):
            raise ValueError("nothing is uncertain: name at least one choice")
        if any(rule.by not in FREE for rule in self.normalise):
            raise ValueError(f"another normalisation is one of {', '.join(FREE)}")
        return self


class CompositeDefinition(Entry):
    """One definition of a composite with all that its computation needs.

    Made from the registry, not written by hand: the directions of ``components`` are filled
    in, ``targets`` are those of the components by year. Without a ``method`` the value is
    scale × Σ weight × component.
    """

    indicator: str
    version: int
    valid_from: date | None
    valid_to: date | None
    frequency: PeriodKind
    direction: Literal["higher_is_better", "lower_is_better", "neutral"]
    scale: float
    round: int | None
    components: dict[str, Component]
    targets: dict[str, dict[int, float]]
    method: Method | None
    robustness: Robustness | None


METHODS = TypeAdapter(dict[Slug, Method])
"""``methods.yml``: methods by their key."""
