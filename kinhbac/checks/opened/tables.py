"""The tables of an edition as each of its forms tells them.

Here: cells out of CSV, Parquet, workbooks and SDMX in one shape, and tables of another shape. Not
here: what they may say (``proof``).
"""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

CELLS = [
    "indicator", "area", "period_kind", "period_start", "period", "breakdown", "category", "value",
    "state", "vintage", "restated", "version", "published_on", "synthetic",
]  # fmt: skip
"""What may be said of a cell: nothing of targets, thresholds, holds, extracts, days that are due."""
SHEETS, WIDTH = 2, 7
"""Of a workbook: figures and what they are; columns of the figures."""
FIGURES = "data/[!_]*"
"""The tables of cells; the others begin with an underscore, as no key does."""
TOLD = pl.Schema(
    {
        "form": pl.String(),
        "indicator": pl.String(),
        "area": pl.String(),
        "period": pl.String(),
        "breakdown": pl.String(),
        "category": pl.String(),
        "value": pl.Float64(),
        "state": pl.String(),
        "synthetic": pl.Boolean(),
    }
)
"""A cell as one of the forms tells it."""


def read_told(folder: Path) -> pl.DataFrame:
    """The cells as each form of the edition tells them."""
    forms = [_tables(folder, "csv"), _tables(folder, "parquet"), _workbooks(folder), _sdmx(folder)]
    return pl.concat(forms)


def read_areas(folder: Path) -> pl.DataFrame:
    """The areas that it lists."""
    return pl.read_csv(folder / "data" / "_areas.csv", infer_schema=False).select("area")


def _tables(folder: Path, form: str) -> pl.DataFrame:
    """The cells as the tables for programs tell them."""
    paths = sorted(folder.glob(f"{FIGURES}.{form}"))
    kinds = {name: kind for name, kind in TOLD.items() if name != "form"}
    rows = (
        pl.scan_parquet(paths)
        if form == "parquet"
        else pl.scan_csv(
            paths, schema=pl.Schema({name: kinds.get(name, pl.String()) for name in CELLS})
        )
    )
    return rows.select(pl.lit(form).alias("form"), *kinds).cast(TOLD).collect()


def _workbooks(folder: Path) -> pl.DataFrame:
    """The cells as workbooks show them, by the place of each column; states are words there."""
    rows: list[tuple[object, ...]] = []
    for path in sorted(folder.glob(f"{FIGURES}.xlsx")):
        _, *lines = (
            CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
        )
        for area, _, _, period, broken, value, _ in lines:
            breakdown, _, category = str(broken or "_T: _T").partition(": ")
            figure = None if value == "" else value
            rows.append(
                ("xlsx", path.stem, area, period, breakdown, category, figure, "value", False)
            )
    return pl.DataFrame(rows, schema=TOLD, orient="row")


STATES = {"A": "value", "P": "provisional", "E": "provisional", "F": "provisional", "O": "missing",
          "M": "not_applicable", "Q": "suppressed"}  # fmt: skip
"""What an open cell may be in SDMX; any other code stays as it is, and is no state."""


def _sdmx(folder: Path) -> pl.DataFrame:
    """The cells as SDMX-CSV tells them: areas with their country, half-years as S1 and S2."""
    paths = sorted(folder.glob("sdmx/data/*.csv.gz"))
    if not paths:
        return pl.DataFrame(schema=TOLD)
    rows = pl.concat(
        pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema=False) for path in paths
    )
    parts = pl.col("BREAKDOWN").str.splitn("-", 2).struct
    whole = pl.col("BREAKDOWN") == "_T"
    return rows.select(
        pl.lit("sdmx").alias("form"),
        pl.col("INDICATOR").alias("indicator"),
        pl.col("REF_AREA").str.splitn("_", 2).struct.field("field_1").alias("area"),
        pl.col("TIME_PERIOD").str.replace("-S", "-H").alias("period"),
        parts.field("field_0").alias("breakdown"),
        pl.when(whole).then(pl.lit("_T")).otherwise(parts.field("field_1")).alias("category"),
        pl.col("OBS_VALUE").cast(pl.Float64).alias("value"),
        pl.when(pl.col("CONF_STATUS") == "N")
        .then(pl.lit("held"))
        .otherwise(pl.col("OBS_STATUS").replace(STATES))
        .alias("state"),
        (pl.col("SIMULATED") == "true").alias("synthetic"),
    )


def find_strange_columns(folder: Path) -> list[str]:
    """Tables of cells with other columns than theirs, and those that cannot be read."""
    strange = []
    for path in sorted(folder.glob(FIGURES)):
        if path.suffix == ".csv":
            with path.open(encoding="utf-8") as file:
                columns = file.readline().rstrip("\n").split(",")
        elif path.suffix == ".parquet":
            columns = list(pl.read_parquet_schema(path))
        elif path.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(path)
            if len(book.sheet_names) != SHEETS or book.get_sheet_by_index(0).width != WIDTH:
                strange.append(f"{path.name}: other sheets or columns")
            continue
        else:
            continue  # no file of an edition, and told as such
        if columns != CELLS:
            strange.append(
                f"{path.name}: {', '.join(set(columns) ^ set(CELLS)) or 'another order'}"
            )
    return strange
