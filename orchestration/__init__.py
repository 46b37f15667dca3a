"""Dagster and nothing else: definitions, the night as a job, its server.

Here: what Dagster needs to show and schedule. Not here: any step (``kinhbac``).
"""
