"""How databases are assessed, as tables.

Here: rows for what ``quality.yml`` declares. Not here: what a source reaches
(``kinhbac.quality.assessment``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from kinhbac.registry.model import Registry
from kinhbac.rows import Row


class CriterionRow(
    Row,
    table="assessment_criteria",
    key=("criterion", "measure"),
    meaning="Criteria of the yearly assessment of databases (quality.yml).",
):
    """One measure of a criterion, or a criterion that is told by somebody."""

    criterion: Annotated[str, "The criterion."]
    name_vi: Annotated[str, "Its name in Vietnamese."]
    name_en: Annotated[str, "Its name in English."]
    weight: Annotated[float, "Its points of 100."]
    measure: Annotated[
        str | None, "A measure of the table quality; empty: it is told, not measured."
    ]
    no_points: Annotated[float | None, "Value of the measure that gives no points."]
    all_points: Annotated[float | None, "Value from which on it gives all of them."]
    decided_by: Annotated[str | None, "Agency that decided it; empty: a proposal."]
    decided_on: Annotated[date | None, "Day of the decision."]
    decision: Annotated[str | None, "The decision."]


class ClassRow(
    Row,
    table="assessment_classes",
    key=("grade",),
    meaning="Classes of the yearly assessment of databases (quality.yml).",
):
    """A class and where it begins."""

    grade: Annotated[str, "The class: A, B, C …"]
    name_vi: Annotated[str, "Its name in Vietnamese."]
    name_en: Annotated[str, "Its name in English."]
    at_least: Annotated[float, "Points of 100 from which on it is reached."]


class ToldRow(
    Row,
    table="assessment_told",
    key=("criterion", "source", "year"),
    meaning="What was told of databases for their assessment, with evidence.",
):
    """What somebody told of a source for a year."""

    criterion: Annotated[str, "The criterion."]
    source: Annotated[str, "The source."]
    year: Annotated[int, "The year."]
    points: Annotated[float, "Part of the criterion's points, 0 to 1."]
    told_by: Annotated[str, "Agency that told it."]
    told_on: Annotated[date, "Day on which it did."]
    evidence: Annotated[str, "What shows it."]
    synthetic: Annotated[bool, "Told for demonstration."]


def tabulate_assessment(registry: Registry) -> Iterator[Row]:
    """Rows about how databases are assessed; none where the registry does not say."""
    rules = registry.assessment
    if rules is None:
        return
    decided = (rules.decided_by, rules.decided_on, rules.decision)
    for key, threshold in rules.classes.items():
        yield ClassRow(key, threshold.name.vi, threshold.name.en, threshold.at_least)
    for key, criterion in rules.criteria.items():
        named = (key, criterion.name.vi, criterion.name.en, criterion.weight)
        for measure, scale in criterion.measures.items():
            yield CriterionRow(*named, measure, scale.none, scale.full, *decided)
        if not criterion.measures:
            yield CriterionRow(*named, None, None, None, *decided)
        for told in criterion.told:
            yield ToldRow(
                key,
                told.source,
                told.year,
                told.points,
                told.by,
                told.told_on,
                told.evidence,
                told.synthetic,
            )
