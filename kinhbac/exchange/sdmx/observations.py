"""The figures: observations in SDMX-CSV, one file an indicator.

Here: which cells are told and how, as rows and as lines. Not here: structures and metadata
(``structures``, ``metadata``), the same figures in XML (``datasets``).

A file an indicator, because that is how the tables of a release are divided: a corrected extract
rewrites the files of the indicators that it touched and no other. In CSV, because DuckDB writes
hundreds of thousands of its lines in a third of a second, and compressed, because they repeat
themselves; who needs XML makes it of these files. Every field is a key of the registry, a code or
a figure, and none needs quotes.
"""

from __future__ import annotations

import gzip
from functools import partial

import duckdb

from kinhbac.database import contents_of
from kinhbac.exchange.sdmx.components import DIMENSIONS, MEASURE, OF_OBSERVATION, OF_SERIES
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.queries import read_queries
from kinhbac.taken_over import NewFolder, fingerprint

QUERIES = read_queries(__file__)
SUFFIX = ".csv.gz"
ENVELOPE = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
"""What SDMX-CSV puts before the components of an observation."""
COLUMNS = (*ENVELOPE, *DIMENSIONS, MEASURE, *OF_SERIES, *OF_OBSERVATION)
LEVEL = 6
"""Of gzip: a seventh smaller than its first level; the ninth takes twice as long for a sixteenth."""


def write_observations(
    connection: duckdb.DuckDBPyConnection, dataflow: str, new: NewFolder, state: str
) -> None:
    """Write ``data/<indicator>.csv.gz`` for every indicator that has observations.

    ``dataflow`` is what SDMX-CSV
    names as structure: ``agency:id(version)``; ``state`` stands for all that a file is made of
    beside its cells. The same figures give the same bytes.
    """
    connection.execute(QUERIES["cells"])
    cells = contents_of(connection, "told_cells", "indicator")
    origins = {key: fingerprint(f"{state} {contents}") for key, contents in cells.items()}
    changed = [key for key, origin in origins.items() if not new.has(_path(key), origin)]
    lines = _read_lines(connection, dataflow, changed)
    for indicator, origin in sorted(origins.items()):
        if indicator in lines or indicator not in changed:
            new.write(_path(indicator), origin, partial(_compress, lines.get(indicator, "")))


def _path(indicator: str) -> str:
    return f"data/{indicator}{SUFFIX}"


def _compress(lines: str) -> bytes:
    return gzip.compress(f"{','.join(COLUMNS)}\n{lines}\n".encode(), LEVEL, mtime=0)


def _read_lines(
    connection: duckdb.DuckDBPyConnection, dataflow: str, indicators: list[str]
) -> dict[str, str]:
    """The lines of each of these indicators that has any."""
    if not indicators:
        return {}
    _lay_down_mapping(connection)
    asked = {"dataflow": dataflow, "indicators": indicators}
    return dict(connection.execute(QUERIES["lines"], asked).fetchall())


def _lay_down_mapping(connection: duckdb.DuckDBPyConnection) -> None:
    mapping = read_mapping()
    states = [{"state": state, **told.model_dump()} for state, told in mapping.states.items()]
    vintages = [{"vintage": vintage, "code": code} for vintage, code in mapping.vintages.items()]
    kinds = [{"kind": kind.value, "code": code} for kind, code in mapping.frequencies.items()]
    keys = connection.execute("select distinct area from areas").fetchall()
    areas = [{"area": area, "code": mapping.area(area)} for (area,) in keys]
    connection.execute(QUERIES["states"], {"rows": states})
    connection.execute(QUERIES["vintages"], {"rows": vintages})
    connection.execute(QUERIES["frequencies"], {"rows": kinds})
    connection.execute(QUERIES["areas"], {"rows": areas})
