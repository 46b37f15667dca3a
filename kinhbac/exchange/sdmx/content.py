"""What of a release the structures and the metadata speak of.

Here: the province, its areas and its published indicators, as rows. Not here: figures
(``observations``), how any of it is said in SDMX (``structures``, ``metadata``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from kinhbac.database import read_rows
from kinhbac.exchange.sdmx.mapping import read_mapping
from kinhbac.queries import read_queries
from kinhbac.registry.declared.entries import Name

QUERIES = read_queries(__file__)
Row = dict[str, Any]


@dataclass(frozen=True)
class Content:
    """A release as its structures see it.

    ``maintainer`` is the agency of SDMX that maintains them; ``signed`` the day of the newest
    sign-off: a structure says nothing newer, so that the same one has the same bytes.
    """

    signed: date
    maintainer: str
    province: Name
    areas: list[Row]
    indicators: list[Row]


def read_content(connection: duckdb.DuckDBPyConnection) -> Content | None:
    """Read it from the database of a release; None if that has no province on its day."""
    mapping = read_mapping()
    [(as_of,)] = connection.execute(QUERIES["day"]).fetchall()
    [(signed,)] = connection.execute(QUERIES["signed"], {"as_of": as_of}).fetchall()
    found = connection.execute(
        QUERIES["province"], {"as_of": as_of, "code_system": mapping.maintained_by}
    ).fetchall()
    if not found:
        return None
    [(area, name_vi, name_en, code)] = found
    return Content(
        signed=signed or as_of,
        maintainer=mapping.area(code or area),
        province=Name(vi=name_vi, en=name_en),
        areas=read_rows(connection, QUERIES["areas"]),
        indicators=read_rows(connection, QUERIES["indicators"]),
    )
