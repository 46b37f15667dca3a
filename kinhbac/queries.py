"""Questions in SQL, each in a file beside the module that asks it.

Here: reading ``<module>.sql``, in which ``-- name: …`` begins a question. Not here: asking them
(``database``), models of the warehouse (dbt).
"""

from __future__ import annotations

import re
from pathlib import Path

NAME = re.compile(r"^-- name: (.+)\n", re.MULTILINE)


def read_queries(module: str) -> dict[str, str]:
    """Name → question, from the file beside ``module`` (its ``__file__``), in their order.

    Raises ValueError when a name stands twice or text stands before the first name.
    """
    path = Path(module).with_suffix(".sql")
    before, *parts = NAME.split(path.read_text(encoding="utf-8"))
    names = parts[::2]
    if before.strip() or len(set(names)) < len(names):
        raise ValueError(f"{path.name}: every question has a name of its own, «-- name: …»")
    return dict(zip(names, (text.strip() for text in parts[1::2]), strict=True))
