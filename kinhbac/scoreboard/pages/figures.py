"""The figures of each indicator, as a script beside its page.

Here: the newest value, limits, forecast, areas compared, and the file in which they stand with
the cells; which files need not be made, because all that they follow from is as it was. Not here:
the cells themselves (``cells``), what the page says in words (``indicator``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinhbac.periods import Period
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.cells import Cells
from kinhbac.scoreboard.pages.page import DataFile, IsKept
from kinhbac.scoreboard.script import as_json, as_script
from kinhbac.scoreboard.tables import Row, Tables
from kinhbac.words.catalogue import CODES
from kinhbac.words.language import Language

QUERIES = read_queries(__file__)
HOME, SERIES, COMPARED = QUERIES["home"], QUERIES["series"], QUERIES["compared"]
LIMITS = "from limits order by indicator, rule"
FUNNELS = QUERIES["funnels"]

COMPARED_FIELDS = (
    "area", "period", "judgement", "rank", "previous_change", "last_year_change", "better",
    "value_low", "value_high", "rank_low", "rank_high", "previous_rank", "last_year_rank",
    "beyond_chance",
)  # fmt: skip
STANDING = (
    "judgement", "compared_with", "previous_change", "last_year_change", "better", "rank", "peers",
    "peers_all", "value_low", "value_high", "beyond_chance",
)  # fmt: skip
"""What is told of the newest value beside what its cell holds."""
TOWARDS = (
    "outlook_vi", "outlook_en", "course", "should_stand", "required_per_period", "forecast",
    "forecast_low", "forecast_high", "possible_low", "possible_high", "forecast_confidence",
)  # fmt: skip
"""What is told of its target."""
FUNNEL_FIELDS = (
    "area", "denominator", "value", "value_low", "value_high", "expected", "limit_low_95",
    "limit_high_95", "limit_low_998", "limit_high_998", "differs",
)  # fmt: skip


def figures(tables: Tables, is_kept: IsKept) -> Iterator[DataFile]:
    """``data/indicators/<indicator>.js``: its cells, and what is shown beside them."""
    cells = Cells(tables)
    said = dict(_read_beside(tables))
    states = {key: as_json([said[key], state]) for key, state in sorted(cells.tell_states())}
    wanted = [key for key, state in states.items() if not is_kept(_path(key), state)]
    for key in states.keys() - set(wanted):
        yield DataFile(_path(key), None, states[key])
    for key, told, lists in cells.read(wanted):
        script = as_script("kinhbacFigures", said[key] | told, lists)
        yield DataFile(_path(key), script, states[key])


def _path(indicator: str) -> str:
    return f"data/indicators/{indicator}.js"


def _read_beside(tables: Tables) -> Iterator[tuple[str, dict[str, Any]]]:
    """Indicator → what is shown beside its cells."""
    tables.run(HOME)
    compared = tables.grouped("indicator", COMPARED)
    limits = tables.grouped("indicator", LIMITS)
    latest = tables.grouped("indicator", QUERIES["latest"])
    progress = tables.grouped("indicator", QUERIES["progress"])
    forecasts = tables.grouped("indicator", QUERIES["forecasts"])
    funnels = tables.grouped("indicator", FUNNELS)
    for key, home in tables.grouped("indicator", SERIES).items():
        now = next(iter(latest.get(key, home[-1:])))
        threshold = threshold_of(limits_of_today(limits.get(key, []), tables.indicators[key]))
        towards = next(iter(progress.get(key, [])), None)
        yield key, {
            "indicator": key,
            "range": [tables.indicators[key]["least"], tables.indicators[key]["most"]],
            "covers": [Language(code).covers(tables.indicators[key]) for code in CODES],
            "direction": tables.indicators[key]["direction"],
            "to_date": tables.indicators[key]["span"] == "year_to_date",
            "home": home[-1]["area"],
            "now": {"period": now["period"], **{name: now.get(name) for name in STANDING}},
            "progress": towards and {name: towards[name] for name in TOWARDS},
            "previous_change": [row["previous_change"] for row in home],
            "last_year_change": [row["last_year_change"] for row in home],
            "limits": _lines(threshold),
            "per": threshold and threshold["per"],
            "bullet": _bullet(now, threshold, tables.indicators[key]) if threshold else None,
            "forecast": [
                {"start": row["period_start"], "value": row["forecast"], "low": row["low"],
                 "high": row["high"]}
                for row in forecasts.get(key, [])
            ],
            "borders": _borders(tables, home),
            "funnel": _columns(funnels.get(key, []), FUNNEL_FIELDS),
            "compared": _columns(compared.get(key, []), COMPARED_FIELDS),
        }  # fmt: skip


def _columns(rows: list[Row], fields: tuple[str, ...]) -> dict[str, Any]:
    """Field → its list in the order of the rows, or what all of them have; areas are always a list."""
    columns = {name: [row[name] for row in rows] for name in fields}
    return {
        name: of[0] if of and name != "area" and all(one == of[0] for one in of) else of
        for name, of in columns.items()
    }


def limits_of_today(limits: list[Row], indicator: Row) -> list[Row]:
    """Those of an indicator's limits that its version of today has."""
    return [row for row in limits if row["version"] == indicator["version"]]


def threshold_of(limits: list[Row]) -> Row | None:
    """The limit at which a value changes its colour, if there is one."""
    return next((row for row in limits if row["rule"] == "threshold"), None)


def _lines(threshold: Row | None) -> list[Row]:
    """The limits of an indicator's colours, as the chart of its series draws them."""
    return [
        {"value": threshold[f"{colour}_{end}"], "colour": colour}
        for colour in ("yellow", "red")
        for end in ("low", "high")
        if threshold and threshold[f"{colour}_{end}"] is not None
    ]


def _bullet(cell: Row, threshold: Row, indicator: Row) -> dict[str, list[Row]] | None:
    """Value and target on the spans of colour, a tenth wider than what they hold, and no wider than
    what it may be at all. An old figure has no spans: nothing is said of it today."""
    if cell["value"] is None or cell.get("is_old"):
        return None
    ends = [threshold[f"{colour}_{end}"] for colour in ("yellow", "red") for end in ("low", "high")]
    if threshold["per"]:
        passed = Period.parse(cell["period"]).passed_of_year
        ends = [None if end is None else end * passed for end in ends]
    held = [figure for figure in (*ends, cell["value"], cell["target"]) if figure is not None]
    room = (max(held) - min(held)) / 10 or abs(held[0]) / 10 or 1
    low, high = min(held) - room, max(held) + room
    if indicator["least"] is not None:
        low = max(low, min(indicator["least"], *held))
    if indicator["most"] is not None:
        high = min(high, max(indicator["most"], *held))
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
