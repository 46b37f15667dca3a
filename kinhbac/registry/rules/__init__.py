"""The rules that need more than one file: one data, one source, one owner.

Here: all of them together, each found with file and line. Not here: the shape of a
single file (``declared``).
"""

from __future__ import annotations

from kinhbac.problems import Problem
from kinhbac.registry.model import Registry
from kinhbac.registry.rules.answer_rules import find_breaches_of_answers
from kinhbac.registry.rules.composite_rules import find_breaches_of_composites
from kinhbac.registry.rules.indicator_rules import find_breaches_of_indicators
from kinhbac.registry.rules.process_rules import find_breaches_of_process
from kinhbac.registry.rules.publication_rules import find_breaches_of_publication
from kinhbac.registry.rules.response_rules import find_breaches_of_responses
from kinhbac.registry.rules.source_rules import find_breaches_of_sources


def find_breaches(registry: Registry) -> list[Problem]:
    """Every breach of a cross-file rule."""
    return [
        *find_breaches_of_sources(registry),
        *find_breaches_of_indicators(registry),
        *find_breaches_of_composites(registry),
        *find_breaches_of_process(registry),
        *find_breaches_of_responses(registry),
        *find_breaches_of_answers(registry),
        *find_breaches_of_publication(registry),
    ]
