"""Explaining a value: from the figure down to the file, row and hash it came from.

Here: reading one release's tables into a tree and saying it in words. Not here: computing
anything; every number was published. The same for a person at the command line and for
pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.periods import Period, PeriodKind

SHOWN_OBSERVATIONS = 3


class NotPublished(Exception):
    """The release has no such cell: the message says what it has instead."""


@dataclass
class Explanation:
    """One indicator value or operand, what it was computed from, and what stands behind.

    ``operands`` are explanations themselves; ``extracts`` are rows of the table of that
    name; ``observations`` the first few of ``observation_count``.
    """

    name: str
    label: str
    value: float | None
    unit: str
    reason: str | None
    formula: str = ""
    role: str = ""
    coefficient: float = 1.0
    lag_years: int = 0
    cell: dict[str, Any] = field(default_factory=dict)
    definition: dict[str, Any] = field(default_factory=dict)
    operands: list[Explanation] = field(default_factory=list)
    observations: list[dict[str, Any]] = field(default_factory=list)
    observation_count: int = 0
    extracts: list[dict[str, Any]] = field(default_factory=list)


def explain(warehouse: Path, indicator: str, area: str, period: str) -> Explanation:
    """Explain one published cell.

    ``area`` is a key or a whole name, ``period`` a label such as 2026-10. Raises
    NotPublished with what there is instead, ValueError for a text that is no period.
    """
    wanted = Period.parse(period)
    with duckdb.connect(warehouse.as_posix(), read_only=True) as connection:
        reader = _Reader(connection)
        return reader.indicator(indicator, reader.area(area), wanted.start, wanted.label)


class _Reader:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        answer = self.connection.execute(query, list(parameters))
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def area(self, text: str) -> str:
        found = self.rows(
            """
            select area, name_vi from areas
            where area = $1 or (
                nfc_normalize(lower(name_vi)) = nfc_normalize(lower($1))
                or lower(name_en) = lower($1)
            ) and valid_to is null
            order by area = $1 desc
            """,
            text,
        )
        if not found:
            raise NotPublished(f"no area has the key or name «{text}»")
        if len(found) > 1 and found[0]["area"] != text:
            keys = ", ".join(f"{row['area']} ({row['name_vi']})" for row in found)
            raise NotPublished(f"«{text}» names {len(found)} areas: {keys}; use the key")
        return str(found[0]["area"])

    def indicator(self, key: str, area: str, start: date, label: str | None = None) -> Explanation:
        definitions = self.rows(
            """
            select indicators.*, definitions.formula as formula_of_its_time, cells.version as used
            from indicators
            left join indicator_values as cells
                on indicators.indicator = cells.indicator and area = $2 and period_start = $3
            left join indicator_definitions as definitions
                on indicators.indicator = definitions.indicator
                and coalesce(cells.version, indicators.version) = definitions.version
            where indicators.indicator = $1
            """,
            key,
            area,
            start,
        )
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
            f"{definition['name_vi']} / {definition['name_en']}",
            cell["value"],
            definition["unit_vi"],
            cell["reason"],
            definition["formula_of_its_time"],
            cell=cell,
            definition=definition,
        )
        for term in self.rows(
            "select * from indicator_terms where indicator = $1 and version = $2 "
            "order by role desc, operand, lag_years",
            key,
            cell["version"],
        ):
            back = start.replace(year=start.year - term["lag_years"])
            if term["operand_kind"] == "indicator":
                operand = self._operand_indicator(term["operand"], area, back)
            else:
                operand = self._element(term["operand"], definition, area, back)
            operand.role, operand.coefficient = term["role"], term["coefficient"]
            operand.lag_years = term["lag_years"]
            explained.operands.append(operand)
        return explained

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
            """
            select * from operand_values
            where data_element = $1 and frequency = $2 and span = $3 and area = $4
                and period_start = $5
            """,
            key,
            definition["frequency"],
            definition["span"],
            area,
            start,
        )
        value = found[0]["value"] if found else None
        reason = None
        if value is None:
            reason = "held" if found and found[0]["withheld"] else "not complete"
        explained = Explanation(
            key,
            f"{element['name_vi']} / {element['name_en']}",
            value,
            element["unit_vi"],
            reason,
            f"over time: {element['over_time']}; over areas: {element['over_areas']}",
            definition=element,
        )
        self._behind(explained, definition, area, start)
        return explained

    def _behind(
        self, explained: Explanation, definition: dict[str, Any], area: str, start: date
    ) -> None:
        """The observations inside the span and area, and the extracts that brought them."""
        end = Period.containing(start, PeriodKind(definition["frequency"])).end
        first = {
            "period": start,
            "year_to_date": date(start.year, 1, 1),
        }.get(definition["span"], date(end.year - 1, end.month, 1))
        inside = """
            from observations
            inner join areas using (area)
            where data_element = $1 and (area = $2 or (parent = $2 and not exists (
                from observations as own where own.data_element = $1 and own.area = $2
            )))
        """
        window = "and period_start between $3 and $4"
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


def describe(explained: Explanation, release: dict[str, Any]) -> str:
    """The explanation as lines for a person; ``release`` is the release's manifest."""
    cell, definition = explained.cell, explained.definition
    lines = [
        f"{explained.label}",
        f"{explained.name}, area {cell['area']}, {cell['period']}: {_said(explained)}",
    ]
    if cell["holds"]:
        lines.append(f"  held by {', '.join(cell['holds'])}")
        if cell["last_good_value"] is not None:
            lines.append(
                f"  last good value {_number(cell['last_good_value'])} of the period that begins "
                f"{cell['last_good_period_start']}, release {cell['last_good_release']}"
            )
    lines += [
        f"  formula     {explained.formula}",
        f"  figures     {_figures(explained)}",
        f"  definition  version {cell['version']}, {definition['span']}, step "
        f"«{definition['step']}», {definition['decision'] or 'no legal basis recorded'}",
        f"  owner       {definition['owner']} ({definition['source']})",
        f"  vintage     {cell['vintage'] or '-'}"
        + ("; rests on demonstration data" if cell["synthetic"] else "; real figures"),
    ]
    if cell["target"] is not None or cell["status"]:
        lines.append(f"  target      {_number(cell['target'])}, status {cell['status'] or '-'}")
    for operand in explained.operands:
        lines += _describe_operand(operand, 1)
    failed = [check for check in release["checks"] if not check["passed"]]
    lines += [
        f"checks      {len(release['checks'])} asked, {len(failed)} of them warn; "
        f"{len(release['proofs'])} proofs of the rule",
        f"release     {release['release']}, published {release['published_at']}, as of "
        f"{release['as_of']}, registry {release['registry'][:12]}",
    ]
    return "\n".join(lines)


def _describe_operand(operand: Explanation, depth: int) -> list[str]:
    pad = "  " * depth
    times = f"{operand.coefficient:g} × " if operand.coefficient != 1 else ""
    lag = f", {operand.lag_years} year earlier" if operand.lag_years else ""
    lines = [f"{pad}{operand.role}: {times}{operand.name}{lag} = {_said(operand)}"]
    lines.append(f"{pad}  {operand.label}; {operand.formula}")
    if operand.cell:
        lines.append(f"{pad}  figures {_figures(operand)}")
    for inner in operand.operands:
        lines += _describe_operand(inner, depth + 1)
    if operand.observation_count:
        lines.append(f"{pad}  {operand.observation_count:,} observations, such as")
        for seen in operand.observations:
            row = f", row {seen['line']}" if seen["line"] else ", counted from records"
            corrected = f", corrected ({seen['correction']})" if seen["correction"] else ""
            lines.append(
                f"{pad}    {seen['name_vi']}, {seen['period']}: {_number(seen['value'])} "
                f"({seen['vintage']}{corrected}) ← {seen['extract']}{row}"
            )
    for extract in operand.extracts[:SHOWN_OBSERVATIONS]:
        lines.append(
            f"{pad}  extract {extract['file']}, received {extract['received_on']}, "
            f"{extract['standing']}, owner {extract['owner']}, sha256 {extract['sha256']}"
        )
    if len(operand.extracts) > SHOWN_OBSERVATIONS:
        lines.append(f"{pad}  … and {len(operand.extracts) - SHOWN_OBSERVATIONS} more extracts")
    return lines


def _figures(explained: Explanation) -> str:
    """The formula with its numbers in the operands' places."""
    cell = explained.cell
    if cell["numerator"] is not None and cell["denominator"] is not None:
        return (
            f"{_number(cell['numerator'])} ÷ {_number(cell['denominator'])} "
            f"→ {_number(cell['value'])}"
        )
    parts = [
        f"{operand.coefficient:g} × {_number(operand.value)}" for operand in explained.operands
    ]
    return f"{' + '.join(parts)} → {_number(cell['value'])}"


def _said(explained: Explanation) -> str:
    if explained.value is None:
        return f"no value ({explained.reason})"
    return f"{_number(explained.value)} {explained.unit}".strip()


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.10g}"
