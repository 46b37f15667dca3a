"""Composite indices: the numerics beyond plain SQL, from components to ranks that hold."""
