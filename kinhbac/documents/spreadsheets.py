"""Cells of files that spreadsheet programs open.

Here: keeping a text from being taken for a formula, in how many digits a figure is shown. Not here:
which cells there are.
"""

from __future__ import annotations

from kinhbac.digits import decimals_of

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def harmless(text: str) -> str:
    """The text, quoted where a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def number_format(value: float, decimals: int | None = None) -> str:
    """The format that shows a figure in the digits in which a page does: those of its size, or
    ``decimals``; the cell keeps it to its last digit.

    >>> number_format(78.9114), number_format(1234.5, 2), number_format(5.0, 2)
    ('#,##0.0', '#,##0.00', '#,##0')
    """
    shown = decimals_of(value) if decimals is None else decimals
    # «5,» would stand where decimals may be none
    is_whole = float(value).is_integer()
    return "#,##0" if is_whole or not shown else f"#,##0.{'0' * shown}"
