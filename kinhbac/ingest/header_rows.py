"""Names of columns from the rows of a header.

Here: merged cells filled, rows joined, names that stand once. Not here: which of them a contract
means (``headings``), reading rows (``delimited_text``, ``worksheets``).
"""

from __future__ import annotations

from collections.abc import Sequence

from kinhbac.ingest.headings import find_twice, tell_spellings
from kinhbac.ingest.limits import COLUMNS, Unreadable, hold
from kinhbac.ingest.text import normalise
from kinhbac.registry.declared.contract import Delivery

OWN_NAMES = "each column has its own name, in every spelling"
CORRECT_HEADER = "correct the header, or «title_rows» and «header_rows» in the contract"
NEW_NAMES = "take what the contract does not name out of the file"


class Headless(Unreadable):
    """No header stands where one is promised."""


def join_header(rows: Sequence[Sequence[str]], delivery: Delivery) -> list[str]:
    """One name a column from one or more header rows, merged cells already filled.

    Raises Headless where there is no name or one name twice, Unreadable for too many of them.
    """
    line = delivery.title_rows + 1
    names = join_cells(rows)
    while names and not names[-1]:
        names.pop()
    hold("the header has", len(names), COLUMNS, "columns", NEW_NAMES, line)
    if not names:
        raise Headless("there is no header", OWN_NAMES, CORRECT_HEADER, line)
    prove_distinct(names, line)
    return names


def join_cells(rows: Sequence[Sequence[str]]) -> list[str]:
    """What stands below each other in rows of one width, joined; said again it is not."""
    names = []
    for cells in zip(*rows, strict=True):
        parts: list[str] = []
        for cell in cells:
            text = normalise(cell)
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        names.append(" / ".join(parts))
    return names


def fill_right(row: list[str], last: bool) -> list[str]:
    """A merged header cell names all the columns that it spans; the last row spans none."""
    if last:
        return row
    filled, current = [], ""
    for cell in row:
        current = cell or current
        filled.append(current)
    return filled


def prove_distinct(names: Sequence[str], line: int | None = None) -> None:
    """Raises Headless where a name stands twice, in one spelling or in two."""
    if twice := find_twice(names):
        found = "the header names this twice"
        raise Headless(found, OWN_NAMES, CORRECT_HEADER, line, tell_spellings(twice))
