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


def describe_coverage(found: Coverage) -> str:
    """Groups × sectors with their counts, open needs, and indicators that lack operands."""
    lines = [f"{'group':<10} {'sector':<40} " + " ".join(f"{name[:9]:>9}" for name in COUNTS)]
    lines += [
        f"{row['indicator_group']:<10} {row['sector_vi']:<40} "
        + " ".join(f"{row[name]:>9}" for name in COUNTS)
        for row in found.matrix
    ]
    totals = [sum(row[name] for row in found.matrix) for name in COUNTS]
    lines.append(f"{'':<10} {'Σ':<40} " + " ".join(f"{total:>9}" for total in totals))
    lines.append(f"\nNeeds without an indicator: {len(found.needs)}")
    lines += [
        f"  {row['name_vi']} ({row['indicator_group']}, {row['sector']}; asked by {row['asked_by']}"
        f"{', for the operations centre' if row['operations_centre'] else ''})"
        for row in found.needs
    ]
    lines.append(f"\nProposed and not published: {len(found.waiting)}")
    lines += [
        f"  {row['indicator']}, at «{row['step']}»: {row['lacking']}" for row in found.waiting
    ]
    lines.append(f"\nPublished definitions without any value: {len(found.empty)}")
    lines += [f"  {row['indicator']}: {row['reason']}" for row in found.empty]
    return "\n".join(lines)
