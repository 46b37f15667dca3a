"""A composite with everything below it as one tree, computed again draw by draw.

Here: weights, imputation, normalisation, aggregation, a left-out component and the truth behind
counted figures, changed for one period. Not here: which draws are made (``uncertainty``, ``sensitivity``), the stages
(``computation``).

What differs between draws only in weights is computed at once: a draw takes the place that a
period has elsewhere, so that the same stages serve both. One file past 200 lines, because a
draw goes down and up the whole tree.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter

import numpy as np

from kinhbac.composite.aggregation import Normalised
from kinhbac.composite.board import Board, Key
from kinhbac.composite.computation import Stages, compute, finish
from kinhbac.composite.draws import Draws
from kinhbac.composite.figures import Absence, Counts, Figures, Numbers, Truths
from kinhbac.composite.ranking import find_rivals, rank_rivals
from kinhbac.composite.reference import method_of, normalise_component, pool_of
from kinhbac.composite.sampling import draw_truths, seed_of
from kinhbac.composite.transformation import transform
from kinhbac.composite.treatment import treat
from kinhbac.registry.declared.methods import CompositeDefinition
from kinhbac.registry.declared.stages import Aggregation, Imputation, Normalisation, ReferenceSpan

BLOCK = 2000
"""Draws that are computed at once: duels of a hundred areas are 160 MB then."""


@dataclass(frozen=True)
class Variant:
    """Every node by another imputation and normalisation, and its counted leaves in every world:
    (node, component) → figures, worlds × areas, those that were counted in the last row."""

    stages: dict[str, Stages]
    worlds: dict[tuple[str, str], Figures]


class Tree:
    """A composite and everything below it, by the definitions that hold in one period."""

    def __init__(self, board: Board, root: str, period: int) -> None:
        self.board, self.root, self.period = board, root, period
        self.nodes: dict[str, Key] = {}
        self._gather(root)
        self.definition = board.definitions[self.nodes[root]]
        self.robustness = self.definition.robustness
        self.weights = [(n, c) for n in self.nodes for c in self._definition(n).components]
        self.leaves = [(n, c) for n, c in self.weights if c not in self.nodes]
        told = self.robustness
        self.imputations: list[Imputation | None] = [None, *(told.impute if told else ())]
        self.normalisations: list[Normalisation | None] = [None, *(told.normalise if told else ())]
        self.aggregations: list[Aggregation | None] = [None, *(told.aggregate if told else ())]
        self.counted = self._find_counted() if told and told.sampling else []
        self._variants: dict[tuple[int, int], Variant] = {}

    def _gather(self, name: str) -> None:
        for key in self.board.versions(name):
            if self.board.of_its_time(key)[self.period, 0]:
                self.nodes[name] = key
                for component in self.board.definitions[key].components:
                    if component not in self.nodes and self.board.versions(component):
                        self._gather(component)

    def _find_counted(self) -> list[str]:
        """The components whose figures of this period, or some of them, were counted."""
        counted = []
        for component in dict.fromkeys(component for _, component in self.leaves):
            figures = self.board.known[component]
            if figures.counts is not None:
                whole = figures.counts.whole[self.period]
                if (figures.present[self.period] & ~np.isnan(whole)).any():
                    counted.append(component)
        return counted

    @cached_property
    def truths(self) -> dict[str, Numbers]:
        """What the truth behind each counted component may be, worlds × areas; what was found
        itself is the last of them."""
        found = {}
        assert self.robustness
        day = self.board.grid.periods[self.period].toordinal()
        rivals = find_rivals(self.board.grid, method_of(self.definition))
        for component in self.counted:
            figures = self.board.known[component].at([self.period])
            assert figures.counts
            [whole], [scale], [is_share] = astuple(figures.counts)
            found[component] = draw_truths(
                figures.values[0],
                Counts(whole, scale, is_share),
                rivals,
                seed_of(self.robustness.seed, day, component),
            )
        return found

    def _definition(self, name: str) -> CompositeDefinition:
        return self.board.definitions[self.nodes[name]]

    @cached_property
    def stages(self) -> Stages:
        """The root as it is published."""
        return self.board.stages[self.nodes[self.root]]

    @cached_property
    def units(self) -> Truths:
        """The areas that are compared and have a figure in this period."""
        return np.asarray(
            self.stages.members[self.period] & self.stages.figures.present[self.period]
        )

    @cached_property
    def ranks(self) -> Numbers:
        """The published rank of each unit; nan for one with nobody to be ranked with."""
        return np.asarray(self._rank(self.stages.figures.values[[self.period]])[0])

    def effective_weights(self) -> dict[tuple[str, str], float]:
        """(node, component) → the component's weight in the whole tree, along this path."""
        reached = dict.fromkeys(self.nodes, 0.0)
        reached[self.root] = 1.0
        found: dict[tuple[str, str], float] = {}
        for name in reversed(self._upwards()):
            own = self.board.stages[self.nodes[name]]
            weights = own.weights[:, self.period]
            shares = np.abs(weights) / np.abs(weights).sum()  # a sum may also subtract
            for component, weight in zip(own.names, shares, strict=True):
                found[name, component] = reached[name] * float(weight)
                if component in reached:
                    reached[component] += found[name, component]
        return found

    def _rank(self, values: Numbers) -> Numbers:
        method, direction = method_of(self.definition), self.definition.direction
        if direction == "neutral":
            return np.full((len(values), int(self.units.sum())), np.nan)
        told = np.where(self.units, values, np.nan)
        rivals = find_rivals(self.board.grid, method)
        return rank_rivals(told, rivals, direction, method)[:, self.units]

    def declared(self, count: int = 1) -> Draws:
        """Draws that choose what is declared."""
        zero = np.zeros(count, np.int64)
        worlds = np.full((count, len(self.counted)), -1)
        return Draws(zero, zero, zero, zero - 1, np.ones((count, len(self.weights))), worlds)

    def draw_ranks(self, draws: Draws) -> Numbers:
        """Ranks of the units, draws × units; nan for a unit that has no figure in a draw."""
        found = np.full((len(draws), int(self.units.sum())), np.nan)
        choices = np.stack([draws.impute, draws.normalise, draws.aggregate])
        for choice in np.unique(choices, axis=1).T:
            places = np.flatnonzero((choices == choice[:, None]).all(axis=0))
            impute, normalise, aggregate = (int(number) for number in choice)
            variant = self._variant(impute, normalise)
            rule = self.aggregations[aggregate]
            for first in range(0, len(places), BLOCK):
                some = places[first : first + BLOCK]
                values = self._draw(self.root, variant, rule, draws.take(some), {}).values
                found[some] = self._rank(values)
        return found

    def _variant(self, impute: int, normalise: int) -> Variant:
        """Every node by another imputation and normalisation, on all periods."""
        if (impute, normalise) not in self._variants:
            known = dict(self.board.known)
            own: dict[str, Stages] = {}
            for name in self._upwards():
                key = self.nodes[name]
                definition = self._varied(
                    self.board.definitions[key],
                    self.imputations[impute],
                    self.normalisations[normalise],
                )
                own[name] = compute(definition, self.board.grid, known, self.board.cells[key])
                known[name] = own[name].figures
            worlds = {
                (name, component): self._normalise_worlds(own[name], component)
                for name, component in self.leaves
                if component in self.counted
            }
            self._variants[impute, normalise] = Variant(own, worlds)
        return self._variants[impute, normalise]

    def _normalise_worlds(self, own: Stages, component: str) -> Figures:
        """A counted component in every world, treated and normalised in one composite."""
        place, part = own.names.index(component), own.definition.components[component]
        told = own.imputed[place, [self.period]]
        drawn = self.truths[component]
        if part.per is not None:
            drawn = drawn / self.board.known[part.per].values[self.period]
        drawn = np.where(
            np.isnan(drawn) | np.isnan(own.denominated[place, self.period]), told, drawn
        )
        absences = np.broadcast_to(own.absences[place, self.period], drawn.shape)
        found = self._rescale(own, place, Figures(drawn, absences))
        undefined = ~np.isnan(drawn) & np.isnan(found) & (absences == Absence.NONE)
        declared = own.normalised[place, [self.period]]
        values = np.where(np.isnan(drawn), declared, found)
        absences = np.where(undefined, Absence.UNDEFINED, absences)
        return Figures(
            np.concatenate([values, declared]),
            np.concatenate([absences, own.absences[place, [self.period]]]).astype(np.int16),
        )

    def _upwards(self) -> list[str]:
        """The nodes, each after its components."""
        graph = {
            name: [part for part in self._definition(name).components if part in self.nodes]
            for name in self.nodes
        }
        return list(TopologicalSorter(graph).static_order())

    def _varied(
        self,
        definition: CompositeDefinition,
        impute: Imputation | None,
        normalise: Normalisation | None,
    ) -> CompositeDefinition:
        """Another rule where the method has one of this stage: leaves stay on one scale."""
        method = definition.method
        if method is None:
            return definition
        changed: dict[str, object] = {}
        if impute is not None and method.impute.by != "none":
            changed["impute"] = impute
        if normalise is not None and method.normalise.by != "none":
            changed["normalise"] = normalise
        return definition.model_copy(update={"method": method.model_copy(update=changed)})

    def _draw(
        self,
        name: str,
        variant: Variant,
        rule: Aggregation | None,
        draws: Draws,
        drawn: dict[str, Figures],
    ) -> Figures:
        """A node's figures, draws × areas."""
        if name not in drawn:
            own = variant.stages[name]
            definition = own.definition
            method = method_of(definition)
            if rule is not None and method.aggregate.by != "sum":
                method = method.model_copy(update={"aggregate": rule})
                definition = definition.model_copy(update={"method": method})
            values, absences = [], []
            is_sampled = bool((draws.worlds >= 0).any())
            for place, component in enumerate(own.names):
                if component in self.nodes:
                    figures = self._draw(component, variant, rule, draws, drawn)
                    scaled = self._rescale(own, place, figures)
                    values.append(scaled)
                    undefined = figures.present & np.isnan(scaled)
                    absences.append(np.where(undefined, Absence.UNDEFINED, figures.absences))
                elif is_sampled and component in self.counted:
                    worlds = draws.worlds[:, self.counted.index(component)]
                    values.append(variant.worlds[name, component].values[worlds])
                    absences.append(variant.worlds[name, component].absences[worlds])
                else:
                    values.append(own.normalised[place, [self.period]])
                    absences.append(own.absences[place, [self.period]])
            shape = (max(len(each) for each in values), len(self.board.grid.areas))
            stacked = Normalised(
                np.stack([np.broadcast_to(each, shape) for each in values]),
                np.stack([np.broadcast_to(each, shape) for each in absences]).astype(np.int16),
            )
            members = own.members[[self.period]]
            drawn[name] = finish(definition, stacked, self._weights(own, name, draws), members)
        return drawn[name]

    def _rescale(self, own: Stages, place: int, figures: Figures) -> Numbers:
        """Treat and normalise a composite component; fixed limits stay those of the span."""
        definition = own.definition
        method, name = method_of(definition), own.names[place]
        members = np.broadcast_to(own.members[[self.period]], figures.values.shape)
        component = definition.components[name]
        rule, values = component.treat or method.treat, transform(figures.values, component)
        if isinstance(method.reference, ReferenceSpan):
            known = transform(own.imputed[place], component)
            before = pool_of(method, self.board.grid, known, own.members)
            treated, pool = treat(values, before, rule).values, own.pools[place]
        else:
            before = np.where(members, values, np.nan)
            treated = treat(values, before, rule).values
            pool = np.where(members, treated, np.nan)
        day = self.board.grid.periods[self.period]
        grid = replace(self.board.grid, periods=(day,) * len(treated))
        return normalise_component(definition, grid, name, treated, pool, members)

    def _weights(self, own: Stages, name: str, draws: Draws) -> Numbers:
        """The node's weights in each draw, components × draws.

        A component of which nothing is left has none.
        """
        weights = np.repeat(own.weights[:, [self.period]], len(draws), axis=1)
        for place, component in enumerate(own.names):
            weights[place] *= draws.factors[:, self.weights.index((name, component))]
            if (name, component) in self.leaves:
                left = self.leaves.index((name, component))
                weights[place, draws.left_out == left] = 0
            if component in self.nodes:
                inner = self._weights(self.board.stages[self.nodes[component]], component, draws)
                weights[place, (inner == 0).all(axis=0)] = 0
        return weights
