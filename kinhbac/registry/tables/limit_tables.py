"""Targets, limits and responses as tables.

Here: rows for what ``limits`` and ``responses`` declare. Not here: other tables of the
registry (``tables``), columns and their types (``columns``).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kinhbac.registry.declared.limits import limits_of, share_due
from kinhbac.registry.declared.responses import Response
from kinhbac.registry.definitions.formulas import definitions_of
from kinhbac.registry.model import Registry

Rows = list[dict[str, Any]]


def tabulate_limits(registry: Registry) -> dict[str, Rows]:
    """The tables ``targets``, ``limits``, ``paths`` and ``responses``.

    A target without an area holds for every area that has none of its own; ``paths`` says
    what percent of the year's target should be reached by the end of each month.
    """
    warned = [
        (key, definition.version, definition.indicator.warn, indicator.direction)
        for key, indicator in registry.indicators.items()
        for definition in definitions_of(indicator)
        if definition.indicator.warn
    ]
    return {
        "targets": [
            {
                "indicator": key,
                "year": year,
                "area": area,
                "target": value,
                "decision": target.decision or indicator.decision,
            }
            for key, indicator in registry.indicators.items()
            for year, target in sorted(indicator.target.items())
            for area, value in [(None, target.value), *target.areas.items()]
            if value is not None
        ],
        "limits": [
            {"indicator": key, "version": version, **asdict(limits)}
            for key, version, warn, direction in warned
            for limits in limits_of(warn, direction)
        ],
        "paths": [
            {
                "indicator": key,
                "version": version,
                "month": month,
                "share_due": share_due(warn.pace, month),
            }
            for key, version, warn, _ in warned
            if warn.pace
            for month in range(1, 13)
        ],
        "responses": [
            _response(source, key, response)
            for source, ledger in registry.responses.items()
            for key, response in ledger.items()
        ],
    }


def _response(source: str, key: str, response: Response) -> dict[str, Any]:
    action, closed = response.action, response.closed
    return {
        "response": f"{source}/{key}",
        "indicator": response.indicator,
        "area": response.area,
        "rule": response.rule,
        "acknowledged_by": response.acknowledged.by,
        "acknowledged_on": response.acknowledged.on,
        "action_vi": action.text.vi if action else None,
        "action_en": action.text.en if action else None,
        "action_by": action.by if action else None,
        "action_due": action.due if action else None,
        "action_decision": action.decision if action else None,
        "action_decided_on": action.decided_on if action else None,
        "closed_by": closed.by if closed else None,
        "closed_on": closed.on if closed else None,
        "close_reason_vi": closed.reason.vi if closed else None,
        "close_reason_en": closed.reason.en if closed else None,
        "synthetic": response.synthetic,
    }
