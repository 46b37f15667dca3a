"""What became of areas that ended: whole, or in shares.

Here: ``area_successions.csv`` and what must hold in it. Not here: what follows from it for
every area (``area_parts``).
"""

from __future__ import annotations

from collections import Counter

from kinhbac.csv_document import CsvDocument
from kinhbac.registry.areas.atlas import Area, Succession
from kinhbac.registry.areas.cells import KEY, SHARE_OR_NONE, SLUG_OR_NONE
from kinhbac.registry.areas.naming import tell_unknown_area
from kinhbac.spelling import fold_header

FILE = "area_successions.csv"
COLUMNS = {
    "predecessor": KEY,
    "successor": KEY,
    "share_of": SLUG_OR_NONE,
    "share": SHARE_OR_NONE,
}


def find_successions(
    table: CsvDocument, keys: frozenset[str] | None, areas: dict[str, Area]
) -> list[Succession]:
    """The successions of ``area_successions.csv``; what is wrong with it is told there.

    ``keys`` are the areas that are written, ``areas`` those whose rows are sound.
    """
    found: list[Succession] = []
    of_area: dict[str, list[Succession]] = {}
    first_line: dict[str, int] = {}
    for row in table.rows:
        tell_unknown_area(table, row, keys, "predecessor", "successor")
        entry = Succession(**row.values)
        if entry.predecessor in areas and entry.successor in areas:
            found.append(entry)
            of_area.setdefault(entry.predecessor, []).append(entry)
            first_line.setdefault(entry.predecessor, row.line)
            _tell_of_days(table, row.line, areas[entry.predecessor], areas[entry.successor])
    written = Counter(fold_header(row.get("predecessor", "")) for row in table.written or ())
    known = table.names("predecessor") is not None
    for before, own in of_area.items():
        # Shares add up once every row of the area is sound.
        if known and len(own) == written[before]:
            for fault, rule in _uneven(before, own):
                table.tell(first_line[before], "share", fault, rule, "correct the rows")
    return found


def _tell_of_days(table: CsvDocument, line: int, before: Area, after: Area) -> None:
    ended, begun = before.valid_to, after.valid_from
    if ended is None or begun is None or (begun - ended).days != 1:
        table.tell(
            line,
            "successor",
            f"{before.area} ends on {ended or 'no day'}, {after.area} begins on "
            f"{begun or 'no day'}",
            "a successor begins on the day after its predecessor ends",
            "correct the row, or the days in areas.csv",
        )


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
