"""Grain: indicator × area × period to come; one row with the reason where there is no forecast.

Computed in Python; see ``kinhbac.forecast``.
"""

from kinhbac.forecast.forecast_table import kept_forecasts, tell_forecasts


def model(dbt, session):
    """Forecasts to the end of the year."""
    dbt.config(materialized="table")
    results = kept_forecasts(session)
    told = tell_forecasts(dbt.ref("int_forecast_series").pl(), results)
    results.write()
    return told
