"""The registry: the only reader of ``sources/``."""

from kinhbac.registry.loader import load_registry
from kinhbac.registry.model import Registry

__all__ = ["Registry", "load_registry"]
