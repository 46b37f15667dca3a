"""The rules that need more than one file: one data, one source, one owner.

Here: all of them together, each found with file and line. Not here: the shape of a
single file (``schema``).
"""

from __future__ import annotations

from orchestration.problems import Problem
from orchestration.registry.composite_rules import find_breaches_of_composites
from orchestration.registry.indicator_rules import find_breaches_of_indicators
from orchestration.registry.model import Registry
from orchestration.registry.process_rules import find_breaches_of_process
from orchestration.registry.responses import find_breaches_of_responses
from orchestration.registry.source_rules import find_breaches_of_sources


def find_breaches(registry: Registry) -> list[Problem]:
    """Every breach of a cross-file rule."""
    return [
        *find_breaches_of_sources(registry),
        *find_breaches_of_indicators(registry),
        *find_breaches_of_composites(registry),
        *find_breaches_of_process(registry),
        *find_breaches_of_responses(registry),
    ]
