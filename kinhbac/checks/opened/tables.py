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
LISTS = {
    "_indicators": [
        "indicator", "name_vi", "name_en", "indicator_group", "sector", "unit", "unit_vi", "unit_en",
        "unit_measure", "unit_power", "frequency", "span", "direction", "formula", "purpose",
        "purpose_vi",
        "owner", "owner_vi", "owner_en", "decision", "valid_from", "valid_to", "licence",
        "synthetic",
    ],
    "_areas": ["area", "kind", "code", "name_vi", "name_en", "parent", "valid_from", "valid_to"],
    "_categories": ["breakdown", "category", "name_vi", "name_en"],
    "_changes": ["edition", "as_of", "indicator", "change", "count"],
}  # fmt: skip
"""The other tables, whose names begin with an underscore, as no key does."""
OBSERVATIONS = [
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "INDICATOR", "BREAKDOWN",
    "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE", "UNIT_MULT", "DECIMALS", "OBS_STATUS",
    "CONF_STATUS", "SIMULATED",
]  # fmt: skip
"""What SDMX says of a cell."""
SHEETS, WIDTH = 2, 8
"""Of a workbook: figures and what they are; columns of the figures."""
FIGURES = "data/[!_]*"
"""The tables of cells."""
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


def read_listed(folder: Path, table: str, *columns: str) -> pl.DataFrame:
    """What a list of the edition names in some of its columns, by the form that names it."""
    path = folder / "data" / table
    forms = {
        "csv": pl.read_csv(path.with_suffix(".csv"), infer_schema=False, glob=False),
        "parquet": pl.read_parquet(path.with_suffix(".parquet"), glob=False),
    }
    told = [
        rows.select(pl.lit(form).alias("form"), pl.col(columns).cast(pl.String))
        for form, rows in forms.items()
    ]
    # The changes name no indicator that is open no longer.
    return pl.concat(told).filter(~pl.all_horizontal(pl.col(columns).is_null()))


def _tables(folder: Path, form: str) -> pl.DataFrame:
    """The cells as the tables for programs tell them."""
    paths = sorted(folder.glob(f"{FIGURES}.{form}"))
    kinds = {name: kind for name, kind in TOLD.items() if name != "form"}
    rows = (
        pl.scan_parquet(paths, glob=False)
        if form == "parquet"
        else pl.scan_csv(
            paths,
            glob=False,
            schema=pl.Schema({name: kinds.get(name, pl.String()) for name in CELLS}),
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
        for area, _, _, period, broken, _, value, _ in lines:
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
    """Tables with other columns than theirs, and those that cannot be read."""
    strange = []
    for path in sorted([*folder.glob("data/*"), *folder.glob("sdmx/data/*")]):
        if path.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(path)
            if len(book.sheet_names) != SHEETS or book.get_sheet_by_index(0).width != WIDTH:
                strange.append(f"{path.name}: other sheets or columns")
            continue
        columns = _columns_of(path)
        known = OBSERVATIONS if path.suffix == ".gz" else LISTS.get(path.stem, CELLS)
        if columns is not None and columns != known:
            other = ", ".join(sorted(set(columns) ^ set(known))) or "another order"
            strange.append(f"{path.name}: {other}")
    return strange


def _columns_of(path: Path) -> list[str] | None:
    """The columns of a table; None for what is no file of an edition, and told as such."""
    match path.suffix:
        case ".csv":
            content = path.read_bytes()
        case ".gz":
            content = gzip.decompress(path.read_bytes())
        case ".parquet":
            return list(pl.scan_parquet(path, glob=False).collect_schema())
        case _:
            return None
    return content.partition(b"\n")[0].decode().removesuffix("\r").split(",")
