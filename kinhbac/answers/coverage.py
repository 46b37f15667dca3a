"""Coverage in words: what is needed and what there is, group by group.

Here: the tables ``coverage_matrix`` and ``needs`` of a release, said to a person. Not
here: counting (SQL).
"""

from __future__ import annotations

from pathlib import Path

from kinhbac.database import read_warehouse
from kinhbac.queries import read_queries

QUERIES = read_queries(__file__)

COUNTS = ("needs", "needs_without_indicator", "proposed", "agreed", "computed", "published")


def describe_coverage(warehouse: Path) -> str:
    """Groups × sectors with their counts, open needs, and indicators that lack operands."""
    with read_warehouse(warehouse) as connection:
        counted = connection.execute(QUERIES["matrix"]).fetchall()
        needs = connection.execute(QUERIES["open_needs"]).fetchall()
        waiting = connection.execute(QUERIES["waiting"]).fetchall()
        empty = connection.execute(QUERIES["empty_cells"]).fetchall()
    lines = [f"{'group':<10} {'sector':<40} " + " ".join(f"{name[:9]:>9}" for name in COUNTS)]
    lines += [
        f"{group:<10} {sector:<40} " + " ".join(f"{count:>9}" for count in counts)
        for group, sector, *counts in counted
    ]
    totals = [sum(row[2 + place] for row in counted) for place in range(len(COUNTS))]
    lines.append(f"{'':<10} {'Σ':<40} " + " ".join(f"{total:>9}" for total in totals))
    lines.append(f"\nNeeds without an indicator: {len(needs)}")
    lines += [
        f"  {name} ({group}, {sector}; asked by {agency}"
        f"{', for the operations centre' if centre else ''})"
        for name, agency, group, sector, centre in needs
    ]
    lines.append(f"\nProposed and not published: {len(waiting)}")
    lines += [f"  {key}, at «{step}»: {lacking}" for key, step, lacking in waiting]
    lines.append(f"\nPublished definitions without any value: {len(empty)}")
    lines += [f"  {key}: {why}" for key, why in empty]
    return "\n".join(lines)
