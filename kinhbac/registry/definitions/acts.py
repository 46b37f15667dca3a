"""Who has signed an indicator for which step, and when.

Here: which acts of a round are acts on one indicator, and whose. Not here: what an act is
(``declared.process``), what it makes of a definition (``standing``).

A round signs by its acts, and an act only what stood when it was done: a definition that was
written later was not before whoever signed. Since when a definition stands is known from the
releases (``history``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kinhbac.registry.declared.process import OWNER, Act
from kinhbac.registry.model import Registry

Stood = Mapping[str, date | None]
"""Indicator → day since which its definition stands; none where it is taken as told."""


@dataclass(frozen=True)
class Signature:
    """An act on one indicator: by which agency, and what was before it."""

    step: str
    agency: str
    act: Act

    @property
    def line(self) -> str:
        """The act as it stands in ``rounds.yml``."""
        decision = json.dumps(self.act.decision, ensure_ascii=False)
        return f"{{agency: {self.act.agency}, decision: {decision}, date: {self.act.date}}}"


def acts_of(registry: Registry, round_: str, step: str) -> list[Signature]:
    """The acts of a round for a step, as they are declared."""
    return [Signature(step, act.agency, act) for act in registry.rounds[round_].acts.get(step, ())]


def find_signatures(registry: Registry, key: str, as_of: date) -> list[Signature]:
    """The acts of the indicator's round that sign it by ``as_of``, oldest first.

    An act of «owner» is one of whoever owned the indicator's source on its day, and an owner who
    is named signs for no source but his own.
    """
    signed = registry.indicators[key].signed
    if signed is None or signed.round not in registry.rounds:
        return []
    source, found = registry.indicator_source[key], []
    for step, acts in registry.rounds[signed.round].acts.items():
        if signed.steps is not None and step not in signed.steps:
            continue
        declared = registry.process.steps.get(step)
        for act in acts:
            if act.date > as_of:
                continue
            agency = registry.answers_for(source, act.date) if act.agency == OWNER else act.agency
            by_name = declared is None or act.agency in declared.signed_by
            if by_name or registry.owner_of(source, act.date) == agency:
                found.append(Signature(step, agency, act))
    return sorted(found, key=lambda signature: signature.act.date)


def is_younger(stood: Stood, key: str, signature: Signature) -> bool:
    """Whether the definition of today came after the act that is said to have signed it."""
    since = stood.get(key)
    return since is not None and signature.act.date < since
