"""Acceptance of the published tables, as blocking asset checks."""

from collections.abc import Iterator

import dagster as dg

from kinhbac.checks.acceptance import read_suites
from kinhbac.night import Night, examine
from kinhbac.problems import SHOWN
from kinhbac.release.worklists import find_items


def _make_acceptance() -> dg.AssetChecksDefinition:
    asked = list(read_suites())

    @dg.multi_asset_check(
        name="acceptance",
        specs=[
            dg.AssetCheckSpec(
                "acceptance",
                asset=table,
                blocking=True,
                description="What expectations/ asks of the table holds.",
            )
            for table in asked
        ],
    )
    def acceptance(night: dg.ResourceParam[Night]) -> Iterator[dg.AssetCheckResult]:
        """Every suite in expectations/, asked of its table in the candidate."""
        verdict = examine(night)
        for table in asked:
            failed = [r for r in verdict.blocking if r.table == table and ":" in r.check]
            yield dg.AssetCheckResult(
                asset_key=table,
                check_name="acceptance",
                passed=not failed,
                metadata={"found": [result.found for result in failed]},
            )

    return acceptance


def _none_on_a_worklist(item: str, description: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset="worklist", name=f"no_{item}", description=description)
    def none(night: dg.ResourceParam[Night]) -> dg.AssetCheckResult:
        found = find_items(night.data.candidate, item)
        return dg.AssetCheckResult(
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"items": len(found), "found": found[:SHOWN]},
        )

    return none


worklist_checks = [
    _none_on_a_worklist("contradiction", "No two agencies say different things of one fact."),
    _none_on_a_worklist("failed_check", "What contracts promise between figures holds."),
    _none_on_a_worklist("late_extract", "Nothing is overdue."),
    _none_on_a_worklist("falling_cumulative", "No year-to-date figure falls."),
    _none_on_a_worklist("resent", "No figures of an earlier period are sent again."),
    _none_on_a_worklist("unit_slip", "No figure is a thousand times too large or too small."),
    _none_on_a_worklist("jump", "No figure moves far beyond its usual movement."),
    _none_on_a_worklist("missing_breakdown", "Expected breakdowns are told."),
]


def define_acceptance() -> dg.Definitions:
    """The suites and what must not stand on a work list."""
    return dg.Definitions(asset_checks=[_make_acceptance(), *worklist_checks])
