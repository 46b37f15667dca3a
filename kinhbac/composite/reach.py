"""What one composite of one period rests on: a board cut to exactly that.

Here: which composites, figures and periods; which composites have to do with each other. Not
here: computing (``board``), what is made of it (``robustness_table``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from kinhbac.composite.board import Board
from kinhbac.composite.reference import method_of, same_day
from kinhbac.registry.declared.methods import CompositeDefinition
from kinhbac.registry.declared.stages import ProgressNormalisation, ReferenceSpan


def cut_board(board: Board, root: str, period: int) -> Board:
    """The part of a board that decides one composite in one period, not computed yet.

    What is computed on it for that period is what the whole board gives, to the last bit:
    stages work period by period, but for figures of reference of a span and last known
    figures, whose periods are kept.
    """
    names = _below(board, root)
    definitions = {key: own for key, own in board.definitions.items() if key[0] in names}
    places = _reach(board, root, list(definitions.values()), period)
    grid = replace(board.grid, periods=tuple(board.grid.periods[place] for place in places))
    wanted = {name for own in definitions.values() for name in operands_of(own)} - names
    known = {name: board.known[name].at(places) for name in sorted(wanted)}
    old = {name: board.old[name][places] for name in known if name in board.old}
    cells = {key: board.cells[key][places] for key in definitions}
    bounds = {name: board.bounds[name] for name in known if name in board.bounds}
    return Board(grid, definitions, cells, known, old=old, bounds=bounds)


def inputs_of(board: Board) -> Iterator[object]:
    """Everything that computing a board reads."""
    grid = board.grid
    yield from (grid.periods, grid.areas, grid.kinds.tolist())
    for name, groups in sorted(grid.groupings.items()):
        yield from (name, groups)
    for key, definition in sorted(board.definitions.items()):
        yield from (key, definition.model_dump_json(), board.cells[key])
    for name, figures in sorted(board.known.items()):
        yield from (name, figures.values, figures.absences)
        yield from (board.old.get(name), board.bounds.get(name))
        if (counts := figures.counts) is not None:
            yield from (counts.whole, counts.scale, counts.is_share)


def operands_of(definition: CompositeDefinition) -> Iterator[str]:
    """The indicators that a composite reads: its components, and what they are divided by."""
    yield from definition.components
    yield from (own.per for own in definition.components.values() if own.per)


def find_connected(
    definitions: Collection[CompositeDefinition], touched: Collection[str]
) -> set[str]:
    """The composites that are touched or rest on what is, and those below them, at any depth."""
    reads: dict[str, set[str]] = {each.indicator: set() for each in definitions}
    for each in definitions:
        reads[each.indicator].update(operands_of(each))
    found = {*touched}
    while more := {name for name, read in reads.items() if read & found} - found:
        found |= more
    while more := {part for name in found & reads.keys() for part in reads[name]} - found:
        found |= more
    return found & reads.keys()


def _below(board: Board, root: str) -> set[str]:
    """A composite and those that it reads, at any depth, by any version."""
    found, asked = {root}, [root]
    while asked:
        parts = {
            part
            for key in board.versions(asked.pop())
            for part in operands_of(board.definitions[key])
            if board.versions(part)
        }
        asked += sorted(parts - found)
        found |= parts
    return found


def _reach(
    board: Board, root: str, definitions: list[CompositeDefinition], period: int
) -> list[int]:
    """The places of the periods whose figures have a say in one period, in order."""
    days = board.grid.periods
    needed = {period}
    for definition in definitions:
        span = method_of(definition).reference
        if isinstance(span, ReferenceSpan):
            needed |= {place for place, day in enumerate(days) if span.from_ <= day <= span.to}
        if isinstance(rule := method_of(definition).normalise, ProgressNormalisation):
            base = same_day(days[period], rule.since)
            needed |= {place for place, day in enumerate(days) if day == base}
    drawn = [
        rule.at_most or 0
        for definition in definitions
        if definition.indicator == root and definition.robustness
        for rule in definition.robustness.impute
    ]
    # Last known figures of last known figures: every level may look back by its own.
    back = sum(max(method_of(own).impute.at_most or 0, *drawn, 0) for own in definitions)
    if back:  # ages count periods, so none in between may be lacking
        needed = set(range(max(0, min(needed) - back), max(needed) + 1))
    return sorted(needed)
