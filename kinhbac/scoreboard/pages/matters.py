"""What needs a decision: the warnings of the province, put together into matters and in order.

Here: which warnings are one matter, its weight, how long it has been so, how far from limit and
target, how much stands behind it. Not here: the weight of a warning (``warnings.weight``), what is
written on the page (``today``, templates).

A matter is all that is warned of one thing: month and running total, province and most communes.
Its first warning is the heaviest of the province's own, or what communes share where the province
is not warned itself; that nobody acts counts as little as for the best attended of them, so that a
decision about the running total lowers the month too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from kinhbac.digits import decimals_of
from kinhbac.queries import read_queries
from kinhbac.scoreboard.pages.recent_periods import choose, place
from kinhbac.scoreboard.sparkline import draw
from kinhbac.scoreboard.tables import Row, Tables, group

QUERIES = read_queries(__file__)
PARTS = ("red_points", "beyond_points", "lasting_points", "stake_points", "unattended_points")
LEVELS = {"red": {"red"}, "yellow": {"yellow", "red", "unsure"}}
STEADY = 3
"""So many periods in a row are called a run; fewer are told as so many of the newest twelve."""
YEAR = 12
RUNS = ("whole", "run", "first", "past", "often")
"""How steadily a figure has been at its level: always, so long in a row, since its newest period,
no more but not yet past the margin, in so many of the newest twelve."""
Run = dict[str, Any]


def list_matters(tables: Tables, as_of: date) -> list[dict[str, Any]]:
    """All matters, the heaviest first; ties by the indicator."""
    warned, shared = tables.rows(QUERIES["warned"]), tables.rows(QUERIES["shared"])
    things = {row["indicator"]: row["thing"] for row in warned}
    together: dict[str, tuple[list[Row], list[Row]]] = {}
    for row in warned:
        together.setdefault(row["thing"], ([], []))[0].append(row)
    for row in shared:
        thing = str(things.get(row["indicator"], row["indicator"]))
        together.setdefault(thing, ([], []))[1].append(row)
    keys = [[row["indicator"] for row in warned]]
    series = group(tables.rows(QUERIES["series"], *keys), "indicator")
    matters = [_matter(own, communes, series, as_of) for own, communes in together.values()]
    return sorted(matters, key=lambda one: (-one["weight"], one["indicator"]))


def _matter(
    own: list[Row], communes: list[Row], series: dict[Any, list[Row]], as_of: date
) -> dict[str, Any]:
    warnings = own or communes
    attended = min(row["unattended_points"] for row in warnings)
    first = max(
        warnings, key=lambda row: (row["weight"] - row["unattended_points"], row["indicator"])
    )
    points = [first[part] for part in PARTS[:-1]] + [attended]
    acting = next((row for row in own if row["action_vi"]), None)
    told = {
        **first,
        "points": points,
        "weight": sum(points),
        "also": [row for row in own if row is not first],
        "communes": communes,
        "action": acting,
        "days_left": (acting["action_due"] - as_of).days
        if acting and acting["action_due"]
        else None,
        "decided": bool(acting and not acting["action_overdue"]),
        "of_communes_alone": not own,
    }
    if not own:
        return told
    until = first["last_period_start"]
    cells = [cell for cell in series.get(first["indicator"], []) if cell["period_start"] <= until]
    return told | dict(_read_beside(first, cells))


def _read_beside(row: Row, cells: list[Row]) -> Iterator[tuple[str, Any]]:
    """What a page shows beside the figure of a warning."""
    low_side = row["direction"] != "lower_is_better"
    limit, target, figure = row["limit_value"], row["target"], row["figure"]
    yield "limit_is_low", low_side
    yield "beyond", _gap(limit, figure, low_side)
    yield "short", _gap(target, row["value"], low_side) if target != limit else None
    yield "gap_decimals", _decimals(row)
    yield "unsure", _is_unsure(row)
    yield "behind", _behind(row)
    is_threshold = row["rule"] == "threshold"
    # A figure that was warned of may be held back since, and every one before it.
    to_date = row["covers"] == "to_date"
    shown = choose(cells, to_date)
    yield "told", [(cell["period"], cell["value"], cell["state"]) for cell in shown]
    own_limit = limit if is_threshold else None
    yield "spark_first", shown[0]["value"] if shown else None
    yield "run", _run(row["level"], cells) if is_threshold else None
    yield (
        "spark",
        draw(*place(shown, to_date), own_limit, target, low_side) if shown else None,
    )


def _gap(aim: float | None, figure: float | None, low_side: bool) -> float | None:
    """By how much a figure misses what it should reach; negative where it does not."""
    if aim is None or figure is None:
        return None
    return aim - figure if low_side else figure - aim


def _decimals(row: Row) -> int:
    if row["decimals"] is not None:
        return int(row["decimals"])
    return max(decimals_of(row["figure"]), 1)


def _is_unsure(row: Row) -> bool | None:
    """Whether the limit lies within the 95 % interval; None where no chance is told."""
    low, high, limit = row["value_low"], row["value_high"], row["limit_value"]
    if row["rule"] != "threshold" or low is None or high is None or limit is None:
        return None
    return bool(low <= limit <= high)


def _behind(row: Row) -> dict[str, Any] | None:
    """How many of how many: those that fall short of a rate to be raised, those counted of any
    other; the amount that a figure is about where it is no rate."""
    part, whole = row["part"], row["whole"]
    if row["whole_unit_vi"] and part is not None and whole:
        falls_short = row["is_share"] and row["direction"] == "higher_is_better"
        return {
            "kind": "short" if falls_short else "part",
            "part": whole - part if falls_short else part,
            "whole": whole,
            "same": row["part_unit_vi"] == row["whole_unit_vi"],
        }
    return None


def _run(level: str, cells: list[Row]) -> Run | None:
    """How long the figure has been at its level or worse, and how steadily."""
    judged = [cell for cell in cells if cell["status"]]
    if not judged:
        return None
    at_level = [cell["status"] in LEVELS[level] for cell in judged]
    length = next((n for n, is_at in enumerate(reversed(at_level)) if not is_at), len(judged))
    lately = at_level[-YEAR:]
    worse = level == "yellow" and any(
        cell["status"] == "red" for cell in judged[len(judged) - length :]
    )
    same_time = [
        cell for cell in judged
        if cell["period_start"] == judged[-1]["period_start"].replace(
            year=judged[-1]["period_start"].year - 1, day=1)
    ]  # fmt: skip
    told = {
        "n": length,
        "kind": judged[-1]["period_kind"],
        "start": judged[len(judged) - length]["period_start"] if length else None,
        "or_worse": worse,
        "last_year_too": bool(same_time) and same_time[0]["status"] in LEVELS[level],
    }
    if length == len(judged) and length >= STEADY:
        return told | {"how": "whole"}
    if length >= min(STEADY, len(lately)) or sum(lately) == length:
        return told | {"how": "run" if length > 1 else "first" if length else "past"}
    return told | {"how": "often", "n": sum(lately), "of": len(lately)}
