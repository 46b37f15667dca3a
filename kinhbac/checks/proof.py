"""One data – one source – one owner, proven from published tables alone.

Here: the questions that a release must answer with no rows, whatever was checked before
it was sealed. Not here: checks on the candidate (``acceptance``). Each question reads only
tables of the release, so anybody can ask them of any release, at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from kinhbac.database import read_warehouse
from kinhbac.queries import read_queries


@dataclass(frozen=True)
class Breach:
    """A question that was answered with rows: the rule, how many, the first three."""

    rule: str
    rows: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {self.rows} rows break it, such as {'; '.join(self.examples)}"


PROOFS = read_queries(__file__)
"""Rule → the rows that break it."""


def prove_rule(warehouse: Path) -> list[Breach]:
    """Ask every question of the release in ``warehouse``; no breach is the proof."""
    breaches = []
    with read_warehouse(warehouse) as connection:
        for rule, question in PROOFS.items():
            try:
                answer = connection.execute(question)
            except duckdb.Error as error:
                # A release without the tables or columns that prove the rule does not prove it.
                breaches.append(Breach(rule, 0, (f"it cannot be asked: {error}",)))
                continue
            names = [column[0] for column in answer.description or ()]
            rows = answer.fetchall()
            if rows:
                examples = tuple(
                    ", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=True))
                    for row in sorted(rows, key=str)[:3]
                )
                breaches.append(Breach(rule, len(rows), examples))
    return breaches
