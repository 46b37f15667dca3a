"""What each stage of a composite may be: treatment, imputation, normalisation, aggregation.

Here: the choices of one stage and their parameters. Not here: how stages make a method
(``methods``), computing them (``kinhbac/composite``). The stages are those of the OECD/JRC
Handbook on Constructing Composite Indicators (2008); `docs/method.md` has their formulas.
Past 200 lines: the stages are read side by side.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from kinhbac.registry.declared.entries import Entry, Slug

Share = Annotated[float, Field(ge=0, le=1)]


def _named(value: object) -> object:
    """A rule that needs no more than its name may be written as a word."""
    return {"by": value} if isinstance(value, str) else value


Word = BeforeValidator(_named)


class WinsoriseTreatment(Entry):
    """Draw in the farthest points while skewness and kurtosis both exceed their limits."""

    by: Literal["winsorise"]
    skewness: float = Field(2, gt=0, description="limit of the absolute skewness (type 2)")
    kurtosis: float = Field(3.5, description="limit of the excess kurtosis (type 2)")
    at_most: float = Field(
        5, gt=0, description="points that may be drawn in; below 1 a share of the figures"
    )


class TransformTreatment(Entry):
    """Take the logarithm, or a Box-Cox power, of figures that exceed both limits."""

    by: Literal["log", "box_cox"]
    skewness: float = Field(2, gt=0)
    kurtosis: float = 3.5


class NoTreatment(Entry):
    """Leave the figures as they are."""

    by: Literal["none"]


Treatment = Annotated[
    WinsoriseTreatment | TransformTreatment | NoTreatment, Field(discriminator="by"), Word
]


Transform = Literal["log", "log10", "log1p", "sqrt", "inverse"]
"""Natural and common logarithm, that of 1 + x, square root, 1 ÷ x."""


class ReferenceSpan(Entry):
    """Periods whose figures together set limits, scales and weights for all periods."""

    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _forward(self) -> ReferenceSpan:
        if self.to < self.from_:
            raise ValueError("a span ends after it has begun")
        return self


class Screening(Entry):
    """Units that lack too many components are left out."""

    at_least: Share = Field(description="share of the components that a unit must have")


class Imputation(Entry):
    """A figure for a missing one, marked as such; withheld figures are never replaced."""

    by: Literal["none", "mean", "median", "last_known", "regression"]
    grouping: Slug | None = Field(
        None, description="mean or median of the unit's own group (vocabulary.yml)"
    )
    at_most: int | None = Field(
        None, ge=1, description="how many periods old a last known figure may be"
    )

    @model_validator(mode="after")
    def _bounded(self) -> Imputation:
        if self.grouping and self.by not in ("mean", "median"):
            raise ValueError("only a mean or median is taken of groups")
        if (self.at_most is not None) != (self.by == "last_known"):
            raise ValueError("last_known says «at_most» how many periods old, nothing else does")
        return self


class ScaleNormalisation(Entry):
    """Bring figures onto one scale; the better end is the higher one."""

    by: Literal["min_max", "z_score"]
    scale: tuple[float, float] | None = Field(
        None,
        description="min_max: lowest and highest point (0, 100); z_score: mean, deviation (0, 1)",
    )
    beyond: Literal["clip", "extend"] = Field(
        "clip", description="what becomes of figures outside the goalposts (min_max)"
    )
    risk: StrictBool = Field(
        False, description="more points where it is worse; the composite is lower_is_better"
    )
    round: int | None = Field(None, ge=0, le=6)

    @model_validator(mode="after")
    def _rising(self) -> ScaleNormalisation:
        if self.scale and (self.scale[1] <= (self.scale[0] if self.by == "min_max" else 0)):
            raise ValueError("a scale rises from its lowest to its highest point")
        return self


class PlainNormalisation(Entry):
    """Ranks, percentiles, distances, bands and scores, which bring their own scale."""

    by: Literal[
        "none",
        "rank",
        "percentile",
        "distance_to_target",
        "distance_to_reference",
        "distance_to_best",
        "bands",
        "score",
    ]
    area: str | None = Field(None, description="the area of reference (distance_to_reference)")
    round: int | None = Field(None, ge=0, le=6)

    @model_validator(mode="after")
    def _referred(self) -> PlainNormalisation:
        if (self.area is not None) != (self.by == "distance_to_reference"):
            raise ValueError("distance_to_reference names its «area», nothing else does")
        return self


class ProgressNormalisation(Entry):
    """Annual growth since a year in percent of what leads to the target by another one."""

    by: Literal["progress"]
    since: int = Field(ge=1900, le=2200, description="the year from which growth is measured")
    until: int = Field(
        ge=1900, le=2200, description="the year by which the target is to be reached"
    )
    round: int | None = Field(None, ge=0, le=6)

    @model_validator(mode="after")
    def _forward(self) -> ProgressNormalisation:
        if self.until <= self.since:
            raise ValueError("a target lies after the year from which growth is measured")
        return self


Normalisation = Annotated[
    ScaleNormalisation | PlainNormalisation | ProgressNormalisation,
    Field(discriminator="by"),
    Word,
]
ImputationRule = Annotated[Imputation, Word]
Weighting = Literal["given", "equal", "pca", "critic", "equal_importance"]
DATA_DRIVEN: tuple[Weighting, ...] = ("pca", "critic", "equal_importance")
RELATIVE = ("min_max", "z_score", "rank", "percentile", "distance_to_best", "distance_to_reference")
"""Normalisations that look at the other units."""


class Rescaling(Entry):
    """The scale on which a mean is taken, and from which its result is brought back."""

    from_: tuple[float, float] = Field(alias="from", description="the scale of the components")
    to: tuple[float, float] = Field(description="that of the mean, above zero")
    turned: StrictBool = Field(False, description="the upper end of one is the lower of the other")

    @model_validator(mode="after")
    def _rising(self) -> Rescaling:
        if self.from_[1] <= self.from_[0] or self.to[1] <= self.to[0] or self.to[0] <= 0:
            raise ValueError(
                "scales rise from their lowest to their highest point, «to» above zero"
            )
        return self


class Aggregation(Entry):
    """How components become one figure."""

    by: Literal[
        "sum",
        "arithmetic",
        "geometric",
        "harmonic",
        "generalised",
        "greatest",
        "least",
        "copeland",
        "lexicographic",
    ]
    power: float | None = Field(
        None, ge=-50, le=50, description="the exponent of a generalised mean"
    )
    rescaled: Rescaling | None = Field(
        None, description="geometric, harmonic, generalised: take the mean on another scale"
    )

    @model_validator(mode="after")
    def _powered(self) -> Aggregation:
        if (self.power is not None) != (self.by == "generalised"):
            raise ValueError("a generalised mean names its «power», nothing else does")
        if self.rescaled and self.by not in ("geometric", "harmonic", "generalised"):
            raise ValueError("only a geometric, harmonic or generalised mean is «rescaled»")
        return self


OUTRANKING = ("copeland", "lexicographic")
"""Aggregations that only ask who is better, in each component or in the worst one."""
AggregationRule = Annotated[Aggregation, Word]


class Reweighting(Entry):
    """Let the components that are there carry the weight of those that are missing."""

    reweight_above: Share = Field(description="share of the weight that must be there")
