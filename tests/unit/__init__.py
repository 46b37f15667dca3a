"""What one function or one file says: no dbt, no release, no browser."""
