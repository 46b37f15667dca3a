"""Rows whose cell is no code of an area: what is meant, and whether they add up the others.

Here: the same asked of a whole column, and what is said of it. Not here: what one cell means
(``area_texts``), rows that name an area, or none at all (``row_areas``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from kinhbac.ingest.area_texts import Change, CodeList, Meaning, find_wholes
from kinhbac.ingest.total_texts import Total, read_total
from kinhbac.problems import Problem
from kinhbac.registry import Registry
from kinhbac.registry.declared.contract import Source

AS_TEXT = "write the codes into cells that are formatted as text"
NAMED = 3
"""Areas that are meant which a sentence names."""
TEXTS = 10_000
"""Texts that are no codes of which it is asked what they mean."""
CHANGES: dict[Change, str] = {
    "zeros": "the code has lost its zeros",
    "number": "the code became a number",
    "more": "the code stands among other text",
    "name": "the area's name stands where its code is promised",
}
READ_AS_MEANT = "area (told)"
"""The check of what was wrong and was read all the same: it is told and refuses nothing."""
TOTALS: dict[Total, Problem] = {
    "all": Problem(
        "the row is a total of the others",
        "a row is about one area; what it adds up to is computed",
        "leave the row out, or declare «totals: checked» in the contract's table",
        check="area",
    ),
    "some": Problem(
        "the row is a total of some of the others",
        "a row is about one area, and a total about all; of which rows it adds up nothing tells",
        "leave the row out, or name it in the contract's «total_rows»",
        check="area",
    ),
}
Found = tuple[Problem, pl.Series]
"""What is wrong with areas, and in which rows it is."""


def find_totals(registry: Registry, source: Source, column: pl.Series) -> list[Found]:
    """The rows that say of themselves that they add up the others, or some of them."""
    wholes = find_wholes(registry, source)
    said: dict[Total, list[str]] = {kind: [] for kind in TOTALS}
    for text in column.drop_nulls().unique():
        if kind := read_total(text, wholes):
            said[kind].append(text)
    return [(TOTALS[kind], column.is_in(said[kind]).fill_null(False)) for kind in TOTALS]


Recognised = tuple[Problem, pl.Series, pl.Series]
"""What happened to codes, in which rows, and the areas that are meant there."""


def recognise(
    registry: Registry,
    source: Source,
    column: pl.Series,
    areas: pl.Series,
    days: pl.Series,
    totals: Sequence[Found],
) -> list[Recognised]:
    """Rows whose cell is no code and can mean one area alone, by what happened to the code."""
    rows = pl.DataFrame([column.alias("text"), days])
    open_ = areas.is_null() & column.is_not_null() & days.is_not_null()
    for _, said in totals:
        open_ &= ~said
    meanings: dict[tuple[str, date], Meaning] = {}
    lists: dict[date, CodeList] = {}
    for text, day in rows.filter(open_).unique(maintain_order=True).head(TEXTS).rows():
        if day not in lists:
            lists[day] = CodeList(registry.areas.code_list(source.area.code_system, day))
        if meaning := lists[day].read(text):
            meanings[text, day] = meaning
    found = []
    for change in CHANGES:
        meant = {key: m for key, m in meanings.items() if m.change == change}
        if meant:
            keys = pl.DataFrame(
                [(text, day, m.area.area) for (text, day), m in meant.items()],
                {"text": pl.String, "day": pl.Date, "meant": pl.String},
                orient="row",
            )
            named = rows.join(keys, on=["text", "day"], how="left", maintain_order="left")["meant"]
            named = named.set(~open_, None)
            found.append((_changed(source, change, meant.values()), named.is_not_null(), named))
    return found


def _changed(source: Source, change: Change, meant: Iterable[Meaning]) -> Problem:
    told = sorted({f"{m.code} ({m.area.name_vi})" for m in meant})
    more = f" and {len(told) - NAMED:,} more" if len(told) > NAMED else ""
    return Problem(
        f"{CHANGES[change]}; meant: {', '.join(told[:NAMED])}{more}",
        f"areas are named by codes of «{source.area.code_system}», written as they are there",
        "write the code instead of the name"
        if change == "name"
        else f"{AS_TEXT}, or declare «codes: {{pad: true}}»",
        check="area",
    )


def read_as_meant(
    areas: pl.Series, recognised: list[Recognised]
) -> tuple[pl.Series, list[Found], list[Recognised]]:
    """The areas with those that are meant, what was read so, and what is no code at all."""
    read = [one for one in recognised if not one[0].found.startswith(CHANGES["name"])]
    for _, rows, meant in read:
        areas = areas.zip_with(~rows, meant)
    left = [one for one in recognised if one not in read]
    told = [(replace(p, check=READ_AS_MEANT, remedy=AS_TEXT), rows) for p, rows, _ in read]
    return areas, told, left
