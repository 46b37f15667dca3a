"""Totals: rows of a table that add up the others.

Here: taking them out of a batch, adding up the rows, comparing the two. Not here: which texts say
that a row is one (``total_texts``), refusing one that the contract does not know (``row_areas``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from kinhbac.digits import NOTHING, are_same, settled
from kinhbac.ingest.cells import as_text
from kinhbac.ingest.extracts import Extract
from kinhbac.ingest.raw import Batch
from kinhbac.ingest.row_examination import FILE, examine_totals
from kinhbac.ingest.tally import Tally
from kinhbac.ingest.total_texts import is_total, read_total
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Delivery, Source

ROW = (FILE, "data_element", "period_start", "period_kind", "vintage", "scope")
"""What the rows of one total have in common."""
LONGEST = 60
"""Characters of a text that says that its row is a total."""
NO_NAME = r"^[^\p{L}\p{N}]*$"
SUMS = {
    "summed": pl.col("value").sum(),
    "size": pl.col("value").abs().sum(),
    "lacking": pl.col("value").null_count(),
}


def lack_areas(column: pl.Series) -> pl.Series:
    """The rows whose cell names nothing: blank, or signs alone."""
    blank = column.is_null()
    return blank | column.str.contains(NO_NAME) if column.dtype == pl.String else blank


def name_totals(batch: Batch, column: str, wholes: Collection[str], delivery: Delivery) -> None:
    """Where a row names no area and says in another column that it is a total, let it say so in
    the ``column`` of areas."""
    blank = lack_areas(batch.columns[column]).fill_null(True)
    if not blank.any():
        return
    for name, label in batch.columns.items():
        if name != column and label.dtype == pl.String:
            texts = label.filter(blank)
            texts = texts.filter(texts.str.len_chars() <= LONGEST).unique()
            totals = [text for text in texts if read_total(text, wholes)]
            said = blank & label.is_in(totals).fill_null(False)
            if said.any():
                areas = _texts(batch.columns[column], delivery).zip_with(~said, label)
                batch.columns[column], blank = areas.alias(column), blank & ~said


def split_totals(
    batch: Batch, column: str, wholes: Collection[str], delivery: Delivery
) -> tuple[Batch, Batch]:
    """The rows of a batch that are data, and those that are totals of all; totals of some rows stay,
    and are refused."""
    areas = _texts(batch.columns[column], delivery)
    totals = [text for text in areas.drop_nulls().unique() if is_total(text, wholes)]
    said = areas.is_in(totals).fill_null(False)
    return _rows(batch, ~said), _rows(batch, said)


def _texts(column: pl.Series, delivery: Delivery) -> pl.Series:
    return column if column.dtype == pl.String else as_text(column, delivery)


def _rows(batch: Batch, chosen: pl.Series) -> Batch:
    if chosen.all():
        return batch
    columns = {name: column.filter(chosen) for name, column in batch.columns.items()}
    return Batch(columns, batch.lines.filter(chosen))


def add_up(rows: pl.DataFrame, source: Source, registry: Registry) -> pl.DataFrame:
    """What the rows of a table add up to, by ``ROW``; of parts where a whole is delivered too.

    ``rows`` are observations of several files. ``lacking`` counts cells without a figure.
    """
    parents = {area.parent for area in registry.areas.areas.values()}
    areas = rows["area"].unique().drop_nulls()
    wholes = areas.filter(areas.is_in([key for key in parents if key]))
    if len(wholes) == len(areas):
        wholes = wholes.clear()
    added = [key for key in source.delivered if registry.data_elements[key].over_areas == "sum"]
    parts = rows.filter(
        pl.col("data_element").is_in(added) & ~pl.col("area").is_in(wholes.to_list())
    )
    return parts.group_by(ROW).agg(**SUMS)


def _find_wrong(
    totals: pl.DataFrame, sums: Sequence[pl.DataFrame], source: Source
) -> Iterator[Problem]:
    """Totals that are not the sum of their rows, to twelve digits.

    ``totals`` are observations, ``sums`` what ``add_up`` gave of each batch. Where a row has no
    figure there is no sum, and nothing is compared.
    """
    whole = pl.concat(sums).group_by(ROW).agg(pl.col("summed", "size", "lacking").sum())
    compared = totals.join(whole, on=list(ROW), how="inner", nulls_equal=True)
    for row in compared.filter(pl.col("value").is_not_null(), lacking=0).sort("line").to_dicts():
        total, added = row["value"], row["summed"]
        if not are_same(total, added) and abs(total - added) > NOTHING * row["size"]:
            yield Problem(
                f"the total is {settled(total):.15g}, its rows add up to {settled(added):.15g}",
                "a total is the sum of its rows",
                "correct the total or the rows, and deliver the file again",
                line=row["line"],
                column=source.delivered[row["data_element"]].column,
                check="total",
            )


def check_totals(
    files: Sequence[tuple[Extract, Sequence[Batch]]],
    sums: Sequence[pl.DataFrame],
    source: Source,
    registry: Registry,
) -> Tally:
    """What is wrong with the totals of files of which everything else is right; what their rows
    add up to are ``sums``."""
    batches = [(file, batch) for file, (_, totals) in enumerate(files) for batch in totals]
    if not batches or not sums:
        return Tally()
    read = [(files[file][0], batch) for file, batch in batches]
    rows = examine_totals(read, source, registry)
    of_file = pl.Series(FILE, [file for file, _ in batches], pl.UInt32).gather(rows.frame[FILE])
    for problem in _find_wrong(rows.frame.with_columns(of_file), sums, source):
        rows.tally.add_one(problem)
    return rows.tally
