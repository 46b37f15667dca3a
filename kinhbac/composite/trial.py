"""A composite with one figure changed, computed again as a whole, many times side by side.

Here: which changes can share a computation, and all composites in each. Not here: which changes
are tried (``proposals``), what is made of them (``steps``).

A changed figure takes the place that a period has elsewhere, so that all stages of
``computation`` serve unchanged and what a step does to the scale, the outliers, the ranks of all
is seen. Where nobody's figure follows from another's, the steps of all areas towards one mark
are one such row: each area is then read from it alone. Where periods are tied to each other (the
figures of reference are those of a span with this period in it, or a last known figure is put
in), each step has a board of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter

import numpy as np
import numpy.typing as npt

from kinhbac.composite.board import Board, Key
from kinhbac.composite.computation import compute
from kinhbac.composite.figures import Figures, Numbers
from kinhbac.composite.proposals import Proposal, propose
from kinhbac.composite.reach import operands_of
from kinhbac.composite.reference import method_of
from kinhbac.registry.declared.stages import ReferenceSpan

BLOCK = 1000
"""Rows that are computed at once: twenty components of a hundred areas are 16 MB a stage then."""
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Row:
    """One computation: components whose figures are others, each in some areas. What is tried alone
    has one part; what is tried together has one a step."""

    parts: tuple[tuple[Proposal, Places], ...]

    @classmethod
    def of(cls, proposal: Proposal, areas: Places) -> Row:
        """A step alone."""
        return cls(((proposal, areas),))

    @property
    def proposal(self) -> Proposal:
        """The first step, which is the only one where it is tried alone."""
        return self.parts[0][0]

    @property
    def areas(self) -> Places:
        """The areas that take it."""
        return self.parts[0][1]

    def put_into(self, component: str, values: Numbers) -> None:
        """Let the figures of a component, an area each, be those of this row."""
        for proposal, areas in self.parts:
            if proposal.component == component:
                values[areas] = proposal.aim[areas]


class Trial:
    """A computed board, cut to what decides one period, on which steps are tried."""

    def __init__(self, board: Board, period: int) -> None:
        self.board, self.period = board, period
        self.nodes: dict[str, Key] = {
            key[0]: key for key in board.definitions if board.of_its_time(key)[period, 0]
        }
        reads = {name: set(operands_of(board.definitions[key])) for name, key in self.nodes.items()}
        order = list(TopologicalSorter(reads).static_order())
        self.order = [name for name in order if name in self.nodes]
        self.below: dict[str, set[str]] = {}
        for name in order:
            self.below[name] = {name}.union(*(self.below[part] for part in reads.get(name, ())))
        self.rows = [row for proposal in self._proposals() for row in self._split(proposal)]

    def of_rows(self, rows: list[Row]) -> Trial:
        """The same board, on which other rows are tried."""
        other = copy(self)
        other.rows = rows
        return other

    def _proposals(self) -> list[Proposal]:
        return propose(self.board, self.nodes, self.period)

    def _split(self, proposal: Proposal) -> Iterator[Row]:
        if self.is_tied or self._moves_others(proposal.component):
            yield from (Row.of(proposal, np.array([area])) for area in proposal.taken)
        else:
            yield Row.of(proposal, proposal.taken)

    @property
    def is_tied(self) -> bool:
        """Whether a figure of this period has a say in other periods, or in their order."""
        day = self.board.grid.periods[self.period]
        for key in self.nodes.values():
            method = method_of(self.board.definitions[key])
            span = method.reference
            if isinstance(span, ReferenceSpan) and span.from_ <= day <= span.to:
                return True
            if method.impute.at_most is not None:
                return True
        return False

    def _moves_others(self, component: str) -> bool:
        """Whether another figure of one area changes what other areas have, at any level."""
        for name, key in self.nodes.items():
            if component not in self.below[name]:
                continue
            own, definition = self.board.stages[key], self.board.definitions[key]
            method = method_of(definition)
            if method.compares(list(definition.components.values())):
                return True
            if method.borrows:
                lent = own.is_imputed[:, self.period].any(axis=1)
                if method.impute.by == "regression" and lent.any():
                    return True
                reads = [
                    any(component in self.below[part] for part in (name, told.per) if part)
                    for name, told in definition.components.items()
                ]
                if (lent & np.array(reads)).any():
                    return True
        return False

    def compute(self) -> dict[str, tuple[Places, Numbers]]:
        """Composite → the numbers of the rows that touch it, and its figures in each."""
        touched = {
            name: np.array(
                [
                    number
                    for number, row in enumerate(self.rows)
                    if any(proposal.component in self.below[name] for proposal, _ in row.parts)
                ],
                np.int64,
            )
            for name in self.order
        }
        if self.is_tied:
            return self._compute_apart(touched)
        found: dict[str, tuple[Places, Numbers]] = {}
        known: dict[str, Figures] = {}
        for name in self.order:
            blocks = [
                self._compute_rows(name, touched[name][first : first + BLOCK], known)
                for first in range(0, len(touched[name]), BLOCK)
            ]
            areas = len(self.board.grid.areas)
            values = np.full((len(self.rows), areas), np.nan)
            absences = np.zeros(values.shape, np.int16)
            base = self.board.known[name]
            values[:], absences[:] = base.values[self.period], base.absences[self.period]
            if blocks:
                values[touched[name]] = np.concatenate([block.values for block in blocks])
                absences[touched[name]] = np.concatenate([block.absences for block in blocks])
            known[name] = Figures(values, absences)
            found[name] = touched[name], values[touched[name]]
        return found

    def _compute_rows(self, name: str, rows: Places, known: dict[str, Figures]) -> Figures:
        """A composite in every row, beside the periods that have a say in this one."""
        board, count = self.board, len(rows)
        key = self.nodes[name]
        day = board.grid.periods[self.period]
        grid = replace(board.grid, periods=(*board.grid.periods, *(day,) * count))
        operands = {
            part: self._with_rows(part, rows, known)
            for part in set(operands_of(board.definitions[key]))
        }
        cells = board.cells[key]
        cells = np.concatenate([cells, np.repeat(cells[[self.period]], count, axis=0)])
        figures = compute(board.definitions[key], grid, operands, cells).figures
        return Figures(figures.values[-count:], figures.absences[-count:])

    def _with_rows(self, part: str, rows: Places, known: dict[str, Figures]) -> Figures:
        base = self.board.known[part]
        if part in known:
            values, absences = known[part].values[rows], known[part].absences[rows]
        else:
            values = np.repeat(base.values[[self.period]], len(rows), axis=0)
            absences = np.repeat(base.absences[[self.period]], len(rows), axis=0)
            for position, number in enumerate(rows):
                self.rows[number].put_into(part, values[position])
        lengthened = base.at([*range(len(base.values)), *[self.period] * len(rows)])
        return replace(
            lengthened,
            values=np.concatenate([base.values, values]),
            absences=np.concatenate([base.absences, absences]),
        )

    def _compute_apart(self, touched: dict[str, Places]) -> dict[str, tuple[Places, Numbers]]:
        """Every row on a board of its own."""
        figures = {name: np.empty((len(self.rows), len(self.board.grid.areas))) for name in touched}
        composites = {key[0] for key in self.board.definitions}
        for number, row in enumerate(self.rows):
            known = {name: own for name, own in self.board.known.items() if name not in composites}
            for component in {proposal.component for proposal, _ in row.parts}:
                values = known[component].values.copy()
                row.put_into(component, values[self.period])
                known[component] = replace(known[component], values=values)
            board = Board(self.board.grid, self.board.definitions, self.board.cells, known)
            board.compute()
            for name, own in figures.items():
                own[number] = board.known[name].values[self.period]
        return {name: (rows, figures[name][rows]) for name, rows in touched.items()}
