"""kinhbac: the indicator warehouse of a province.

The folders follow the route of a value: ``registry`` says what is promised, ``ingest``
receives it, dbt computes (with ``composite`` and ``forecast``), ``checks`` judge, ``release``
publishes, ``scoreboard``, ``documents``, ``forms``, ``notices`` and ``answers`` bring it to
people. ``night`` lists the steps that lead there. Dagster lives in the package
``orchestration`` and nowhere here.

Here: what other programs build on, each name loaded when it is first asked for. Everything
else may change from one version to the next.

    import kinhbac
    from pathlib import Path

    with kinhbac.open("data") as warehouse:
        rates = warehouse.values("dossiers_on_time_rate", "24", since="2026-01")

    registry = kinhbac.load_registry(Path("sources"))
    release = kinhbac.current_release(kinhbac.DataFolder(Path("data")))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinhbac.data_folder import DataFolder as DataFolder
    from kinhbac.library import Warehouse as Warehouse
    from kinhbac.library import open as open
    from kinhbac.periods import Period as Period
    from kinhbac.periods import PeriodKind as PeriodKind
    from kinhbac.problems import Problem as Problem
    from kinhbac.problems import ProblemsFound as ProblemsFound
    from kinhbac.problems import Refused as Refused
    from kinhbac.registry import Registry as Registry
    from kinhbac.registry import load_registry as load_registry
    from kinhbac.release.releases import Release as Release
    from kinhbac.release.releases import current_release as current_release
    from kinhbac.release.releases import release_as_of as release_as_of
    from kinhbac.release.warehouse import warehouse_of as warehouse_of

_HOMES = {
    "DataFolder": "kinhbac.data_folder",
    "Period": "kinhbac.periods",
    "PeriodKind": "kinhbac.periods",
    "Problem": "kinhbac.problems",
    "ProblemsFound": "kinhbac.problems",
    "Refused": "kinhbac.problems",
    "Registry": "kinhbac.registry",
    "Release": "kinhbac.release.releases",
    "Warehouse": "kinhbac.library",
    "current_release": "kinhbac.release.releases",
    "load_registry": "kinhbac.registry",
    "open": "kinhbac.library",
    "release_as_of": "kinhbac.release.releases",
    "warehouse_of": "kinhbac.release.warehouse",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"kinhbac has no «{name}»; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
