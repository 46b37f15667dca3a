"""The registry: the only reader of ``sources/``.

Its names are loaded when they are first asked for: who needs its files' hash alone
(``registry.files``) does not wait for the shapes of all that it may declare.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinhbac.registry.loader import load_registry as load_registry
    from kinhbac.registry.model import Registry as Registry

_HOMES = {"Registry": "kinhbac.registry.model", "load_registry": "kinhbac.registry.loader"}
__all__ = ["Registry", "load_registry"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"kinhbac.registry has no «{name}»; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)
