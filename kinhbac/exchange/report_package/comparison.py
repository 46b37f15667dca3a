"""What has changed of a period since it was sent before.

Here: two packages of one period set side by side, figure by figure and definition by definition.
Not here: what a release revised (table ``revisions``), whose rule this one is: the last bits of
binary arithmetic are no change, and a figure that comes or goes is one.
"""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]
CHANGES = (
    "corrected", "added", "withdrawn", "state", "definition", "indicator_added",
    "indicator_withdrawn",
)  # fmt: skip
"""What may have happened to a figure or a definition."""
SAME = 1e-12
"""Two figures that lie apart by less than this share of the larger one are the same."""
FIGURE = ("indicator", "area", "breakdown", "category")
IN_WORDS = ("state", "vintage", "synthetic")
"""What a figure says beside its value; another word there is a change too."""


def find_changes(
    then: Lookup[str, Sequence[Row]],
    now: Lookup[str, Sequence[Row]],
    causes: Lookup[tuple[str, str], str],
) -> list[Row]:
    """Rows of the message ``changes``: of figures, then of definitions.

    ``causes``: why published figures of an indicator and area were revised since. A figure is
    ``corrected``, ``added``, ``withdrawn`` or, where its value stands, of another ``state``.
    """
    return [
        *_of_figures(then["indicator_data"], now["indicator_data"], causes),
        *_of_definitions(then["indicator_set"], now["indicator_set"]),
    ]


def is_revised(old: float | None, new: float | None) -> bool:
    """Whether a published value became another one, by the rule of ``revisions``."""
    if old is None or new is None:
        return old is not new
    return abs(new - old) > SAME * max(abs(new), abs(old))


def _of_figures(
    then: Sequence[Row], now: Sequence[Row], causes: Lookup[tuple[str, str], str]
) -> list[Row]:
    before = {_key(row): row for row in then}
    after = {_key(row): row for row in now}
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, {}), after.get(key, {})
        place = dict(zip(FIGURE, (part or None for part in key), strict=True))
        values = {"old_value": old.get("value"), "new_value": new.get("value")}
        if is_revised(*values.values()):
            # Revisions are told of areas as a whole; of a category the cause is not known.
            cause = None if place["breakdown"] else causes.get(key[:2])
            change = {"change": _kind(**values), "cause": cause}
            states = {"old_text": old.get("state"), "new_text": new.get("state")}
            found.append(place | values | states | change)
        else:
            found += [
                place
                | {"change": "state", "attribute": name}
                | {"old_text": _said(old.get(name)), "new_text": _said(new.get(name))}
                for name in IN_WORDS
                if old.get(name) != new.get(name)
            ]
    return found


def _kind(old_value: float | None, new_value: float | None) -> str:
    if old_value is None:
        return "added"
    return "withdrawn" if new_value is None else "corrected"


def _of_definitions(then: Sequence[Row], now: Sequence[Row]) -> list[Row]:
    """Attributes that read otherwise; a column that one of the two packages has not is none."""
    before = {row["indicator"]: row for row in then}
    after = {row["indicator"]: row for row in now}
    found = []
    for key in sorted(before.keys() | after.keys()):
        if key not in before or key not in after:
            change = "indicator_added" if key in after else "indicator_withdrawn"
            found.append({"change": change, "indicator": key})
            continue
        old, new = before[key], after[key]
        found += [
            {"change": "definition", "indicator": key, "attribute": name}
            | {"old_text": _said(old[name]), "new_text": _said(new[name])}
            for name in old
            if name in new and old[name] != new[name]
        ]
    return found


def _key(row: Row) -> tuple[str, str, str, str]:
    indicator, area, breakdown, category = (row[name] or "" for name in FIGURE)
    return indicator, area, breakdown, category


def _said(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return ", ".join(value) if isinstance(value, list) else str(value)
