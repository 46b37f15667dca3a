"""Forecasts of all series that are asked about, as one table.

Here: from rows to series and back; the communes of one indicator as a panel; each series of a province
kept by its figures, those of a panel by all of theirs. Not here: forecasts (``year_end``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from kinhbac.data_folder import PROJECT
from kinhbac.forecast.courses import Weights
from kinhbac.forecast.scales import Bounds
from kinhbac.forecast.year_end import CONFIDENCE, Asked, Gap, Path, forecast_each
from kinhbac.kept_results import KeptResults, results_beside
from kinhbac.periods import Period, PeriodKind

SCHEMA: dict[str, Any] = {
    "indicator": pl.String,
    "area": pl.String,
    "year": pl.Int32,
    "period_kind": pl.String,
    "period_start": pl.Date,
    "forecast": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "confidence": pl.Float64,
    "method": pl.String,
    "gap": pl.String,
}
"""A row a period to come; or one row with ``gap`` for a series without a forecast."""
SEASONS = {"month": 12, "quarter": 4}
MONTHS_OF_TET = (1, 2)
"""New Year's Day of the lunar calendar lies between 21 January and 20 February."""
CODE = tuple(PROJECT / "kinhbac" / room for room in ("forecast", "digits.py"))
LIBRARIES = ("numpy", "scipy")
"""What computes a forecast beside the figures: other code gives another one."""


def kept_forecasts(connection: duckdb.DuckDBPyConnection) -> KeptResults:
    """What earlier nights forecast in the data folder of this candidate."""
    return results_beside(connection, "forecasts", CODE, LIBRARIES)


def tell_forecasts(series: pl.DataFrame, results: KeptResults) -> pl.DataFrame:
    """Forecast every series to the end of its year.

    ``series``: indicator, area, area_kind, period_kind, period_start, figure, added_to (the newest
    value of a year to date; empty for others), weight and weights (the denominators of a ratio to
    date, so far and of the periods to come; empty for others), least and most (its bounds, empty for
    none), without gaps between periods, in any order of rows: a table has none.
    """
    rows: list[dict[str, Any]] = []
    panels: dict[str, list[tuple[dict[str, Any], Period, tuple[Period, ...], Asked]]] = {}
    ordered = series.sort("indicator", "area", "period_start")
    # A frame a series would cost more than its forecast: columns are cut where series end.
    figures = ordered["figure"].to_numpy()
    may_move = np.isin(ordered["period_start"].dt.month().to_numpy(), MONTHS_OF_TET)
    ends = ordered.group_by("indicator", "area", maintain_order=True).agg(
        pl.len().alias("size"), pl.exclude("indicator", "area").last()
    )
    stop = 0
    for end in ends.iter_rows(named=True):
        start, stop = stop, stop + end["size"]
        newest = Period(end["period_start"], PeriodKind(end["period_kind"]))
        ahead = _periods_left(newest)
        said = {"indicator": end["indicator"], "area": end["area"], "year": newest.start.year,
                "period_kind": newest.kind.value}  # fmt: skip
        if not ahead:
            rows.append({**said, "period_start": newest.start, "gap": "year_complete"})
            continue
        panel = None if end["area_kind"] == "province" else f"{end['indicator']} {end['area_kind']}"
        asked = Asked(
            figures[start:stop], SEASONS[newest.kind.value], len(ahead), end["added_to"],
            Bounds(end["least"], end["most"]), _weights(end), _moving(may_move[start:stop], ahead), panel,
        )  # fmt: skip
        beside = panels.setdefault(panel or f"{end['indicator']} {end['area']}", [])
        beside.append((said, newest, ahead, asked))
    for members in panels.values():
        each = [asked for *_, asked in members]
        inputs = (np.concatenate([one.series for one in each]), [_beside(one) for one in each])
        found = results.ask(inputs, partial(_forecast, each))
        for (said, newest, ahead, _), told in zip(members, found, strict=True):
            rows += _rows(said, newest, ahead, told)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _beside(asked: Asked) -> tuple[object, ...]:
    """What a forecast depends on beside the figures of its series."""
    moving = None if asked.moving is None else asked.moving.tobytes()
    return (asked.series.size, *asked._replace(moving=None)[1:], moving)


def _rows(
    said: dict[str, Any],
    newest: Period,
    ahead: Sequence[Period],
    told: list[dict[str, float | str]],
) -> Iterator[dict[str, Any]]:
    """Those of one series: a row a period to come, or the gap beside the newest one."""
    places = [newest] if "gap" in told[0] else ahead
    for period, row in zip(places, told, strict=True):
        yield {**said, "period_start": period.start, **row}


def _forecast(asked: Sequence[Asked]) -> list[list[dict[str, float | str]]]:
    return [_told(one) for one in forecast_each(asked)]


def _told(found: Path | Gap) -> list[dict[str, float | str]]:
    """What the rows of a series say beside its name."""
    if not isinstance(found, Path):
        return [{"gap": found}]
    return [
        {
            "forecast": float(middle),
            "low": float(low),
            "high": float(high),
            "confidence": CONFIDENCE,
            "method": found.method,
        }
        for middle, low, high in zip(found.middle, found.low, found.high, strict=True)
    ]


def _moving(known: NDArray[np.bool_], ahead: tuple[Period, ...]) -> NDArray[np.bool_] | None:
    """The months that Tết may fall into, ``known`` ones and those ahead; of quarters it is always the
    first."""
    if ahead[0].kind != PeriodKind.MONTH:
        return None
    return np.append(known, [period.start.month in MONTHS_OF_TET for period in ahead])


def _weights(end: dict[str, Any]) -> Weights | None:
    """Of a ratio to date, as the newest row of a series tells them; those to come are missing where
    it is too short for a forecast anyhow."""
    if end["weight"] is None:
        return None
    return Weights(end["weight"], tuple(end["weights"] or ()))


@cache
def _periods_left(newest: Period) -> tuple[Period, ...]:
    ahead = []
    period = newest.next()
    while period.start.year == newest.start.year:
        ahead.append(period)
        period = period.next()
    return tuple(ahead)
