"""Forecasts to year-end, with an interval, where a series allows one."""
