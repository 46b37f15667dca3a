"""What a source counts: the selects of its ``observations.sql``, read and proven.

Here: the file as parsed selects, what is wrong with it against the contract beside it. Not here:
which SQL is alike on all engines (``portable``), running it (``embedded``, ``spark_connect``).

A select reads one relation, ``records``: the named columns of the contract, ``area``, ``line`` and
``period_start``, the first day of the extract's own period. It gives ``area``, ``period_start``
and a column a data element. What it gives for one extract is added to what it gives for the
others, so that every figure is a count or an exact sum; a sum that is divided by a whole number
is divided when all is added up. Past 200 lines because a file is read and proven in one go: what is
wrong is told together, in the order of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb
from sqlglot import exp, parse_one, tokenize
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from kinhbac.database import open_locked
from kinhbac.problems import Problem, ProblemsFound
from kinhbac.reduction.portable import AGGREGATES, find_foreign, line_of, write_spark
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source
from kinhbac.registry.files import OBSERVATIONS

TYPES = {
    "text": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
GIVEN = {"area": "varchar", "line": "bigint", "period_start": "date"}
"""Columns that every record has beside those that the contract names."""
PLACE = ("area", "period_start")
DECIMALS = 6
"""Of a figure that is added up: more would not fit beside a thousand thousand million of them."""
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
SHAPE = "a select over records gives area, period_start and a column a data element"


@dataclass(frozen=True)
class Select:
    """One select as it is run, its data elements, and by what each is divided in the end."""

    tree: exp.Select
    per: dict[str, int]

    @property
    def elements(self) -> tuple[str, ...]:
        return tuple(self.per)


def select_from(select: Select, relation: str) -> exp.Select:
    """The parsed select over another relation than ``records``, which it goes on calling so."""
    tree = select.tree.copy()
    for table in tree.find_all(exp.Table):
        if table.name == "records":
            table.replace(exp.to_table(relation, alias=table.alias or "records"))
    return tree


def columns_of(source: Source) -> dict[str, str]:
    """The columns of ``records``, by name, with their types."""
    assert source.records, "only records are counted"
    named = {one.as_: TYPES[one.type] for one in source.records.columns.values() if one.as_}
    return named | GIVEN


def read_selects(registry: Registry, source: str) -> list[Select]:
    """What ``source`` counts. Raises ProblemsFound with all that is wrong with its file."""
    selects, problems = _read(registry.sources[source], registry.observations[source])
    if problems:
        file = f"{registry.folder.name}/{source}/{OBSERVATIONS}"
        raise ProblemsFound(file, [replace(problem, file=file) for problem in problems])
    return selects


def find_uncountable(registry: Registry) -> list[Problem]:
    """All that is wrong with what the sources of records say is counted."""
    problems: list[Problem] = []
    for source in registry.observations:
        try:
            read_selects(registry, source)
        except ProblemsFound as found:
            problems += found.problems
    return problems


@dataclass(frozen=True)
class _Statement:
    """One statement as it is written, and the line on which it begins."""

    text: str
    line: int

    def place(self, problem: Problem) -> Problem:
        """``problem`` with the line of the file, where it counts those of the statement."""
        return replace(problem, line=(problem.line or 1) + self.line - 1)


def _read(source: Source, text: str) -> tuple[list[Select], list[Problem]]:
    selects: list[Select] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    try:
        statements = list(_statements(text))
    except SqlglotError as error:
        return [], [_unreadable(error)]
    for statement in statements:
        select, found = _prove(source, statement)
        problems += [statement.place(problem) for problem in found]
        for element in select.elements if select else ():
            if element in first:
                problems.append(
                    Problem(
                        f"«{element}» is counted from line {first[element]} on too",
                        "a data element is counted by one select",
                        "remove one of the two",
                        line=statement.line,
                    )
                )
            first.setdefault(element, statement.line)
        selects += [select] if select else []
    absent = sorted(source.elements.keys() - first.keys())
    if absent and not problems:
        problems.append(
            Problem(
                f"no select gives {', '.join(absent)}",
                "every data element of records is counted (source.yml)",
                "write its column, or remove it from the contract",
            )
        )
    return selects, problems


def _statements(text: str) -> Iterator[_Statement]:
    """The statements of a file, each from its first word to its last."""
    tokens = tokenize(text, dialect="duckdb")
    begun = None
    for number, token in enumerate(tokens):
        ends = token.token_type is TokenType.SEMICOLON
        if begun is None and not ends:
            begun = token
        last = number == len(tokens) - 1
        if begun is not None and (ends or last):
            end = token.start if ends else token.end + 1
            yield _Statement(text[begun.start : end], begun.line)
            begun = None


def _unreadable(error: SqlglotError) -> Problem:
    told = (getattr(error, "errors", None) or [{}])[0]
    found = told.get("description") or str(error).partition("\n")[0]
    near = f" near «{told['highlight']}»" if told.get("highlight") else ""
    return Problem(
        f"{found}{near}",
        "the file holds selects in the SQL of DuckDB, each ended by «;»",
        "correct the syntax",
        line=told.get("line") or 1,
    )


def _prove(source: Source, statement: _Statement) -> tuple[Select | None, list[Problem]]:
    """A statement as a select; what is wrong with it, by the lines of the statement."""
    try:
        tree = parse_one(statement.text, dialect="duckdb")
    except SqlglotError as error:
        return None, [_unreadable(error)]
    if not isinstance(tree, exp.Select):
        return None, [Problem("it is no plain select", SHAPE, "write a select")]
    problems = list(_strange_relations(tree))
    divided, per = _undivided(tree)
    problems += list(find_foreign(divided, columns_of(source)))
    if problems:  # nothing else is ever run
        return None, problems
    select = Select(divided, per)
    problems = [*_what_does_not_add_up(divided), *_bind(source, statement, select)]
    try:
        write_spark(divided)
    except SqlglotError as error:
        problems.append(Problem(str(error), SHAPE, "say it in another way", check="portable"))
    return select, problems


def _strange_relations(tree: exp.Select) -> Iterator[Problem]:
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    rule = "a select reads «records», and what it makes of them under other names"
    if "records" in own:
        yield Problem("«records» is defined anew", rule, "give it another name")
    for table in tree.find_all(exp.Table):
        plain = isinstance(table.this, exp.Identifier) and not table.db
        if not plain or table.name not in {"records", *own}:
            found = f"it reads «{table.sql('duckdb')}»"
            yield Problem(found, rule, "read «records»", line=line_of(table))


def _undivided(tree: exp.Select) -> tuple[exp.Select, dict[str, int]]:
    """The select without its last divisions, and by what each data element is divided."""
    tree = tree.copy()
    per: dict[str, int] = {}
    for told in tree.expressions:
        name, value = told.alias_or_name, told.unalias()
        if name in PLACE:
            continue
        per[name] = 1
        by = value.expression if isinstance(value, exp.Div) else None
        if isinstance(by, exp.Literal) and by.is_int and int(by.name):
            per[name] = int(by.name)
            value.replace(value.this.copy())
    return tree, per


def _what_does_not_add_up(tree: exp.Select) -> Iterator[Problem]:
    for told in tree.expressions:
        for used in told.find_all(exp.AggFunc):
            distinct = used.find(exp.Distinct)
            if not isinstance(used, AGGREGATES) or distinct:
                yield Problem(
                    f"«{used.sql('duckdb')}» of two extracts does not add up",
                    "what is counted in each extract is added up",
                    "give counts and sums, and divide one by the other in an indicator",
                    line=line_of(told),
                )


def _bind(source: Source, statement: _Statement, select: Select) -> Iterator[Problem]:
    """What DuckDB says of a select against the contract: names, types."""
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns_of(source).items())
    try:
        with open_locked() as connection:
            connection.execute(f"create table records ({listed})")
            connection.execute(f"describe {statement.text}")  # its lines are those of the file
            given = connection.execute(f"describe {select.tree.sql('duckdb')}").fetchall()
    except duckdb.Error as error:
        line = re.search(r"LINE (\d+):", str(error))
        yield Problem(
            str(error).partition("\n")[0],
            f"records have the columns {', '.join(columns_of(source))} (source.yml)",
            "correct the select, or declare the column",
            line=int(line[1]) if line else 1,
        )
        return
    lines = {told.alias_or_name: line_of(told) for told in select.tree.expressions}
    kinds = {name: kind for name, kind, *_ in given}
    if absent := [name for name in PLACE if name not in kinds]:
        yield Problem(f"it gives no {' and no '.join(absent)}", SHAPE, "add it")
    if kinds.get("period_start", "DATE") not in ("DATE", "TIMESTAMP"):
        found = f"period_start is {kinds['period_start']}"
        remedy = "give a day of the period, «date_trunc('month', column)»"
        yield Problem(found, SHAPE, remedy, line=lines["period_start"])
    yield from _strange_elements(source, {n: k for n, k in kinds.items() if n not in PLACE}, lines)


def _strange_elements(
    source: Source, kinds: dict[str, str], lines: dict[str, int]
) -> Iterator[Problem]:
    declared = source.elements
    for name, kind in kinds.items():
        if name not in declared:
            yield Problem(
                f"«{name}» is no data element of this source",
                "a column of figures is named after what the contract declares (source.yml)",
                "declare it under data_elements, or correct the name",
                line=lines.get(name),
            )
        elif not _adds_up_exactly(kind):
            yield Problem(
                f"«{name}» is {kind}, of which a sum depends on its order",
                f"figures are whole, or decimals of at most {DECIMALS} places",
                "cast what is added up to a decimal",
                line=lines.get(name),
            )
    of_one_kind = {declared[name].frequency for name in kinds if name in declared}
    if len(of_one_kind) > 1:
        yield Problem(
            "its data elements are of several kinds of period",
            "a select counts by one kind of period (source.yml: frequency)",
            "write a select for each",
        )


def _adds_up_exactly(kind: str) -> bool:
    decimal = re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", kind)
    return kind in WHOLE or bool(decimal and int(decimal[1]) <= DECIMALS)
