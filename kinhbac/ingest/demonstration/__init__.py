"""Demonstration deliveries: synthetic extracts, made from ``sources/*/demonstration.sql``."""
