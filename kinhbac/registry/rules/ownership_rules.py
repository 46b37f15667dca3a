"""Rules of ownership: a source has exactly one owner on every date.

Here: gaps, overlaps and owners out of order. Not here: other rules of sources
(``source_rules``), who owned a source on a day (``model``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from kinhbac.problems import Problem
from kinhbac.registry.declared.contract import Ownership
from kinhbac.yaml_document import YamlDocument

RULE = "a source has exactly one owner on every date"


def find_breaches_of_ownership(
    document: YamlDocument, owners: Sequence[Ownership]
) -> Iterator[Problem]:
    """Every day without an owner or with two, in the order in which owners are written."""
    for place, owner in enumerate(owners):
        if owner.to and owner.to < owner.from_:
            yield document.problem(
                ("owner", place),
                f"{owner.agency} ends on {owner.to}, before it begins on {owner.from_}",
                RULE,
                "correct one of the two days",
            )
    for place, (before, after) in enumerate(itertools.pairwise(owners), 1):
        if before.to and before.to < before.from_:
            continue  # nothing can follow it
        if fault := _fault(before, after):
            found, remedy = fault
            yield document.problem(("owner", place), found, RULE, remedy)
    last = owners[-1]
    if last.to is not None and last.to >= last.from_:
        yield document.problem(
            ("owner", len(owners) - 1),
            f"nobody owns the source after {last.to}",
            RULE,
            "name the agency that follows, or leave out «to»",
        )


def _fault(before: Ownership, after: Ownership) -> tuple[str, str] | None:
    """What is wrong between two owners, and its remedy; None where one follows the other."""
    if after.from_ == before.from_:
        found = f"{before.agency} and {after.agency} both begin on {after.from_}"
        return found, "keep one of the two, or correct its day"
    if after.from_ < before.from_:
        return (
            f"{after.agency} (from {after.from_}) stands after {before.agency} "
            f"(from {before.from_}), which begins later",
            "write owners in the order in which they begin",
        )
    gap = (after.from_ - before.to).days - 1 if before.to else 0
    if not gap:
        return None
    word = "a gap" if gap > 0 else "an overlap"
    return (
        f"{word} between {before.agency} (to {before.to}) and {after.agency} (from {after.from_})",
        f"let {after.agency} begin on the day after {before.agency} ends",
    )
