"""Groups of areas that are compared with each other: wards and rural communes, regions.

Here: ``area_groups.csv``. Not here: the groupings and the names of their groups
(``vocabulary.yml``), which composites use them (``methods.yml``).
"""

from __future__ import annotations

from kinhbac.csv_document import CsvDocument
from kinhbac.registry.areas.atlas import Area, AreaGroup
from kinhbac.registry.areas.cells import KEY, SLUG
from kinhbac.registry.areas.naming import tell_unknown_area

FILE = "area_groups.csv"
COLUMNS = {"grouping": SLUG, "area": KEY, "area_group": SLUG}


def find_groups(
    table: CsvDocument, keys: frozenset[str] | None, areas: dict[str, Area]
) -> list[AreaGroup]:
    """The groups of ``area_groups.csv``; what is wrong with it is told there.

    ``keys`` are the areas that are written, ``areas`` those whose rows are sound.
    """
    table.tell_twice("grouping", "area")
    for row in table.rows:
        tell_unknown_area(table, row, keys, "area")
    return [
        AreaGroup(**row.values, line=row.line) for row in table.rows if row.values["area"] in areas
    ]
