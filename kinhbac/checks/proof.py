"""One data – one source – one owner, proven from published tables alone.

Here: the questions that a release must answer with no rows, whatever was checked before
it was sealed. Not here: checks on the candidate (``acceptance``). Each question reads only
tables of the release, so anybody can ask them of any release, at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
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
"""Rule → the rows that break it; of finite numbers the columns that are looked through."""
FINITE = "every number is finite"


def prove_rule(warehouse: Path, held_to: Collection[str] = PROOFS.keys()) -> list[Breach]:
    """Ask every question of the release in ``warehouse``; no breach is the proof.

    ``held_to``: the rules to which it was held when it was sealed. One from before a rule was made
    has not broken it.
    """
    asked = {r: question for r, question in PROOFS.items() if r in held_to and r != FINITE}
    with read_warehouse(warehouse) as connection:
        breaches = ask(connection, asked)
        return breaches + (_find_infinite(connection) if FINITE in held_to else [])


def _find_infinite(connection: duckdb.DuckDBPyConnection) -> list[Breach]:
    """Numbers that are infinite or none (``inf``, ``nan``), by table and column."""
    found: list[str] = []
    for table, columns in connection.execute(PROOFS[FINITE]).fetchall():
        # Of all numbers NaN is taken for the largest.
        ends = ", ".join(f'max("{column}"), min("{column}")' for column in columns)
        told = connection.execute(f'select {ends} from "{table}"').fetchone() or ()
        for number, column in enumerate(columns):
            odd = {str(e) for e in told[2 * number :][:2] if e is not None and not isfinite(e)}
            found += [f"{table}.{column}: {', '.join(sorted(odd))}"] if odd else []
    return [breach_of(FINITE, found)] if found else []


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
