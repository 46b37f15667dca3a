"""Reduction: records become observations, as the SQL beside their contract counts them.

Here: the modules of this room. Not here: taking records in (``ingest``), the observations of
tables, which are what was delivered (dbt).
"""
