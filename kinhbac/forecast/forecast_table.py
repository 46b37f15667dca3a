"""Forecasts of all series that are asked about, as one table.

Here: from rows to series and back, each series kept by its figures. Not here: the forecast of one series (``year_end``).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from kinhbac.data_folder import PROJECT
from kinhbac.forecast.courses import Weights
from kinhbac.forecast.scales import Bounds
from kinhbac.forecast.year_end import CONFIDENCE, Path, forecast
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
LIBRARIES = ("numpy", "scipy", "statsmodels")
"""What computes a forecast beside the figures: other code gives another one."""


def kept_forecasts(connection: duckdb.DuckDBPyConnection) -> KeptResults:
    """What earlier nights forecast in the data folder of this candidate."""
    return results_beside(connection, "forecasts", CODE, LIBRARIES)


def tell_forecasts(series: pl.DataFrame, results: KeptResults) -> pl.DataFrame:
    """Forecast every series to the end of its year.

    ``series``: indicator, area, period_kind, period_start, figure, added_to (the newest value of
    a year to date; empty for others), weight and weights (the denominators of a ratio to date, so
    far and of the periods to come; empty for others), least and most (its bounds, empty for none),
    without gaps between periods, in any order of rows: a table has none.
    """
    rows: list[dict[str, Any]] = []
    ordered = series.sort("indicator", "area", "period_start")
    for (indicator, area), cells in ordered.group_by(["indicator", "area"], maintain_order=True):
        kind = PeriodKind(cells["period_kind"][0])
        newest = Period(cells["period_start"][-1], kind)
        ahead = _periods_left(newest)
        said = {"indicator": indicator, "area": area, "year": newest.start.year,
                "period_kind": kind.value}  # fmt: skip
        if not ahead:
            rows.append({**said, "period_start": newest.start, "gap": "year_complete"})
            continue
        end = cells.row(-1, named=True)
        inputs = (
            cells["figure"].to_numpy(), SEASONS[kind.value], len(ahead), end["added_to"],
            Bounds(end["least"], end["most"]), _weights(end), _moving(cells, ahead, kind),
        )  # fmt: skip
        told = results.ask(inputs, partial(_forecast, *inputs))
        places = [newest] if "gap" in told[0] else ahead
        rows += [
            {**said, "period_start": period.start, **row}
            for period, row in zip(places, told, strict=True)
        ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _forecast(
    figures: NDArray[np.float64],
    seasons: int,
    horizon: int,
    added_to: float | None,
    bounds: Bounds,
    weights: Weights | None,
    moving: NDArray[np.bool_] | None,
) -> list[dict[str, float | str]]:
    """What the rows of a series say beside its name: a row a period to come, or the gap."""
    found = forecast(figures, seasons, horizon, added_to, bounds, weights, moving)
    if not isinstance(found, Path):
        return [{"gap": found}]
    return [
        {
            "forecast": float(found.middle[place]),
            "low": float(found.low[place]),
            "high": float(found.high[place]),
            "confidence": CONFIDENCE,
            "method": found.method,
        }
        for place in range(horizon)
    ]


def _moving(cells: pl.DataFrame, ahead: list[Period], kind: PeriodKind) -> NDArray[np.bool_] | None:
    """The months that Tết may fall into, known ones and those ahead; of quarters it is always the
    first."""
    if kind != PeriodKind.MONTH:
        return None
    months = [*cells["period_start"].dt.month(), *(period.start.month for period in ahead)]
    return np.isin(months, MONTHS_OF_TET)


def _weights(end: dict[str, Any]) -> Weights | None:
    """Of a ratio to date, as the newest row of a series tells them; those to come are missing where
    it is too short for a forecast anyhow."""
    if end["weight"] is None:
        return None
    return Weights(end["weight"], tuple(end["weights"] or ()))


def _periods_left(newest: Period) -> list[Period]:
    ahead = []
    period = newest.next()
    while period.start.year == newest.start.year:
        ahead.append(period)
        period = period.next()
    return ahead
