"""kinhbac: the indicator warehouse of a province.

The folders follow the route of a value: ``registry`` says what is promised,
``ingest`` receives it, dbt computes, ``quality`` judges, ``release.publication`` publishes.
Dagster is imported only in ``definitions`` and ``defs``.
"""
