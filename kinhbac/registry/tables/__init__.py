"""The registry as tables, for dbt."""
