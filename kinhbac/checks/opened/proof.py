"""An open edition holds what is open and nothing else, proven from its files.

Here: an edition read as a stranger reads it (tables, workbooks, texts) and held against the release
that it was made of: what may be told, what may not be told, and what would follow from what is told.
Not here: writing it (``exchange.edition``), from which this knows nothing. The questions to its
figures stand beside this file (``proof.sql``).
"""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import duckdb
import polars as pl
from python_calamine import CalamineError

from kinhbac.checks.opened.sums import find_sums, find_withheld
from kinhbac.checks.opened.tables import find_strange_columns, read_listed, read_told
from kinhbac.checks.opened.texts import find_strange_files, find_words
from kinhbac.checks.proof import Breach, ask, breach_of
from kinhbac.database import attach, open_in_memory
from kinhbac.queries import read_queries
from kinhbac.registry import Registry
from kinhbac.registry.declared.publication import Opening

PROOFS = read_queries(__file__)
"""Rule → the figures that break it."""
FILES = "a file is one that an edition has, of an open indicator"
COLUMNS = "a table has the columns of an edition and no more"
WORDS = "no text names what is not open"
ADDRESSES = "no address of a person or office stands in it that is not declared for it"
DIFFERENCE = "no closed indicator is a sum, difference or ratio of open ones, nor part of one"
READABLE = "every table of an edition can be read"
WITHHELD = "no withheld figure is a sum, difference or ratio of figures beside it, nor part of one"
RULES = (*PROOFS, READABLE, FILES, COLUMNS, WORDS, ADDRESSES, DIFFERENCE, WITHHELD)


def prove_open(folder: Path, sealed: Path, registry: Registry, opening: Opening) -> list[Breach]:
    """Hold the edition in ``folder`` against ``sealed``, the database of a release.

    No breach is the proof.
    """
    try:
        if strange := find_strange_columns(folder):
            return [breach_of(COLUMNS, strange)]  # what has other columns is not read any further
        return _prove(folder, sealed, registry, opening)
    except (OSError, ValueError, BadZipFile, CalamineError, pl.exceptions.PolarsError) as error:
        return [breach_of(READABLE, [f"{error}"])]


def _prove(folder: Path, sealed: Path, registry: Registry, opening: Opening) -> list[Breach]:
    with open_in_memory() as connection:
        attach(connection, "sealed", sealed)
        open_ones = _lay_down(connection, folder, opening.simulated)
        words, addresses = find_words(connection, folder, registry, opening)
        found = {
            FILES: find_strange_files(folder, open_ones),
            WORDS: words,
            ADDRESSES: addresses,
            DIFFERENCE: find_sums(connection, registry),
            WITHHELD: find_withheld(connection, registry, opening.simulated),
        }
        given = {"simulated": opening.simulated, "kinds": sorted(opening.area_kinds)}
        breaches = ask(connection, PROOFS, given)
    return [*breaches, *(breach_of(rule, places) for rule, places in found.items() if places)]


def _lay_down(connection: duckdb.DuckDBPyConnection, folder: Path, simulated: bool) -> set[str]:
    """Tables for the questions: indicators that may be told, their sealed cells, what is told."""
    connection.execute(
        "create temp table open_indicators as "
        "select indicator from sealed.indicators "
        "where published and access = 'open' and (not synthetic or $simulated)",
        {"simulated": simulated},
    )
    connection.execute(
        "create temp table cells as select indicator, area, period, period_start, '_T' as breakdown, "
        "'_T' as category, value, state, synthetic from sealed.indicator_values "
        "semi join open_indicators using (indicator) union all "
        "select indicator, area, period, period_start, breakdown, category, value, state, synthetic "
        "from sealed.breakdown_values semi join open_indicators using (indicator)"
    )
    described = (read_listed(folder, table, "indicator") for table in ("_indicators", "_changes"))
    tables = {
        "told": read_told(folder),
        "listed": read_listed(folder, "_areas", "area"),
        "parted": read_listed(folder, "_categories", "breakdown", "category"),
        "described": pl.concat(described),
    }
    for name, rows in tables.items():
        connection.register(name, rows.to_arrow())
    connection.execute(
        "create temp table figures as select distinct indicator, area, period, breakdown, category "
        "from told where value is not null"
    )
    return {key for (key,) in connection.execute("from open_indicators").fetchall()}
