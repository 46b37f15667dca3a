"""Text in files that spreadsheet programs open.

Here: keeping a cell from being taken for a formula. Not here: which cells there are.
"""

from __future__ import annotations

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def harmless(text: str) -> str:
    """The text, quoted where a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
