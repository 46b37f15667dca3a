"""Targets, limits and responses as tables.

Here: rows for what ``limits`` and ``responses`` declare. Not here: judging figures by them (SQL).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from kinhbac.digits import settled
from kinhbac.periods import PeriodKind
from kinhbac.registry.declared.limits import Limits, Rule, limits_of, share_due
from kinhbac.registry.declared.responses import Response
from kinhbac.registry.declared.weighing import Weighing
from kinhbac.registry.definitions.formulas import definitions_of
from kinhbac.registry.definitions.noise import counts_anew, noise_of
from kinhbac.registry.definitions.stakes import stake_of
from kinhbac.registry.model import Registry
from kinhbac.rows import Row

LOOKS = {
    PeriodKind.YEAR: 1,
    PeriodKind.HALF_YEAR: 2,
    PeriodKind.QUARTER: 4,
    PeriodKind.MONTH: 12,
    PeriodKind.DAY: 12,
}
"""How often a year to date is looked at; what comes daily has hardly moved since yesterday."""


class TargetRow(
    Row,
    table="targets",
    key=("indicator", "year", "area"),
    meaning="What indicators should be, by year and area, with the decision that set it.",
):
    """The target of a year; one without an area holds for every area that has none of its own."""

    indicator: Annotated[str, "The indicator."]
    year: Annotated[int, "The year."]
    area: Annotated[str | None, "Area with a target of its own; empty: every area that has none."]
    target: Annotated[float, "The target in the unit of the indicator."]
    decision: Annotated[str | None, "Decision that set it."]


class LimitRow(
    Row,
    table="limits",
    key=("indicator", "version", "rule"),
    meaning="Limits beyond which an indicator is warned of.",
):
    """The limits of one rule of one definition."""

    indicator: Annotated[str, "The indicator."]
    version: Annotated[int, "Number of its definition."]
    rule: Annotated[
        Rule,
        "threshold (the value), pace (percent of where the year should stand), change (movement "
        "since an earlier period), stale (due periods without a sound figure).",
    ]
    yellow_low: Annotated[float | None, "A figure below it is yellow."]
    yellow_high: Annotated[float | None, "A figure above it is yellow."]
    red_low: Annotated[float | None, "A figure below it is red."]
    red_high: Annotated[float | None, "A figure above it is red."]
    after: Annotated[int, "Periods in a row that break the limit before a warning starts."]
    clear_margin: Annotated[float, "How far on the good side of the limit a warning ends."]
    against: Annotated[str | None, "For a change: previous or last_year."]
    measure: Annotated[str | None, "For a change: percent, or unit of the indicator."]
    per: Annotated[
        str | None,
        "year: a threshold for the whole year; a period is held against the part of it that has "
        "passed by its last day.",
    ]
    distance: Annotated[
        float | None,
        "How many standard deviations beyond a limit a counted figure must lie to be warned of; "
        "empty where the figure itself is judged.",
    ]
    decision_interval: Annotated[
        float | None,
        "How high the cumulative sum of such distances, each less a half, must stand instead, where "
        "periods count cases of their own.",
    ]
    chance: Annotated[
        float | None,
        "How likely a truth that lies on the limit starts a warning in one period by chance alone; "
        "empty where nothing is known of chance, or no evidence is asked for.",
    ]
    stake_unit: Annotated[
        str | None,
        "Unit of what stands behind a figure: of the denominator, or of the figure itself.",
    ]
    stake_full: Annotated[
        float | None,
        "How much of it weighs in full (today.yml); empty where it is neither counted nor money.",
    ]


class WeighingRow(
    Row,
    table="weighing",
    key=(),
    meaning="How a warning is weighed (today.yml).",
):
    """The points of each part of a weight, and from where on it gives all of them."""

    red: Annotated[float, "Points of a red level."]
    beyond: Annotated[float, "Points of what lies far beyond its limit."]
    lasting: Annotated[float, "Points of what has lasted long."]
    stake: Annotated[float, "Points of how much it is about."]
    unattended: Annotated[float, "Points of what nobody acts upon."]
    full_spreads: Annotated[float, "Spreads beyond the limit that give all points."]
    full_months: Annotated[float, "Months that give all points."]
    acknowledged: Annotated[float, "Part of «unattended» left once it has been taken note of."]
    decided_by: Annotated[str | None, "Agency that decided it; empty: a proposal."]
    decided_on: Annotated[date | None, "Day of the decision."]
    decision: Annotated[str | None, "The decision."]


class PathRow(Row, table="paths", key=("indicator", "version", "month")):
    """What percent of the year's target should be reached by the end of a month."""

    indicator: str
    version: int
    month: int
    share_due: float


class ResponseRow(Row, table="responses", key=("response",)):
    """What was done about a warning."""

    response: str
    indicator: str
    area: str
    rule: str
    acknowledged_by: str
    acknowledged_on: date
    action_vi: str | None
    action_en: str | None
    action_by: str | None
    action_due: date | None
    action_decision: str | None
    action_decided_on: date | None
    closed_by: str | None
    closed_on: date | None
    close_reason_vi: str | None
    close_reason_en: str | None
    synthetic: bool


def tabulate_limits(registry: Registry) -> Iterator[Row]:
    """Rows about what should be, what is warned of and what was done."""
    for key, indicator in registry.indicators.items():
        for year, target in sorted(indicator.target.items()):
            decision = target.decision or indicator.decision
            for area, value in [(None, target.value), *target.areas.items()]:
                if value is not None:
                    yield TargetRow(key, year, area, value, decision)
        for definition in definitions_of(indicator):
            if warn := definition.indicator.warn:
                unit, full = stake_of(registry, definition)
                looks = LOOKS[definition.indicator.frequency]
                gathers = counts_anew(registry, definition)
                is_counted = noise_of(registry, definition) is not None
                for limits in limits_of(warn, indicator.direction, looks, gathers):
                    told = _told(limits) | {"stake_unit": unit, "stake_full": full}
                    if not is_counted:
                        told["chance"] = None
                    yield LimitRow(indicator=key, version=definition.version, **told)
                if pace := warn.pace:
                    for month in range(1, 13):
                        yield PathRow(key, definition.version, month, share_due(pace, month))
    for source, ledger in registry.responses.items():
        for key, response in ledger.items():
            yield _response(source, key, response)
    yield _weighing(registry.weighing)


def _told(limits: Limits) -> dict[str, Any]:
    """The fields of limits, figures with the digits that are compared."""
    return {
        name: settled(field) if isinstance(field, float) else field
        for name, field in vars(limits).items()
    }


def _response(source: str, key: str, response: Response) -> ResponseRow:
    action, closed = response.action, response.closed
    return ResponseRow(
        response=f"{source}/{key}",
        indicator=response.indicator,
        area=response.area,
        rule=response.rule,
        acknowledged_by=response.acknowledged.by,
        acknowledged_on=response.acknowledged.on,
        action_vi=action.text.vi if action else None,
        action_en=action.text.en if action else None,
        action_by=action.by if action else None,
        action_due=action.due if action else None,
        action_decision=action.decision if action else None,
        action_decided_on=action.decided_on if action else None,
        closed_by=closed.by if closed else None,
        closed_on=closed.on if closed else None,
        close_reason_vi=closed.reason.vi if closed else None,
        close_reason_en=closed.reason.en if closed else None,
        synthetic=response.synthetic,
    )


def _weighing(weighing: Weighing) -> WeighingRow:
    return WeighingRow(
        **vars(weighing.points),
        full_spreads=weighing.full.spreads,
        full_months=weighing.full.months,
        acknowledged=weighing.acknowledged,
        decided_by=weighing.decided_by,
        decided_on=weighing.decided_on,
        decision=weighing.decision,
    )
