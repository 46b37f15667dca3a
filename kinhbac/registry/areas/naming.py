"""Areas as other rows name them.

Here: what it means that a row names no area. Not here: which areas there are (``area_files``).
"""

from __future__ import annotations

from kinhbac.csv_document import CsvDocument, CsvRow
from kinhbac.spelling import fold_header


def tell_unknown_area(
    table: CsvDocument, row: CsvRow, keys: frozenset[str] | None, *columns: str
) -> None:
    """Tell of each column of ``row`` that names what is none of ``keys``, the areas written.

    An area whose own row has a mistake is named rightly: its mistake is told there. Where nobody
    can tell which areas are written (None), nothing is told.
    """
    for column in columns if keys is not None else ():
        key = row.values[column]
        if key and fold_header(key) not in (keys or ()):
            rule, remedy = "every area stands in areas.csv", "add it there, or correct the key"
            table.tell(row.line, column, f"{key} is no area", rule, remedy)
