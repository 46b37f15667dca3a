"""Nights of warnings without their days: what is judged is written down, the warnings follow.

Here: the compiled models from judged values to warnings, run over figures that a test names,
night after night, each remembering the one before as a release does. Not here: how figures
come to be judged (``test_computation``), a release as a whole (``board``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from kinhbac.periods import Period
from kinhbac.reduction.uniting import reduce_records
from kinhbac.registry.tables import write_registry, write_standings
from kinhbac.release.memory import schemas, write_memory
from tests.conftest import CLINIC, Province, in_folder, write_tiny_registry
from tests.straight import Compiled

STAGED = (
    "stg_published_values",
    "stg_published_warnings",
    "stg_published_revisions",
    "sources",
    "indicators",
)
JUDGED = ("int_data_states", "int_paces", "int_changes", "int_warning_figures")
WARNED = ("int_warning_levels", "int_warning_states", "int_warnings", "warnings")
MODELS = (*STAGED, *JUDGED, *WARNED, "warning_summary")
DUE_DAYS = timedelta(days=35)
Cell = tuple[str, str, str]
Row = dict[str, Any]


ANSWER = """\
first:
  indicator: rate
  area: "24"
  acknowledged: {by: SYT, on: 2026-02-12}
"""
STATEMENTS = """\
source: statements
name: {vi: Thông cáo, en: Statements}
sector: health
owner: [{agency: STC, from: 2025-07-01}]
synthetic: true
delivery: {format: csv, frequency: day}
table: {area: {column: Ma, codes_as_of: 2025-07-01}, period: {column: Ngay, format: "%Y-%m-%d"}}
data_elements:
  paid: {name: {vi: Đã chi, en: Paid}, unit: point, column: Chi, over_time: last,
         over_areas: none, areas: [province]}
"""
PAID_SHARE = """\
paid_share:
  name: {vi: Tỷ lệ giải ngân, en: Share paid}
  group: output
  purpose: Shows where money waits.
  numerator: paid
  unit: percent
  areas: [province]
  frequency: day
  direction: higher_is_better
  target: {2025: 100, 2026: 70}
  warn: {yellow: 50, red: 30}
"""
"""A source that tells of a day when there is something to tell, and a share of it."""

ACTION = """\
  action:
    text: {vi: Mở thêm trạm, en: Open one more clinic}
    by: STC
    due: 2026-03-15
    decision: 15/KL-UBND
    decided_on: 2026-02-20
"""
RATE = """\
rate:
  name: {{vi: Tỷ lệ, en: Rate}}
  group: process
  purpose: Shows where mothers are far from help.
  numerator: births_at_clinic
  denominator: births
  scale: 100
  unit: percent
  frequency: month
  direction: {direction}
  target: {target}
  warn: {warn}
"""
LATE = 'missing: ["-"], late: {yellow: 1, red: 10}'


def declare(province: Province, warn: str, direction: str = "higher_is_better",
            target: str = "{2025: 90, 2026: 90}") -> None:  # fmt: skip
    text = RATE.format(warn=warn, direction=direction, target=target)
    province.write("clinic/indicators.yml", text)


def make_clinic(root: Path) -> Province:
    made = in_folder(root)
    write_tiny_registry(made)
    made.write("clinic/source.yml", CLINIC.replace('missing: ["-"]', LATE))
    declare(made, "{yellow: 80, red: 50}")
    return made


@dataclass
class Nights:
    """The nights of one province. ``cells``: indicator, area, period → a value, or the state
    of a cell that has none; ``carried``: those whose figures are of an earlier period; ``counted``:
    cases and of how many, where they are known; ``revised``: first figures that were told and what
    became of them, which the second night knows."""

    province: Province
    project: Compiled
    cells: dict[Cell, float | str] = field(default_factory=dict)
    carried: set[Cell] = field(default_factory=set)
    counted: dict[Cell, tuple[float, float]] = field(default_factory=dict)
    revised: dict[Cell, tuple[float, float]] = field(default_factory=dict)
    deliveries: list[Row] = field(default_factory=list)
    release: int = 0
    summary: dict[tuple[str, str], Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.province.ledger()
        reduce_records(self.province.registry, self.province.data)
        write_memory(self.province.data)

    def know(
        self, cells: dict[str, float | str], indicator: str = "rate", area: str = "24"
    ) -> None:
        """Values or states by period."""
        self.cells |= {(indicator, area, period): cell for period, cell in cells.items()}

    def pass_to(self, day: date) -> dict[str, Row]:
        """The warnings after the night of ``day``, by their key; remembered for the next."""
        self.release += 1
        registry, data = self.province.registry, self.province.data
        write_registry(registry, data, day, self.release)
        write_standings(registry, data, day, set(registry.sources), self.release)
        planned = self.project.planned
        planned.begin(data)
        judged = pl.DataFrame(list(self._judged(day)), infer_schema_length=None)
        planned.give("int_judged_values", judged.drop("period"))
        deliveries = self.deliveries or [delivery("2026-01", "2026-02-05", True)]
        planned.give("int_deliveries", pl.DataFrame(deliveries))
        self.project.compute(data, MODELS)
        warnings = planned.connection.sql("from warnings").pl()
        summary = planned.connection.sql("from warning_summary").pl().to_dicts()
        self.summary = {(row["scope"], row["scope_key"]): row for row in summary}
        self._remember(judged, warnings, day)
        return {row["warning"]: row for row in warnings.to_dicts()}

    def _judged(self, day: date) -> list[Row]:
        registry = self.province.registry
        rows = []
        for (indicator, area, label), cell in self.cells.items():
            period = Period.parse(label)
            count, whole = self.counted.get((indicator, area, label), (None, None))
            value = None if isinstance(cell, str) else float(cell)
            rows.append({
                "indicator": indicator, "version": 1, "area": area,
                "period_kind": period.kind.value, "period_start": period.start, "period": label,
                "value": value, "numerator": count, "denominator": whole, "state": cell if isinstance(cell, str) else "value",
                "age_days": 365 if (indicator, area, label) in self.carried else 0,
                "breakdown": None, "due_date": period.start + DUE_DAYS, "method": "same",
                "span_kind": registry.indicators[indicator].over,
            })  # fmt: skip
        return rows

    def _remember(self, judged: pl.DataFrame, warnings: pl.DataFrame, day: date) -> None:
        revisions = pl.DataFrame(
            [
                {
                    "indicator": indicator, "area": area, "old_value": old, "new_value": new,
                    "period_kind": Period.parse(label).kind.value, "period": label,
                    "period_start": Period.parse(label).start, "cause": "new_data",
                    "old_release": self.release - 1, "new_release": self.release,
                }
                for (indicator, area, label), (old, new) in self.revised.items()
            ]
        )  # fmt: skip
        release = pl.DataFrame({"release": [self.release], "as_of": [day]})
        for name, told in (
            ("published_release", release),
            ("published_warnings", warnings),
            ("published_values", judged),
            ("published_revisions", revisions),
        ):
            schema = schemas()[name]
            absent = [column for column in schema if column not in told.columns]
            told.with_columns(pl.lit(None).alias(column) for column in absent).select(
                pl.col(column).cast(kind) for column, kind in schema.items()
            ).write_parquet(self.province.data.tables / f"{name}.parquet")


def delivery(period: str, due: str, delivered: bool, held: bool = False) -> Row:
    """A delivery that the clinics owe."""
    owed = Period.parse(period)
    return {
        "source": "clinic", "period_kind": owed.kind.value, "period_start": owed.start,
        "period": period, "due_date": date.fromisoformat(due), "delivered": delivered,
        "held": held,
    }  # fmt: skip
