"""The shape of the registry's files, one model each; frozen, nothing extra allowed.

Here: what one file may say by itself: agencies, vocabulary, indicators, corrections. Not
here: the contract of a source (``contract``), rules that need a second file (``rules``),
reading (``loader``). The docstrings and field descriptions become the JSON Schemas that
editors complete from (``kinhbac schema``). One file past 200 lines because an indicator
and its words should be read in one place.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, TypeAdapter, model_validator

from kinhbac.periods import Period, PeriodKind
from kinhbac.registry.declared.entries import AgencyCode, AreaKind, Entry, Group, Name, Slug
from kinhbac.registry.declared.limits import Direction, Targets, Warn, find_mistakes
from kinhbac.registry.declared.methods import Components, Robustness


def _period_label(value: object) -> object:
    """YAML reads 2026 as a number and 2026-10-21 as a date; both are labels of periods."""
    text = str(value) if isinstance(value, int | date) else value
    if isinstance(text, str):
        Period.parse(text)
    return text


PeriodLabel = Annotated[str, BeforeValidator(_period_label)]
Span = Annotated[
    str,
    StringConstraints(
        pattern=r"^(period|year_to_date|(rolling|last_known)_([1-9]|[1-5][0-9]|60)_months)$"
    ),
]
"""Over how much time an indicator looks back."""


class Agency(Entry):
    """A department or unit that can own sources and answer for indicators."""

    name: Name
    kind: Literal["department", "authority", "vertical", "public_unit", "commune"] = Field(
        description="department of the People's Committee, other authority, vertical agency …"
    )


class Tolerance(Entry):
    """How far two figures of one fact may lie apart: the larger of the two counts."""

    absolute: float = Field(0, ge=0)
    relative: float = Field(0, ge=0, description="share of the figure of record")


def _operands(value: object) -> object:
    return {value: 1.0} if isinstance(value, str) else value


Operands = Annotated[dict[str, float], BeforeValidator(_operands), Field(min_length=1)]
"""``dossiers`` or ``{revenue: 1, cost: -1}``; ``previous_year(x)`` is x one year earlier."""


class Validity(Entry):
    """First and last day of the periods for which a definition holds."""

    from_: date = Field(alias="from")
    to: date | None = None


class Earlier(Entry):
    """The definition of earlier periods: what it says replaces what the indicator says today.

    Who writes any part of a formula writes the whole formula.
    """

    valid: Validity
    numerator: Operands | None = None
    denominator: Operands | None = None
    components: Components | None = None
    method: Slug | None = None
    scale: float | None = None
    round: int | None = Field(None, ge=0, le=6)
    warn: Warn | None = None
    decision: str | None = None

    @model_validator(mode="after")
    def _ended(self) -> Earlier:
        if self.valid.to is None:
            raise ValueError("an earlier definition ends («valid: {from: …, to: …}»)")
        return self


class Reproduction(Entry):
    """A published figure that an indicator computes again from its parts."""

    indicator: Slug
    tolerance: Tolerance = Tolerance()


class Signed(Entry):
    """Which round signed the definition, and the fingerprint of what was signed."""

    round: Slug
    definition: str | None = Field(None, pattern=r"^[0-9a-f]{12}$")


class Indicator(Entry):
    """A definition that turns observations (or indicators) into a value.

    value = scale × Σ numerator ÷ Σ denominator; composites are made of components, by the
    method that they name, or else as scale × Σ weight × component.
    """

    name: Name
    group: Group
    purpose: str = Field(min_length=10, description="the decision it serves")
    numerator: Operands | None = None
    denominator: Operands | None = None
    components: Components | None = Field(
        None, description="component: weight, or what belongs to it (composites)"
    )
    method: Slug | None = Field(None, description="how components become one figure (methods.yml)")
    robustness: Robustness | None = Field(None, description="what is uncertain about the composite")
    scale: float = 1.0
    round: int | None = Field(
        None, ge=0, le=6, description="decimals, half away from zero; only where the method rounds"
    )
    unit: Slug
    areas: tuple[AreaKind, ...] = Field(("commune", "province"), min_length=1)
    frequency: PeriodKind
    over: Span = Field(
        "period",
        description="period, year_to_date, rolling_<n>_months, or last_known_<n>_months: the "
        "newest stock that is at most so old",
    )
    by: tuple[Slug, ...] = Field((), description="breakdowns by which it is computed as well")
    direction: Direction
    target: Targets = Field({}, description="year: value, or value, areas and decision")
    warn: Warn | None = None
    decision: str | None = Field(None, description="legal basis of formula, target, thresholds")
    valid: Validity | None = None
    earlier: tuple[Earlier, ...] = Field((), description="definitions of earlier periods")
    reproduces: Reproduction | None = Field(
        None, description="the figure as its publisher printed it; a difference is raised"
    )
    need: Slug | None = Field(None, description="the information need that it answers (needs.yml)")
    signed: Signed | None = Field(None, description="written by kinhbac sign")

    @property
    def formula(self) -> bool:
        """Whether it can be computed at all; a proposal may not say how yet."""
        return bool(self.numerator or self.components)

    @model_validator(mode="after")
    def _one_formula(self) -> Indicator:
        if self.numerator is not None and self.components is not None:
            raise ValueError("write one of «numerator», «components»")
        if self.denominator is not None and self.numerator is None:
            raise ValueError("a denominator needs a numerator")
        if self.components and self.group != "composite":
            raise ValueError("components belong to the group composite")
        if (self.method or self.robustness) and not self.components:
            raise ValueError("a method and its robustness need components")
        if self.warn and (mistakes := list(find_mistakes(self.warn, self.direction, self.target))):
            raise ValueError("; ".join(mistakes))
        return self


class Dimension(Entry):
    """A way to break figures down, or to group areas, and its categories."""

    name: Name
    categories: dict[Slug, Name] = Field(min_length=2)


class Vocabulary(Entry):
    """``vocabulary.yml``: sectors, units, scopes, breakdowns and groupings that may be named."""

    sectors: dict[Slug, Name]
    units: dict[Slug, Name]
    scopes: dict[Slug, Name] = Field({})
    breakdowns: dict[Slug, Dimension] = Field({})
    groupings: dict[Slug, Dimension] = Field(
        {}, description="ways to group areas that are compared (area_groups.csv)"
    )


AGENCIES = TypeAdapter(dict[AgencyCode, Agency])
"""``agencies.yml``: the only list of agencies."""
INDICATORS = TypeAdapter(dict[Slug, Indicator])
"""``indicators.yml``: the indicators that the source's owner answers for."""


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
