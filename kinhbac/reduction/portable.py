"""SQL that two engines compute alike.

Here: which constructs a count may use, and the same count in the SQL of Spark. Not here: what is
counted (``selects``), running it (``embedded``, ``spark_connect``).

A construct is in the list when DuckDB and Spark give the same answer for every input, to the last
digit; a test asks both. What is left out differs somewhere: a window or an order in where nulls
stand, a plain division and a float in the last bits of a sum, an interval in what it may do, a
cast to a whole number in how it rounds, a date as text in how it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from kinhbac.problems import Problem

RULE = "a count is made of what DuckDB and Spark compute alike (sources/README.md)"
AGGREGATES = (exp.Count, exp.Sum)
"""What adds up over extracts."""
ALIKE: tuple[type[exp.Expr], ...] = (
    *(exp.Select, exp.From, exp.Where, exp.Group, exp.With, exp.CTE, exp.Subquery),
    *(exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Join),
    *(exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Var),
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is),
    *(exp.In, exp.Between, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Like, exp.StartsWith),
    *(exp.Case, exp.If, exp.Coalesce, exp.Nullif),
    *(exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.IntDiv, exp.Mod, exp.Abs),
    *(exp.Cast, exp.DataType, exp.DataTypeParam, exp.TimestampTrunc, exp.DateTrunc),
    *(exp.Year, exp.Month, exp.Day, exp.Lower, exp.Upper, exp.Substring, exp.Length),
    *(*AGGREGATES, exp.Filter, exp.Min, exp.Max),
)
ALIKE_BY_ANOTHER_NAME = {"epoch_us": "unix_micros"}
"""Functions that sqlglot does not know: DuckDB's name and Spark's."""
INSTANT = exp.DataType.build("timestamp", dialect="spark")
CASTS = (exp.DataType.Type.DATE, exp.DataType.Type.DECIMAL)
MOMENTS = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ)
"""What «timestamp '2026-01-01 00:00:00'» is cast to."""
REMEDIES: dict[type[exp.Expr], str] = {
    exp.TimeToUnix: "count in microseconds, «epoch_us(column)»",
    exp.Div: "divide the whole sum by a whole number, or by «//» for whole numbers",
    exp.Round: "cast to a decimal",
    exp.CountIf: "count(*) filter (where …)",
    exp.DateDiff: "subtract «epoch_us» of the two times",
    exp.Interval: "subtract «epoch_us» of the two times",
}


def line_of(node: exp.Expr) -> int:
    """The line on which a construct stands: its own, or the first of what it is made of."""
    lines = [part.meta["line"] for part in node.walk() if "line" in part.meta]
    if "line" in node.meta or not lines:
        return int(node.meta.get("line", 1))
    return int(min(lines))


def find_foreign(tree: exp.Expr, columns: dict[str, str]) -> Iterator[Problem]:
    """Every construct of a parsed count that is not alike on both engines, with its line.

    ``columns`` are those of the records, by name, with their types as DuckDB calls them.
    """
    for node in tree.walk():
        if found := _what_differs(node):
            remedy = REMEDIES.get(type(node), "say it with what is in the list there")
            yield Problem(found, RULE, remedy, line=line_of(node), check="portable")
    yield from _arithmetic_of_times(tree, columns)


def _what_differs(node: exp.Expr) -> str:
    """What of one construct, without its parts, is not alike; or nothing."""
    said = node.sql("duckdb")[:80]
    if isinstance(node, exp.Anonymous):
        known = node.name.lower() in ALIKE_BY_ANOTHER_NAME
        plain = len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Column)
        return "" if known and plain else f"«{said}» is no function that both know"
    if not isinstance(node, ALIKE):
        return f"«{said}» is not computed alike"
    if isinstance(node, exp.Cast):
        written = isinstance(node.this, exp.Literal) and node.to.this in MOMENTS
        if node.to.this not in CASTS and not written:
            return f"a cast to {node.to.sql('duckdb')} is not computed alike"
    if isinstance(node, exp.IntDiv | exp.Mod):
        by = node.expression
        if not (isinstance(by, exp.Literal) and by.is_int and int(by.name)):
            return f"«{said}» divides by what may be zero"
    if isinstance(node, exp.Literal) and node.is_string and "\\" in node.name:
        return f"«{said}» holds a backslash, which is a sign in one and a letter in the other"
    return ""


TEMPORAL = (*exp.DataType.TEMPORAL_TYPES, exp.DataType.Type.INTERVAL)


def _arithmetic_of_times(tree: exp.Expr, columns: dict[str, str]) -> Iterator[Problem]:
    schema: dict[str, Any] = {"records": columns}
    try:
        typed = annotate_types(
            qualify(tree.copy(), schema=schema, dialect="duckdb", validate_qualify_columns=False),
            schema=schema,
            dialect="duckdb",
        )
    except SqlglotError:
        return  # a name that nobody knows, which DuckDB tells better
    for node in typed.find_all(exp.Add, exp.Sub, exp.Mul, exp.Neg):
        parts = [node.this, node.args.get("expression")]
        if any(part is not None and part.is_type(*TEMPORAL) for part in parts):
            found = f"«{node.sql('duckdb')[:80]}» is arithmetic of times"
            remedy = REMEDIES[exp.Interval]
            yield Problem(found, RULE, remedy, line=line_of(node), check="portable")


def write_spark(tree: exp.Expr) -> str:
    """The same count in Spark's SQL. Raises sqlglot's UnsupportedError where there is none."""
    tree = tree.copy()
    for function in tree.find_all(exp.Anonymous):
        function.set("this", ALIKE_BY_ANOTHER_NAME[function.name.lower()])
        [time] = function.expressions  # without a zone; the session's is UTC
        function.set("expressions", [exp.cast(time, INSTANT)])
    for select in tree.find_all(exp.Select):
        group = select.args.get("group")
        if group and group.args.get("all"):  # not every engine of that kind knows «all»
            kept = [told.unalias() for told in select.expressions if not told.find(exp.AggFunc)]
            select.set("group", exp.Group(expressions=[one.copy() for one in kept]))
    return tree.sql("spark", unsupported_level=ErrorLevel.RAISE)
