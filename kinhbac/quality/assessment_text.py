"""The assessment of one database in a sentence: its class, its points, the step that gains most.

Here: the words of it, for command line and pages alike. Not here: points and classes
(``assessment``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinhbac.words.language import Language


def describe_assessment(entry: Mapping[str, Any], lang: Language) -> str:
    """What ``Assessment.as_entry`` says."""
    t = lang.words.assessment
    grade = entry["class"] or t.between.format(
        lowest=entry["lowest_class"], highest=entry["highest_class"]
    )
    low, high = (lang.number(entry[f"{end}_points"], 1) for end in ("lowest", "highest"))
    said: str = t.points.format(grade=grade, points=low if low == high else f"{low}–{high}")
    if place := entry.get("place"):
        said += ", " + t.place.format(**place)
    if step := entry["step"]:
        said += "; " + t.step.format(
            measure=lang.words.quality_measure[step["measure"]],
            now=lang.measure(step["value"], step["unit"]),
            to=lang.measure(step["to"], step["unit"]),
            gain=lang.number(step["gain"], 1),
        )
    return said
