"""The quality report of each source as a metadata set: measures of the table ``quality``, and what people wrote.

Here: a report a source with the concepts of SIMS 2.0 (Eurostat 2015) that this house has, of the newest
quarter that has ended; what is not known of a source is not in its report. Not here: the same for
people (the page of a source), which concepts there are (``components``), writing (``messages``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from kinhbac.database import read_rows
from kinhbac.exchange.sdmx.components import QUALITY_FLOW, urn_of_code, urn_of_metadataflow
from kinhbac.exchange.sdmx.content import Content, Row
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.exchange.sdmx.names import Names
from kinhbac.periods import Period, PeriodKind
from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import Name

if TYPE_CHECKING:
    from pysdmx.model import MetadataAttribute, MetadataReport

from kinhbac.words.catalogue import CODES

QUERIES = read_queries(__file__)


@dataclass(frozen=True)
class Measured:
    """A release as its quality reports see it: rows of sources, measures and written concepts."""

    quarter: date
    sources: list[Row]
    measures: list[Row]
    written: list[Row]


def read_measured(connection: duckdb.DuckDBPyConnection) -> Measured | None:
    """Read it from the database of a release; None where nothing is known of any source (a message
    without a report is none), and of what leaves the province, which has no such tables."""
    if not connection.execute(QUERIES["measures_quality"]).fetchall():
        return None
    [(quarter,)] = connection.execute(QUERIES["day"]).fetchall()
    measures = read_rows(connection, QUERIES["measured"], quarter)
    written = read_rows(connection, QUERIES["written"])
    if not measures and not written:
        return None
    return Measured(quarter, read_rows(connection, QUERIES["sources"]), measures, written)


def describe_quality(content: Content, measured: Measured, names: Names) -> list[MetadataReport]:
    """A report a source of which something is known."""
    from pysdmx.model import MetadataReport

    found = [(row, tuple(_attributes(row["source"], measured, names))) for row in measured.sources]
    return [
        MetadataReport(
            id=row["source"],
            name=names.mark(Name(vi=row["name_vi"], en=row["name_en"])),
            agency=content.maintainer,
            version=read_mapping().versions["metadata_sets"],
            metadataflow=urn_of_metadataflow(content, QUALITY_FLOW),
            targets=(urn_of_code(content, "DATA_SOURCE", row["source"]),),
            attributes=attributes,
        )
        for row, attributes in found
        if attributes
    ]


def _attributes(source: str, measured: Measured, names: Names) -> Iterator[MetadataAttribute]:
    from pysdmx.model import MetadataAttribute

    texts = {row["concept"]: row for row in measured.written if row["source"] == source}
    for concept, row in texts.items():
        said = tuple(names.mark(row[f"text_{code}"]) for code in CODES if row[f"text_{code}"])
        yield MetadataAttribute(id=concept.upper(), value=said)
    told = [row for row in measured.measures if row["source"] == source]
    if told:
        period = Period(measured.quarter, PeriodKind.QUARTER).label
        yield MetadataAttribute(id="QUALITY_PERIOD", value=period)
    for row in told:
        yield MetadataAttribute(id=row["measure"].upper(), value=str(row["value"]))
