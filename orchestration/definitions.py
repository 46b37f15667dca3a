"""Dagster's entry point: the definitions of this checkout's registry and data folder.

Here: reading both, once. Not here: what is defined for them (``assembly``). Nothing else
happens at import; ``kinhbac prepare`` parses the dbt project beforehand.
"""

from kinhbac.data_folder import SOURCES, data_folder
from kinhbac.registry import load_registry
from orchestration.assembly import build_definitions

defs = build_definitions(load_registry(SOURCES), data_folder())
