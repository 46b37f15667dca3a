"""One composite: its method, its tree, how it came about, what moved it, how far its rank holds.

Here: what those pages and their index say. Not here: the stages of a cell and the ranks, which
a page's script shows (``decomposition``), and any computing, which the tables have done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.periods import Period, PeriodKind
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.among import tell_among
from kinhbac.scoreboard.pages.decomposition import RANKS, STAGES, list_published, list_shown
from kinhbac.scoreboard.pages.page import Page
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)

FORMULAS = "select indicator, formula, scale from indicator_definitions where today"


def pages(tables: Tables) -> Iterator[Page]:
    """The index, and the page of every composite."""
    components = tables.grouped("indicator", QUERIES["components"])
    importance = {
        (row["indicator"], row["parent"], row["component"]): row
        for row in tables.rows(_measured("composite_importance", "indicator"))
    }
    ranks = tables.grouped("indicator", RANKS)
    shown = list_shown(tables)
    published = list_published(tables)
    parts = {row["component"] for rows in components.values() for row in rows}
    yield Page(
        "composites/index.html",
        "composites.html",
        "composites",
        {
            "trees": [
                {
                    "indicator": tables.indicators[key],
                    "nodes": list(_tree(components, importance, key, key, 1)),
                }
                for key in components
                if key not in parts
            ],
            "synthetic": any(tables.indicators[key]["synthetic"] for key in components),
        },
    )
    methods = tables.grouped("indicator", QUERIES["methods"])
    told = {
        "sensitivity": tables.grouped(
            "indicator",
            _measured("composite_sensitivity", "indicator, total_order desc, choice"),
        ),
        "scales": tables.grouped(
            "indicator",
            QUERIES["scales"].format(measured=_measured("composite_scales", "indicator")),
        ),
    }
    consistency = {
        row["indicator"]: row
        for row in tables.rows(_measured("composite_consistency", "indicator"))
    }
    formulas = {row["indicator"]: row for row in tables.rows(FORMULAS)}
    for key in components:
        indicator = tables.indicators[key]
        yield Page(
            f"composites/{key}.html",
            "composite.html",
            "composites",
            {
                "indicator": indicator,
                "formula": formulas[key],
                "method": [_readable(row) for row in methods.get(key, [])],
                "called": [row | {"component": row["method"]} for row in methods.get(key, [])[:1]],
                "tree": list(_tree(components, importance, key, key, 1)),
                "used_in": [
                    tables.indicators[above]
                    for above, rows in components.items()
                    if any(row["component"] == key for row in rows)
                ],
                "stages": STAGES if key in methods else (),
                "has_values": key in shown,
                "ranks": _ranks(tables, ranks.get(key, [])),
                "is_published": key in published,
                "consistency": consistency.get(key),
                **{name: rows.get(key, []) for name, rows in told.items()},
            },
        )


def _ranks(tables: Tables, rows: list[Row]) -> Row | None:
    """Of which period the ranks are, among whom, and from how many draws."""
    if not rows:
        return None
    told = {name: rows[0][name] for name in ("period_kind", "period_start")}
    drawn = next((row for row in rows if row["draws"]), rows[0])
    told |= {name: drawn[name] for name in ("draws", "interval_of", "components_sampled")}
    end = Period(told["period_start"], PeriodKind(told["period_kind"])).end
    present = {row["area"] for row in rows}
    among = tell_among(tables, present, max(row["units_all"] for row in rows), end)
    return told | {"units": len(rows), "among": among}


def _measured(table: str, order: str) -> str:
    return QUERIES["measured"].format(table=table, order=order)


def _tree(
    components: dict[Any, list[Row]],
    importance: dict[tuple[str, str, str], Row],
    root: str,
    parent: str,
    depth: int,
) -> Iterator[Row]:
    """Components below one composite, each followed by its own, with what they are worth in it."""
    for row in components.get(parent, []):
        below = row["component"]
        yield row | {
            "depth": depth,
            "is_composite": below in components,
            "worth": importance.get((root, parent, below)),
        }
        yield from _tree(components, importance, root, below, depth + 1)


def _readable(row: Row) -> Row:
    """A rule as its name, for which there is a word, and its parameters."""
    name, colon, parameters = row["rule"].partition(":")
    if not colon:
        name, _, parameters = row["rule"].partition(" ")
    return row | {"name": name, "parameters": parameters.strip()}
