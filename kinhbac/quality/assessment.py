"""What a database reaches in the assessment of a year, and what would raise it most.

Here: points, classes and steps, from measures of the mart ``quality`` and the rules of
``quality.yml``, as a release holds both. Not here: measuring (SQL), telling it (``answers``,
pages).

Points of a measure lie straight between the two ends of its scale; a criterion gives the mean of
those that the source has, by its weight. A criterion of which nothing is known gives nothing or
everything: points are a range then, and so is the class. The draft of Decree 278/2025/NĐ-CP (August
2025) names classes and criteria; weights and scales are the registry's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from kinhbac.queries import read_queries

QUERIES = read_queries(__file__)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Scored:
    """A measure of one source: its row of ``quality``, what part of the points it gives, and the values
    that give none and all of them."""

    row: Row
    points: float
    none: float
    full: float

    def as_entry(self) -> dict[str, Any]:
        """It as plain fields, with the parts of the measure; points are 0 to 1."""
        told = ("measure", "value", "unit", "numerator", "denominator")
        return {**{name: self.row[name] for name in told}, "points": self.points}


@dataclass(frozen=True)
class Reached:
    """One criterion: ``points`` is the part that is reached, None where nobody knows. One that
    ``is_told`` is not measured; ``told`` is the row that says so."""

    criterion: str
    name_vi: str
    name_en: str
    weight: float
    points: float | None
    measures: tuple[Scored, ...]
    told: Row | None
    is_told: bool

    def as_entry(self) -> dict[str, Any]:
        """It as plain fields, points as points of 100."""
        return {
            "criterion": self.criterion,
            "name_vi": self.name_vi,
            "name_en": self.name_en,
            "weight": self.weight,
            "points": None if self.points is None else self.weight * self.points,
            "is_told": self.is_told,
            "told": self.told,
            "measures": [one.as_entry() for one in self.measures],
        }


@dataclass(frozen=True)
class Step:
    """One measure brought ``to`` its full points: ``gain`` in points of 100."""

    measure: str
    row: Row
    to: float
    gain: float

    def as_entry(self) -> dict[str, Any]:
        """It as plain fields."""
        value, unit = self.row["value"], self.row["unit"]
        return {
            "measure": self.measure,
            "value": value,
            "unit": unit,
            "to": self.to,
            "gain": self.gain,
        }


@dataclass(frozen=True)
class Assessment:
    """A source in a year: points of 100 from ``low`` to ``high``, the classes there, its criteria,
    the step that gains most (None where every measure gives all it can)."""

    source: str
    low: float
    high: float
    lowest: Row
    highest: Row
    criteria: tuple[Reached, ...]
    step: Step | None

    @property
    def is_sure(self) -> bool:
        """Whether all that is unknown leaves the class as it is."""
        return bool(self.lowest["grade"] == self.highest["grade"])

    @property
    def asked(self) -> list[Reached]:
        """Criteria that somebody has to tell."""
        return [one for one in self.criteria if one.points is None and one.is_told]

    def as_entry(self) -> dict[str, Any]:
        """All of it as plain fields, points as points of 100; «class» is empty while it hangs on
        what nobody has told."""
        return {
            "source": self.source,
            "class": self.lowest["grade"] if self.is_sure else None,
            "lowest_class": self.lowest["grade"],
            "highest_class": self.highest["grade"],
            "lowest_points": self.low,
            "highest_points": self.high,
            "criteria": [one.as_entry() for one in self.criteria],
            "asked": [one.criterion for one in self.asked],
            "step": self.step.as_entry() if self.step else None,
        }


@dataclass(frozen=True)
class Rules:
    """The tables ``assessment_criteria``, ``assessment_classes`` and ``assessment_told``."""

    criteria: Sequence[Row]
    classes: Sequence[Row]
    told: Sequence[Row]

    def assess(self, source: str, year: int, measures: Iterable[Row]) -> Assessment:
        """Assess ``source`` by its rows of ``quality`` for the year."""
        found = {row["measure"]: row for row in measures if row["value"] is not None}
        criteria = tuple(self._reach(source, year, found))
        low = sum(one.weight * (one.points or 0) for one in criteria)
        unknown = sum(one.weight for one in criteria if one.points is None)
        steps = [step for one in criteria for step in _steps(one)]
        return Assessment(
            source,
            low,
            low + unknown,
            self._class_at(low),
            self._class_at(low + unknown),
            criteria,
            max(steps, key=lambda step: step.gain, default=None),
        )

    def _reach(self, source: str, year: int, found: Mapping[str, Row]) -> Iterable[Reached]:
        for key, group in groupby(self.criteria, itemgetter("criterion")):
            scales = list(group)
            scored = tuple(
                Scored(row, _points(row["value"], scale), scale["no_points"], scale["all_points"])
                for scale in scales
                if scale["measure"] and (row := found.get(scale["measure"]))
            )
            told = next(
                (
                    row
                    for row in self.told
                    if (row["criterion"], row["source"], row["year"]) == (key, source, year)
                ),
                None,
            )
            points = told["points"] if told else None
            if scored:
                points = sum(one.points for one in scored) / len(scored)
            first = scales[0]
            yield Reached(
                key,
                first["name_vi"],
                first["name_en"],
                first["weight"],
                points,
                scored,
                told,
                first["measure"] is None,
            )

    def _class_at(self, points: float) -> Row:
        # Rounded where floating point alone would decide between two classes.
        reached = [row for row in self.classes if round(points, 9) >= row["at_least"]]
        return max(reached, key=itemgetter("at_least"))


def read_rules(ask: Callable[[str], Sequence[Row]]) -> Rules:
    """The rules by which a release assesses; without classes where its registry has none.

    ``ask`` answers a question about its tables.
    """
    return Rules(
        criteria=ask(QUERIES["criteria"]),
        classes=ask(QUERIES["classes"]),
        told=ask(QUERIES["told"]),
    )


def _points(value: float, scale: Row) -> float:
    part: float = (value - scale["no_points"]) / (scale["all_points"] - scale["no_points"])
    return min(max(part, 0.0), 1.0)


def _steps(criterion: Reached) -> Iterable[Step]:
    """Every measure of a criterion that gives less than it can."""
    for one in criterion.measures:
        if one.points < 1:
            gain = criterion.weight * (1 - one.points) / len(criterion.measures)
            yield Step(one.row["measure"], one.row, one.full, gain)
