"""kinhbac: the indicator warehouse of a province.

The folders follow the route of a value: ``registry`` says what is promised, ``ingest``
receives it, dbt computes (with ``composite`` and ``forecast``), ``checks`` judge, ``release``
publishes, ``scoreboard``, ``documents``, ``forms``, ``notices`` and ``answers`` bring it to
people. ``night`` lists the steps that lead there. Dagster lives in the package
``orchestration`` and nowhere here.
"""
