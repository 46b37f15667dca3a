"""The door: contract + extract → typed Parquet, or a refusal with its reasons."""
