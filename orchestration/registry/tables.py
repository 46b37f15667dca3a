"""The registry as tables, for dbt and for the release.

Here: one Parquet file a table, rows in a fixed order. What can be said of an indicator
before any value exists (depth of its formula, first period, due days, synthetic or not)
is derived here, once. Not here: values.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from orchestration.periods import Period
from orchestration.registry.formulas import Term, terms_of
from orchestration.registry.model import Registry
from orchestration.registry.schema import DataElement, Source
from orchestration.warehouse import DataFolder, written_aside

Rows = list[dict[str, Any]]

TEXT, WHOLE, NUMBER, TRUTH, DAY = pl.String, pl.Int32, pl.Float64, pl.Boolean, pl.Date
SCHEMAS: dict[str, dict[str, Any]] = {
    "agencies": {"agency": TEXT, "name_vi": TEXT, "name_en": TEXT, "kind": TEXT},
    "sectors": {"sector": TEXT, "name_vi": TEXT, "name_en": TEXT},
    "units": {"unit": TEXT, "name_vi": TEXT, "name_en": TEXT},
    "areas": {
        "area": TEXT,
        "kind": TEXT,
        "code": TEXT,
        "name_vi": TEXT,
        "name_en": TEXT,
        "parent": TEXT,
        "valid_from": DAY,
        "valid_to": DAY,
        "successor": TEXT,
    },
    "sources": {
        "source": TEXT,
        "name_vi": TEXT,
        "name_en": TEXT,
        "sector": TEXT,
        "layout": TEXT,
        "format": TEXT,
        "frequency": TEXT,
        "expected_from": DAY,
        "due_days": WHOLE,
        "due_after": TEXT,
        "synthetic": TRUTH,
        "published_by": TEXT,
    },
    "source_owners": {"source": TEXT, "agency": TEXT, "valid_from": DAY, "valid_to": DAY},
    "data_elements": {
        "data_element": TEXT,
        "source": TEXT,
        "name_vi": TEXT,
        "name_en": TEXT,
        "unit": TEXT,
        "frequency": TEXT,
        "over_time": TEXT,
        "over_areas": TEXT,
        "weight": TEXT,
        "area_kinds": pl.List(TEXT),
        "carry": WHOLE,
        "regular": TRUTH,
        "synthetic": TRUTH,
    },
    "indicators": {
        "indicator": TEXT,
        "name_vi": TEXT,
        "name_en": TEXT,
        "indicator_group": TEXT,
        "source": TEXT,
        "purpose": TEXT,
        "formula": TEXT,
        "scale": NUMBER,
        "round_to": WHOLE,
        "has_denominator": TRUTH,
        "max_score": NUMBER,
        "score_target": NUMBER,
        "empty_denominator": TEXT,
        "unit": TEXT,
        "area_kinds": pl.List(TEXT),
        "frequency": TEXT,
        "span": TEXT,
        "direction": TEXT,
        "yellow": NUMBER,
        "red": NUMBER,
        "decision": TEXT,
        "valid_from": DAY,
        "valid_to": DAY,
        "expected_from": DAY,
        "depth": WHOLE,
        "synthetic": TRUTH,
        "sources": pl.List(TEXT),
    },
    "indicator_terms": {
        "indicator": TEXT,
        "role": TEXT,
        "operand": TEXT,
        "operand_kind": TEXT,
        "coefficient": NUMBER,
        "lag_years": WHOLE,
    },
    "targets": {"indicator": TEXT, "year": WHOLE, "target": NUMBER},
    "refresh": {"as_of": DAY},
}


def write_registry(registry: Registry, data: DataFolder, as_of: date) -> dict[str, int]:
    """Write every table of the registry for dbt; returns rows by table."""
    counts = {}
    for name, rows in tabulate(registry, as_of).items():
        with written_aside(data.tables / f"{name}.parquet") as aside:
            pl.DataFrame(rows, schema=SCHEMAS[name], orient="row").write_parquet(aside)
        counts[name] = len(rows)
    return counts


def tabulate(registry: Registry, as_of: date) -> dict[str, Rows]:
    """Every table as rows."""
    vocabulary = registry.vocabulary
    return {
        "agencies": [
            {
                "agency": key,
                "name_vi": agency.name.vi,
                "name_en": agency.name.en,
                "kind": agency.kind,
            }
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
        "areas": [vars(area) for area in registry.areas.areas.values()],
        "sources": [_source(source) for source in registry.sources.values()],
        "source_owners": list(_owners(registry)),
        "data_elements": [
            _element(key, element, registry.sources[registry.element_source[key]])
            for key, element in registry.data_elements.items()
        ],
        "indicators": [_indicator(registry, key) for key in registry.indicators],
        "indicator_terms": [
            _term(registry, term)
            for key, indicator in registry.indicators.items()
            for term in terms_of(key, indicator)
        ],
        "targets": [
            {"indicator": key, "year": year, "target": target}
            for key, indicator in registry.indicators.items()
            for year, target in sorted(indicator.target.items())
        ],
        "refresh": [{"as_of": as_of}],
    }


def formula_of(registry: Registry, key: str) -> str:
    """The formula as a person writes it: ``100 × a ÷ b``."""
    indicator = registry.indicators[key]
    if score := indicator.score:
        return f"min({score.max:g}, {score.max:g} × {score.of} ÷ {score.target:g})"
    terms = terms_of(key, indicator)
    above = _sum([term for term in terms if term.role != "denominator"])
    below = _sum([term for term in terms if term.role == "denominator"])
    text = f"({above}) ÷ ({below})" if below else above
    text = text.replace("(", "", 1).replace(")", "", 1) if below and " " not in above else text
    return f"{indicator.scale:g} × {text}" if indicator.scale != 1 else text


def _sum(terms: list[Term]) -> str:
    text = ""
    for place, term in enumerate(terms):
        sign = " − " if term.coefficient < 0 else " + " if place else ""
        size = abs(term.coefficient)
        text += f"{sign}{'' if size == 1 else f'{size:g} × '}{term.written_as}"
    return text.strip()


def _first_day(source: Source) -> date | None:
    first = source.delivery.expected_from
    return Period.parse(first).start if first else None


def _source(source: Source) -> dict[str, Any]:
    delivery = source.delivery
    return {
        "source": source.source,
        "name_vi": source.name.vi,
        "name_en": source.name.en,
        "sector": source.sector,
        "layout": "table" if source.table else "records",
        "format": delivery.format,
        "frequency": delivery.frequency.value,
        "expected_from": _first_day(source),
        "due_days": delivery.due_days,
        "due_after": delivery.due_after,
        "synthetic": source.synthetic,
        "published_by": source.published_by,
    }


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
    return {
        "data_element": key,
        "source": source.source,
        "name_vi": element.name.vi,
        "name_en": element.name.en,
        "unit": element.unit,
        "frequency": (element.frequency or source.delivery.frequency).value,
        "over_time": element.over_time,
        "over_areas": element.over_areas,
        "weight": element.weight,
        "area_kinds": list(element.areas),
        "carry": element.carry,
        "regular": source.delivery.expected_from is not None,
        "synthetic": source.synthetic,
    }


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


def _indicator(registry: Registry, key: str) -> dict[str, Any]:
    indicator = registry.indicators[key]
    names = sorted({registry.element_source[leaf] for leaf in _leaves(registry, key)})
    sources = [registry.sources[name] for name in names]
    # A carried annual stock may come when it comes; what is delivered regularly is awaited.
    regular = [first for source in sources if (first := _first_day(source))]
    score, valid, warn = indicator.score, indicator.valid, indicator.warn
    return {
        "indicator": key,
        "name_vi": indicator.name.vi,
        "name_en": indicator.name.en,
        "indicator_group": indicator.group,
        "source": registry.indicator_source[key],
        "purpose": indicator.purpose,
        "formula": formula_of(registry, key),
        "scale": indicator.scale,
        "round_to": indicator.round,
        "has_denominator": indicator.denominator is not None,
        "max_score": score.max if score else None,
        "score_target": score.target if score else None,
        "empty_denominator": score.empty_denominator if score else None,
        "unit": indicator.unit,
        "area_kinds": list(indicator.areas),
        "frequency": indicator.frequency.value,
        "span": indicator.over,
        "direction": indicator.direction,
        "yellow": warn.yellow if warn else None,
        "red": warn.red if warn else None,
        "decision": indicator.decision,
        "valid_from": valid.from_ if valid else None,
        "valid_to": valid.to if valid else None,
        "expected_from": max(regular) if regular else None,
        "depth": _depth(registry, key),
        "synthetic": any(source.synthetic for source in sources),
        "sources": names,
    }


def _term(registry: Registry, term: Term) -> dict[str, Any]:
    kind = "indicator" if term.operand in registry.indicators else "data_element"
    return {
        "indicator": term.indicator,
        "role": term.role,
        "operand": term.operand,
        "operand_kind": kind,
        "coefficient": term.coefficient,
        "lag_years": term.lag_years,
    }
