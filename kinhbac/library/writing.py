"""Figures as files for analysts: CSV, workbook, Parquet, SDMX-CSV, each with what it takes to read it.

Here: one file of any figures. Not here: which figures (``warehouse``), the files of the open edition
(``exchange.edition``). Texts are written as texts: what a spreadsheet would compute is quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Literal

import polars as pl

from kinhbac.data_folder import written_aside
from kinhbac.documents.books import Book, written_book
from kinhbac.documents.spreadsheets import harmless, number_format
from kinhbac.library.frames import CELLS
from kinhbac.library.sealed import SealedRelease
from kinhbac.library.warehouse import Lang, Warehouse
from kinhbac.problems import Refused
from kinhbac.words.catalogue import words_of

Format = Literal["csv", "xlsx", "parquet", "sdmx-csv"]
MOST_ROWS_OF_A_SHEET = 1_048_575
"""What a sheet of a workbook holds below its header."""
MEANING = (
    *("indicator", "name_vi", "name_en", "unit_vi", "unit_en", "formula", "purpose", "frequency"),
    *("source", "owner", "decision", "access", "licence", "synthetic"),
)
"""What is said of each indicator beside its figures."""


def write_figures(
    warehouse: Warehouse, figures: pl.DataFrame, form: Format, path: Path, lang: Lang = "vi"
) -> None:
    """Write ``figures``, rows of ``Warehouse.values``, into ``path``, whole or not at all.

    CSV has commas, decimal points and UTF-8, for machines; the workbook has a second sheet with what
    each indicator means; Parquet says release and day in its own metadata. Raises Refused where the
    form cannot hold them.
    """
    if form == "xlsx":
        _write_book(warehouse, figures, path, lang)
        return
    content = as_bytes(warehouse, figures, form)
    with written_aside(path) as aside:
        aside.write_bytes(content)


def as_bytes(
    warehouse: Warehouse, figures: pl.DataFrame, form: Literal["csv", "parquet", "sdmx-csv"]
) -> bytes:
    """The same as bytes, for what is no workbook."""
    match form:
        case "csv":
            return write_csv(figures)
        case "parquet":
            return _write_parquet(warehouse, figures)
        case "sdmx-csv":
            return write_sdmx_csv(warehouse, figures)


def write_csv(figures: pl.DataFrame) -> bytes:
    """A header and a line a figure; what is not known is empty."""
    texts = pl.col(pl.String).map_elements(harmless, return_dtype=pl.String)
    return figures.with_columns(texts).write_csv().encode()


def write_sdmx_csv(warehouse: Warehouse, figures: pl.DataFrame) -> bytes:
    """Observations as SDMX-CSV 2.0, as the interface and the sealed files have them."""
    if not isinstance(warehouse, SealedRelease):
        raise Refused(
            "SDMX-CSV is written from a release on this machine. Remedy: open a data folder or a copy "
            "of a release, or ask the interface itself (/values?format=sdmx-csv)."
        )
    return warehouse.sdmx_csv(figures.select(*CELLS))


def _write_parquet(warehouse: Warehouse, figures: pl.DataFrame) -> bytes:
    content = BytesIO()
    figures.write_parquet(
        content, metadata={"release": f"{warehouse.release}", "as_of": f"{warehouse.as_of}"}
    )
    return content.getvalue()


def _write_book(warehouse: Warehouse, figures: pl.DataFrame, path: Path, lang: Lang) -> None:
    if figures.height > MOST_ROWS_OF_A_SHEET:
        raise Refused(
            f"{figures.height:,} figures. Rule: a sheet holds {MOST_ROWS_OF_A_SHEET:,} rows. "
            "Remedy: name indicators, areas or --since, or take csv or parquet."
        )
    words = words_of(lang).edition
    told = warehouse.indicators().filter(
        pl.col("indicator").is_in(figures["indicator"].unique().to_list())
    )
    decimals = dict(told.select("indicator", "round_to").iter_rows())
    with written_book(path) as book:
        _write_rows(book, words.figures, figures, decimals)
        stamp = pl.lit(warehouse.release).alias("release"), pl.lit(warehouse.as_of).alias("as_of")
        _write_rows(book, words.meaning, told.select(*MEANING).with_columns(*stamp), {})


def _write_rows(
    book: Book, name: str, rows: pl.DataFrame, decimals: Mapping[str, int | None]
) -> None:
    """A sheet of these rows; figures are numbers, in the digits that their indicator declares."""
    sheet = book.sheet(name)
    for column, head in enumerate(rows.columns):
        sheet.write_string(0, column, head, book.style("head"))
        sheet.set_column(column, column, max(12, len(head) + 2))
    for place, row in enumerate(rows.iter_rows(), 1):
        for column, value in enumerate(row):
            if isinstance(value, float):
                shown = number_format(value, decimals.get(row[0]))
                sheet.write_number(place, column, value, book.style("unwrapped", shown))
            elif value is not None:
                sheet.write_string(place, column, str(value), book.style("unwrapped"))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(rows.height, 1), rows.width - 1)
