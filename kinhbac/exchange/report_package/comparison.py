"""What has changed of a period since it was sent before.

Here: two packages of one period set side by side, figure by figure and definition by definition,
and who sends them to whom in which names.
Not here: what a release revised (table ``revisions``), whose rule this one is: the last bits of
binary arithmetic are no change, and a figure that comes or goes is one.
"""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from typing import Any

from kinhbac.digits import are_same

Row = dict[str, Any]
CHANGES = (
    "corrected", "added", "withdrawn", "state", "attribute", "definition", "indicator_added",
    "indicator_withdrawn", "catalogue", "header", "names",
)  # fmt: skip
"""What may have happened to a figure, a definition, a catalogue, or the package around them."""
FIGURE = ("indicator", "area", "breakdown", "category")
TOLD_WITH_VALUE = ("value", "state")
NOT_COMPARED = {*FIGURE, *TOLD_WITH_VALUE, "period_code", "published_on"}
CATALOGUES = {"indicator_groups": ("kind", "code"), "disaggregations": ("disaggregation", "code")}
"""Catalogues and what names one of their rows."""
ADDRESSED = ("edition", "sender", "receiver")
"""What a header says of a package whatever its figures are."""


def find_changes(
    then: Lookup[str, Sequence[Row]],
    now: Lookup[str, Sequence[Row]],
    causes: Lookup[tuple[str, str], str],
) -> list[Row]:
    """Rows of the message ``changes``: of figures, of definitions, of catalogues.

    ``causes``: why published figures of an indicator and area were revised since. A value was
    ``corrected``, ``added`` or ``withdrawn``; one that stands may be of another ``state``; and
    another ``attribute`` may read otherwise, such as the target.
    """
    return [
        *_of_figures(then["indicator_data"], now["indicator_data"], causes),
        *_of_definitions(then["indicator_set"], now["indicator_set"]),
        *(
            change
            for name, key in CATALOGUES.items()
            for change in _of_catalogue(key, then[name], now[name])
        ),
    ]


def find_rewritten(then: Row, now: Row, same_names: bool) -> list[Row]:
    """Rows of the message ``changes`` where the same figures are told in another package: headers
    that name another sender or receiver, and other names of messages, fields or codes."""
    old, new = ({name: header.get(name) for name in ADDRESSED} for header in (then, now))
    found = [{"change": "header"} | told for told in _otherwise(old, new)]
    return found if same_names else [*found, {"change": "names"}]


def is_revised(old: float | None, new: float | None) -> bool:
    """Whether a published value became another one, by the rule of ``revisions``."""
    if old is None or new is None:
        return old is not new
    return not are_same(old, new)


def _of_figures(
    then: Sequence[Row], now: Sequence[Row], causes: Lookup[tuple[str, str], str]
) -> list[Row]:
    before = {_key(row): row for row in then}
    after = {_key(row): row for row in now}
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, {}), after.get(key, {})
        place = dict(zip(FIGURE, (part or None for part in key), strict=True))
        # Revisions are told of areas as a whole; of a category the cause is not known.
        cause = None if place["breakdown"] else causes.get(key[:2])
        values = {"old_value": old.get("value"), "new_value": new.get("value")}
        states = {"old_text": old.get("state"), "new_text": new.get("state")}
        if is_revised(*values.values()):
            found.append(place | values | states | {"change": _kind(**values), "cause": cause})
        elif old.get("state") != new.get("state"):
            found.append(place | values | states | {"change": "state"})
        if old and new:
            found += [
                place | {"change": "attribute"} | told
                for told in _otherwise(old, new)
                if told["attribute"] not in NOT_COMPARED | _implied(old, new)
            ]
    return found


def _implied(old: Row, new: Row) -> set[str]:
    """What goes without saying once a figure is of another state, comes or goes: why it is not
    there, and which was the last good one."""
    stays = old["state"] == new["state"] and (old["value"] is None) == (new["value"] is None)
    return set() if stays else {"reason", "last_good_value", "last_good_period"}


def _kind(old_value: float | None, new_value: float | None) -> str:
    if old_value is None:
        return "added"
    return "withdrawn" if new_value is None else "corrected"


def _of_definitions(then: Sequence[Row], now: Sequence[Row]) -> list[Row]:
    before = {row["indicator"]: row for row in then}
    after = {row["indicator"]: row for row in now}
    found = []
    for key in sorted(before.keys() | after.keys()):
        if key not in before or key not in after:
            change = "indicator_added" if key in after else "indicator_withdrawn"
            found.append({"change": change, "indicator": key})
            continue
        found += [
            {"change": "definition", "indicator": key} | told
            for told in _otherwise(before[key], after[key])
        ]
    return found


def _of_catalogue(key: tuple[str, str], then: Sequence[Row], now: Sequence[Row]) -> list[Row]:
    """Rows of a catalogue that came, went or read otherwise; ``category`` is their code."""
    before = {tuple(row[part] for part in key): row for row in then}
    after = {tuple(row[part] for part in key): row for row in now}
    return [
        {"change": "catalogue", "breakdown": place[0], "category": place[1]} | told
        for place in sorted(before.keys() | after.keys())
        for told in _otherwise(before.get(place, {}), after.get(place, {}))
    ]


def _otherwise(old: Row, new: Row) -> list[Row]:
    """Attributes that read otherwise; a column that one of two packages has not is none."""
    shared = (old.keys() & new.keys()) or (old.keys() | new.keys())
    names = [name for name in (new or old) if name in shared]
    return [
        {"attribute": name} | _ends(old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    ]


def _ends(old: Any, new: Any) -> Row:
    """Both ends of a change: figures as figures, all else as text."""
    if isinstance(old, float) or isinstance(new, float):
        return {"old_value": old, "new_value": new}
    return {"old_text": _said(old), "new_text": _said(new)}


def _key(row: Row) -> tuple[str, str, str, str]:
    indicator, area, breakdown, category = (row[name] or "" for name in FIGURE)
    return indicator, area, breakdown, category


def _said(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, list) else str(value)
