"""Grain: indicator × area × period to come; one row with the reason where there is no forecast.

Computed in Python; see ``kinhbac.forecast``.
"""

from kinhbac.forecast.forecast_table import kept_forecasts, tell_forecasts


def model(dbt, session):
    """Forecasts to the end of the year."""
    dbt.config(materialized="table")
    series = dbt.ref("int_forecast_series").pl()
    with kept_forecasts(session) as results:
        told = tell_forecasts(series, results)
    return told
