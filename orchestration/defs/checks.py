"""Acceptance of the published tables, as blocking asset checks."""

import logging
from collections.abc import Iterator

import dagster as dg

from kinhbac.checks.acceptance import examine_candidate, read_suites
from kinhbac.checks.candidate import marts
from kinhbac.problems import SHOWN
from kinhbac.release.worklists import find_items
from orchestration.defs.project import data, registry

log = logging.getLogger("kinhbac")


MARTS = [table for table in read_suites() if table in marts()]
PASSED_ON = [table for table in read_suites() if table not in MARTS]
"""Tables that no model computes have no asset of their own: asked beside ``release_info``."""


@dg.multi_asset_check(
    name="acceptance",
    specs=[
        *(
            dg.AssetCheckSpec(
                "acceptance",
                asset=table,
                blocking=True,
                description="What expectations/ asks of the table holds.",
            )
            for table in MARTS
        ),
        dg.AssetCheckSpec(
            "acceptance_of_passed_on_tables",
            asset="release_info",
            blocking=True,
            description=f"What expectations/ asks of {', '.join(PASSED_ON)} holds.",
        ),
    ],
)
def acceptance() -> Iterator[dg.AssetCheckResult]:
    """Every suite in expectations/, asked of its tables in the candidate."""
    log.info("acceptance of the published tables …")
    verdict = examine_candidate(registry, data)

    def result(asset: str, name: str, tables: list[str]) -> dg.AssetCheckResult:
        failed = [r for r in verdict.blocking if r.table in tables and ":" in r.check]
        return dg.AssetCheckResult(
            asset_key=asset,
            check_name=name,
            passed=not failed,
            metadata={"found": [result.found for result in failed]},
        )

    for table in MARTS:
        yield result(table, "acceptance", [table])
    yield result("release_info", "acceptance_of_passed_on_tables", PASSED_ON)


def _none_on_a_worklist(item: str, description: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset="worklist", name=f"no_{item}", description=description)
    def none() -> dg.AssetCheckResult:
        found = find_items(data.candidate, item)
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
