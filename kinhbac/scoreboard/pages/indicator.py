"""One indicator: what is declared of it as a page, its figures as a script beside the page.

Here: what the page says in words (definition, owner, warnings, revisions), and what its script
shows of the figures beside the cells: the newest value, limits, forecast, areas compared. Not
here: the cells themselves (``cells``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.cells import OPERANDS, read_cells
from kinhbac.scoreboard.pages.page import DataFile, Page
from kinhbac.scoreboard.script import as_script
from kinhbac.scoreboard.tables import Row, Tables

QUERIES = read_queries(__file__)

SHOWN_WARNINGS, SHOWN_REVISIONS = 150, 60
COMPARED = ("area", "period", "rank", "previous_change", "better")
STANDING = ("previous_change", "last_year_change", "better", "rank", "peers")
"""What is told of the newest value beside what its cell holds."""


def pages(tables: Tables) -> Iterator[Page | DataFile]:
    """The page of every indicator, published or not, and the figures of those that have some."""
    tables.run(QUERIES["home"])
    series = tables.grouped("indicator", QUERIES["series"])
    compared = tables.grouped("indicator", QUERIES["compared"])
    limits = tables.grouped("indicator", "from limits order by indicator, rule")
    yield from _figures(tables, series, compared, limits)
    told = {
        "definitions": tables.grouped(
            "indicator", "from indicator_definitions order by indicator, version desc"
        ),
        "limits": limits,
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
    for key, indicator in tables.indicators.items():
        own = {name: rows.get(key, []) for name, rows in told.items()}
        beside = compared.get(key, [])
        known = [row for row in beside if row["value"] is not None]
        today = _today(own["limits"], indicator)
        yield Page(
            f"indicators/{key}.html",
            "indicator.html",
            "catalogue",
            {
                "indicator": indicator,
                "home": tables.areas[series[key][0]["area"]] if key in series else None,
                "is_compared": len(beside) > 2,
                "is_ranked": bool(known),
                "is_on_tiles": any(row["tile_column"] is not None for row in known),
                **own,
                "limits": today,
                "threshold": _threshold(today) is not None,
                "operands": [
                    row for row in own["operands"] if row["version"] == indicator["version"]
                ],
                "warnings": own["warnings"][:SHOWN_WARNINGS],
                "revisions": own["revisions"][:SHOWN_REVISIONS],
            },
        )


def _today(limits: list[Row], indicator: Row) -> list[Row]:
    return [row for row in limits if row["version"] == indicator["version"]]


def _threshold(limits: list[Row]) -> Row | None:
    return next((row for row in limits if row["rule"] == "threshold"), None)


def _figures(
    tables: Tables,
    series: dict[Any, list[Row]],
    compared: dict[Any, list[Row]],
    limits: dict[Any, list[Row]],
) -> Iterator[DataFile]:
    """``data/indicators/<indicator>.js``: its cells, and what is shown beside them."""
    latest = tables.grouped("indicator", QUERIES["latest"])
    progress = tables.grouped("indicator", QUERIES["progress"])
    forecasts = tables.grouped("indicator", QUERIES["forecasts"])
    for key, cells, lists in read_cells(tables):
        home = series[key]
        area = home[-1]["area"]
        now = next(iter(latest.get(key, home[-1:])))
        threshold = _threshold(_today(limits.get(key, []), tables.indicators[key]))
        pace = next(iter(progress.get(key, [])), None)
        said = {
            "indicator": key,
            "to_date": tables.indicators[key]["span"] == "year_to_date",
            "home": area,
            "now": {"period": now["period"], **{name: now.get(name) for name in STANDING}},
            "progress": [pace["text_vi"], pace["text_en"]] if pace else None,
            "previous_change": [row["previous_change"] for row in home],
            "last_year_change": [row["last_year_change"] for row in home],
            "limits": _lines(threshold),
            "bullet": _bullet(now, threshold) if threshold else None,
            "forecast": [
                {"start": row["period_start"], "value": row["forecast"], "low": row["low"],
                 "high": row["high"]}
                for row in forecasts.get(key, [])
            ],
            "borders": _borders(tables, home),
            "compared_fields": COMPARED,
            "compared": [[row[name] for name in COMPARED] for row in compared.get(key, [])],
            **cells,
        }  # fmt: skip
        yield DataFile(f"data/indicators/{key}.js", as_script("kinhbacFigures", said, lists))


def _lines(threshold: Row | None) -> list[Row]:
    """The limits of an indicator's colours, as the chart of its series draws them."""
    return [
        {"value": threshold[f"{colour}_{end}"], "colour": colour}
        for colour in ("yellow", "red")
        for end in ("low", "high")
        if threshold and threshold[f"{colour}_{end}"] is not None
    ]


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
    born = tables.areas[cells[0]["area"]]["valid_from"]
    return [f"{born}"] if born and cells[0]["period_start"] < born else []
