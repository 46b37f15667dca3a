"""The registry: the only reader of ``sources/``."""

from orchestration.registry.loader import Registry, load_registry

__all__ = ["Registry", "load_registry"]
