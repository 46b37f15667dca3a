"""Answers of owners: what a second file must agree with.

Here: that an answer speaks of this source, and comes from its owner. Not here: the shape of
``answers.yml`` (``declared.answers``).
"""

from __future__ import annotations

from collections.abc import Iterator

from kinhbac.problems import Problem
from kinhbac.registry.model import Registry
from kinhbac.registry.rules.names import OWN, find_unknown, is_left_out


def find_breaches_of_answers(registry: Registry) -> Iterator[Problem]:
    """Answers about figures of others, and by others than the owner of that day."""
    for source, ledger in registry.answers.items():
        document = registry.document(source, "answers")
        if source not in registry.sources:
            if not registry.has_document(source, "source"):
                yield document.problem(
                    (),
                    "no source.yml stands beside this file",
                    "a source's answers lie in its own folder",
                    "move it to the folder of the source",
                )
            continue
        told = registry.document(source, "source")
        for key, answer in ledger.items():
            element = answer.data_element
            known = element is None or element in registry.sources[source].elements
            if not known and not is_left_out(told, element or "", OWN):
                yield document.problem(
                    (key, "data_element"),
                    f"«{element}» is no data element of this source",
                    "an owner answers for its own figures",
                    "correct the name, or move the answer",
                )
            if answer.area is not None:
                yield from find_unknown(registry, document, (key, "area"), "area", answer.area)
            owner = registry.owner_of(source, answer.answered_on)
            if answer.by != owner:
                yield document.problem(
                    (key, "by"),
                    f"{answer.by} answers, and {owner or 'nobody'} was the owner on that day",
                    "the owner of the source answers questions about it",
                    "have the owner answer",
                )
