"""Indicators (``indicators.yml``): a formula, what it is for, and how it is judged.

Here: the shape of that file. Not here: composites' methods (``methods``), targets and warnings
(``limits``), rules that need a second file (``rules``), reading (``loader``). The docstrings
and field descriptions become the JSON Schemas that editors complete from (``kinhbac schema``).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, StrictBool, TypeAdapter, model_validator

from kinhbac.periods import PeriodKind
from kinhbac.registry.declared.entries import (
    AreaKind,
    Disclosure,
    Entry,
    Group,
    Name,
    Slug,
    Tolerance,
)
from kinhbac.registry.declared.limits import Direction, Targets, Warn, find_mistakes
from kinhbac.registry.declared.methods import Components, Robustness
from kinhbac.registry.declared.operands import Span, Sum
from kinhbac.registry.declared.publication import Access, Keywords, Theme


class Validity(Entry):
    """First and last day of the periods for which a definition holds."""

    from_: date = Field(alias="from")
    to: date | None = None


class Earlier(Entry):
    """The definition of earlier periods: what it says replaces what the indicator says today.

    Who writes any part of a formula writes the whole formula.
    """

    valid: Validity
    numerator: Sum | None = None
    denominator: Sum | None = None
    components: Components | None = None
    method: Slug | None = None
    when: When | None = None
    scale: float | None = None
    round: int | None = Field(None, ge=0, le=6)
    warn: Warn | None = None
    decision: str | None = None

    @model_validator(mode="after")
    def _ended(self) -> Earlier:
        if self.valid.to is None:
            raise ValueError("an earlier definition ends («valid: {from: …, to: …}»)")
        return self


class Bound(Entry):
    """From where on, or up to where."""

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _rising(self) -> Bound:
        low, high = self.at_least, self.at_most
        if low is None and high is None:
            raise ValueError("say from where on («at_least») or up to where («at_most»)")
        if low is not None and high is not None and low > high:
            raise ValueError("«at_least» lies above «at_most»")
        return self


class When(Entry):
    """Under which condition there is a value: of fewer than 30 cases no rate is told, say."""

    numerator: Bound | None = None
    denominator: Bound | None = None

    @model_validator(mode="after")
    def _said(self) -> When:
        if self.numerator is None and self.denominator is None:
            raise ValueError("say of what: «numerator» or «denominator»")
        return self


class Range(Entry):
    """What a figure may be; an end that is not written is none."""

    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _rising(self) -> Range:
        if self.min is not None and self.max is not None and self.min >= self.max:
            raise ValueError("a range rises from its lowest to its highest figure")
        return self


class Reproduction(Entry):
    """A published figure that an indicator computes again from its parts."""

    indicator: Slug
    tolerance: Tolerance = Tolerance()
    because: Name | None = Field(None, description="why the two may differ within the tolerance")


class Signed(Entry):
    """Which round signed the definition, and the fingerprint of what was signed."""

    round: Slug
    definition: str | None = Field(None, pattern=r"^[0-9a-f]{12}$")
    steps: tuple[Slug, ...] | None = Field(
        None, description="for which steps of the round; where this is left out, for all of them"
    )


class Purpose(Entry):
    """The decision that an indicator serves; a text alone is the English one."""

    vi: str | None = Field(None, min_length=10, description="Vietnamese")
    en: str = Field(min_length=10, description="English")

    @model_validator(mode="before")
    @classmethod
    def _take_text(cls, said: object) -> object:
        return {"en": said} if isinstance(said, str) else said


class Indicator(Entry):
    """A definition that turns observations (or indicators) into a value.

    value = scale × Σ numerator ÷ Σ denominator; composites are made of components, by the
    method that they name, or else as scale × Σ weight × component.
    """

    name: Name
    group: Group
    purpose: Purpose = Field(description="the decision it serves, in both languages or in English")
    numerator: Sum | None = None
    denominator: Sum | None = None
    components: Components | None = Field(
        None, description="component: weight, or what belongs to it (composites)"
    )
    method: Slug | None = Field(None, description="how components become one figure (methods.yml)")
    robustness: Robustness | None = Field(None, description="what is uncertain about the composite")
    scale: float = 1.0
    round: int | None = Field(
        None, ge=0, le=6, description="decimals, half away from zero; only where the method rounds"
    )
    decimals: int | None = Field(
        None,
        ge=0,
        le=6,
        description="at most so many are shown to people; three significant digits if left out",
    )
    unit: Slug
    range: Range | None = Field(
        None,
        description="what a value may be: one outside is held; a share in percent lies in 0–100 "
        "unless it says otherwise, as {} or {min: 0} does",
    )
    noise: Literal["none"] | None = Field(
        None,
        description="none: chance has no part in what is counted, so that no interval is told and "
        "no warning waits for evidence",
    )
    when: When | None = Field(
        None, description="under which condition there is a value: {denominator: {at_least: 30}}"
    )
    signed_denominator: StrictBool = Field(
        False,
        description="the denominator may well be below zero (an elasticity); else a quotient by "
        "less than zero has no value",
    )
    disclosure: Disclosure | None = Field(
        None, description="the counts of which it is computed are protected, wherever they are told"
    )
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
    access: Access = Field(
        "internal",
        description="who may see it; the strictest of it and of all that it is computed from holds",
    )
    licence: Slug | None = Field(
        None, description="terms of use (publication.yml), if other than its source's"
    )
    theme: Theme | None = Field(None, description="if other than its sector's")
    keywords: Keywords = Keywords()
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
        if self.signed_denominator and self.denominator is None:
            raise ValueError("«signed_denominator» speaks of a denominator, and there is none")
        if self.when and (not self.numerator or (self.when.denominator and not self.denominator)):
            raise ValueError("«when» speaks of a part of the formula that is not there")
        if self.disclosure is not None and self.components:
            raise ValueError("a composite counts nothing: protect what its components count")
        if self.range is not None and self.components:
            raise ValueError("a composite lies on the scale of its method, and declares no range")
        if self.components and self.group != "composite":
            raise ValueError("components belong to the group composite")
        if (self.method or self.robustness) and not self.components:
            raise ValueError("a method and its robustness need components")
        if self.warn and (mistakes := list(find_mistakes(self.warn, self.direction, self.target))):
            raise ValueError("; ".join(mistakes))
        return self


INDICATORS = TypeAdapter(dict[Slug, Indicator])
"""``indicators.yml``: the indicators that the source's owner answers for."""
