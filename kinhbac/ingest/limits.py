"""How large and how involved a delivered file may be, all of it in one place.

Here: the limits and what is said when one is reached. Not here: where they are asked; each
reader asks before it reads on, of what it is about to take into memory. All lie far beyond
what an honest delivery needs, so that they are met by accidents and by harm alone.
"""

from __future__ import annotations

from kinhbac.problems import Problem, ProblemFound

MEBIBYTE = 1 << 20
FILE = 65_536 * MEBIBYTE
"""Bytes of a file that is read piece by piece: two hundred million records of one line each."""
DOCUMENT = 64 * MEBIBYTE
"""Bytes of a JSON document, which is one piece; JSON lines have no such limit."""
ROWS = 500_000_000
"""Rows of a file, however long it is."""
COLUMNS = 16_384
"""Columns of a file: as many as a worksheet has."""
LINE = 2_000_000
"""Bytes of one line of text."""
NESTING = 32
"""Objects inside objects in one record."""
SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
"""What a worksheet has by its format."""
CELLS = 18 * SHEET_ROWS
"""Cells of the rectangle that holds everything in a sheet: all its rows have 18 columns, 100,000 rows
have 188."""
PART = 2_048 * MEBIBYTE
"""Bytes to which one part of a workbook may unpack: a full sheet takes half of it."""
TEXTS = 512 * MEBIBYTE
"""Bytes to which the texts of a workbook, of which all its sheets share one part, may unpack."""
WORKBOOK = 3_072 * MEBIBYTE
"""Bytes to which all parts of a workbook together may unpack."""
MEMORY = 3_072 * MEBIBYTE
"""Bytes that a file may take of its reader's memory, beside what an idle reader holds."""
SECONDS, BYTES_A_SECOND = 60, MEBIBYTE
"""For which its reader may be waited for: so many, and one more for so many bytes. Files are read
at ten times that pace and more; a machine may be busy."""
FEW_ROWS, ROWS_OF_A_BYTE = 2_000_000, 4
"""Rows that any file may give, and how many more for each of its bytes: a row that differs from
all others takes a byte, however well it is packed."""

FIGURE = 2**53
"""What a figure stays below, and above when it is negative: 9,007,199,254,740,992. Up to here every
whole number is itself in a column of floating point, which is what the warehouse computes with;
beyond it 9,007,199,254,740,993 would be another one. A million such figures add up to less than
the 1e22 at which the warehouse gives up a sum (``dbt_project/macros/figures.sql``)."""


class Unreadable(ProblemFound):
    """The file as a whole cannot be read; ``beside`` is what else is to be said of it."""

    beside: tuple[Problem, ...] = ()


def hold(
    what: str, found: int, limit: int, unit: str, remedy: str, line: int | None = None
) -> None:
    """Let ``found`` pass if it is within ``limit``.

    Raises Unreadable, which says how much was found, what is allowed and what to do.
    """
    if found > limit:
        raise Unreadable(
            f"{what} {found:,} {unit}", f"at most {limit:,} {unit} are read", remedy, line
        )


def seconds_for(size: int) -> int:
    """How long a reader of so many bytes is waited for.

    >>> seconds_for(0), seconds_for(1_200 * MEBIBYTE)
    (60, 1260)
    """
    return SECONDS + size // BYTES_A_SECOND


def rows_for(size: int) -> int:
    """How many rows so many bytes may give."""
    return min(ROWS, FEW_ROWS + ROWS_OF_A_BYTE * size)


def in_bytes(count: int) -> str:
    """A size as people say it.

    >>> in_bytes(800_000_000)
    '763 MiB'
    """
    return f"{count / MEBIBYTE:,.0f} MiB" if count >= MEBIBYTE else f"{count:,} bytes"
