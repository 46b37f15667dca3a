"""Data quality in words: every measure of a source, an agency, a sector or the province.

Here: rows of the table ``quality`` of a release, said to a person or as JSON. Not here:
measuring (SQL), what a measure is called (``words``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kinhbac.database import read_rows, read_warehouse
from kinhbac.quality.six_words import SPEAKS
from kinhbac.queries import read_queries
from kinhbac.words.catalogue import Code
from kinhbac.words.language import Language

QUERIES = read_queries(__file__)


def read_quality(warehouse: Path, subject: str, year: int | None = None) -> list[dict[str, Any]]:
    """Measures of ``subject`` in ``year``, or in its newest one, in the order of the six words.

    ``subject`` is the key of a source, an agency or a sector, or «province». Empty where the
    release knows no such subject, or nothing of that year.
    """
    with read_warehouse(warehouse) as connection:
        return read_rows(connection, QUERIES["of_a_subject"], subject, year)


def read_subjects(warehouse: Path) -> list[str]:
    """Everything of which quality is measured."""
    with read_warehouse(warehouse) as connection:
        return [row["subject"] for row in read_rows(connection, QUERIES["subjects"])]


def describe_quality(rows: list[dict[str, Any]], code: Code = "vi") -> str:
    """A line a measure, beside the median of others, of ``read_quality``, and why a word has none; each
    level apart: a source and its sector may have one name."""
    levels = dict.fromkeys(row["level"] for row in rows)
    return "\n".join(
        _describe_level([row for row in rows if row["level"] == level], Language(code))
        for level in levels
    )


def _describe_level(rows: list[dict[str, Any]], language: Language) -> str:
    words = language.words
    of = f"{rows[0]['subject']} {language.labelled(rows[0]['period'])}"
    lines = [f"{of}, {words.quality_level[rows[0]['level']]}"]
    word = ""
    for row in rows:
        if row["word"] != word:
            word = row["word"]
            lines.append(f"{words.quality_word[word]} ({word})")
        shown, beside = language.measure(row["value"], row["unit"]), ""
        if row["value"] is None:
            beside = f": {words.quality_unsaid[row['measure']]}"
        elif row["standing"]:
            beside = "; " + words.quality_told.beside.format(
                standing=words.quality_standing[row["standing"]],
                median=language.measure(row["peer_median"], row["unit"]),
                peers=row["peers"],
            )
        lines.append(f"  {shown:>12}  {words.quality_measure[row['measure']]}{beside}")
    told = {row["measure"] for row in rows}
    lines += [
        f"{words.quality_word[word]}: – {words.quality_measure[measure]}: {words.quality_unsaid[measure]}"
        for word, measure in SPEAKS.items()
        if measure not in told
    ]
    return "\n".join(lines)
