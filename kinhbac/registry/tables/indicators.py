"""Indicators, their formulas and what says the same, as tables.

Here: rows; what can be said of an indicator before any value exists (depth of its formula, first
period, synthetic or not) is derived here, once. Not here: composites, limits, standing. A
few lines past 200: an indicator is one row with much in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Literal, get_args

from kinhbac.registry.declared.indicator import Indicator
from kinhbac.registry.declared.operands import OverUnits
from kinhbac.registry.declared.publication import Access
from kinhbac.registry.definitions.fingerprints import fingerprint_method
from kinhbac.registry.definitions.formulas import (
    Definition,
    Factor,
    Term,
    Variant,
    definitions_of,
    terms_of,
    terms_of_variant,
    variants_of,
    write_formula,
)
from kinhbac.registry.definitions.meaning import find_duplicates
from kinhbac.registry.definitions.noise import Noise, noise_of
from kinhbac.registry.definitions.openness import find_access, find_undescribed, licence_of
from kinhbac.registry.definitions.ranges import range_of
from kinhbac.registry.model import Registry
from kinhbac.registry.tables.sources import first_day
from kinhbac.rows import Row

Covers = Literal["in_period", "to_date", "at_end", "mean", "rolling", "last_known"]
"""Over how much time a figure speaks."""


class IndicatorRow(Row, table="indicators", key=("indicator", "version")):
    """One definition of an indicator, or of it in one category."""

    indicator: str
    version: int
    whole: str | None
    breakdown: str | None
    category: str | None
    today: bool
    need: str | None
    name_vi: str
    name_en: str
    indicator_group: str
    source: str
    purpose: str | None
    purpose_vi: str | None
    formula: str | None
    scale: float
    round_to: int | None
    decimals: int | None
    has_denominator: bool
    signed_denominator: bool
    numerator_least: float | None
    numerator_most: float | None
    denominator_least: float | None
    denominator_most: float | None
    least: float | None
    most: float | None
    noise: Noise | None
    composite_method: str | None
    unit: str | None
    area_kinds: list[str]
    frequency: str
    span: str
    span_kind: str
    span_months: int | None
    covers: Covers
    method: str
    direction: str
    decision: str | None
    valid_from: date | None
    valid_to: date | None
    reproduces: str | None
    reproduces_absolute: float | None
    reproduces_relative: float | None
    differs_because_vi: str | None
    differs_because_en: str | None
    expected_from: date | None
    depth: int
    synthetic: bool
    sources: list[str]
    access: Access
    licence: str | None
    undescribed: list[str]


class IndicatorTermRow(Row, table="indicator_terms", key=("indicator", "version", "place")):
    """One operand of one definition, in the order written.

    ``span`` is that of the data element, with what is told of units: ``year_to_date/max``; an
    indicator has none. ``product`` numbers the products of a role; a plain summand has none. A
    product may stand in a factor of another one, ``within``.
    """

    indicator: str
    version: int
    place: int
    role: str
    product: int | None
    factor: Factor | None
    within: int | None
    within_factor: Factor | None
    operand: str
    operand_kind: str
    coefficient: float
    lag_months: int
    span: str | None


class OperandUseRow(Row, table="operand_uses", key=("data_element", "frequency", "span")):
    """How a data element is taken by formulas: at which frequency, over which span and areas."""

    data_element: str
    frequency: str
    span: str
    time_span: str
    span_kind: str
    span_months: int | None
    months: list[str]
    over_areas: OverUnits | None


class DuplicateRow(Row, table="duplicates", key=("indicator", "other", "relation")):
    """Two indicators of which one says nothing that the other does not say."""

    indicator: str
    other: str
    relation: str


def tabulate_indicators(registry: Registry, as_of: date) -> Iterator[Row]:
    """Rows about every definition of every indicator; whoever owns it on ``as_of`` can be asked."""
    accesses = find_access(registry)
    uses: dict[tuple[str, ...], OperandUseRow] = {}
    for key, indicator in registry.indicators.items():
        variants = list(variants_of(registry, key))
        lacking = find_undescribed(registry, key, accesses[key], as_of)
        for definition in definitions_of(indicator):
            for variant in (None, *variants):
                yield _indicator(registry, key, definition, variant, accesses[key], lacking)
        terms = list(terms_of(key, indicator))
        for variant in variants:
            terms += terms_of_variant(variant, indicator)
        for row in _terms(registry, indicator, terms):
            yield row
            if row.span is not None:
                use = _use(row.operand, indicator, row.span)
                uses[use.data_element, use.frequency, use.span] = use
    yield from uses.values()
    for duplicate in find_duplicates(registry):
        yield DuplicateRow(**vars(duplicate))


def _leaves(registry: Registry, key: str) -> set[str]:
    """The data elements from which an indicator is computed in the end."""
    if key in registry.data_elements:
        return {key}
    leaves: set[str] = set()
    for term in terms_of(key, registry.indicators[key]):
        leaves |= _leaves(registry, term.operand)
    return leaves


def _covers(registry: Registry, key: str) -> Covers:
    """Over how much time a figure speaks: what its numerator's elements count or measure, and how
    far it looks back. A mixture is said to be of the period."""
    indicator = registry.indicators[key]
    if indicator.over == "year_to_date":
        return "to_date"
    if indicator.over.startswith("rolling"):
        return "rolling"
    if indicator.over.startswith("last_known"):
        return "last_known"
    above = {term.operand for term in terms_of(key, indicator) if term.role == "numerator"}
    leaves = [
        registry.data_elements[leaf] for operand in above for leaf in _leaves(registry, operand)
    ]
    if leaves and all(leaf.to_date for leaf in leaves):
        return "to_date"
    kinds = {leaf.over_time for leaf in leaves}
    return "at_end" if kinds == {"last"} else "mean" if kinds == {"mean"} else "in_period"


def _depth(registry: Registry, key: str) -> int:
    """1 for an indicator of data elements, one more than its deepest operand otherwise."""
    operands = [term.operand for term in terms_of(key, registry.indicators[key])]
    return 1 + max(
        (_depth(registry, operand) for operand in operands if operand in registry.indicators),
        default=0,
    )


def _indicator(
    registry: Registry,
    key: str,
    definition: Definition,
    variant: Variant | None,
    access: Access,
    lacking: list[str],
) -> IndicatorRow:
    today, method = registry.indicators[key], definition.indicator
    names = sorted({registry.element_source[leaf] for leaf in _leaves(registry, key)})
    sources = [registry.sources[name] for name in names]
    # A carried annual stock may come when it comes; what is delivered regularly is awaited.
    regular = [first for source in sources if (first := first_day(source))]
    span_kind, span_months = _parts_of(today.over)
    reproduced, may_be = today.reproduces, range_of(registry, definition)
    return IndicatorRow(
        indicator=variant.key if variant else key,
        version=definition.version,
        whole=variant.whole if variant else None,
        breakdown=variant.breakdown if variant else None,
        category=variant.category if variant else None,
        today=definition.version == len(today.earlier) + 1,
        need=today.need,
        name_vi=today.name.vi,
        name_en=today.name.en,
        indicator_group=today.group,
        source=registry.indicator_source[key],
        purpose=today.purpose.en,
        purpose_vi=today.purpose.vi,
        formula=write_formula(method),
        scale=method.scale,
        round_to=method.round,
        decimals=today.decimals if today.decimals is not None else method.round,
        has_denominator=method.denominator is not None,
        signed_denominator=method.signed_denominator,
        **_condition(method),
        least=may_be.min,
        most=may_be.max,
        noise=noise_of(registry, definition),
        composite_method=method.method,
        unit=today.unit,
        area_kinds=list(today.areas),
        frequency=today.frequency.value,
        span=today.over,
        span_kind=span_kind,
        span_months=span_months,
        covers=_covers(registry, key),
        method=fingerprint_method(registry, key, definition.version),
        direction=today.direction,
        decision=method.decision,
        valid_from=definition.valid_from,
        valid_to=definition.valid_to,
        reproduces=reproduced.indicator if reproduced else None,
        reproduces_absolute=reproduced.tolerance.absolute if reproduced else None,
        reproduces_relative=reproduced.tolerance.relative if reproduced else None,
        differs_because_vi=reproduced.because.vi if reproduced and reproduced.because else None,
        differs_because_en=reproduced.because.en if reproduced and reproduced.because else None,
        expected_from=max(regular) if regular else None,
        depth=_depth(registry, key),
        synthetic=any(source.synthetic for source in sources),
        sources=names,
        access=access,
        licence=licence_of(registry, key, access),
        undescribed=lacking,
    )


def _condition(method: Indicator) -> dict[str, float | None]:
    """The bounds of «when», column by column."""
    return {
        f"{part}_{column}": getattr(getattr(method.when, part, None), bound, None)
        for part in ("numerator", "denominator")
        for column, bound in (("least", "at_least"), ("most", "at_most"))
    }


def _terms(
    registry: Registry, indicator: Indicator, terms: list[Term]
) -> Iterator[IndicatorTermRow]:
    places: Counter[tuple[str, int]] = Counter()
    for term in terms:
        places[term.indicator, term.version] += 1
        whole = term.operand.partition(".")[0]
        is_element = whole not in registry.indicators
        time_span = term.span or indicator.over
        units = f"/{term.over_areas}" if term.over_areas else ""
        yield IndicatorTermRow(
            term.indicator,
            term.version,
            places[term.indicator, term.version],
            term.role,
            term.product,
            term.factor,
            term.within,
            term.within_factor,
            term.operand,
            "data_element" if is_element else "indicator",
            term.coefficient,
            term.lag_months,
            f"{time_span}{units}" if is_element else None,
        )


def _use(element: str, indicator: Indicator, span: str) -> OperandUseRow:
    time_span, _, units = span.partition("/")
    months = time_span.removeprefix("months_").split("_") if "months_" in time_span[:7] else []
    kind, number = ("months", None) if months else _parts_of(time_span)
    over_areas: OverUnits | None = next((one for one in get_args(OverUnits) if one == units), None)
    frequency = indicator.frequency.value
    return OperandUseRow(element, frequency, span, time_span, kind, number, months, over_areas)


def _parts_of(span: str) -> tuple[str, int | None]:
    """The kind of a span and its number of months, where it has one."""
    kind, _, months = span.removesuffix("_months").rpartition("_")
    return (kind, int(months)) if months.isdecimal() else (span, None)
