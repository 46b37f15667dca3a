"""Grain: indicator × area × period to come; one row with the reason where there is no forecast.

Computed in Python; see ``kinhbac.forecast``.
"""

import polars as pl

from kinhbac.forecast.forecast_table import kept_forecasts, tell_forecasts


def model(dbt, session):
    """Forecasts to the end of the year."""
    dbt.config(materialized="table")
    series = dbt.ref("int_forecast_series").to_arrow_table()
    with kept_forecasts(session) as results:
        told = tell_forecasts(pl.from_arrow(series), results)
    return told.to_arrow()
