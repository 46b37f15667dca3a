"""Responses to warnings: what a second file must agree with.

Here: that a response speaks of a warning that can be raised, and of known agencies and areas.
Not here: the shape of ``responses.yml`` (``declared.responses``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.problems import Problem
from kinhbac.registry.model import Registry
from kinhbac.registry.rules.names import find_unknown, is_left_out


def find_breaches_of_responses(registry: Registry) -> Iterator[Problem]:
    """Responses to warnings that no rule could raise, and acts of unknown agencies."""
    for source, ledger in registry.responses.items():
        document = registry.document(source, "responses")
        beside = registry.documents.get(f"{registry.folder.name}/{source}/indicators.yml")
        for key, response in ledger.items():
            if beside and is_left_out(beside, response.indicator):
                pass  # its own problem is told where it stands
            elif registry.indicator_source.get(response.indicator) != source:
                yield document.problem(
                    (key, "indicator"),
                    f"«{response.indicator}» is no indicator of this folder",
                    "a response stands beside the indicator that it speaks of",
                    "correct the name, or move the response",
                )
            elif registry.indicators[response.indicator].warn is None:
                yield document.problem(
                    (key, "indicator"),
                    f"«{response.indicator}» declares no «warn»",
                    "only what is warned of can be responded to",
                    "declare «warn», or remove the response",
                )
            yield from find_unknown(registry, document, (key, "area"), "area", response.area)
            acts = {
                "acknowledged": response.acknowledged.by,
                "action": response.action.by if response.action else None,
                "closed": response.closed.by if response.closed else None,
            }
            for act, agency in acts.items():
                if agency:
                    place = (key, act, "by")
                    yield from find_unknown(registry, document, place, "agency", agency)
