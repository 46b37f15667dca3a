"""All composites of one frequency, computed level by level.

Here: every version of every composite for the periods that it owes, and which of them holds
when. Not here: how one composite is computed (``computation``), reading (``reading``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from graphlib import TopologicalSorter

import numpy as np

from kinhbac.composite.computation import Stages, compute
from kinhbac.composite.figures import Absence, Figures, Grid, Truths
from kinhbac.registry.declared.methods import CompositeDefinition

Key = tuple[str, int]
"""Indicator and version of its definition."""


@dataclass
class Board:
    """Composites of one frequency on one grid.

    ``known`` holds, for each indicator, the figures by the definition of their time;
    ``stages`` every definition as it was computed, for all its periods; ``imputed`` where a
    composite rests on a figure that was put in, at any depth; ``old`` where an indicator's figure
    rests on one that is told as old; ``bounds`` what each of them may be, at least and at most.
    """

    grid: Grid
    definitions: dict[Key, CompositeDefinition]
    cells: dict[Key, Truths]
    known: dict[str, Figures]
    stages: dict[Key, Stages] = field(default_factory=dict)
    imputed: dict[str, Truths] = field(default_factory=dict)
    old: dict[str, Truths] = field(default_factory=dict)
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)

    def of_its_time(self, key: Key) -> Truths:
        """The periods (as a column) for which this definition was valid on their first day."""
        own = self.definitions[key]
        first, last = own.valid_from or date.min, own.valid_to or date.max
        return np.array([first <= day <= last for day in self.grid.periods], bool)[:, np.newaxis]

    def versions(self, indicator: str) -> list[Key]:
        """The definitions of an indicator, the oldest first."""
        return sorted(key for key in self.definitions if key[0] == indicator)

    def rests_on_imputed(self, key: Key) -> Truths:
        """Where a definition's figure rests on one that was put in, at any depth."""
        own = self.stages[key]
        found = own.is_imputed.any(axis=0)
        for name in own.names:
            found = found | self.imputed.get(name, False)
        return np.asarray(found & own.figures.present)

    def compute(self) -> None:
        """Compute every composite after its components."""
        composites = {indicator for indicator, _ in self.definitions}
        graph = {
            name: {
                part
                for key in self.versions(name)
                for part in self.definitions[key].components
                if part in composites
            }
            for name in sorted(composites)
        }
        for name in TopologicalSorter(graph).static_order():
            values = np.full(self.grid.shape, np.nan)
            absences = np.full(self.grid.shape, Absence.MISSING_OPERAND, np.int16)
            imputed = np.zeros(self.grid.shape, bool)
            for key in self.versions(name):
                own = compute(self.definitions[key], self.grid, self.known, self.cells[key])
                self.stages[key] = own
                holds = self.of_its_time(key) & self.cells[key]
                values = np.where(holds, own.figures.values, values)
                absences = np.where(holds, own.figures.absences, absences)
                imputed = np.where(holds, self.rests_on_imputed(key), imputed)
            self.imputed[name] = imputed
            self.known[name] = Figures(values, absences)
