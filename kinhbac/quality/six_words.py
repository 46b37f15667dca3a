"""The six words of the national rule, and the measure that speaks for each.

Here: *đúng, đủ, sạch, sống, thống nhất, dùng chung*, in this order. Not here: how they are measured (the
mart ``quality``).
"""

from __future__ import annotations

SPEAKS = {
    "right": "cells_unrevised",
    "complete": "cells_complete",
    "clean": "right_first_time",
    "alive": "on_time",
    "consistent": "agreement",
    "shared": "described",
}
"""The measure that speaks for a word where there is room for one; a share of which more is better."""
