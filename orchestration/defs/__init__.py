"""Dagster assets, checks, jobs and the schedule: thin faces over plain functions."""
