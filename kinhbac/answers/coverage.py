"""Coverage in words: what is needed and what there is, group by group.

Here: the tables ``coverage_matrix`` and ``needs`` of a release, said to a person. Not
here: counting (SQL).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinhbac.database import read_rows, read_warehouse
from kinhbac.queries import read_queries
from kinhbac.words.catalogue import Code
from kinhbac.words.language import Language

QUERIES = read_queries(__file__)

COUNTS = ("needs", "needs_without_indicator", "proposed", "agreed", "computed", "published")


@dataclass(frozen=True)
class Coverage:
    """``matrix``: counts of a group and sector; ``needs`` without an indicator; ``waiting``: proposed
    and not published; ``empty``: published without any value. A dictionary a row."""

    matrix: list[dict[str, Any]]
    needs: list[dict[str, Any]]
    waiting: list[dict[str, Any]]
    empty: list[dict[str, Any]]


def read_coverage(warehouse: Path) -> Coverage:
    """What a release says of it."""
    with read_warehouse(warehouse) as connection:
        return Coverage(
            read_rows(connection, QUERIES["matrix"]),
            read_rows(connection, QUERIES["open_needs"]),
            read_rows(connection, QUERIES["waiting"]),
            read_rows(connection, QUERIES["empty_cells"]),
        )


def describe_coverage(found: Coverage, code: Code) -> str:
    """Groups × sectors with their counts, open needs, and indicators that lack operands."""
    language = Language(code)
    words = language.words
    told = words.coverage_told
    wide = max((len(words.group[row["indicator_group"]]) for row in found.matrix), default=10)
    own = "_vi" if code == "vi" else ""
    names = " ".join(f"{words.coverage_count[name]:>10}" for name in COUNTS)
    lines = [f"{told.group:<{wide}} {told.sector:<40} {names}"]
    lines += [
        f"{words.group[row['indicator_group']]:<{wide}} {language.name(row, 'sector'):<40} "
        + " ".join(f"{row[name]:>10}" for name in COUNTS)
        for row in found.matrix
    ]
    totals = [sum(row[name] for row in found.matrix) for name in COUNTS]
    lines.append(f"{'':<{wide}} {'Σ':<40} " + " ".join(f"{total:>10}" for total in totals))
    lines.append(f"\n{told.needs.format(n=len(found.needs))}")
    for row in found.needs:
        centre = told.centre if row["operations_centre"] else ""
        group = words.group[row["indicator_group"]]
        need = {"name": language.name(row), "group": group, "centre": centre}
        asked = {name: row[name] for name in ("sector", "asked_by")}
        lines.append(f"  {told.need.format(**need, **asked)}")
    lines.append(f"\n{told.waiting.format(n=len(found.waiting))}")
    for row in found.waiting:
        lacking = row.get(f"lacking{own}", row["lacking"])
        waits = told.waits.format(indicator=row["indicator"], step=row["step"], lacking=lacking)
        lines.append(f"  {waits}")
    lines.append(f"\n{told.empty.format(n=len(found.empty))}")
    for row in found.empty:
        missing = told.missing.format(operands=row["missing"]) if row["missing"] else None
        reason = missing or row.get(f"lacking{own}", row["lacking"]) or told.nothing
        lines.append(f"  {row['indicator']}: {reason}")
    return "\n".join(lines)
