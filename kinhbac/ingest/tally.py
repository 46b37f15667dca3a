"""Telling a mistake once, however often it is made.

Here: what is wrong with one file, counted while it is read batch by batch. Not here: what is
wrong (whoever finds it), in which file (``door``).

The same rule broken in the same column is one problem: how often, its first lines, examples of
what stands there. Of what a file can break in ever new ways no more than ``KINDS`` are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import polars as pl

from kinhbac.problems import SHOWN, Problem

KINDS = 200
"""Problems of a file; what is wrong in yet another way is counted by its check."""


@dataclass
class _Told:
    """One problem as far as it was met."""

    problem: Problem
    count: int = 0
    lines: list[int] = field(default_factory=list)
    values: dict[str, None] = field(default_factory=dict)

    def tell(self) -> Problem:
        """The problem with its count; as it is where it was met once."""
        lines, values = tuple(self.lines), tuple(self.values)
        line, value = next(iter(lines), None), next(iter(values), None)
        if self.count == 1:
            return replace(self.problem, line=line, value=value)
        return replace(
            self.problem, line=line, value=value, count=self.count, lines=lines, values=values
        )


class Tally:
    """Problems of one file, each once, in the order in which they were met."""

    def __init__(self) -> None:
        self._told: dict[Problem, _Told] = {}

    def __bool__(self) -> bool:
        return bool(self._told)

    @property
    def checks(self) -> set[str]:
        """Short names of the rules that were broken."""
        return {problem.check for problem in self._told}

    def add(self, problem: Problem, lines: pl.Series, values: pl.Series | None = None) -> None:
        """The same is wrong on all these lines; ``values`` is what stands there, if it is told."""
        if len(lines):
            few = lines.head(SHOWN).to_list()
            told = self._find(problem)
            known = len(told.values)
            distinct = (
                values.drop_nulls().unique(maintain_order=True).head(SHOWN).to_list()
                if values is not None and known < SHOWN
                else ()
            )
            self._count(told, len(lines), few, distinct)

    def add_lines(self, problem: Problem, count: int, lines: Iterable[int]) -> None:
        """The same is wrong ``count`` times; ``lines`` are the first."""
        self._count(self._find(problem), count, lines, ())

    def add_one(self, problem: Problem) -> None:
        """A problem as it stands, which may have been counted by who found it."""
        told = self._find(replace(problem, line=None, value=None, count=1, lines=(), values=()))
        lines = problem.lines or ([problem.line] if problem.line else ())
        values = problem.values or ([problem.value] if problem.value is not None else ())
        self._count(told, problem.count, lines, values)

    def merge(self, other: Tally) -> None:
        """What was met in the rows that follow."""
        for problem in other.tell():
            self.add_one(problem)

    def leave_out(self, causes: Iterable[Problem]) -> None:
        """Forget what is wrong with cells of which one of the ``causes`` tells already."""
        told = [(cause.column, cause.count, _lines_of(cause)) for cause in causes]

        def follows(problem: Problem) -> bool:
            return any(
                problem.column == column and problem.count <= count and _lines_of(problem) <= lines
                for column, count, lines in told
            )

        kept = ((key, one) for key, one in self._told.items() if not follows(one.tell()))
        self._told = dict(kept)

    def tell(self) -> list[Problem]:
        """All problems, by their first line and column."""
        return sorted((told.tell() for told in self._told.values()), key=place_of)

    def _find(self, problem: Problem) -> _Told:
        if problem not in self._told and len(self._told) >= KINDS:
            problem = Problem(
                "more is wrong of this kind, in ways that are not told one by one",
                "a file keeps its contract",
                "put right what is told, and deliver the file again",
                check=problem.check,
            )
        return self._told.setdefault(problem, _Told(problem))

    @staticmethod
    def _count(told: _Told, count: int, lines: Iterable[int], values: Iterable[str]) -> None:
        told.count += count
        told.lines = [*told.lines, *lines][:SHOWN]
        for value in values:
            if len(told.values) < SHOWN:
                told.values[value] = None


def _lines_of(problem: Problem) -> set[int]:
    """The first lines of a problem; 0 where none is told."""
    return {*problem.lines} or {problem.line or 0}


def place_of(problem: Problem) -> tuple[int, str]:
    """Where problems stand in the order in which they are told."""
    return problem.line or 0, problem.column or ""
