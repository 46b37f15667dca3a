"""Questions in SQL, each in a file beside the module that asks it.

Here: reading ``<module>.sql``, in which ``-- name: …`` begins a question and ``;`` ends it. Not
here: asking them (``database``), models of the warehouse (dbt).
"""

from __future__ import annotations

import re
from pathlib import Path

NAME = re.compile(r"^-- name: (.+)\n", re.MULTILINE)


def read_queries(module: str) -> dict[str, str]:
    """Name → question, from the file beside ``module`` (its ``__file__``), in their order.

    Raises ValueError when a name stands twice, text stands before the first name, or a question
    does not end.
    """
    path = Path(module).with_suffix(".sql")
    before, *parts = NAME.split(path.read_text(encoding="utf-8"))
    names, questions = parts[::2], [text.strip() for text in parts[1::2]]
    if before.strip() or len(set(names)) < len(names):
        raise ValueError(f"{path.name}: every question has a name of its own, «-- name: …»")
    if endless := [n for n, text in zip(names, questions, strict=True) if text[-1:] != ";"]:
        raise ValueError(f"{path.name}: «;» ends a question, also {', '.join(endless)}")
    return {n: text[:-1].rstrip() for n, text in zip(names, questions, strict=True)}
