"""One data – one source – one owner, proven from published tables alone.

Here: the questions that a release must answer with no rows, whatever was checked before
it was sealed. Not here: checks on the candidate (``acceptance``). Each question reads only
tables of the release, so anybody can ask them of any release, at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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


def prove_rule(warehouse: Path, held_to: Collection[str] = PROOFS.keys()) -> list[Breach]:
    """Ask every question of the release in ``warehouse``; no breach is the proof.

    ``held_to``: the rules to which it was held when it was sealed. One from before a rule was made
    has not broken it.
    """
    asked = {rule: question for rule, question in PROOFS.items() if rule in held_to}
    with read_warehouse(warehouse) as connection:
        return ask(connection, asked)


def ask(
    connection: duckdb.DuckDBPyConnection,
    questions: Mapping[str, str],
    given: Mapping[str, object] | None = None,
) -> list[Breach]:
    """The questions that are answered with rows; each is ``given`` what it names."""
    breaches = []
    for rule, question in questions.items():
        told = {name: said for name, said in (given or {}).items() if f"${name}" in question}
        try:
            answer = connection.execute(question, told)
        except duckdb.Error as error:
            # Tables or columns that are not there to prove the rule do not prove it.
            breaches.append(Breach(rule, 0, (f"it cannot be asked: {error}",)))
            continue
        names = [column[0] for column in answer.description or ()]
        rows = answer.fetchall()
        if rows:
            found = (
                ", ".join(f"{name} {cell}" for name, cell in zip(names, row, strict=True))
                for row in sorted(rows, key=str)
            )
            breaches.append(breach_of(rule, list(found)))
    return breaches


def breach_of(rule: str, found: Sequence[str]) -> Breach:
    """A rule that is broken in the places ``found``, of which three are shown."""
    return Breach(rule, len(found), tuple(found[:3]))
