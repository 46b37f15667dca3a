"""Groups of areas that are compared with each other: wards and rural communes, regions.

Here: ``area_groups.csv``. Not here: the groupings and the names of their groups
(``vocabulary.yml``), which composites use them (``methods.yml``).
"""

from __future__ import annotations

from pathlib import Path

from kinhbac.problems import Problem
from kinhbac.registry.areas.area_files import read_rows, row_problem
from kinhbac.registry.areas.atlas import Area, AreaGroup

FILE = "area_groups.csv"


def read_groups(folder: Path, areas: dict[str, Area]) -> tuple[list[AreaGroup], list[Problem]]:
    """Read ``area_groups.csv``; problems name file and line."""
    groups: list[AreaGroup] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for line, row in read_rows(folder / FILE, problems):
        group = AreaGroup(row["grouping"], row["area"], row["area_group"])
        if group.area not in areas:
            rule = "a group is made of areas"
            problems.append(row_problem(FILE, line, f"{group.area} is no area", rule))
        if (group.grouping, group.area) in seen:
            found = f"{group.area} stands twice in the grouping {group.grouping}"
            problems.append(row_problem(FILE, line, found, "an area has one group in a grouping"))
        seen.add((group.grouping, group.area))
        groups.append(group)
    return groups, problems
