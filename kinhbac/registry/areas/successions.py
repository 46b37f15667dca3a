"""What became of areas that ended: whole, or in shares.

Here: ``area_successions.csv`` and what must hold in it. Not here: what follows from it for
every area (``area_parts``).
"""

from __future__ import annotations

from pathlib import Path

from kinhbac.problems import Problem
from kinhbac.registry.areas.area_files import read_rows, row_problem
from kinhbac.registry.areas.atlas import Area, Succession


def read_successions(
    folder: Path, areas: dict[str, Area]
) -> tuple[list[Succession], list[Problem]]:
    """Read ``area_successions.csv``; problems name file and line."""
    name = "area_successions.csv"
    successions: list[Succession] = []
    problems: list[Problem] = []
    first_line: dict[str, int] = {}
    for line, row in read_rows(folder / name, problems):
        before, after = row["predecessor"], row["successor"]
        first_line.setdefault(before, line)
        if unknown := [key for key in (before, after) if key not in areas]:
            found = f"{' and '.join(unknown)} is no area"
            problems.append(row_problem(name, line, found, "a succession leads from area to area"))
            continue
        ended, begun = areas[before].valid_to, areas[after].valid_from
        if ended is None or begun is None or (begun - ended).days != 1:
            found = f"{before} ends on {ended or 'no day'}, {after} begins on {begun or 'no day'}"
            rule = "a successor begins on the day after its predecessor ends"
            problems.append(row_problem(name, line, found, rule))
        try:
            share = float(row["share"]) if row["share"] else None
        except ValueError:
            share = -1.0
        if share is not None and not 0 < share <= 1:
            found = f"the share is {row['share']}"
            problems.append(row_problem(name, line, found, "a share lies above 0 and is 1 at most"))
            continue
        successions.append(Succession(before, after, row["share_of"] or None, share))
    for before, line in first_line.items():
        own = [entry for entry in successions if entry.predecessor == before]
        problems += [row_problem(name, line, found, rule) for found, rule in _uneven(before, own)]
    return successions, problems


def _uneven(before: str, successions: list[Succession]) -> list[tuple[str, str]]:
    """What does not add up in the shares of one predecessor."""
    successors = {entry.successor for entry in successions}
    faults = []
    for share_of in sorted({entry.share_of or "" for entry in successions}):
        own = [entry for entry in successions if (entry.share_of or "") == share_of]
        of = f" of {share_of}" if share_of else ""
        if (
            len({entry.successor for entry in own}) != len(own)
            or {entry.successor for entry in own} != successors
        ):
            faults.append(
                (
                    f"the shares{of} of {before} do not name each successor once",
                    "each share names every successor",
                )
            )
        shares = [entry.share for entry in own if entry.share is not None]
        if shares and (len(shares) != len(own) or abs(sum(shares) - 1) > 1e-9):
            faults.append(
                (
                    f"the shares{of} of {before} add up to {sum(shares):g}",
                    "a divided area is shared out whole, or its shares are left empty",
                )
            )
    return faults
