"""What of a problem may leave the landing zone.

Here: a problem as it is told outside: its texts from the delivery by their shape, unless they
cannot name a person or stand in the registry anyway. Not here: which single texts are harmless
(``shapes``), finding problems.

A problem holds texts of the delivery in ``value``, ``values``, ``column`` and ``sheet``, what a
library quotes of them in ``library``, and none elsewhere: ``found``, ``rule`` and ``remedy`` are
the registry's words and the door's. So one function says what becomes of them, once, where the
verdict leaves the door.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kinhbac.ingest.personal_kinds import is_name_of_kind
from kinhbac.ingest.raw import CELL, TOLD
from kinhbac.ingest.shapes import read_lists, tell_text
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source
from kinhbac.registry.declared.entries import VINTAGES
from kinhbac.spelling import fold_name, without_marks
from kinhbac.words.shapes import write_column

OF_SHEETS = ("form", TOLD)
"""Rules whose values are, among others, sheets."""
OF_HEADERS, KEY = ("columns", "source", "personal"), "key"
"""Rules whose values are headers; the rule of which a value is several cells."""
USUAL = frozenset(read_lists()["headers"])
"""Headers that stand in files of every kind, and the fields of a manifest."""
_QUOTED = re.compile(r"«[^»]*»|'[^']*'|\"[^\"]*\"")
_SHEET = re.compile(r"(sheet|trang[ _]?tinh|bieu|so lieu|huong dan|data|table)[ _-]?\d{0,3}")


@dataclass(frozen=True)
class Disclosure:
    """What may be told of the extracts of one source."""

    source: Source
    registry: Registry

    def tell(self, problems: Iterable[Problem], header: Sequence[str] = ()) -> list[Problem]:
        """The problems of one extract as anybody may read them.

        ``header`` are the names of the file's columns in their order: one that is not told has
        its number.
        """
        places = {name: number for number, name in enumerate(header, 1)}
        return [self._tell(problem, places) for problem in problems]

    def _tell(self, problem: Problem, places: Mapping[str, int]) -> Problem:
        def tell(value: str) -> str:
            if fold_name(value) in self._folded:
                return value
            if problem.check in OF_HEADERS:
                return self._column(value, places)
            if problem.check == CELL:  # addresses
                return value
            if problem.check in OF_SHEETS:
                return self._sheet(value)
            if problem.check == KEY:  # several cells
                return "; ".join(tell_text(part, self._known) for part in value.split(", "))
            return tell_text(value, self._known)

        return replace(
            problem,
            column=problem.column and self._column(problem.column, places),
            sheet=problem.sheet and self._sheet(problem.sheet),
            value=None if problem.value is None else tell(problem.value),
            values=tuple(dict.fromkeys(map(tell, problem.values))),
            library=None,
        )

    def _column(self, header: str, places: Mapping[str, int]) -> str:
        known = fold_name(header) in self._folded
        if known or header in self._elements or _is_usual(header):
            return header
        told = tell_text(header)
        return (
            told if told == header or header not in places else write_column(places[header], told)
        )

    def _sheet(self, name: str) -> str:
        promised = name == self.source.delivery.sheet or _SHEET.fullmatch(without_marks(name))
        return name if promised else tell_text(name, self._known)

    @cached_property
    def _known(self) -> frozenset[str]:
        """Texts that the contract itself holds, and keys of areas."""
        delivery, area = self.source.delivery, self.source.area
        words = {*delivery.missing, *delivery.not_applicable, *delivery.suppressed}
        words |= {*delivery.total_rows, *filter(None, (area.column, area.name, delivery.sheet))}
        words |= {figure.column for figure in self.source.delivered.values() if figure.column}
        if table := self.source.table:
            words |= {*table.ignored, *table.personal, *filter(None, (table.statement,))}
            words |= {table.period.column} if table.period else set()
            for labels in filter(None, (table.vintage, table.scope)):
                words |= {labels.column, *labels.values}
        if records := self.source.records:
            words |= records.columns.keys()
            words |= {word for column in records.columns.values() for word in column.one_of}
        return frozenset(words | self.registry.areas.areas.keys())

    @cached_property
    def _folded(self) -> frozenset[str]:
        """The same in every spelling."""
        return frozenset(map(fold_name, self._known))

    @cached_property
    def _elements(self) -> frozenset[str]:
        """Every name by which the registry calls a data element, also of other sources."""
        return frozenset(
            name
            for source in self.registry.sources.values()
            for key, element in source.data_elements.items()
            for name in (key, element.column or key, element.name.vi, element.name.en)
        )


def tell_manifest(problem: Problem) -> Problem:
    """A problem of a manifest, whose sentences may quote it, as anybody may read it."""
    return replace(
        problem,
        found=_QUOTED.sub(lambda quoted: _tell_quoted(quoted[0]), problem.found),
        column=problem.column and (problem.column if _is_usual(problem.column) else None),
        value=problem.value and tell_text(problem.value),
    )


def _tell_quoted(quoted: str) -> str:
    said = quoted[1:-1]
    if said in VINTAGES or _is_usual(said):
        return quoted
    return f"{quoted[0]}{tell_text(said)}{quoted[-1]}"


def _is_usual(header: str) -> bool:
    folded = without_marks(header)
    return folded in USUAL or is_name_of_kind(header)
