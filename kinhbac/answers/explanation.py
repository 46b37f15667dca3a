"""Explaining a value: from the figure down to the file, row and hash it came from.

Here: reading one release's tables into a tree. Not here: computing anything, for every
number was published; saying it in words (``explanation_text``). Past 200 lines because the
tree and its filling are read together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.answers.composition import Composition, read_composition
from kinhbac.answers.names import find_key, find_period, read_areas, read_indicators
from kinhbac.database import read_rows, read_warehouse
from kinhbac.periods import Period, PeriodKind
from kinhbac.problems import Refused
from kinhbac.queries import read_queries
from kinhbac.words.catalogue import CODES
from kinhbac.words.language import Language

QUERIES = read_queries(__file__)

SHOWN_OBSERVATIONS = 3


class NotPublished(Refused):
    """The release has no such cell: the message says what it has instead."""


@dataclass
class Explanation:
    """One indicator value or operand, what it was computed from, and what stands behind.

    ``age`` is said of the newest sound figure alone: ``newer_due``, ``is_old``, ``judgement``,
    the release's day, and what its sources owe (``owed``: rows of source, owner, period); and so
    is ``outlook``, its row of ``progress``. ``taken`` says of an operand when and over which areas
    it is taken. ``operands`` are explanations themselves; ``extracts`` are rows of the table of that
    name; ``observations`` the first few of ``observation_count``; ``revisions`` what was
    published for the cell before; ``composition`` the stages of a composite.
    """

    name: str
    label: str
    value: float | None
    unit: str
    reason: str | None
    formula: str = ""
    role: str = ""
    coefficient: float = 1.0
    taken: str = ""
    cell: dict[str, Any] = field(default_factory=dict)
    definition: dict[str, Any] = field(default_factory=dict)
    age: dict[str, Any] = field(default_factory=dict)
    outlook: dict[str, Any] = field(default_factory=dict)
    operands: list[Explanation] = field(default_factory=list)
    observations: list[dict[str, Any]] = field(default_factory=list)
    observation_count: int = 0
    extracts: list[dict[str, Any]] = field(default_factory=list)
    revisions: list[dict[str, Any]] = field(default_factory=list)
    composition: Composition = field(default_factory=Composition)
    by_chance: list[dict[str, Any]] = field(default_factory=list)
    """Rules, and of how many areas each warns in a period by chance alone at most."""


def explain(warehouse: Path, indicator: str, area: str, period: str) -> Explanation:
    """Explain one published cell.

    Indicator and area are a key, name or code, ``period`` a label such as 2026-10. Raises
    NotPublished with what there is instead, UnknownName with what could have been meant.
    """
    with read_warehouse(warehouse) as connection:
        return explain_within(connection, indicator, area, period)


def explain_within(
    connection: duckdb.DuckDBPyConnection, indicator: str, area: str, period: str
) -> Explanation:
    """The same, asked by a connection to a release's database."""
    wanted = find_period(period)
    reader = _Reader(connection)
    key = find_key(indicator, read_indicators(reader.rows), "indicator")
    place = find_key(area, read_areas(reader.rows), "area")
    return reader.indicator(key, place, wanted.start, wanted.label)


class _Reader:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        return read_rows(self.connection, query, *parameters)

    def indicator(self, key: str, area: str, start: date, label: str | None = None) -> Explanation:
        definitions = self.rows(QUERIES["indicator"], key, area, start)
        if not definitions:
            raise NotPublished(f"there is no indicator «{key}»")
        definition = definitions[0]
        cells = self.rows(
            "select * from indicator_values "
            "where indicator = $1 and area = $2 and period_start = $3",
            key,
            area,
            start,
        )
        if not cells or (label and cells[0]["period"] != label):
            raise NotPublished(self._instead(definition, area))
        cell = cells[0]
        explained = Explanation(
            key,
            _qualified(definition),
            cell["value"],
            definition["unit_vi"],
            cell["reason"],
            definition["formula_of_its_time"],
            cell=cell,
            definition=definition,
            age=self._age(definition, area, start),
            outlook=next(iter(self.rows(QUERIES["outlook"], key, area, start)), {}),
            by_chance=self._by_chance(key, start),
            revisions=self.rows(
                "select * from revisions "
                "where indicator = $1 and area = $2 and period_start = $3 order by new_release",
                key,
                area,
                start,
            ),
        )
        if definition["indicator_group"] == "composite":
            explained.composition = read_composition(self.rows, key, cell["version"], area, start)
        for term in self.rows(
            "select * from indicator_terms where indicator = $1 and version = $2 "
            "order by role desc, operand",
            key,
            cell["version"],
        ):
            lag = term.get("lag_months", 12 * term.get("lag_years", 0))
            back = _months_before(start, lag)
            if term["operand_kind"] == "indicator":
                operand = self._operand_indicator(term["operand"], area, back)
            else:
                span = term.get("span") or definition["span"]
                operand = self._element(term["operand"], definition | {"span": span}, area, back)
            operand.role, operand.coefficient = term["role"], term["coefficient"]
            if term.get("factor") in ("multiplied_by", "divided_by"):
                operand.role = f"{term['role']}, {term['factor'].replace('_', ' ')}"
            operand.taken = _say_taken(term, definition["span"], lag)
            explained.operands.append(operand)
        return explained

    def _by_chance(self, key: str, start: date) -> list[dict[str, Any]]:
        if not self.rows(
            "select 1 from duckdb_columns() where table_name = 'limits' and column_name = 'chance'"
        ):
            return []  # a release from before
        return self.rows(QUERIES["by_chance"], key, start)

    def _age(self, definition: dict[str, Any], area: str, start: date) -> dict[str, Any]:
        newest = self.rows(QUERIES["age"], definition["indicator"], area, start)
        if (
            not newest or newest[0].get("newer_due") is None
        ):  # a release from before has no such day
            return {}
        sources = definition["sources"].split(", ")
        return newest[0] | {"owed": self.rows(QUERIES["owed"], sources, start)}

    def _instead(self, definition: dict[str, Any], area: str) -> str:
        key = definition["indicator"]
        if not definition["published"]:
            return (
                f"«{key}» stands at the step «{definition['step']}» and is not published: "
                f"{definition['lacking']}"
            )
        found = self.rows(
            "select min(period) as first, max(period) as last, any_value(period_kind) as kind "
            "from indicator_values where indicator = $1 and area = $2",
            key,
            area,
        )[0]
        if found["first"] is None:
            return f"«{key}» has no values for {area}: it covers {definition['area_kinds']}"
        return f"«{key}» has a value per {found['kind']}, from {found['first']} to {found['last']}"

    def _operand_indicator(self, key: str, area: str, start: date) -> Explanation:
        try:
            return self.indicator(key, area, start)
        except NotPublished as reason:
            return Explanation(key, key, None, "", str(reason))

    def _element(self, key: str, definition: dict[str, Any], area: str, start: date) -> Explanation:
        element = self.rows("select * from data_elements where data_element = $1", key)[0]
        found = self.rows(
            QUERIES["operand"],
            key,
            definition["frequency"],
            definition["span"],
            area,
            start,
        )
        value = found[0]["value"] if found else None
        reason = None
        if value is None:
            reason = found[0]["absence"] if found else "not complete"
        told = f"over time: {element['over_time']}; over areas: {element['over_areas']}"
        if found and found[0]["restated"]:
            told += "; put together across a border change"
        if found and found[0]["age_days"]:
            told += f"; {found[0]['age_days']} days old at the end of the period"
        explained = Explanation(
            key,
            f"{element['name_vi']} / {element['name_en']}",
            value,
            element["unit_vi"],
            reason,
            told,
            definition=element,
        )
        self._behind(explained, definition, area, start)
        return explained

    def _behind(
        self, explained: Explanation, definition: dict[str, Any], area: str, start: date
    ) -> None:
        """The observations inside the span and area, and the extracts that brought them."""
        end = Period.containing(start, PeriodKind(definition["frequency"])).end
        span = definition["span"].partition("/")[0]
        months = span.removesuffix("_months").rpartition("_")[2] if span.endswith("s") else ""
        first = date(start.year, 1, 1) if span == "year_to_date" else start
        if months.isdecimal():  # back from the end of the period, which is a month's end
            month = end.year * 12 + end.month - int(months)
            first = date(month // 12, month % 12 + 1, 1)
        inside = QUERIES["behind"]  # a select goes before it, a window of days after
        window = "and period_start between $3 and $4"
        if span.startswith("months_"):
            listed = ", ".join(str(int(one)) for one in span.split("_")[1:])
            window += f" and month(period_start) in ({listed})"
        counted = self.rows(
            f"select count(*) as n {inside} {window}", explained.name, area, first, end
        )[0]["n"]
        if not counted:  # a carried stock lies before the span
            window = (
                "and period_start = (select max(period_start) from observations "
                "where data_element = $1 and period_start <= $4 and $3 is not null)"
            )
        parameters = (explained.name, area, first, end)
        explained.observation_count = self.rows(
            f"select count(*) as n {inside} {window}", *parameters
        )[0]["n"]
        explained.observations = self.rows(
            f"select observations.*, areas.name_vi {inside} {window} "
            f"order by period_start desc, area limit {SHOWN_OBSERVATIONS}",
            *parameters,
        )
        explained.extracts = self.rows(
            f"select * from extracts where extract in (select extract {inside} {window}) "
            "order by period_start desc, extract",
            *parameters,
        )
        # A release from before does not say who proves to deliver.
        sources = {row["source"]: row for row in self.rows("select * from sources")}
        for extract in explained.extracts:
            extract["sender"] = sources.get(extract["source"], {}).get("sender")


def _months_before(start: date, months: int) -> date:
    """The day so many months before; a 29th of February may be a 28th."""
    month = start.year * 12 + start.month - 1 - months
    after = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(
        date(month // 12, month % 12 + 1, 1) + timedelta(start.day - 1), after - timedelta(1)
    )


def _say_taken(term: dict[str, Any], own_span: str, months: int) -> str:
    """When and over which areas an operand is taken, where that is not the formula's own."""
    time_span, _, units = (term.get("span") or own_span).partition("/")
    said = [] if time_span == own_span else [time_span]
    said += [f"{units} over areas"] if units else []
    if months:
        years, rest = divmod(months, 12)
        number, unit = (months, "month") if rest else (years, "year")
        said.append(f"{number} {unit}{'s' if number > 1 else ''} earlier")
    return ", ".join(said)


def _qualified(definition: dict[str, Any]) -> str:
    """The name in each language, with what it takes together; a release from before tells no more than
    the name."""
    told = definition if "covers" in definition else {**definition, "covers": None}
    return " / ".join(Language(code).qualified(told) for code in CODES)
