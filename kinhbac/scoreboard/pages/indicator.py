"""One indicator: its value against target and limits, its series, areas compared, its making.

Here: what that page shows, read for all indicators at once. Not here: the cells that a reader
may choose (``cells``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.cells import OPERANDS, data_files
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)

SHOWN_WARNINGS, SHOWN_REVISIONS = 150, 60


def pages(tables: Tables) -> Iterator[Page | DataFile]:
    """The page and the cells of every indicator, published or not."""
    yield from data_files(tables)
    tables.run(QUERIES["home"])
    series = tables.grouped("indicator", QUERIES["series"])
    compared = tables.grouped("indicator", QUERIES["compared"])
    latest = {(row["indicator"], row["area"]): row for row in tables.rows("from latest_values")}
    progress = {(row["indicator"], row["area"]): row for row in tables.rows("from progress")}
    forecasts = tables.grouped(
        "indicator",
        "from forecasts where (indicator, area) in (select (indicator, area) from home) "
        "order by indicator, period_start",
    )
    told = {
        "definitions": tables.grouped(
            "indicator", "from indicator_definitions order by indicator, version desc"
        ),
        "limits": tables.grouped("indicator", "from limits order by indicator, rule"),
        "targets": tables.grouped(
            "indicator", "from targets order by indicator, year desc, area nulls first"
        ),
        "operands": tables.grouped("indicator", OPERANDS),
        "used_in": tables.grouped("operand", QUERIES["used_in"]),
        "revisions": tables.grouped("indicator", QUERIES["revisions"]),
        "warnings": tables.grouped("indicator", QUERIES["warnings"]),
        "sign_offs": tables.grouped("indicator", QUERIES["sign_offs"]),
        "doubts": tables.grouped("indicator", QUERIES["doubts"]),
    }
    areas_of = tables.grouped(
        "indicator",
        "select indicator, area, name_vi, name_en, valid_to "
        "from (select distinct indicator, area from indicator_values) inner join areas using (area) "
        "order by indicator, kind != 'province', kind != 'former_province', "
        "valid_to is not null, kind, area",
    )
    for key, indicator in tables.indicators.items():
        cells = series.get(key, [])
        home = cells[0]["area"] if cells else None
        own = {name: rows.get(key, []) for name, rows in told.items()}
        today = [limits for limits in own["limits"] if limits["version"] == indicator["version"]]
        now = latest.get((key, home)) or (cells[0] if cells else None)
        yield Page(
            f"indicators/{key}.html",
            "indicator.html",
            "catalogue",
            {
                "indicator": indicator,
                "home": tables.areas[home] if home else None,
                "now": now,
                "series": cells,
                "areas": areas_of.get(key, []),
                "compared": compared.get(key, []),
                "progress": progress.get((key, home)),
                **own,
                "limits": today,
                "operands": [
                    row for row in own["operands"] if row["version"] == indicator["version"]
                ],
                "warnings": own["warnings"][:SHOWN_WARNINGS],
                "revisions": own["revisions"][:SHOWN_REVISIONS],
                "charts": _charts(tables, key, now, cells, compared.get(key, []), today, forecasts),
            },
        )


def _charts(
    tables: Tables,
    key: str,
    now: Row | None,
    cells: list[Row],
    compared: list[Row],
    limits: list[Row],
    forecasts: dict[Any, list[Row]],
) -> dict[str, Any]:
    """What the page's script cannot read from the cells: limits, forecast, tiles, borders."""
    threshold = next((row for row in limits if row["rule"] == "threshold"), None)
    lines = [
        {"value": threshold[f"{colour}_{end}"], "colour": colour}
        for colour in ("yellow", "red")
        for end in ("low", "high")
        if threshold and threshold[f"{colour}_{end}"] is not None
    ]
    return {
        "indicator": key,
        "to_date": tables.indicators[key]["span"] == "year_to_date",
        "home": cells[0]["area"] if cells else None,
        "limits": lines,
        "bullet": _bullet(now, threshold) if now and threshold else None,
        "forecast": [
            {"start": f"{row['period_start']}", "value": row["forecast"], "low": row["low"],
             "high": row["high"]}
            for row in forecasts.get(key, [])
        ],
        "borders": _borders(tables, cells),
        "compared": [
            {
                name: row[name]
                for name in ("area", "name_vi", "name_en", "value", "status", "state",
                             "tile_column", "tile_row", "period")
            }
            for row in compared
        ],
    }  # fmt: skip


def _bullet(cell: Row, threshold: Row) -> dict[str, list[Row]] | None:
    """Value and target on the spans of colour, a tenth wider than what they hold."""
    if cell["value"] is None:
        return None
    ends = [threshold[f"{colour}_{end}"] for colour in ("yellow", "red") for end in ("low", "high")]
    held = [figure for figure in (*ends, cell["value"], cell["target"]) if figure is not None]
    room = (max(held) - min(held)) / 10 or abs(held[0]) / 10 or 1
    low, high = min(held) - room, max(held) + room
    yellow_low, yellow_high, red_low, red_high = ends
    borders = [low, red_low, yellow_low, yellow_high, red_high, high]
    colours = ["red", "yellow", "green", "yellow", "red"]
    spans = []
    for place, colour in enumerate(colours):
        first, last = borders[place], borders[place + 1]
        if (place < 2 and last is None) or (place > 2 and first is None):
            continue  # this side has no limit
        spans.append({
            "low": low if first is None else first,
            "high": high if last is None else last,
            "status": colour,
        })  # fmt: skip
    aim = [] if cell["target"] is None else [{"target": cell["target"]}]
    return {"spans": spans, "value": [{"value": cell["value"]}], "aim": aim}


def _borders(tables: Tables, cells: list[Row]) -> list[str]:
    """The day on which the area came to be, where the series reaches back behind it."""
    if not cells:
        return []
    born = tables.areas[cells[0]["area"]]["valid_from"]
    return [f"{born}"] if born and cells[-1]["period_start"] < born else []
