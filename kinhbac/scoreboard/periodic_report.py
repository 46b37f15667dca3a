"""The periodic report of the set: what a release says of a month, a quarter or a year.

Here: its questions, asked of a release alone. Not here: the document that it becomes
(``report_document``), the leader's report of a release (``pages.report``). A report tells the
newest figure of each indicator within its period; one whose periods are longer than the report's
is told when its own has passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kinhbac.digits import settled
from kinhbac.periods import Period, PeriodKind
from kinhbac.problems import Refused
from kinhbac.queries import read_queries
from kinhbac.scoreboard.tables import Row, Tables, group
from kinhbac.words.catalogue import words_of

QUERIES = read_queries(__file__)
REPORTED = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)
CHARTS = 6
"""How many indicators are drawn: the most alarming first."""
OUTLOOKS = (
    "never", "at_risk", "far_behind", "missed", "behind", "open", "on_pace", "on_course", "reached",
    "old", None,
)  # fmt: skip
LEVELS = ("red", "yellow", "green")
JUDGEMENTS = (*LEVELS, "unsure", "reached", "no_limits", "old")
"""What is said of a figure that is there, each in one of them."""


class NoReport(Refused):
    """The period is none that is reported, or the release says nothing of it."""


@dataclass(frozen=True)
class PeriodicReport:
    """All that the report of one period says, as rows of the release's tables.

    ``values``: the newest figure of each indicator of the province in the period; ``ranked``:
    communes in each root composite; ``series``: by indicator, what its chart draws.
    """

    period: Period
    info: Row
    province: str
    values: list[Row]
    warnings: list[Row]
    shared: list[Row]
    warned: list[Row]
    ranked: dict[str, list[Row]]
    series: dict[str, dict[str, list[Row]]]

    @property
    def judged(self) -> list[Row]:
        """Figures with a threshold or a target: the body of the report."""
        return [row for row in self.values if _is_judged(row)]

    @property
    def unjudged(self) -> list[Row]:
        """The others, which stand in the annex."""
        return [row for row in self.values if not _is_judged(row)]

    @property
    def progress(self) -> list[Row]:
        """Figures with a target, the most alarming outlook first, those without one last."""
        aimed = [row for row in self.values if row["target"] is not None]
        return sorted(aimed, key=lambda row: OUTLOOKS.index(row["outlook"]))


def period_of_report(label: str) -> Period:
    """The month, quarter or year that ``label`` names; raises NoReport for anything else."""
    try:
        period = Period.parse(label)
    except ValueError as error:
        raise NoReport(str(error)) from None
    if period.kind not in REPORTED:
        raise NoReport(
            f"«{label}» is no period of a report. Rule: reports are of a month, a quarter or a "
            "year. Remedy: write 2026-10, 2026-Q3 or 2026"
        )
    return period


def read_periodic_report(warehouse: Path, period: Period) -> PeriodicReport:
    """Ask a release for the report of ``period``. Raises NoReport where it has no figure."""
    kinds = list(PeriodKind)
    own = [period.start, period.end, kinds[: kinds.index(period.kind) + 1]]
    with Tables(warehouse) as tables:
        (info,) = tables.rows("from release_info")
        names = tables.short_names
        values = [_named(_judged(row), names) for row in tables.rows(QUERIES["values"], *own)]
        if not any(row["value"] is not None for row in values):
            raise NoReport(
                f"release {info['release']} has no figure of the province within {period.label}. "
                "Rule: a report tells figures that were published. Remedy: name a period that "
                "has begun, or let its sources deliver"
            )
        ranked = group(tables.rows(QUERIES["ranked"], *own), "indicator")
        return PeriodicReport(
            period=period,
            info=info,
            province=tables.rows(QUERIES["province"])[0]["name_vi"],
            values=values,
            warnings=[_named(row, names) for row in tables.rows(QUERIES["warnings"], *own)],
            shared=tables.rows(QUERIES["shared"], *own),
            warned=tables.rows(QUERIES["warned"], *own),
            ranked=ranked,
            series={
                row["indicator"]: _series(tables, row, period) for row in _most_alarming(values)
            },
        )


def judge(row: Row) -> str | None:
    """What is said of a figure within its own period, as ``latest_values`` says it of today."""
    if row["value"] is None:
        return None
    if row["was_old"]:
        return "old"
    said = {row["status"], row["pace_status"]}
    if grave := next((level for level in (*LEVELS[:2], "unsure") if level in said), None):
        return grave
    if _has_reached(row):
        return "reached"
    return "green" if "green" in said else "no_limits"


def _named(row: Row, names: Mapping[str, str]) -> Row:
    """The row with agencies by name where it has codes; whoever is none stays as he is called."""
    told = {field: row[field] for field in ("owner", "action_by") if row.get(field)}
    return row | {field: names.get(code, code) for field, code in told.items()}


def _judged(row: Row) -> Row:
    outlook = row["outlook"] or _end_of_year(row)
    return row | {"judgement": judge(row), "outlook": outlook}


def _end_of_year(row: Row) -> str | None:
    """What became of a target of which nothing more is to come: the year of the figure is over."""
    aimed = row["target"] is not None and row["direction"] != "neutral"
    if row["value"] is None or not aimed or not _ends_year(row):
        return None
    return "reached" if _has_reached(row) else "missed"


def _has_reached(row: Row) -> bool:
    """A running total that is to stay low has reached its target when the year is over."""
    if row["target"] is None or row["direction"] == "neutral":
        return False
    value, target = settled(row["value"]), settled(row["target"])
    if row["direction"] == "higher_is_better":
        return value >= target
    return value <= target and (row["span"] != "year_to_date" or _ends_year(row))


def _ends_year(row: Row) -> bool:
    end = Period(row["period_start"], PeriodKind(row["period_kind"])).end
    return (end.month, end.day) == (12, 31)


def _is_judged(row: Row) -> bool:
    return bool(row["status"]) or row["target"] is not None


def _most_alarming(values: Sequence[Row]) -> list[Row]:
    known = [row for row in values if row["judgement"] in LEVELS[:2]]
    return sorted(known, key=lambda row: LEVELS.index(row["judgement"]))[:CHARTS]


def _series(tables: Tables, row: Row, period: Period) -> dict[str, list[Row]]:
    """Figures up to the report's end as the chart draws them: a line ends at a gap, at another
    definition, and at the end of a year of what is told to date."""
    cells = tables.rows(QUERIES["series"], row["indicator"], row["area"], period.end)
    drawn, part, version = [], 0, None
    for cell in cells:
        start = cell["period_start"]
        anew = row["span"] == "year_to_date" and (start.month, start.day) == (1, 1)
        if cell["value"] is None or cell["version"] != version or anew:
            part += 1
        version = cell["version"]
        status = cell["status"] or "none"
        figure = {"start": f"{start}", "value": cell["value"], "part": part, "status": status}
        drawn.append(figure | {"target": cell["target"]})
    return {
        "cells": [cell for cell in drawn if cell["value"] is not None],
        "targets": [
            {"start": cell["start"], "value": cell["target"], "part": cell["start"][:4]}
            for cell in drawn
            if cell["target"] is not None
        ],
        **_limits(tables, row, cells),
        "revised": [],
        "borders": [],
        "formers": [],
        "forecast": [],
    }


def _limits(tables: Tables, row: Row, cells: Sequence[Row]) -> dict[str, list[Row]]:
    """The limits of a figure: level ones, and those for a whole year, which grow with it."""
    thresholds = tables.rows(QUERIES["threshold"], row["indicator"], row["version"])
    said = words_of("vi").indicator
    label = {"yellow": said.legend_yellow, "red": said.legend_red}
    told: dict[str, list[Row]] = {"limits": [], "rising": []}
    for threshold in thresholds:
        for colour, name in label.items():
            for limit in (threshold[f"{colour}_low"], threshold[f"{colour}_high"]):
                if limit is None:
                    continue
                if threshold["per"] is None:
                    told["limits"].append({"value": limit, "colour": colour, "label": name})
                    continue
                told["rising"] += [
                    {
                        "start": f"{cell['period_start']}",
                        "value": limit * Period.parse(cell["period"]).passed_of_year,
                        "colour": colour,
                        "part": f"{limit} {cell['period'][:4]}",
                    }
                    for cell in cells
                ]
    return told
