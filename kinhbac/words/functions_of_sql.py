"""Functions that SQL asks by name for what people read.

Here: what they are, and how a connection is given them. Not here: the rules that they follow
(``digits``), dbt's way of being given them (``checks.dbt_functions``).
"""

from __future__ import annotations

import duckdb.func
import duckdb.sqltypes as of

from kinhbac.digits import decimals_apart, rounded


def number_in_digits(
    figure: float | None, apart_from: float | None, decimals: int | None
) -> str | None:
    """A figure as English writes it, without zeros at its end; nothing of no figure.

    ``apart_from``: a figure that it may not look like, unless it is the same; ``decimals``: those
    of its indicator.

    >>> number_in_digits(1234.5, None, 1), number_in_digits(94.96, 95, None)
    ('1,234.5', '94.96')
    """
    if figure is None:
        return None
    shown = decimals_apart(figure, apart_from, decimals)
    # A whole figure is written with one decimal as well: of none its own zeros would go.
    return f"{rounded(figure, shown):,.{max(shown, 1)}f}".rstrip("0").rstrip(".")


def give_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Let SQL on a connection, and on what is opened of its database, ask them."""
    connection.create_function(
        "number_in_digits",
        number_in_digits,
        [of.DOUBLE, of.DOUBLE, of.INTEGER],
        of.VARCHAR,
        null_handling=duckdb.func.FunctionNullHandling.SPECIAL,
    )
