"""The registry as tables, for dbt and for the release.

Here: one Parquet file a table, rows in a fixed order. What can be said of an indicator
before any value exists (depth of its formula, first period, standing, synthetic or not)
is derived here, once. Not here: columns and their types (``columns``), values. One file past
200 lines because each table is a few flat lines and they are looked up together.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, timedelta
from typing import Any, Protocol

import polars as pl

from kinhbac.calendar import is_working_day, name_holiday
from kinhbac.data_folder import DataFolder, written_aside
from kinhbac.periods import Period
from kinhbac.registry.declared.contract import (
    ContractCheck,
    DataElement,
    Source,
    category_key,
    due_date,
)
from kinhbac.registry.declared.entries import Name
from kinhbac.registry.declared.process import OWNER
from kinhbac.registry.definitions.fingerprints import fingerprint_method
from kinhbac.registry.definitions.formulas import (
    Definition,
    Term,
    Variant,
    definitions_of,
    terms_of,
    terms_of_variant,
    variants_of,
    write_formula,
)
from kinhbac.registry.definitions.meaning import find_duplicates
from kinhbac.registry.definitions.standing import Standing, find_standings
from kinhbac.registry.model import Registry
from kinhbac.registry.tables.columns import COLUMNS
from kinhbac.registry.tables.composite_tables import tabulate_composites
from kinhbac.registry.tables.limit_tables import tabulate_limits

Rows = list[dict[str, Any]]


def write_registry(
    registry: Registry,
    data: DataFolder,
    as_of: date,
    release: int,
) -> dict[str, int]:
    """Write every table of the registry for dbt; returns rows by table.

    ``release.publication`` is the number that the candidate will have if it is published.
    """
    counts = {}
    for name, rows in tabulate(registry, as_of, release).items():
        _write(name, rows, data)
        counts[name] = len(rows)
    return counts


def write_standings(
    registry: Registry, data: DataFolder, as_of: date, delivered: Set[str]
) -> dict[str, Standing]:
    """Write where each indicator stands; ``delivered``: sources with an extract in force."""
    standings = find_standings(registry, as_of, delivered)
    rows = []
    for key, standing in standings.items():
        signed = registry.indicators[key].signed
        rows.append(
            vars(standing)
            | {
                "lacking": "; ".join(standing.lacking) or None,
                "round": signed.round if signed else None,
            }
        )
    _write("standings", rows, data)
    return standings


def _write(name: str, rows: Rows, data: DataFolder) -> None:
    with written_aside(data.tables / f"{name}.parquet") as aside:
        pl.DataFrame(rows, schema=COLUMNS[name], orient="row").write_parquet(aside)


def tabulate(registry: Registry, as_of: date, release: int) -> dict[str, Rows]:
    """Every table that is known before anything is delivered, as rows."""
    vocabulary = registry.vocabulary
    return {
        "agencies": [
            {"agency": key, **_named(agency), "kind": agency.kind}
            for key, agency in registry.agencies.items()
        ],
        "sectors": [
            {"sector": key, "name_vi": name.vi, "name_en": name.en}
            for key, name in vocabulary.sectors.items()
        ],
        "units": [
            {"unit": key, "name_vi": name.vi, "name_en": name.en}
            for key, name in vocabulary.units.items()
        ],
        "areas": [
            vars(area) | {"borders": registry.borders[area.area]}
            for area in registry.areas.areas.values()
        ],
        "area_codes": [vars(code) for code in registry.areas.codes],
        "area_successions": [vars(entry) for entry in registry.areas.successions],
        "area_parts": [vars(part) for part in registry.area_parts],
        "due_dates": list(_due_dates(registry, as_of)),
        "calendar": list(_calendar(registry, as_of)),
        "sources": [_source(source) for source in registry.sources.values()],
        "source_owners": list(_owners(registry)),
        "data_elements": [
            _element(key, element, registry.sources[registry.element_source[key]])
            for key, element in registry.data_elements.items()
        ],
        "breakdowns": list(_breakdowns(registry)),
        "categories": [
            {
                "breakdown": key,
                "breakdown_vi": dimension.name.vi,
                "breakdown_en": dimension.name.en,
                "category": category,
                "name_vi": name.vi,
                "name_en": name.en,
            }
            for key, dimension in vocabulary.breakdowns.items()
            for category, name in dimension.categories.items()
        ],
        "comparisons": list(_comparisons(registry)),
        "contract_checks": [
            {
                "source": source.source,
                "contract_check": key,
                **_named(check),
                "compare": check.compare,
                **check.tolerance.model_dump(),
            }
            for source in registry.sources.values()
            for key, check in (source.checks | _reconciliations(source)).items()
        ],
        "contract_check_terms": list(_contract_check_terms(registry)),
        "corrections": list(_corrections(registry)),
        "indicators": [
            _indicator(registry, key, definition, variant)
            for key, indicator in registry.indicators.items()
            for definition in definitions_of(indicator)
            for variant in (None, *variants_of(registry, key))
        ],
        "indicator_terms": [
            _term(registry, term)
            for key, indicator in registry.indicators.items()
            for terms in (
                terms_of(key, indicator),
                *(terms_of_variant(variant, indicator) for variant in variants_of(registry, key)),
            )
            for term in terms
        ],
        "needs": [
            {
                "need": key,
                **_named(need),
                "asked_by": need.asked_by,
                "indicator_group": need.group,
                "sector": need.sector,
                "operations_centre": need.operations_centre,
            }
            for key, need in registry.needs.items()
        ],
        "steps": [
            {"step": key, "position": place, **_named(step), "published": step.published}
            for place, (key, step) in enumerate(registry.process.steps.items(), 1)
        ],
        "sign_offs": list(_sign_offs(registry, as_of)),
        **tabulate_composites(registry),
        **tabulate_limits(registry),
        "duplicates": [vars(duplicate) for duplicate in find_duplicates(registry)],
        "refresh": [{"as_of": as_of, "release": release}],
    }


class _Named(Protocol):
    @property
    def name(self) -> Name: ...


def _named(entry: _Named) -> dict[str, str]:
    return {"name_vi": entry.name.vi, "name_en": entry.name.en}


def _first_day(source: Source) -> date | None:
    first = source.delivery.expected_from
    return Period.parse(first).start if first else None


def _source(source: Source) -> dict[str, Any]:
    delivery = source.delivery
    return {
        "source": source.source,
        **_named(source),
        "sector": source.sector,
        "role": "comparison" if source.comparisons else "record",
        "layout": "table" if source.table else "records",
        "format": delivery.format,
        "frequency": delivery.frequency.value,
        "expected_from": _first_day(source),
        "due_days": delivery.due_days,
        "due_in": delivery.due_in,
        "due_after": delivery.due_after,
        "late_yellow": delivery.late.yellow,
        "late_red": delivery.late.red,
        "synthetic": source.synthetic,
        "published_by": source.published_by,
    }


def _due_dates(registry: Registry, as_of: date) -> Rows:
    rows = []
    for source in registry.sources.values():
        if source.delivery.expected_from is None:
            continue
        period = Period.parse(source.delivery.expected_from)
        while period.start <= as_of:
            due = due_date(source.delivery, period)
            rows.append({"source": source.source, "period_start": period.start, "due_date": due})
            period = period.next()
    return rows


def _calendar(registry: Registry, as_of: date) -> Rows:
    """Every day from the first one that is due to the end of the year that follows."""
    firsts = [first for source in registry.sources.values() if (first := _first_day(source))]
    day = date(min(firsts, default=as_of).year, 1, 1)
    rows = []
    while day <= date(as_of.year + 1, 12, 31):
        holiday = name_holiday(day)
        rows.append({"day": day, "working_day": is_working_day(day), "holiday_vi": holiday})
        day += timedelta(days=1)
    return rows


def _breakdowns(registry: Registry) -> Rows:
    return [
        {
            "data_element": key,
            "breakdown": name,
            "complete": told.complete,
            **told.tolerance.model_dump(),
            "expected_from": Period.parse(told.expected_from).start if told.expected_from else None,
        }
        for key, element in registry.data_elements.items()
        for name, told in element.breakdowns.items()
    ]


def _owners(registry: Registry) -> Rows:
    rows = []
    for source in registry.sources.values():
        for place, owner in enumerate(source.owner):
            following = source.owner[place + 1] if place + 1 < len(source.owner) else None
            end = owner.to or (
                date.fromordinal(following.from_.toordinal() - 1) if following else None
            )
            rows.append(
                {
                    "source": source.source,
                    "agency": owner.agency,
                    "valid_from": owner.from_,
                    "valid_to": end,
                }
            )
    return rows


def _element(key: str, element: DataElement, source: Source) -> dict[str, Any]:
    children = element.children
    whole, breakdown, category = key.split(".") if "." in key else (None, None, None)
    return {
        "data_element": key,
        "source": source.source,
        **_named(element),
        "unit": element.unit,
        "scope": element.scope,
        "frequency": (element.frequency or source.delivery.frequency).value,
        "over_time": element.over_time,
        "over_areas": element.over_areas,
        "weight": element.weight,
        "shared_by": element.shared_by,
        "area_kinds": list(element.areas),
        "carry": element.carry,
        "zero_needs": list(element.zero_needs),
        "jump": element.jump,
        "whole": whole,
        "breakdown": breakdown,
        "category": category,
        "children_absolute": children.absolute if children else None,
        "children_relative": children.relative if children else None,
        "regular": source.delivery.expected_from is not None,
        "synthetic": source.synthetic,
    }


def _comparisons(registry: Registry) -> Rows:
    return [
        {
            "source": source.source,
            "data_element": key,
            "scope": comparison.scope or registry.data_elements[key].scope,
            **comparison.tolerance.model_dump(),
            "hold": comparison.hold,
        }
        for source in registry.sources.values()
        for key, comparison in source.comparisons.items()
    ]


def _reconciliations(source: Source) -> dict[str, ContractCheck]:
    """A whole and its categories, as checks of the contract: ``births.sex``."""
    checks = {}
    for key, element in source.data_elements.items():
        for name, told in element.breakdowns.items():
            label = element.name
            checks[f"{key}.{name}"] = ContractCheck(
                name=Name(vi=f"{label.vi}: cộng phân tổ", en=f"{label.en}: sum of categories"),
                left={category_key(key, name, category): 1.0 for category in told.columns},
                compare="equals" if told.complete else "at_most",
                right={key: 1.0},
                tolerance=told.tolerance,
            )
    return checks


def _contract_check_terms(registry: Registry) -> Rows:
    return [
        {
            "source": source.source,
            "contract_check": key,
            "side": side,
            "data_element": element,
            "coefficient": coefficient,
        }
        for source in registry.sources.values()
        for key, check in (source.checks | _reconciliations(source)).items()
        for side, operands in (("left", check.left), ("right", check.right))
        for element, coefficient in operands.items()
    ]


def _corrections(registry: Registry) -> Rows:
    rows = []
    for source, ledger in registry.corrections.items():
        for key, correction in ledger.items():
            period = Period.parse(correction.period)
            rows.append(
                {
                    "correction": f"{source}/{key}",
                    "source": source,
                    "data_element": correction.data_element,
                    "area": correction.area,
                    "period_kind": period.kind.value,
                    "period_start": period.start,
                    "old_value": correction.old,
                    "new_value": correction.new,
                    "reason": correction.reason,
                    "agreed_by": ", ".join(correction.agreed_by),
                    "agreed_on": correction.agreed_on,
                    "source_told_on": correction.source_told_on,
                    "withdrawn_on": correction.withdrawn_on,
                }
            )
    return rows


def _leaves(registry: Registry, key: str) -> set[str]:
    """The data elements from which an indicator is computed in the end."""
    if key in registry.data_elements:
        return {key}
    leaves: set[str] = set()
    for term in terms_of(key, registry.indicators[key]):
        leaves |= _leaves(registry, term.operand)
    return leaves


def _depth(registry: Registry, key: str) -> int:
    """1 for an indicator of data elements, one more than its deepest operand otherwise."""
    operands = [term.operand for term in terms_of(key, registry.indicators[key])]
    return 1 + max(
        (_depth(registry, operand) for operand in operands if operand in registry.indicators),
        default=0,
    )


def _indicator(
    registry: Registry, key: str, definition: Definition, variant: Variant | None
) -> dict[str, Any]:
    today, method = registry.indicators[key], definition.indicator
    names = sorted({registry.element_source[leaf] for leaf in _leaves(registry, key)})
    sources = [registry.sources[name] for name in names]
    # A carried annual stock may come when it comes; what is delivered regularly is awaited.
    regular = [first for source in sources if (first := _first_day(source))]
    months = today.over.removesuffix("_months").rpartition("_")
    return {
        "indicator": variant.key if variant else key,
        "version": definition.version,
        "whole": variant.whole if variant else None,
        "breakdown": variant.breakdown if variant else None,
        "category": variant.category if variant else None,
        "today": definition.version == len(today.earlier) + 1,
        "need": today.need,
        **_named(today),
        "indicator_group": today.group,
        "source": registry.indicator_source[key],
        "purpose": today.purpose,
        "formula": write_formula(method),
        "scale": method.scale,
        "round_to": method.round,
        "has_denominator": method.denominator is not None,
        "composite_method": method.method,
        "unit": today.unit,
        "area_kinds": list(today.areas),
        "frequency": today.frequency.value,
        "span": today.over,
        "span_kind": months[0] if months[2].isdecimal() else today.over,
        "span_months": int(months[2]) if months[2].isdecimal() else None,
        "method": fingerprint_method(registry, key, definition.version),
        "direction": today.direction,
        "decision": method.decision,
        "valid_from": definition.valid_from,
        "valid_to": definition.valid_to,
        "reproduces": today.reproduces.indicator if today.reproduces else None,
        "reproduces_absolute": today.reproduces.tolerance.absolute if today.reproduces else None,
        "reproduces_relative": today.reproduces.tolerance.relative if today.reproduces else None,
        "expected_from": max(regular) if regular else None,
        "depth": _depth(registry, key),
        "synthetic": any(source.synthetic for source in sources),
        "sources": names,
    }


def _term(registry: Registry, term: Term) -> dict[str, Any]:
    whole = term.operand.partition(".")[0]
    kind = "indicator" if whole in registry.indicators else "data_element"
    return {
        "indicator": term.indicator,
        "version": term.version,
        "role": term.role,
        "operand": term.operand,
        "operand_kind": kind,
        "coefficient": term.coefficient,
        "lag_years": term.lag_years,
    }


def _sign_offs(registry: Registry, as_of: date) -> Rows:
    rows = []
    for key, indicator in registry.indicators.items():
        if indicator.signed is None:
            continue
        source = registry.indicator_source[key]
        round_ = registry.rounds[indicator.signed.round]
        for step, act in round_.acts.items():
            if act.date <= as_of:
                owner = registry.answers_for(source, act.date)
                rows.append(
                    {
                        "indicator": key,
                        "step": step,
                        "agency": owner if act.agency == OWNER else act.agency,
                        "decision": act.decision,
                        "signed_on": act.date,
                        "synthetic": round_.synthetic,
                    }
                )
    return rows
