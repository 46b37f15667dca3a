"""The registry: the only reader of ``sources/``."""

from orchestration.registry.loader import load_registry
from orchestration.registry.model import Registry

__all__ = ["Registry", "load_registry"]
