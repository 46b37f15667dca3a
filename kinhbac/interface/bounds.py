"""How much one question may ask, take and get.

Here: the numbers. Not here: who holds to them (``questions``, ``shelf``, ``server``).
"""

from __future__ import annotations

from dataclasses import dataclass

ROWS = 1_000
"""Rows of an answer, unless it asks for others."""
MOST_ROWS = 10_000
"""Rows of an answer at most; the next ones are the next page."""
MOST_SKIPPED = 100_000_000
"""Rows before the first of a page: more than any release has."""
MOST_NAMED = 200
"""Keys that one filter may name."""
MOST_CELLS = 1_000_000
"""Cells of a cube, told or empty: whoever reads JSON-stat may lay them all out."""
LONGEST_ADDRESS = 8_192
"""Bytes of path and query together."""
SECONDS = 5
"""How long the database may work on a question."""
MEGABYTES = 512
"""What the database of one release may hold in memory."""
AT_ONCE = 4
"""Questions that the database of one release works on together; others wait for their turn."""
WAITING = 5
"""Seconds that a question waits for its turn."""
KEPT = 300
"""Seconds for which a release that is no longer in force answers who leafs through it."""
KEPT_RELEASES = 2
"""How many releases that are no longer in force are kept open."""
CONNECTIONS = 100
"""Callers at once; more are sent away with 503."""


@dataclass(frozen=True)
class Bounds:
    """What the database of one release may take for a question, and hold in memory."""

    seconds: float
    megabytes: int


OF_STRANGERS = Bounds(SECONDS, MEGABYTES)
