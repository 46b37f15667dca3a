"""How a composite was made in one cell: its components through every stage, and its rank.

Here: reading the stage tables of one release. Not here: the tree of operands
(``explanation``), saying it in words (``explanation_text``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Rows = Callable[..., list[dict[str, Any]]]
STAGES = ("denominated", "screened", "imputed", "treated", "normalised", "weighted")


@dataclass
class Composition:
    """A composite's method and, for each component, its figure after every stage.

    ``method``: rows of composite_methods; ``stages``: component → stage → (value, mark);
    ``rank``: the row of composite_ranks, if the area has one; ``scales``: component → the row
    of composite_scales by which it was normalised; ``steps``: rows of composite_steps, those
    that gain most first, then components that have none.
    """

    method: list[dict[str, Any]] = field(default_factory=list)
    stages: dict[str, dict[str, tuple[float | None, str | None]]] = field(default_factory=dict)
    rank: dict[str, Any] | None = None
    scales: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)


def read_composition(
    rows: Rows, indicator: str, version: int, area: str, start: date
) -> Composition:
    """The composition of one cell; empty for an indicator that is no composite.

    A release from before steps were computed has no table of them.
    """
    found = Composition()
    found.method = rows(
        "select * from composite_methods where indicator = $1 and version = $2 order by position",
        indicator,
        version,
    )
    for stage in STAGES if found.method else ():
        for row in rows(
            f"select stages.component, value, mark from composite_{stage} as stages "
            "inner join composite_components using (indicator, version, component) "
            "where indicator = $1 and area = $2 and period_start = $3 order by position",
            indicator,
            area,
            start,
        ):
            own = found.stages.setdefault(row["component"], {})
            own[stage] = (row["value"], row["mark"])
    for row in rows(
        "select * from composite_scales where indicator = $1 and version = $2 "
        "and (period_start = $3 or not exists (select * from composite_scales as own "
        "where own.indicator = $1 and own.version = $2 and own.period_start = $3))",
        indicator,
        version,
        start,
    ):
        found.scales[row["component"]] = row
    ranks = rows(
        "select * from composite_ranks where indicator = $1 and area = $2 and period_start = $3",
        indicator,
        area,
        start,
    )
    found.rank = ranks[0] if ranks else None
    if rows("select * from duckdb_tables() where table_name = 'composite_steps'"):
        found.steps = rows(
            "select steps.*, parts.name_vi, parts.name_en, parts.unit_vi, parts.unit_en "
            "from composite_steps as steps "
            "inner join indicators as parts on steps.component = parts.indicator "
            "where steps.indicator = $1 and area = $2 and period_start = $3 "
            "order by place nulls last, component",
            indicator,
            area,
            start,
        )
    return found
