"""The yearly assessment of databases in words: class, points, what is asked for, what to do next.

Here: assessments of a release, said to a person or as JSON. Not here: points and classes
(``quality.assessment``), the rules (``quality.yml``, sealed as tables).
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from kinhbac.database import read_rows, read_warehouse
from kinhbac.quality.assessment import Rules, read_rules
from kinhbac.quality.assessment_text import describe_assessment
from kinhbac.queries import read_queries
from kinhbac.words.catalogue import Code
from kinhbac.words.language import Language

QUERIES = read_queries(__file__)


def read_assessments(
    warehouse: Path, subject: str = "province", year: int | None = None
) -> list[dict[str, Any]]:
    """Every source of ``subject`` (a source, agency, sector or «province») that was measured in
    ``year``, or in the newest one, as ``kinhbac quality --json`` tells it; the best first, with its place among all of the province. Empty
    where the registry has no rules (``quality.yml``), and in releases from before there were any."""
    from kinhbac.quality.assessment_ranks import rank_assessments  # numpy, for whoever asks

    with read_warehouse(warehouse) as connection:
        rules = _rules_of(connection)
        if not (rules and rules.classes):
            return []
        measures = read_rows(connection, QUERIES["measures"], year, subject)
    assessed = [
        (rows[0], rules.assess(key, rows[0]["year"], rows))
        for key, group in groupby(measures, itemgetter("subject"))
        if (rows := list(group))
    ]
    places = rank_assessments(
        [one for _, one in assessed], assessed[0][0]["year"] if assessed else 0
    )
    placed = {one.source: place for (_, one), place in zip(assessed, places, strict=True)}
    assessed = [pair for pair in assessed if pair[0]["is_asked"]]
    assessed.sort(key=lambda pair: (-pair[1].low, -pair[1].high, pair[1].source))
    named = ("name_vi", "name_en", "owner", "synthetic", "year")
    return [
        {
            **assessment.as_entry(),
            "place": asdict(placed[assessment.source]),
            **{name: first[name] for name in named},
        }
        for first, assessment in assessed
    ]


def _rules_of(connection: duckdb.DuckDBPyConnection) -> Rules | None:
    try:
        return read_rules(lambda question: read_rows(connection, question))
    except duckdb.CatalogException:  # a release from before there were any
        return None


def describe_assessments(entries: list[dict[str, Any]], code: Code = "vi") -> str:
    """A line a source, then what is asked for; of ``read_assessments``."""
    language = Language(code)
    wide = max(len(entry["source"]) for entry in entries)
    lines = [f"{language.words.assessment.title} {entries[0]['year']}"]
    lines += [
        f"  {entry['source']:<{wide}}  {describe_assessment(entry, language)}" for entry in entries
    ]
    asked = {
        one["criterion"]: language.name(one)
        for entry in entries
        for one in entry["criteria"]
        if one["criterion"] in entry["asked"]
    }
    if asked:
        told = ", ".join(f"{name} ({key})" for key, name in asked.items())
        lines.append(language.words.assessment.asked.format(criteria=told))
    return "\n".join(lines)
